/** A day as `2026-01-31`. */
export type Day = string;

const UNITS: Record<string, (day: Date, count: number) => Date> = {
  days: (day, count) => shiftDays(day, count),
  weeks: (day, count) => shiftDays(day, 7 * count),
  months: (day, count) => shiftMonths(day, count),
  years: (day, count) => shiftMonths(day, 12 * count),
};

/** The day `count` units later; undefined for a unit that nobody knows. `month` and `Months` count as `months`. */
export function addUnits(day: Day, count: number, unit: string): Day | undefined {
  const name = unit.toLowerCase();
  const shift = UNITS[name.endsWith('s') ? name : `${name}s`];
  return shift?.(new Date(`${day}T00:00:00Z`), count)
    .toISOString()
    .slice(0, 10);
}

function shiftDays(day: Date, count: number): Date {
  return new Date(day.getTime() + count * 86_400_000);
}

/** A day that the month lacks becomes its last one. */
function shiftMonths(day: Date, count: number): Date {
  const first = new Date(Date.UTC(day.getUTCFullYear(), day.getUTCMonth() + count, 1));
  const last = new Date(Date.UTC(first.getUTCFullYear(), first.getUTCMonth() + 1, 0)).getUTCDate();
  return shiftDays(first, Math.min(day.getUTCDate(), last) - 1);
}
