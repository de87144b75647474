import { countThings } from '../model/words.js';
import type { SourcedReading } from '../prices/cases.js';
import { subtractAmounts } from '../prices/charge.js';
import type { ExpectedPrice, PriceDifference, PriceReading } from '../prices/order.js';
import { escapeTerminal } from './escape.js';

/** A price can differ on every date of many years. */
const MOST_ROWS = 8;

/** `first payment 12.99, recurring 12.99, GBP, 3 due dates`, or `refused: not_sold`. */
export function describeExpectedPrice(expected: ExpectedPrice): string {
  const { refused, schedule } = expected;
  if (refused !== undefined) return `refused: ${refused}`;
  return [...listParts(expected), ...(schedule ? [countThings(schedule.length, 'due date')] : [])].join(', ');
}

/** Equal answers once: `offline and live: first payment 12.99, GBP; partner: no price (...)` */
export function describeReadings(readings: readonly SourcedReading[], expected: ExpectedPrice): string {
  const groups = new Map<string, string[]>();
  for (const { source, reading } of readings) {
    const text = describeReading(reading, expected);
    groups.set(text, [...(groups.get(text) ?? []), source]);
  }
  if (readings.length === 1) return [...groups.keys()].join('');
  return [...groups].map(([text, sources]) => `${sources.join(' and ')}: ${text}`).join('; ');
}

function describeReading(reading: PriceReading, { recurring, tax }: ExpectedPrice): string {
  if (reading.outcome === 'priced')
    return listParts({
      ...reading,
      recurring: recurring === undefined ? undefined : reading.recurring,
      tax: tax === undefined ? undefined : reading.tax,
    }).join(', ');
  const reason = escapeTerminal(reading.reason.replace(/\.$/, ''));
  return reading.outcome === 'refused' ? `refused: ${reading.refusal} (${reason})` : `no price (${reason})`;
}

function listParts({
  firstPayment,
  recurring,
  currency,
  tax,
}: {
  firstPayment?: string | undefined;
  recurring?: string | null | undefined;
  currency?: string | undefined;
  tax?: string | undefined;
}): string[] {
  return [
    ...(firstPayment === undefined ? [] : [`first payment ${escapeTerminal(firstPayment)}`]),
    ...(recurring === undefined ? [] : [`recurring ${escapeTerminal(recurring ?? 'none')}`]),
    ...(currency === undefined ? [] : [escapeTerminal(currency)]),
    ...(tax === undefined ? [] : [`tax ${escapeTerminal(tax)}`]),
  ];
}

/** Why an answer with a price fails although no amount differs: the case expects nothing that it could contain. */
export function explainUncompared(
  { refused }: ExpectedPrice,
  readings: readonly SourcedReading[],
  differences: readonly PriceDifference[],
): string | undefined {
  if (refused !== undefined) return undefined;
  const priced = new Set(readings.flatMap(({ source, reading }) => (reading.outcome === 'priced' ? [source] : [])));
  const reasons = differences.flatMap(({ source, against, what, actual }) =>
    what === 'outcome' && against === 'expected' && priced.has(source) ? [actual] : [],
  );
  return reasons.length === 0 ? undefined : [...new Set(reasons)].join('; ');
}

/** One row a value that differs, one column a source, each with the difference. Empty when the outcomes say it all. */
export function renderPriceTable(
  expected: ExpectedPrice,
  readings: readonly SourcedReading[],
  differences: readonly PriceDifference[],
  assumed: readonly string[],
): string {
  const rows = new Map(differences.filter(({ what }) => what !== 'outcome').map((one) => [nameRow(one), one]));
  const shown = [...rows].slice(0, MOST_ROWS);
  const cells = shown.map(([name, { what, date }]) => {
    const wanted = findValue(what, date, { outcome: 'priced', ...expected });
    const values = readings.map(({ reading }) => findValue(what, date, reading));
    return [
      name,
      wanted ?? '',
      ...values.map((value, i) => describeCell(value, wanted ?? (i === 0 ? undefined : values[0]))),
    ];
  });
  const table = cells.length === 0 ? [] : [['', 'expected', ...readings.map(({ source }) => source)], ...cells];
  const widths = (table[0] ?? []).map((_, column) => Math.max(...table.map((row) => row[column]?.length ?? 0)));
  return [
    ...table.map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    ),
    ...(rows.size > shown.length
      ? [`and ${countThings(rows.size - shown.length, 'more difference')}; see all with --format json`]
      : []),
    ...assumed.map((text) => `assumed: ${escapeTerminal(text)}`),
  ].join('\n');
}

function nameRow({ what, date }: PriceDifference): string {
  return date ?? what;
}

function findValue(what: PriceDifference['what'], date: string | undefined, reading: PriceReading): string | undefined {
  if (reading.outcome !== 'priced') return undefined;
  if (what === 'first_payment') return reading.firstPayment;
  if (what === 'currency') return reading.currency;
  if (what === 'tax') return reading.tax;
  if (what === 'recurring') return reading.recurring === null ? 'none' : reading.recurring;
  return reading.schedule?.find((due) => due.date === date)?.amount;
}

function describeCell(actual: string | undefined, wanted: string | undefined): string {
  const text = escapeTerminal(actual ?? '-');
  const difference = actual === undefined || wanted === undefined ? undefined : subtractAmounts(actual, wanted);
  if (difference === undefined || /^-?[0.]+$/.test(difference)) return text;
  return `${text} (${difference.startsWith('-') ? '' : '+'}${difference})`;
}
