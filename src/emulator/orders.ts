import { dropUndefined, getOwn, isJsonObject, type Json, type JsonObject, pickKeys, textAt } from '../model/json.js';
import { getAttributes, getRecordType, hashText, type ItemRecord } from './item-record.js';
import { addObject } from './objects.js';
import { type ChargeLine, discountLines, listChargeLines, type PricedOffer } from './order-charges.js';
import { describePreview, findTax, hasDelivery } from './order-preview.js';
import { answerPage } from './promo-codes.js';
import { listPublishedItems } from './publishing.js';
import {
  type Answer,
  answerJson,
  type ApiRequest,
  readBody,
  readStrictBody,
  Refusal,
  requireObject,
  requireText,
  type Route,
  strictRoute,
} from './route.js';
import type { StoredObject, Tenant } from './tenant.js';

/** Orders and the baskets before them (API reference, sections 8 and 9). A preview places nothing. */
export const orderRoutes: readonly Route[] = [
  { operation: 'preview-order', area: 'commerce', method: 'POST', path: '/order/preview', answer: answerPreview },
  {
    operation: 'preview-order',
    area: 'commerce',
    method: 'POST',
    path: '/partner/order/preview',
    scope: 'partner',
    answer: answerPreview,
  },
  strictRoute('place-order', 'POST', '/order', (tenant, request) => answerOrder(tenant, readBody(request))),
  strictRoute('place-order', 'POST', '/admin/order', answerAdminOrder),
  {
    ...strictRoute('place-order', 'POST', '/partner/order', (tenant, request) =>
      answerOrder(tenant, readBody(request)),
    ),
    scope: 'partner',
  },
  strictRoute('initiate-checkout', 'POST', '/checkout/initiate', answerInitiate),
  strictRoute('list-abandoned', 'GET', '/checkout/abandoned', answerAbandoned, ['limit', 'createdAfter', 'queryMore']),
];

function answerPreview(tenant: Tenant, request: ApiRequest): Answer {
  const body = readBody(request);
  if (getOwn(body, 'order_type') !== 'new') throw new Refusal(400, 'order_type must be "new"');
  const country = getOwn(body, 'country');
  if (country !== undefined && typeof country !== 'string') throw new Refusal(400, 'country must be a string');
  const orderDate = readOrderDate(body, tenant);
  const offers = readOffers(body, tenant);
  const lines = offers.flatMap((offer) => listChargeLines(offer, orderDate));
  const [currency = '', ...others] = new Set(lines.map((line) => line.currency));
  if (others.length > 0) throw new Refusal(400, `One order cannot be in ${[currency, ...others].join(' and ')}`);
  const discount = getOwn(body, 'orderDiscount');
  const priced = isJsonObject(discount)
    ? discountLines(lines, discount, orderDate, tenant.options.dialect.promo.fixedAmountType)
    : lines;
  const delivered = offers.some((offer) => offer.delivered);
  const tax = findTax(body, { delivered, currency, taxes: tenant.options.taxes });
  return answerJson(describePreview(priced.toSorted(byDate), { currency, orderDate, tax }, tenant));
}

function readOrderDate(body: JsonObject, tenant: Tenant): string {
  checkDateTime(getOwn(body, 'orderDate'), 'orderDate');
  return (textAt(body, 'orderDate') ?? new Date(tenant.options.now()).toISOString()).slice(0, 'YYYY-MM-DD'.length);
}

function readOffers(body: JsonObject, tenant: Tenant): PricedOffer[] {
  const items = getOwn(body, 'orderItems');
  if (!Array.isArray(items) || items.length === 0) throw new Refusal(400, 'orderItems must have at least one item');
  const published = listPublishedById(tenant);
  const country = getOwn(body, 'country');
  return items.map((item) => readOffer(item, published, country));
}

function listPublishedById(tenant: Tenant): ReadonlyMap<string, ItemRecord> {
  return new Map([...listPublishedItems(tenant).values()].map((item) => [item.id, item]));
}

function readOffer(item: Json, published: ReadonlyMap<string, ItemRecord>, country: Json | undefined): PricedOffer {
  const offer = isJsonObject(item) ? getOwn(item, 'offer') : undefined;
  const quantity = (isJsonObject(item) ? getOwn(item, 'quantity') : undefined) ?? 1;
  if (!isJsonObject(offer)) throw new Refusal(400, 'orderItems[].offer is required');
  if (typeof quantity !== 'number' || !Number.isInteger(quantity) || quantity < 1)
    throw new Refusal(400, 'orderItems[].quantity must be a whole number from 1');
  const id = getOwn(offer, 'id');
  const found = typeof id === 'string' ? published.get(id) : undefined;
  // Unpublished items are not found (API reference, section 10).
  if (!found) throw new Refusal(404, 'Offer not found');
  if (getOwn(offer, 'version') !== found.version)
    throw new Refusal(400, `The version of ${found.path} is not the published version`);
  const type = (isJsonObject(item) ? getOwn(item, 'type') : undefined) ?? 'offer';
  if (getRecordType(found) !== type) throw new Refusal(400, `${found.path} has not the type ${JSON.stringify(type)}`);
  const attributes = getAttributes(found);
  const countries = getOwn(attributes, 'allowed_countries__limio');
  if (typeof country === 'string' && Array.isArray(countries) && countries.length > 0 && !countries.includes(country)) {
    throw new Refusal(400, `${found.path} is not sold in ${country}`);
  }
  const delivered = hasDelivery(getOwn(found.data, 'products'));
  return { id: found.id, path: found.path, delivered, attributes, quantity };
}

