import { getOwn, isJsonObject, type Json, type JsonObject } from '../model/json.js';
import { Refusal } from './route.js';

/** An amount due on a day. */
export interface ChargeLine {
  offerId: string;
  path: string;
  charge: string;
  date: Day;
  currency: string;
  /** In the smallest unit of the currency, after discounts. */
  amount: bigint;
  quantity: number;
}

export interface PricedOffer {
  id: string;
  path: string;
  /** A product of it is delivered. */
  delivered: boolean;
  attributes: JsonObject;
  quantity: number;
}

/** Period to price if the term has no end (docs/prices.md). */
const OPEN_MONTHS = 12;

/** More lines are a mistake, such as a daily charge without an end. */
const MOST_LINES = 5000;

/** The charges of an offer (docs/prices.md). Rejects offers that cannot be priced. */
export function listChargeLines(offer: PricedOffer, orderDate: Day): ChargeLine[] {
  const charges = getOwn(offer.attributes, 'price__limio');
  if (!Array.isArray(charges)) return [];
  const end = findTermEnd(offer.attributes, orderDate);
  return charges.filter(isJsonObject).flatMap((charge, i) => {
    const currency = readCurrency(charge, offer.path);
    const amount = readAmount(charge, offer, currency);
    const name = getOwn(charge, 'name');
    return listDates(charge, orderDate, end).map((date) => ({
      offerId: offer.id,
      path: offer.path,
      charge: typeof name === 'string' ? name : `charge_${i + 1}`,
      date,
      currency,
      amount,
      quantity: offer.quantity,
    }));
  });
}

function findTermEnd(attributes: JsonObject, from: Day): Day {
  const terms = ['initial_term__limio', 'term__limio'].map((key) => getOwn(attributes, key)).filter(isJsonObject);
  const term = terms.find((one) => readCount(getOwn(one, 'length')) > 0);
  const isOpen = term === undefined || getOwn(term, 'renewal_type') === 'EVERGREEN';
  return isOpen
    ? later(from, OPEN_MONTHS, 'months')
    : later(from, readCount(getOwn(term, 'length')), getOwn(term, 'type'));
}

function listDates(charge: JsonObject, orderDate: Day, end: Day): Day[] {
  const begin = later(orderDate, readCount(getOwn(charge, 'delay_interval')), getOwn(charge, 'delay_interval_type'));
  const type = getOwn(charge, 'type');
  if (type === 'onetime' || type === 'one-time') return [begin];
  if (type !== 'recurring' && type !== 'recurringVolume')
    throw new Refusal(400, `Unknown charge type ${JSON.stringify(type ?? null)}`);
  const interval = readCount(getOwn(charge, 'repeat_interval'));
  const limit = readCount(getOwn(charge, 'repeat_count')) || Number.POSITIVE_INFINITY;
  const dates: Day[] = [];
  for (let turn = 0; turn < limit; turn += 1) {
    const date = turn === 0 ? begin : later(begin, turn * interval, getOwn(charge, 'repeat_interval_type'));
    if (date >= end) break;
    if (dates.length === MOST_LINES) throw new Refusal(400, `A charge falls due more than ${MOST_LINES} times`);
    dates.push(date);
    if (interval === 0) break;
  }
  return dates;
}

function readAmount(charge: JsonObject, { quantity, path }: PricedOffer, currency: string): bigint {
  if (getOwn(charge, 'use_external_price') === true)
    throw new Refusal(400, `The price of ${path} is stored outside Limio`);
  const tiers = getOwn(charge, 'tiers');
  if (!Array.isArray(tiers) || tiers.length === 0)
    return times(parseDecimal(getOwn(charge, 'value')), quantity, currency, path);
  const tier = tiers.filter(isJsonObject).find((one) => covers(one, quantity));
  if (tier === undefined) throw new Refusal(400, `${path} has no tier for ${quantity} units`);
  return times(
    parseDecimal(getOwn(tier, 'price')),
    getOwn(tier, 'price_format') === 'FlatFee' ? 1 : quantity,
    currency,
    path,
  );
}

