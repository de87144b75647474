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
