import { getOwn, type Json, type JsonObject } from '../model/json.js';

/** A value that could be worked out, or one sentence that says why it could not. */
export type Result<T> = { value: T } | { reason: string };

const MOST = 100_000;

/** A length and its unit as they stand under two keys, unchecked. */
export interface Length {
  keys: readonly [length: string, unit: string];
  length: Json | undefined;
  unit: Json | undefined;
}

export function lengthAt(object: JsonObject, keys: Length['keys']): Length {
  return { keys, length: getOwn(object, keys[0]), unit: getOwn(object, keys[1]) };
}

/** A whole number from 0, also one written as a text. Undefined for anything else. */
export function toCount(given: Json | undefined): number | undefined {
  const count = typeof given === 'string' && /^\s*\d{1,9}\s*$/.test(given) ? Number(given) : given;
  return typeof count === 'number' && Number.isSafeInteger(count) && count >= 0 ? count : undefined;
}

export function countAt(object: JsonObject, key: string): number | undefined {
  return toCount(getOwn(object, key));
}

/** A count that an order can be priced with; undefined for null, empty and absent. */
export function readCount(given: Json | undefined, key: string, what: string): Result<number | undefined> {
  if ((given ?? '') === '') return { value: undefined };
  const count = toCount(given);
  if (count !== undefined && count <= MOST) return { value: count };
  return { reason: `${what}: ${key} ${show(given ?? '')} is not a whole number from 0 to ${MOST}.` };
}

/** Undefined when the length is null, empty, absent or 0. */
export function readPeriod({ keys, length, unit }: Length, what: string): Result<Period | undefined> {
  const count = readCount(length, keys[0], what);
  if ('reason' in count) return count;
  if (!count.value) return { value: undefined };
  const known = typeof unit === 'string' ? readUnit(unit) : undefined;
  if (known === undefined) return { reason: `${what}: ${keys[1]} ${show(unit)} is not days, weeks, months or years.` };
  return { value: { count: count.value, unit: known } };
}

const UNITS: readonly PeriodUnit[] = ['day', 'week', 'month', 'year'];

/** `week` for ` Weeks`. Undefined for a unit that Limio is not known to have. */
export function readUnit(text: string): PeriodUnit | undefined {
  const name = text.trim().toLowerCase().replace(/s$/, '');
  return UNITS.find((unit) => unit === name);
}

/** A period in months or in days, which do not convert into one another. */
export interface PlainPeriod {
  count: number;
  unit: 'day' | 'month';
}

/** Twelve months are a year, seven days a week. */
export function toPlainPeriod({ count, unit }: Period): PlainPeriod {
  if (unit === 'year' || unit === 'month') return { count: unit === 'year' ? count * 12 : count, unit: 'month' };
  return { count: unit === 'week' ? count * 7 : count, unit: 'day' };
}

/** The largest unit that measures a period in whole numbers: 24 months are 2 years. */
export function toLargestUnit({ count, unit }: PlainPeriod): Period {
  const [size, larger] = unit === 'month' ? ([12, 'year'] as const) : ([7, 'week'] as const);
  return count % size === 0 ? { count: count / size, unit: larger } : { count, unit };
}

/** The text of a value that should be one. */
export function toText(value: Json | undefined): string {
  if (typeof value === 'string') return value;
  return value === undefined || value === null ? '' : JSON.stringify(value);
}

/** A foreign value, short enough for a sentence. */
export function show(value: Json | undefined): string {
  const text = JSON.stringify(value ?? null);
  return text.length > 40 ? `${text.slice(0, 39)}…` : text;
}

/** Units of intervals, delays, terms and durations. */
export type PeriodUnit = 'day' | 'week' | 'month' | 'year';

export interface Period {
  count: number;
  unit: PeriodUnit;
}

const DAY_MS = 86_400_000;

const LAST_YEAR = 9999;

/** Whether a text is a day of the calendar, `2028-02-29`. */
export function isDay(text: string): boolean {
  const [year, month, day] = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text)?.slice(1).map(Number) ?? [];
  return (
    year !== undefined && month !== undefined && day !== undefined && formatDay(Date.UTC(year, month - 1, day)) === text
  );
}

/**
 * The day that is `times` periods after a day. Months and years go by the calendar: a day that the
 * month lacks becomes its last one. Undefined beyond the year 9999.
 */
export function addPeriods(day: string, { count, unit }: Period, times = 1): string | undefined {
  const amount = count * times;
  const [year = 0, month = 0, date = 0] = day.split('-').map(Number);
  if (unit === 'day' || unit === 'week')
    return formatDay(Date.UTC(year, month - 1, date) + amount * (unit === 'week' ? 7 : 1) * DAY_MS);
  const months = year * 12 + (month - 1) + amount * (unit === 'year' ? 12 : 1);
  if (!Number.isSafeInteger(months) || Math.floor(months / 12) > LAST_YEAR) return undefined;
  const first = Date.UTC(Math.floor(months / 12), months % 12, 1);
  const length = new Date(Date.UTC(Math.floor(months / 12), (months % 12) + 1, 0)).getUTCDate();
  return formatDay(first + (Math.min(date, length) - 1) * DAY_MS);
}

/** Times are in UTC on both ways, so that no time zone has a say. */
function formatDay(ms: number): string | undefined {
  const date = new Date(ms);
  if (Number.isNaN(ms) || Number.isNaN(date.getTime()) || date.getUTCFullYear() > LAST_YEAR) return undefined;
  return date.toISOString().slice(0, 10);
}
