import { type Decimal, decimalsOf, formatDecimal, rescale, writeDecimal } from '../model/decimal.js';
import { getOwn, isJsonObject, type Json, type JsonObject, listAt } from '../model/json.js';
import type { Result } from './order.js';
import { type Length, lengthAt, type Period, readCount, readPeriod, show } from './period.js';

/**
 * One charge of `price__limio` as files and tenants hold it (API reference, section 3): the only place that names its
 * fields. Nothing is refused here: plan, lint and prices each decide which values they accept.
 */
export interface ChargeFields {
  name: Json | undefined;
  type: Json | undefined;
  isOneTime: boolean;
  /** The billing system decides the amount, so `value` proves nothing. */
  usesExternalPrice: boolean;
  currencyCode: Json | undefined;
  /** The second copy of the currency: `{id: GBP}`, or `GBP`. */
  currencyId: Json | undefined;
  value: Json | undefined;
  delay: Length;
  interval: Length;
  repeatCount: Json | undefined;
  /** Whether `tiers` holds anything at all, malformed ones included. */
  isTiered: boolean;
  tiers: TierFields[];
}

export interface TierFields {
  /** Place in the list. */
  index: number;
  from: Json | undefined;
  to: Json | undefined;
  price: Json | undefined;
  /** `FlatFee` or `PerUnit`. */
  format: Json | undefined;
}

export function readChargeFields(charge: JsonObject): ChargeFields {
  const type = getOwn(charge, 'type');
  const currency = getOwn(charge, 'currency');
  return {
    name: getOwn(charge, 'name'),
    type,
    isOneTime: typeof type === 'string' && /^one-?time$/i.test(type),
    usesExternalPrice: getOwn(charge, 'use_external_price') === true,
    currencyCode: getOwn(charge, 'currencyCode'),
    currencyId: isJsonObject(currency) ? getOwn(currency, 'id') : currency,
    value: getOwn(charge, 'value'),
    delay: lengthAt(charge, ['delay_interval', 'delay_interval_type']),
    interval: lengthAt(charge, ['repeat_interval', 'repeat_interval_type']),
    repeatCount: getOwn(charge, 'repeat_count'),
    isTiered: listAt(charge, 'tiers').length > 0,
    tiers: listAt(charge, 'tiers').flatMap((tier, index) => (isJsonObject(tier) ? [readTier(tier, index)] : [])),
  };
}

function readTier(tier: JsonObject, index: number): TierFields {
  return {
    index,
    from: getOwn(tier, 'starting_unit'),
    to: getOwn(tier, 'ending_unit'),
    price: getOwn(tier, 'price'),
    format: getOwn(tier, 'price_format'),
  };
}

/** What a charge asks for, exactly: the form in which orders are priced. */
export interface Charge {
  name: string;
  currency: string;
  recurs: boolean;
  delay: Period | undefined;
  interval: Period | undefined;
  /** Absent: no limit. */
  repeatCount: number | undefined;
  /** Of one unit, or of all with `flat`. */
  price: Decimal;
  flat: boolean;
}

/** What a charge asks for when a quantity is bought. `path` is that of the offer. */
export function readCharge(json: Json, index: number, path: string, quantity: number): Result<Charge> {
  if (!isJsonObject(json)) return { reason: `${path}, charge ${index + 1} is ${show(json)}, not a charge.` };
  const charge = readChargeFields(json);
  const { type, currencyCode: currency } = charge;
  const name = typeof charge.name === 'string' && charge.name !== '' ? charge.name : `charge ${index + 1}`;
  const what = `${path}, ${name}`;
  if (charge.usesExternalPrice) return { reason: `${what}: the billing system sets the price (use_external_price).` };
  const recurs = type === 'recurring' || type === 'recurringVolume';
  if (!recurs && type !== 'onetime' && type !== 'one-time') return { reason: `${what}: unknown type ${show(type)}.` };
  if (typeof currency !== 'string' || !/^[A-Z]{3}$/.test(currency))
    return { reason: `${what}: the currency ${show(currency)} is not an ISO 4217 code.` };
  const delay = readPeriod(charge.delay, what);
  if ('reason' in delay) return delay;
  const interval = readPeriod(charge.interval, what);
  if ('reason' in interval) return interval;
  const repeatCount = readCount(charge.repeatCount, 'repeat_count', what);
  if ('reason' in repeatCount) return repeatCount;
  const price = readPrice(charge, quantity, what);
  if ('reason' in price) return price;
  return {
    value: {
      name,
      currency,
      recurs,
      delay: delay.value,
      interval: interval.value,
      repeatCount: repeatCount.value || undefined,
      ...price.value,
    },
  };
}

