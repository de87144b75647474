/** A stretch of time between two payments, or of a term: in months or in days, which do not convert. */
export interface Period {
  unit: 'day' | 'month';
  count: number;
}

const UNITS: ReadonlyMap<string, Period> = new Map([
  ['day', { unit: 'day', count: 1 }],
  ['week', { unit: 'day', count: 7 }],
  ['month', { unit: 'month', count: 1 }],
  ['year', { unit: 'month', count: 12 }],
]);

/** `12`, `weeks` to 84 days. Undefined for a unit that nobody has described. */
export function toPeriod(count: number | undefined, unit: string): Period | undefined {
  const one = UNITS.get(unit.trim().toLowerCase().replace(/s$/, ''));
  return one && count !== undefined && count > 0 ? { unit: one.unit, count: one.count * count } : undefined;
}

/** `a = ratio * b`, where the two can be compared. */
export function divide(a: Period, b: Period): number | undefined {
  return a.unit === b.unit ? a.count / b.count : undefined;
}

/** How many days it takes, on the average of four years. */
export function averageDays({ unit, count }: Period): number {
  return unit === 'day' ? count : (count * 365.25) / 12;
}

/** The least and the most days that it may take. */
export function daysOf({ unit, count }: Period): { least: number; most: number } {
  return unit === 'day' ? { least: count, most: count } : { least: count * 28, most: count * 31 };
}

/** `month`, `12 weeks`, `year`: what stands after "per" or "every". */
export function namePeriod({ unit, count }: Period): string {
  const [size, name] = chooseUnit(unit, count);
  const number = count / size;
  return number === 1 ? name : `${number} ${name}s`;
}

function chooseUnit(unit: Period['unit'], count: number): [size: number, name: string] {
  if (unit === 'month') return count % 12 === 0 ? [12, 'year'] : [1, 'month'];
  return count % 7 === 0 ? [7, 'week'] : [1, 'day'];
}
