import { getOwn, isJsonObject, type JsonObject } from '../model/json.js';
import { toUnits } from './amount.js';
import { type Period, addPeriods } from './calendar.js';
import { type Charge, readCharge } from './charge.js';
import type { DueAmount, OrderItem, Result } from './priced-order.js';
import { readPeriod } from './read-period.js';

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
export function listDueAmounts({ path, attributes, quantity }: OrderItem, date: string): Result<ChargedAmounts[]> {
  const charges = getOwn(attributes, 'price__limio');
  if (!Array.isArray(charges)) return { reason: `${path}: price__limio is not known here.` };
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
    const length = readPeriod(term, ['length', 'type'], `${path}, ${key}`);
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
