import { type Json, type JsonObject, getOwn } from '../model/json.js';
import type { Period, PeriodUnit } from './calendar.js';
import type { Result } from './priced-order.js';

const UNITS: Readonly<Record<string, PeriodUnit>> = { day: 'day', week: 'week', month: 'month', year: 'year' };
const MOST = 100_000;

/** A whole number from 0 under a key, also one written as a text; undefined for null, empty and absent. */
export function readCount(object: JsonObject, key: string, what: string): Result<number | undefined> {
  const given = getOwn(object, key) ?? '';
  const count = typeof given === 'string' && /^\s*\d{1,9}\s*$/.test(given) ? Number(given) : given;
  if (count === '') return { value: undefined };
  if (typeof count === 'number' && Number.isInteger(count) && count >= 0 && count <= MOST) return { value: count };
  return { reason: `${what}: ${key} ${show(given)} is no whole number from 0 to ${MOST}.` };
}

/** A length and its unit under two keys; undefined when the length is null, empty, absent or 0. */
export function readPeriod(
  object: JsonObject,
  [lengthKey, unitKey]: readonly [string, string],
  what: string,
): Result<Period | undefined> {
  const length = readCount(object, lengthKey, what);
  if ('reason' in length) return length;
  if (!length.value) return { value: undefined };
  const given = getOwn(object, unitKey);
  const name = typeof given === 'string' ? given.trim().toLowerCase().replace(/s$/, '') : '';
  const unit = Object.hasOwn(UNITS, name) ? UNITS[name] : undefined;
  if (unit === undefined)
    return { reason: `${what}: ${unitKey} ${show(given)} is none of days, weeks, months and years.` };
  return { value: { count: length.value, unit } };
}

/** A foreign value, short enough for a sentence. */
export function show(value: Json | undefined): string {
  const text = JSON.stringify(value ?? null);
  return text.length > 40 ? `${text.slice(0, 39)}…` : text;
}
