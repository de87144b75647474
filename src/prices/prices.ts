import { getOwn, isJsonObject, type JsonObject } from '../model/json.js';
import { compareBy } from '../model/words.js';
import { type Charge, readCharge, toUnits } from './charge.js';
import type { DueAmount, OrderItem, PriceQuestion, Quote } from './order.js';
import { addPeriods, lengthAt, type Period, readPeriod, type Result, toPlainPeriod } from '../charges/period.js';
import { findRefusal, listDiscounted, readDiscount, takeOff } from './promo-code.js';

/*
 * What an order costs, and whether price tests pass:
 *
 *   prices.ts       the price of an order (charge.ts: one charge, promo-code.ts: refusal and discount)
 *   readings.ts     the answers to a price test: of the files, of the tenant
 *   cases.ts        how answers differ from the expected price and from one another
 *   order.ts        the types
 *
 * src/charges reads the charges, amounts and lengths of time.
 */

/** What an order costs, by the rules of docs/prices.md. Exact: no float, no time zone. */
export function priceOrder(question: PriceQuestion): Quote {
  const refused = findRefusal(question);
  if (refused) return { outcome: 'refused', ...refused };
  const { items, date, promoCode } = question;
  const charged: ChargedAmounts[] = [];
  for (const item of items) {
    const listed = listDueAmounts(item, date);
    if ('reason' in listed) return { outcome: 'unpriced', ...listed };
    charged.push(...listed.value);
  }
  const [currency, ...others] = new Set(charged.map(({ charge }) => charge.currency));
  if (others.length > 0)
    return { outcome: 'unpriced', reason: `The charges are in ${[currency, ...others].join(' and ')}.` };
  // The sort is stable: offers and charges keep their order within a day.
  const due = charged.flatMap((one) => one.due).sort(compareBy((one) => one.date));
  const discount =
    promoCode && currency !== undefined ? readDiscount(promoCode.body, date, currency, promoCode.code) : undefined;
  if (discount && 'reason' in discount) return { outcome: 'unpriced', ...discount };
  const paths = new Set(promoCode ? listDiscounted(promoCode.body, items).map(({ path }) => path) : []);
  const schedule = discount ? takeOff(due, discount.value, paths) : due;
  const recurring = sumRecurring(charged);
  return {
    outcome: 'priced',
    ...(currency === undefined ? {} : { currency }),
    firstPayment: sum(schedule.filter((one) => one.date === date)),
    ...(recurring === undefined ? {} : { recurring }),
    schedule,
  };
}

function sumRecurring(charged: readonly ChargedAmounts[]): bigint | undefined {
  const recurring = charged.filter(({ charge }) => charge.recurs);
  const intervals = new Set(recurring.map(({ charge: { interval } }) => nameInterval(interval)));
  return intervals.size === 1 ? sum(recurring) : undefined;
}

function nameInterval(interval: Period | undefined): string {
  if (interval === undefined) return '';
  const { count, unit } = toPlainPeriod(interval);
  return `${count} ${unit}s`;
}

function sum(amounts: readonly Pick<DueAmount, 'units'>[]): bigint {
  return amounts.reduce((total, { units }) => total + units, 0n);
}

/** What one charge comes to. */
export interface ChargedAmounts {
  charge: Charge;
  /** For the quantity, without delay and discount. */
  units: bigint;
  due: DueAmount[];
}

/** What is looked at of a subscription without an end. */
const HORIZON: Period = { count: 1, unit: 'year' };

/** A charge for each day of 13 years; more is a slip, or meant to keep us busy. */
const MOST_AMOUNTS = 5000;

/** All charges of an offer with what falls due in its term, before discounts (docs/prices.md). */
function listDueAmounts({ path, attributes, quantity }: OrderItem, date: string): Result<ChargedAmounts[]> {
  const charges = getOwn(attributes, 'price__limio');
  if (!Array.isArray(charges)) return { reason: `${path} has no price__limio.` };
  const end = findTermEnd(attributes, date, path);
  if ('reason' in end) return end;
  const listed: ChargedAmounts[] = [];
  for (const [i, json] of charges.entries()) {
    const charge = readCharge(json, i, path, quantity);
    if ('reason' in charge) return charge;
    const dates = listDueDates(charge.value, date, end.value);
    if (dates === undefined)
      return {
        reason: `${path}, ${charge.value.name} falls due more than ${MOST_AMOUNTS} times, or after the year 9999.`,
      };
    const units = multiply(charge.value, quantity);
    listed.push({
      charge: charge.value,
      units,
      due: dates.map((day) => ({ date: day, units, path, charge: charge.value.name })),
    });
  }
  return { value: listed };
}

function multiply({ price, flat, currency }: Charge, quantity: number): bigint {
  return toUnits({ units: price.units * (flat ? 1n : BigInt(quantity)), scale: price.scale }, currency);
}

/** The first day after the term. */
function findTermEnd(attributes: JsonObject, date: string, path: string): Result<string> {
  for (const key of ['initial_term__limio', 'term__limio']) {
    const term = getOwn(attributes, key);
    if (!isJsonObject(term)) continue;
    const length = readPeriod(lengthAt(term, ['length', 'type']), `${path}, ${key}`);
    if ('reason' in length) return length;
    if (length.value === undefined) continue;
    const end = addPeriods(date, getOwn(term, 'renewal_type') === 'EVERGREEN' ? HORIZON : length.value);
    return end === undefined ? { reason: `${path}, ${key} ends after the year 9999.` } : { value: end };
  }
  return { value: addPeriods(date, HORIZON) ?? date };
}

/** Undefined when there are too many. */
function listDueDates(
  { recurs, delay, interval, repeatCount = Infinity }: Charge,
  date: string,
  end: string,
): string[] | undefined {
  const start = delay === undefined ? date : addPeriods(date, delay);
  if (start === undefined) return undefined;
  if (!recurs) return [start];
  if (interval === undefined) return start < end ? [start] : [];
  const dates: string[] = [];
  for (
    let day: string | undefined = start;
    day !== undefined && day < end && dates.length < repeatCount;
    day = addPeriods(start, interval, dates.length)
  ) {
    if (dates.length === MOST_AMOUNTS) return undefined;
    dates.push(day);
  }
  return dates;
}