type Price = Pick<Charge, 'price' | 'flat'>;

function readPrice({ isTiered, tiers, value }: ChargeFields, quantity: number, what: string): Result<Price> {
  if (!isTiered) return readAmount(value, false, what);
  for (const tier of tiers) {
    const from = readCount(tier.from, 'starting_unit', what);
    if ('reason' in from) return from;
    const to = readCount(tier.to, 'ending_unit', what);
    if ('reason' in to) return to;
    if (quantity < (from.value ?? 0) || quantity > (to.value ?? Infinity)) continue;
    return readAmount(tier.price, tier.format === 'FlatFee', what);
  }
  return { reason: `${what} has no tier for the quantity ${quantity}.` };
}

function readAmount(value: Json | undefined, flat: boolean, what: string): Result<Price> {
  const price = readDecimal(value);
  return price && price.units >= 0n
    ? { value: { price, flat } }
    : { reason: `${what}: the price ${show(value)} is not a number of 0 or more.` };
}

/** Longer texts are no amounts: numbers of any length would let a tenant keep us busy. */
const MOST_CHARACTERS = 40;

/**
 * A number in a charge or an answer: digits with a point, groups of three separated by
 * commas (docs/prices.md). Undefined for anything else.
 */
export function readDecimal(value: Json | undefined): Decimal | undefined {
  const text = (typeof value === 'number' ? String(value) : typeof value === 'string' ? value : '').trim();
  if (text.length > MOST_CHARACTERS || !/^-?(?:\d+|\d{1,3}(?:,\d{3})+)(?:\.\d+)?$/.test(text)) return undefined;
  const [whole = '', fraction = ''] = text.replaceAll(',', '').split('.');
  return { units: BigInt(whole + fraction), scale: fraction.length };
}

/** Numerator and denominator to the nearest whole number, halves away from zero. */
export function divideRounded(numerator: bigint, denominator: bigint): bigint {
  const [size, sign] = numerator < 0n ? [-numerator, -1n] : [numerator, 1n];
  return sign * ((size * 2n + denominator) / (denominator * 2n));
}

/** A decimal as a count of the smallest units of a currency, rounded. */
export function toUnits({ units, scale }: Decimal, currency: string): bigint {
  const decimals = decimalsOf(currency);
  return scale <= decimals
    ? units * 10n ** BigInt(decimals - scale)
    : divideRounded(units, 10n ** BigInt(scale - decimals));
}

/** `12.99`, with the decimals of the currency. */
export function formatUnits(units: bigint, currency: string): string {
  return writeDecimal({ units, scale: decimalsOf(currency) });
}

/** `129` of a tenant as `129.00`, where it is a number; more decimals than the currency has stay. */
export function spellAmount(text: string, currency: string): string {
  const decimal = readDecimal(text);
  return decimal ? formatDecimal(decimal, currency) : text;
}

/** The sum of two amounts as texts; a text that is no number stays visible as it is. */
export function addAmounts(a: string, b: string): string {
  return combine(a, b, (left, right) => left + right) ?? `${a} + ${b}`;
}

/** `a` less `b`, or undefined where one of them is no number. */
export function subtractAmounts(a: string, b: string): string | undefined {
  return combine(a, b, (left, right) => left - right);
}

function combine(a: string, b: string, operate: (a: bigint, b: bigint) => bigint): string | undefined {
  const [left, right] = [readDecimal(a), readDecimal(b)];
  if (!left || !right) return undefined;
  const scale = Math.max(left.scale, right.scale);
  return writeDecimal({ units: operate(rescale(left, scale), rescale(right, scale)), scale });
}