function byDate(a: ChargeLine, b: ChargeLine): number {
  return a.date < b.date ? -1 : a.date > b.date ? 1 : 0;
}

type Check = 'object' | 'text' | 'items' | 'changes' | 'offer' | 'subscription';

/** What each type of order requires. */
const REQUIRED: ReadonlyMap<string, Readonly<Record<string, Check>>> = new Map<string, Record<string, Check>>([
  ['new', { customerDetails: 'object', orderItems: 'items', payment: 'object', country: 'text', checkoutId: 'text' }],
  ['change_offer', { forSubscription: 'subscription', offer: 'offer' }],
  ['add_offer', { forSubscription: 'subscription', offer: 'offer' }],
  ['cancel_subscription', { forSubscription: 'subscription' }],
  ['update_subscription', { forSubscription: 'subscription', orderItems: 'changes' }],
  ['change_address', { forSubscription: 'subscription', type: 'text', address: 'object' }],
  ['update_customer_details', { forSubscription: 'subscription', customerDetails: 'object' }],
  ['change_default_payment', { customerId: 'text', newDefaultPaymentId: 'text' }],
  ['delete_payment_method', { customerId: 'text', paymentMethodId: 'text' }],
]);

/** Only new orders, optionally for a partner. */
function answerAdminOrder(tenant: Tenant, request: ApiRequest): Answer {
  const { forPartner, ...order } = readBody(request);
  if (forPartner !== undefined) requireText(isJsonObject(forPartner) ? forPartner : {}, 'id');
  if (getOwn(order, 'order_type') !== 'new') throw new Refusal(400, 'order_type must be "new"');
  return answerOrder(tenant, order);
}

function answerOrder(tenant: Tenant, order: JsonObject): Answer {
  const type = requireText(order, 'order_type');
  const required = REQUIRED.get(type);
  if (!required) throw new Refusal(400, `order_type must be one of ${[...REQUIRED.keys()].join(', ')}`);
  for (const [key, check] of Object.entries(required)) checkField(tenant, order, key, check);
  if (type === 'new') checkGift(order);
  for (const key of ['orderDate', 'effectiveDate']) checkDateTime(getOwn(order, key), key);
  if (type === 'change_address' && !['billing', 'delivery', 'all'].includes(requireText(order, 'type')))
    throw new Refusal(400, 'type must be billing, delivery or all');

  const hash = hashText(`order ${tenant.counter} ${JSON.stringify(order)}`);
  const reference = hash.slice(0, 12).toUpperCase();
  const isDone = getOwn(order, 'process_immediately') === true;
  const subscription = type === 'new' ? addSubscription(tenant, order, hash) : findSubscription(tenant, order);
  const basket = [...tenant.baskets].find(([, { id }]) => id === getOwn(order, 'checkoutId'));
  if (basket) tenant.baskets.set(basket[0], { ...basket[1], completed: true });
  const record = addObject(tenant, { id: `order-${hash}`, service: 'limio', record_type: 'order', data: order });
  const status = isDone ? 'complete' : 'pending';
  return answerJson({
    id: record.id,
    order_reference: reference,
    status,
    ...pickKeys(order, ['external_id']),
    ...dropUndefined({
      subscriptionReference: subscription && textAt(subscription.record, 'name'),
      owner: subscription && textAt(subscription.record, 'owner'),
    }),
  });
}

function checkField(tenant: Tenant, order: JsonObject, key: string, check: Check): void {
  switch (check) {
    case 'text':
      requireText(order, key);
      return;
    case 'items':
      readOffers(order, tenant);
      return;
    case 'offer':
      readOffer({ offer: requireObject(order, key) }, listPublishedById(tenant), undefined);
      return;
    case 'subscription':
      requireObject(order, key);
      if (!findSubscription(tenant, order)) throw new Refusal(404, 'Subscription not found');
      return;
    case 'changes':
      checkChanges(order);
      return;
    default:
      requireObject(order, key);
  }
}

/** Offers and add-ons that an `update_subscription` adds, removes or changes. */
function checkChanges(order: JsonObject): void {
  const changes = getOwn(order, 'orderItems');
  if (!Array.isArray(changes) || changes.length === 0) throw new Refusal(400, 'orderItems must have at least one item');
  for (const change of changes) {
    const item = isJsonObject(change) ? change : {};
    const offer = requireObject(item, 'offer');
    for (const [object, key] of [
      [item, 'id'],
      [offer, 'id'],
      [offer, 'version'],
    ] as const)
      requireText(object, key);
    if (!['add', 'remove', 'update'].includes(requireText(item, 'orderItemActionType')))
      throw new Refusal(400, 'orderItemActionType must be add, remove or update');
    const quantity = getOwn(item, 'quantity') ?? 1;
    if (!Number.isInteger(quantity) || Number(quantity) < 1)
      throw new Refusal(400, 'orderItems[].quantity must be a whole number from 1');
  }
}