function covers(tier: JsonObject, quantity: number): boolean {
  const end = getOwn(tier, 'ending_unit') ?? null;
  return (
    readCount(getOwn(tier, 'starting_unit')) <= quantity && (end === null || end === '' || quantity <= readCount(end))
  );
}

function times(price: Decimal | undefined, quantity: number, currency: string, path: string): bigint {
  if (price === undefined) throw new Refusal(400, `A price of ${path} is not a number`);
  return toMinor({ units: price.units * BigInt(quantity), scale: price.scale }, currency);
}

function readCurrency(charge: JsonObject, path: string): string {
  const code = getOwn(charge, 'currencyCode');
  if (typeof code !== 'string' || !/^[A-Z]{3}$/.test(code))
    throw new Refusal(400, `A charge of ${path} has no currency`);
  return code;
}

function later(from: Day, units: number, unit: Json | undefined): Day {
  const day = units === 0 ? from : addUnits(from, units, typeof unit === 'string' ? unit : '');
  if (day === undefined)
    throw new Refusal(400, `${JSON.stringify(unit ?? null)} is not one of days, weeks, months and years`);
  return day;
}

/** From a number or a text. Missing, null and empty values are 0. */
function readCount(value: Json | undefined): number {
  const number = typeof value === 'number' ? value : Number(typeof value === 'string' && value !== '' ? value : 0);
  return Number.isInteger(number) && number > 0 ? number : 0;
}

/** A day as `2026-01-31`. */
export type Day = string;

const UNITS: Record<string, (day: Date, count: number) => Date> = {
  days: (day, count) => shiftDays(day, count),
  weeks: (day, count) => shiftDays(day, 7 * count),
  months: (day, count) => shiftMonths(day, count),
  years: (day, count) => shiftMonths(day, 12 * count),
};

/** The day `count` units later; undefined for an unknown unit. `month` and `Months` are `months`. */
function addUnits(day: Day, count: number, unit: string): Day | undefined {
  const name = unit.toLowerCase();
  const shift = UNITS[name.endsWith('s') ? name : `${name}s`];
  return shift?.(new Date(`${day}T00:00:00Z`), count)
    .toISOString()
    .slice(0, 10);
}

function shiftDays(day: Date, count: number): Date {
  return new Date(day.getTime() + count * 86_400_000);
}

/** A day that does not exist in the month becomes its last day. */
function shiftMonths(day: Date, count: number): Date {
  const first = new Date(Date.UTC(day.getUTCFullYear(), day.getUTCMonth() + count, 1));
  const last = new Date(Date.UTC(first.getUTCFullYear(), first.getUTCMonth() + 1, 0)).getUTCDate();
  return shiftDays(first, Math.min(day.getUTCDate(), last) - 1);
}

/** Currencies whose smallest unit is not a hundredth (ISO 4217). */
const DIGITS: Record<string, number> = {
  BIF: 0,
  CLP: 0,
  DJF: 0,
  GNF: 0,
  ISK: 0,
  JPY: 0,
  KMF: 0,
  KRW: 0,
  PYG: 0,
  RWF: 0,
  UGX: 0,
  UYI: 0,
  VND: 0,
  VUV: 0,
  XAF: 0,
  XOF: 0,
  XPF: 0,
  BHD: 3,
  IQD: 3,
  JOD: 3,
  KWD: 3,
  LYD: 3,
  OMR: 3,
  TND: 3,
  CLF: 4,
  UYW: 4,
};

/** An exact decimal: `units` * 10^-`scale`. */
interface Decimal {
  units: bigint;
  scale: number;
}

/** Parses `359`, `999.00` and `1,299.00`; undefined for anything else. */
function parseDecimal(value: unknown): Decimal | undefined {
  const text = typeof value === 'number' ? String(value) : typeof value === 'string' ? value.trim() : '';
  if (!/^(?:\d+|\d{1,3}(?:,\d{3})+)(?:\.\d+)?$/.test(text)) return undefined;
  const [whole = '', fraction = ''] = text.replaceAll(',', '').split('.');
  return { units: BigInt(whole + fraction), scale: fraction.length };
}

