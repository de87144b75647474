import type { OrderPreview } from '../model/probes.js';
import { addAmounts, formatUnits, spellAmount } from './amount.js';
import type { DayAmount, PriceReading } from './price-case.js';
import type { Quote } from './priced-order.js';

/** What the calculator says, as texts, with one amount for each day. */
export function toReading(quote: Quote): PriceReading {
  if (quote.outcome === 'unpriced') return { outcome: 'unknown', reason: quote.reason };
  if (quote.outcome === 'refused') return quote;
  const { currency = '', firstPayment, recurring, schedule } = quote;
  return {
    outcome: 'priced',
    ...(currency === '' ? {} : { currency }),
    firstPayment: formatUnits(firstPayment, currency),
    recurring: recurring === undefined ? null : formatUnits(recurring, currency),
    schedule: sumDays(schedule.map(({ date, units }) => ({ date, amount: formatUnits(units, currency) }))),
  };
}

/**
 * What the tenant says. It tells no recurring amount. Where it does not say what was paid, that is what
 * falls due on the order date (docs/prices.md).
 */
export function readPreview({ firstPayment, currency, schedule, refused }: OrderPreview, date: string): PriceReading {
  if (refused !== undefined) return { outcome: 'unknown', reason: refused };
  const spell = (amount: string): string => spellAmount(amount, currency ?? '');
  const days = schedule && sumDays(schedule).map((due) => ({ ...due, amount: spell(due.amount) }));
  const first = firstPayment === undefined ? undefined : spell(firstPayment);
  const paid = first ?? (days && (days.find((due) => due.date === date)?.amount ?? '0'));
  if (paid === undefined)
    return {
      outcome: 'unknown',
      reason: 'The answer holds neither a paid amount nor a schedule or invoices that can be read.',
    };
  return {
    outcome: 'priced',
    firstPayment: paid,
    ...(currency === undefined ? {} : { currency }),
    ...(days ? { schedule: days } : {}),
  };
}

function sumDays(schedule: readonly DayAmount[]): DayAmount[] {
  const days = new Map<string, string>();
  for (const { date, amount } of schedule) days.set(date, addAmounts(days.get(date) ?? '0', amount));
  return [...days].map(([date, amount]) => ({ date, amount })).sort((a, b) => (a.date < b.date ? -1 : 1));
}
