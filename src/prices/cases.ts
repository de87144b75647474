import { subtractAmounts } from './charge.js';
import type { DayAmount, ExpectedPrice, PriceCase, PriceDifference, PriceReading, PriceSource } from './order.js';

/** A reading and who gave it. */
export interface SourcedReading {
  source: PriceSource;
  reading: PriceReading;
}

/**
 * Where answers differ from what a case expects, and from one another. A source that should answer and
 * does not is a difference as well; the calculator is excused when the tenant answers, too.
 */
export function evaluatePrices({ expected }: PriceCase, readings: readonly SourcedReading[]): PriceDifference[] {
  const asked = readings.filter(
    ({ source, reading }) => source !== 'offline' || readings.length === 1 || reading.outcome !== 'unknown',
  );
  return [
    ...asked.flatMap((one) => compareWithExpected(expected, one, readings.length === 1)),
    ...asked.flatMap((one, i) => asked.slice(0, i).flatMap((other) => compareReadings(other, one))),
  ];
}

function compareWithExpected(
  expected: ExpectedPrice,
  { source, reading }: SourcedReading,
  isAlone: boolean,
): PriceDifference[] {
  const at = { source, against: 'expected' } as const;
  if (expected.refused !== undefined) {
    if (reading.outcome === 'refused' && reading.refusal === expected.refused) return [];
    return [{ ...at, what: 'outcome', expected: `refused: ${expected.refused}`, actual: describeOutcome(reading) }];
  }
  if (reading.outcome !== 'priced')
    return [{ ...at, what: 'outcome', expected: 'a price', actual: describeOutcome(reading) }];
  const { currency, firstPayment, recurring, tax, schedule } = expected;
  // What the tenant does not tell, and what the files do not know.
  const isOffline = source === 'offline';
  const compared = [
    ...(currency === undefined ? [] : compareTexts('currency', currency, reading.currency)),
    ...(firstPayment === undefined ? [] : compareAmounts('first_payment', firstPayment, reading.firstPayment)),
    ...(recurring === undefined || !isOffline ? [] : compareAmounts('recurring', recurring, reading.recurring)),
    ...(tax === undefined || isOffline ? [] : compareAmounts('tax', tax, reading.tax)),
    ...(schedule === undefined ? [] : compareSchedules(schedule, reading.schedule, schedule.at(-1)?.date ?? '')),
  ].map((one) => ({ ...at, ...one }));
  const comparable = [currency, firstPayment, schedule, isOffline ? recurring : tax];
  if (comparable.some((one) => one !== undefined) || (isOffline && !isAlone)) return compared;
  const [giver, lacking] = isOffline
    ? ['the files give', 'only the tax is expected, which the files do not give; use --live']
    : ['the tenant returns', 'only the recurring amount is expected, which the tenant does not return'];
  return [{ ...at, what: 'outcome', expected: `an amount that ${giver}`, actual: lacking }];
}

/** Everything that both tell; schedules as far as both go. */
function compareReadings(other: SourcedReading, one: SourcedReading): PriceDifference[] {
  const at = { source: one.source, against: other.source } as const;
  const [a, b] = [other.reading, one.reading];
  if (a.outcome !== 'priced' || b.outcome !== 'priced') {
    const same =
      a.outcome === b.outcome && (a.outcome !== 'refused' || b.outcome !== 'refused' || a.refusal === b.refusal);
    return same ? [] : [{ ...at, what: 'outcome', expected: describeOutcome(a), actual: describeOutcome(b) }];
  }
  const both = a.schedule && b.schedule ? [a.schedule.at(-1)?.date ?? '', b.schedule.at(-1)?.date ?? ''].sort() : [];
  return [
    ...(a.currency === undefined || b.currency === undefined ? [] : compareTexts('currency', a.currency, b.currency)),
    ...(a.firstPayment === undefined || b.firstPayment === undefined
      ? []
      : compareAmounts('first_payment', a.firstPayment, b.firstPayment)),
    ...(a.tax === undefined || b.tax === undefined ? [] : compareAmounts('tax', a.tax, b.tax)),
    ...(a.schedule && b.schedule ? compareSchedules(a.schedule, b.schedule, both[0] ?? '') : []),
  ].map((found) => ({ ...at, ...found }));
}

type Found = Omit<PriceDifference, 'source' | 'against'>;

function compareTexts(what: 'currency', expected: string, actual: string | undefined): Found[] {
  return expected === actual ? [] : [{ what, expected, actual: actual ?? 'not given' }];
}

function compareAmounts(
  what: Found['what'],
  expected: string | null,
  actual: string | null | undefined,
  date?: string,
): Found[] {
  const difference =
    typeof expected === 'string' && typeof actual === 'string' ? subtractAmounts(actual, expected) : undefined;
  if (expected === actual || (difference !== undefined && isZero(difference))) return [];
  return [
    {
      what,
      ...(date === undefined ? {} : { date }),
      expected: expected ?? 'none',
      actual: actual === undefined ? 'not given' : (actual ?? 'none'),
      ...(difference === undefined ? {} : { difference: difference.startsWith('-') ? difference : `+${difference}` }),
    },
  ];
}

/** A day without an amount and a day of nothing are the same. */
function compareSchedules(
  expected: readonly DayAmount[],
  actual: readonly DayAmount[] | undefined,
  until: string,
): Found[] {
  if (!actual) return [{ what: 'schedule', expected: `${expected.length} amounts`, actual: 'not given' }];
  const [left, right] = [expected, actual].map(
    (list) => new Map(list.filter(({ date }) => date <= until).map(({ date, amount }) => [date, amount])),
  );
  const days = [...new Set([...(left?.keys() ?? []), ...(right?.keys() ?? [])])].sort();
  return days.flatMap((day) => compareAmounts('schedule', left?.get(day) ?? '0', right?.get(day) ?? '0', day));
}

function isZero(amount: string): boolean {
  return /^-?[0.]+$/.test(amount);
}

function describeOutcome(reading: PriceReading): string {
  switch (reading.outcome) {
    case 'priced':
      return `a price, first payment ${[reading.currency ?? [], reading.firstPayment ?? []].flat().join(' ')}`;
    case 'refused':
      return `refused: ${reading.refusal} (${reading.reason})`;
    case 'unknown':
      return `no price: ${reading.reason}`;
  }
}