/** A gift has a recipient, and redeeming one takes a code instead of an address to bill. */
function checkGift(order: JsonObject): void {
  const redeems = getOwn(order, 'giftCode') !== undefined;
  const isGift = getOwn(order, 'isGift') !== undefined || getOwn(order, 'variant') !== undefined;
  if (redeems) requireText(order, 'giftCode');
  else requireObject(order, 'billingDetails');
  const payment = requireText(requireObject(order, 'payment'), 'type');
  if (payment !== (redeems ? 'gift_code' : 'zuora')) throw new Refusal(400, `payment.type "${payment}" is not allowed`);
  if (isGift && (getOwn(order, 'isGift') !== true || getOwn(order, 'variant') !== 'gift'))
    throw new Refusal(400, 'A gift needs isGift true and variant "gift"');
  if (isGift || redeems) requireText(requireObject(order, 'recipientDetails'), 'email');
}

function checkDateTime(value: Json | undefined, key: string): void {
  const isDateTime = typeof value === 'string' && /^\d{4}-\d{2}-\d{2}T/.test(value) && !Number.isNaN(Date.parse(value));
  if (value !== undefined && !isDateTime) throw new Refusal(400, `${key} must be an ISO date-time`);
}

/** By id or name. */
function findSubscription(tenant: Tenant, order: JsonObject): StoredObject | undefined {
  const wanted = getOwn(order, 'forSubscription');
  if (!isJsonObject(wanted)) return undefined;
  const [id, name] = [textAt(wanted, 'id'), textAt(wanted, 'name')];
  return [...tenant.objects.values()].find(
    ({ record }) =>
      record.record_type === 'subscription' &&
      (id !== undefined || name !== undefined) &&
      (id ?? record.id) === record.id &&
      (name ?? textAt(record, 'name')) === textAt(record, 'name'),
  );
}

function addSubscription(tenant: Tenant, order: JsonObject, hash: string): StoredObject | undefined {
  const data = pickKeys(order, ['orderItems', 'billingDetails', 'deliveryDetails', 'customerDetails', 'country']);
  const id = `sub-${hash}`;
  const name = hash.slice(12, 24).toUpperCase();
  const owner = `id-${hashText(JSON.stringify(getOwn(order, 'customerDetails'))).slice(0, 32)}`;
  addObject(tenant, { id, name, owner, service: 'limio', record_type: 'subscription', data });
  return tenant.objects.get(id);
}

/** Creates a basket, or updates the one of the same external id. */
function answerInitiate(tenant: Tenant, request: ApiRequest): Answer {
  const order = requireObject(readStrictBody(request, ['order']), 'order');
  const known = ['orderItems', 'external_id', 'tracking', 'country', 'source', 'order_type'];
  const unknown = Object.keys(order).find((key) => !known.includes(key));
  if (unknown !== undefined) throw new Refusal(400, `Unknown key order.${unknown}`);
  const externalId = requireText(order, 'external_id');
  for (const key of ['country', 'source']) requireText(order, key);
  if (!['new', 'renew'].includes(requireText(order, 'order_type')))
    throw new Refusal(400, 'order.order_type must be new or renew');
  readOffers(order, tenant);
  const tracking = getOwn(order, 'tracking') === undefined ? {} : requireObject(order, 'tracking');
  const old = tenant.baskets.get(externalId);
  const id = old?.id ?? `basket-${hashText(`basket ${externalId}`).slice(0, 32)}`;
  tenant.baskets.set(externalId, {
    sequence: old?.sequence ?? tenant.baskets.size,
    id,
    created: old?.created ?? new Date(tenant.options.now()).toISOString(),
    order,
    completed: old?.completed ?? false,
  });
  const link = textAt(tracking, 'accountId') === undefined ? {} : { assistedCheckoutLink: linkTo(tenant, id) };
  return answerJson({ id, ...link });
}

function answerAbandoned(tenant: Tenant, request: ApiRequest): Answer {
  const after = request.query.get('createdAfter');
  if (!request.query.has('limit') || after === null) throw new Refusal(400, 'limit and createdAfter are required');
  checkDateTime(after, 'createdAfter');
  const found = [...tenant.baskets.values()].filter(
    ({ completed, created }) => !completed && Date.parse(created) > Date.parse(after),
  );
  return answerPage(tenant, request, found, ({ id, created, order }) => ({
    id,
    created,
    completed: false,
    identities: [],
    customerDetails: {},
    orderItems: getOwn(order, 'orderItems') ?? [],
    tracking: getOwn(order, 'tracking') ?? {},
    recoveryLink: linkTo(tenant, id),
  }));
}

function linkTo({ options }: Tenant, basket: string): string {
  return `https://${options.tenant}-shop.prod.limio.com/checkout?basket=${basket}`;
}