/** In the smallest unit of the currency; rounds half away from zero. */
function toMinor({ units, scale }: Decimal, currency: string): bigint {
  const digits = DIGITS[currency] ?? 2;
  return digits >= scale ? units * 10n ** BigInt(digits - scale) : divideHalfUp(units, 10n ** BigInt(scale - digits));
}

/** A percentage of an amount, rounded. */
function takePercent(minor: bigint, { units, scale }: Decimal): bigint {
  return divideHalfUp(minor * units, 100n * 10n ** BigInt(scale));
}

/** As in JSON: 12.99. */
export function toNumber(minor: bigint, currency: string): number {
  return Number(minor) / 10 ** (DIGITS[currency] ?? 2);
}

function divideHalfUp(a: bigint, b: bigint): bigint {
  return (2n * a + b) / (2n * b);
}

/** Applies an `orderDiscount` (API reference, section 8; docs/prices.md). */
export function discountLines(
  lines: readonly ChargeLine[],
  orderDiscount: JsonObject,
  orderDate: Day,
  fixedAmountType: string,
): ChargeLine[] {
  const overrides = getOwn(orderDiscount, 'discountOverrides');
  if (!isJsonObject(overrides)) throw new Refusal(400, 'orderDiscount.discountOverrides is required');
  const end = findEnd(overrides, orderDate);
  const offers = listOffers(overrides);
  const applies = (line: ChargeLine): boolean =>
    (end === undefined || line.date < end) && (offers.size === 0 || offers.has(line.offerId));
  const type = getOwn(overrides, 'discountType');
  if (type === 'DiscountPercentage') return takePercentage(lines, getOwn(overrides, 'percentageDiscount'), applies);
  if (type === fixedAmountType) return takeAmount(lines, overrides, applies);
  throw new Refusal(
    400,
    `orderDiscount.discountOverrides.discountType ${JSON.stringify(type ?? null)} is not supported`,
  );
}

function takePercentage(
  lines: readonly ChargeLine[],
  share: Json | undefined,
  applies: (line: ChargeLine) => boolean,
): ChargeLine[] {
  const percent = parseDecimal(share);
  if (percent === undefined || percent.units > 100n * 10n ** BigInt(percent.scale))
    throw new Refusal(400, 'percentageDiscount must be a number from 0 to 100');
  return lines.map((line) =>
    applies(line) ? { ...line, amount: line.amount - takePercent(line.amount, percent) } : line,
  );
}

/** Takes the amount off once per due date, starting with the first charge. */
function takeAmount(
  lines: readonly ChargeLine[],
  overrides: JsonObject,
  applies: (line: ChargeLine) => boolean,
): ChargeLine[] {
  const amount = parseDecimal(getOwn(overrides, 'amountDiscount'));
  if (amount === undefined) throw new Refusal(400, 'amountDiscount must be a number');
  const currency = getOwn(overrides, 'currency');
  const left = new Map<Day, bigint>();
  return lines.map((line) => {
    if (!applies(line)) return line;
    if (line.currency !== currency)
      throw new Refusal(
        400,
        `The discount is in ${JSON.stringify(currency ?? null)} and the order in ${line.currency}`,
      );
    const rest = left.get(line.date) ?? toMinor(amount, line.currency);
    const taken = rest < line.amount ? rest : line.amount;
    left.set(line.date, rest - taken);
    return { ...line, amount: line.amount - taken };
  });
}

function findEnd(overrides: JsonObject, orderDate: Day): Day | undefined {
  const length = Number(getOwn(overrides, 'durationLength') ?? 0);
  return Number.isInteger(length) && length > 0
    ? later(orderDate, length, getOwn(overrides, 'durationType'))
    : undefined;
}

/** Ids of the discounted offers; empty means all. */
function listOffers(overrides: JsonObject): Set<string> {
  const named = getOwn(overrides, 'orderItemsWithSpecifiedDiscount');
  const offers = isJsonObject(named) ? getOwn(named, 'discountedOffers') : undefined;
  const ids = Array.isArray(offers) ? offers.map((offer) => (isJsonObject(offer) ? getOwn(offer, 'id') : offer)) : [];
  return new Set(ids.filter((id) => typeof id === 'string'));
}
