import { getOwn, isJsonObject, type JsonObject, listAt, numberAt, objectAt } from '../../model/json.js';
import { attributePointer, textOf } from './attribute-parts.js';
import { type Period, toPeriod } from './period.js';

/** One charge of `price__limio` (API reference, section 3). */
export interface Charge {
  /** Pointer to the charge. */
  pointer: string;
  /** Upper case; empty when the charge names none. */
  currency: string;
  /** Undefined when the billing system decides, or the value is no number. */
  amount?: number;
  /** As written. */
  value: string;
  recurring: boolean;
  /** Between two payments, of a recurring charge whose interval is known. */
  every?: Period;
  /** How often it recurs; undefined when it is not said. */
  times?: number;
  /** Whether it begins later than the subscription. */
  delayed: boolean;
  /** Prices of its tiers that are numbers. */
  tiers: { amount: number; from?: number; to?: number; pointer: string }[];
  raw: JsonObject;
}

const KNOWN = new WeakMap<JsonObject, readonly Charge[]>();

/** The charges of the attributes of an item, in their order. Read once, since many rules look at them. */
export function listCharges(attributes: JsonObject): readonly Charge[] {
  const known = KNOWN.get(attributes) ?? readCharges(attributes);
  KNOWN.set(attributes, known);
  return known;
}

function readCharges(attributes: JsonObject): Charge[] {
  return listAt(attributes, 'price__limio').flatMap((charge, i) => (isJsonObject(charge) ? [toCharge(charge, i)] : []));
}

function toCharge(charge: JsonObject, index: number): Charge {
  const external = getOwn(charge, 'use_external_price') === true;
  const amount = external ? undefined : readAmount(textOf(charge, 'value'));
  const recurring = !/^one-?time$/i.test(textOf(charge, 'type'));
  const unit = textOf(charge, 'repeat_interval_type');
  const every = recurring ? toPeriod(numberAt(charge, 'repeat_interval') ?? 1, unit) : undefined;
  const times = numberAt(charge, 'repeat_count');
  return {
    pointer: attributePointer('price__limio', index),
    currency: textOf(charge, 'currencyCode').trim().toUpperCase() || readCurrencyObject(charge),
    ...(amount === undefined ? {} : { amount }),
    value: textOf(charge, 'value'),
    recurring,
    ...(every === undefined ? {} : { every }),
    ...(times === undefined ? {} : { times }),
    delayed: (numberAt(charge, 'delay_interval') ?? 0) > 0,
    tiers: listAt(charge, 'tiers').flatMap((tier, j) =>
      isJsonObject(tier) ? toTier(tier, attributePointer('price__limio', index, 'tiers', j)) : [],
    ),
    raw: charge,
  };
}

function toTier(tier: JsonObject, pointer: string): Charge['tiers'] {
  const amount = readAmount(textOf(tier, 'price'));
  const from = numberAt(tier, 'starting_unit');
  const to = numberAt(tier, 'ending_unit');
  return amount === undefined
    ? []
    : [{ amount, pointer, ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }) }];
}

function readCurrencyObject(charge: JsonObject): string {
  const id = textOf(objectAt(charge, 'currency'), 'id').trim().toUpperCase();
  return /^[A-Z]{3}$/.test(id) ? id : '';
}

/** `validate` refuses what is not digits with a point; anything longer is no price. */
function readAmount(text: string): number | undefined {
  return /^-?\d{1,12}(?:\.\d{1,6})?$/.test(text) ? Number(text) : undefined;
}
