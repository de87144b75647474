import {
  type Decimal,
  decimalsOf,
  findAmbiguity,
  formatDecimal,
  readAmount,
  readMachineAmount,
  rescale,
  writeDecimal,
} from '../charges/amount.js';
import { type ChargeFields, readChargeFields } from '../charges/charges.js';
import { type Period, readCount, readPeriod, type Result, show } from '../charges/period.js';
import { isJsonObject, type Json } from '../model/json.js';

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
  const { type, currency } = charge;
  const name = typeof charge.name === 'string' && charge.name !== '' ? charge.name : `charge ${index + 1}`;
  const what = `${path}, ${name}`;
  if (charge.usesExternalPrice) return { reason: `${what}: the billing system sets the price (use_external_price).` };
  const recurs = type === 'recurring' || type === 'recurringVolume';
  if (!recurs && type !== 'onetime' && type !== 'one-time') return { reason: `${what}: unknown type ${show(type)}.` };
  if (!/^[A-Z]{3}$/.test(currency))
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

function readPrice(charge: ChargeFields, quantity: number, what: string): Result<Price> {
  const { isTiered, tiers, value, currency } = charge;
  if (!isTiered) return toPrice(value, currency, false, what);
  for (const tier of tiers) {
    const from = readCount(tier.from, 'starting_unit', what);
    if ('reason' in from) return from;
    const to = readCount(tier.to, 'ending_unit', what);
    if ('reason' in to) return to;
    if (quantity < (from.value ?? 0) || quantity > (to.value ?? Infinity)) continue;
    return toPrice(tier.price, currency, tier.format === 'FlatFee', what);
  }
  return { reason: `${what} has no tier for the quantity ${quantity}.` };
}

function toPrice(value: Json | undefined, currency: string, flat: boolean, what: string): Result<Price> {
  const price = readAmount(value, currency);
  if (price && price.units >= 0n) return { value: { price, flat } };
  const readings = typeof value === 'string' ? findAmbiguity(value, currency) : undefined;
  return {
    reason: readings
      ? `${what}: the price ${show(value)} can be read as ${readings.join(' or as ')}.`
      : `${what}: the price ${show(value)} is not a number of 0 or more.`,
  };
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
export function spellPrice(text: string, currency: string): string {
  const decimal = readExact(text);
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
  const [left, right] = [readExact(a), readExact(b)];
  if (!left || !right) return undefined;
  const scale = Math.max(left.scale, right.scale);
  return writeDecimal({ units: operate(rescale(left, scale), rescale(right, scale)), scale });
}

/** An amount of an answer, of the calculator, or of a test file, where ambiguous ones are errors. */
function readExact(text: string): Decimal | undefined {
  return readMachineAmount(text) ?? readAmount(text, '');
}
