import { getOwn, isJsonObject, type Json, type JsonObject, objectAt, textAt } from '../model/json.js';
import { suggestNearest } from '../model/spelling.js';
import type { ApiCall } from './calls.js';
import {
  CHECKOUT,
  NEW_ORDERS,
  type ObjectShape,
  ORDER_TYPES,
  type OrderSchema,
  OTHER_ORDERS,
  PARTNER,
  PREVIEW_REQUIRED,
  type Shape,
} from './order-schemas.js';

export interface BodyProblem {
  /** JSON Pointer of the value, or of the missing key. */
  pointer: string;
  message: string;
}

export interface CheckedBody {
  /** `order_type "new" (Create Subscription)`. */
  schema: string;
  problems: BodyProblem[];
}

/** Compares the body of an order or a basket with its schema: every problem at once, in the order of the schema. */
export function checkOrderBody(kind: NonNullable<ApiCall['body']>, body: Json | undefined): CheckedBody {
  if (kind === 'checkout') return { schema: 'a basket', problems: checkValue(body, CHECKOUT, '') };
  if (!isJsonObject(body)) return { schema: 'an order', problems: checkValue(body, NEW_ORDERS.subscription.shape, '') };
  const types = kind === 'new order' ? ['new'] : ORDER_TYPES;
  const schema = chooseSchema(body);
  if (schema === undefined || !types.includes(schema.orderType))
    return { schema: 'an order', problems: [{ pointer: '/order_type', message: describeType(body, types) }] };
  const problems = [
    ...checkValue(body, kind === 'preview' ? relax(schema) : schema.shape, ''),
    ...(kind === 'new order' && Object.hasOwn(body, 'forPartner')
      ? checkValue(getOwn(body, 'forPartner'), PARTNER, '/forPartner')
      : []),
  ];
  return { schema: `order_type "${schema.orderType}" (${schema.title})`, problems };
}

/** A gift names its recipient, and redeeming one takes its code. */
function chooseSchema(body: JsonObject): OrderSchema | undefined {
  const type = textAt(body, 'order_type');
  if (type !== 'new') return OTHER_ORDERS.find(({ orderType }) => orderType === type);
  if (Object.hasOwn(body, 'giftCode') || textAt(objectAt(body, 'payment'), 'type') === 'gift_code')
    return NEW_ORDERS.redeem;
  const isGift = getOwn(body, 'isGift') === true || Object.hasOwn(body, 'variant');
  return isGift ? NEW_ORDERS.gift : NEW_ORDERS.subscription;
}

function relax({ shape, orderType }: OrderSchema): ObjectShape {
  return orderType === 'new' ? { ...shape, required: PREVIEW_REQUIRED } : shape;
}

function describeType(body: JsonObject, types: readonly string[]): string {
  const type = getOwn(body, 'order_type');
  const choice = `use ${types.length === 1 ? '' : 'one of '}${types.join(', ')}`;
  if (type === undefined) return `is required; ${choice}`;
  const nearest = typeof type === 'string' ? suggestNearest(type, types) : undefined;
  if (typeof type === 'string' && /gift|redeem/i.test(type))
    return `cannot be ${JSON.stringify(type)}; use new: a gift has isGift, redeeming one has giftCode`;
  return `cannot be ${JSON.stringify(type)}; ${nearest === undefined ? choice : `did you mean "${nearest}"?`}`;
}

function checkValue(value: Json | undefined, shape: Shape, pointer: string): BodyProblem[] {
  const report = (message: string): BodyProblem[] => [{ pointer, message }];
  switch (shape.type) {
    case 'text':
      return typeof value === 'string' ? checkText(value, shape).flatMap(report) : report('must be a text');
    case 'boolean':
      if (typeof value !== 'boolean') return report('must be true or false');
      return shape.values?.includes(value) === false ? report(`must be ${shape.values.join(' or ')}`) : [];
    case 'number':
      if (typeof value !== 'number') return report('must be a number');
      if (shape.whole && !Number.isInteger(value)) return report('must be a whole number');
      return shape.least !== undefined && value < shape.least ? report(`must be ${shape.least} or more`) : [];
    case 'list':
      if (!Array.isArray(value)) return report('must be a list');
      if (value.length < (shape.least ?? 0)) return report('must have at least one element');
      return value.flatMap((element, i) => checkValue(element, shape.of, `${pointer}/${i}`));
    case 'object':
      return isJsonObject(value) ? checkObject(value, shape, pointer) : report('must be an object');
  }
}

function checkText(value: string, { format, values }: Extract<Shape, { type: 'text' }>): string[] {
  if (values && !values.includes(value)) {
    const nearest = values.length === 1 ? undefined : suggestNearest(value, values);
    const hint = nearest === undefined ? '' : `; did you mean "${nearest}"?`;
    return [`must be ${values.map((one) => JSON.stringify(one)).join(' or ')}${hint}`];
  }
  if (format === 'date-time' && !isDateTime(value)) {
    const isDay = /^\d{4}-\d{2}-\d{2}$/.test(value);
    const example = isDay ? `${value}T00:00:00Z` : '2027-01-31T00:00:00Z';
    return [`must be a date-time such as ${example}${isDay ? ', not a date' : ''}`];
  }
  return format === 'email' && !/^[^@\s]+@[^@\s]+$/.test(value) ? ['must be an email address'] : [];
}

/** RFC 3339, with a day that exists. */
function isDateTime(value: string): boolean {
  const day = /^(\d{4}-\d{2}-\d{2})T\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:Z|[+-]\d{2}:\d{2})$/i.exec(value)?.[1];
  if (day === undefined || Number.isNaN(Date.parse(value))) return false;
  return new Date(`${day}T00:00:00Z`).toISOString().startsWith(day);
}

function checkObject(value: JsonObject, shape: ObjectShape, pointer: string): BodyProblem[] {
  const missing = shape.required.filter((key) => !Object.hasOwn(value, key));
  const choice = shape.oneOf?.every((key) => !Object.hasOwn(value, key)) ? shape.oneOf : undefined;
  return [
    ...missing.map((key) => ({ pointer: `${pointer}/${key}`, message: describeMissing(key, value, shape) })),
    ...(choice ? [{ pointer, message: `must have ${choice.join(' or ')}` }] : []),
    ...Object.entries(shape.keys).flatMap(([key, one]) =>
      Object.hasOwn(value, key) ? checkValue(getOwn(value, key), one, `${pointer}/${key}`) : [],
    ),
  ];
}

/** A key that the schema does not know may be the missing one, misspelt. */
function describeMissing(missing: string, value: JsonObject, { keys }: ObjectShape): string {
  const unknown = Object.keys(value).filter((key) => !Object.hasOwn(keys, key));
  const nearest = suggestNearest(missing, unknown);
  return nearest === undefined ? 'is required' : `is required; did you misspell it as ${JSON.stringify(nearest)}?`;
}
