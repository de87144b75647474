import type { Period } from './calendar.js';
import { readDiscount, takeOff } from './discount.js';
import { findRefusal, listDiscounted } from './find-refusal.js';
import { type ChargedAmounts, listDueAmounts } from './list-due-amounts.js';
import type { DueAmount, PriceQuestion, Quote } from './priced-order.js';

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
  const due = charged.flatMap((one) => one.due).sort((a, b) => (a.date < b.date ? -1 : a.date > b.date ? 1 : 0));
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

/** Twelve months are a year, seven days a week. */
function nameInterval(interval: Period | undefined): string {
  if (interval === undefined) return '';
  const { count, unit } = interval;
  if (unit === 'year' || unit === 'month') return `${unit === 'year' ? count * 12 : count} months`;
  return `${unit === 'week' ? count * 7 : count} days`;
}

function sum(amounts: readonly Pick<DueAmount, 'units'>[]): bigint {
  return amounts.reduce((total, { units }) => total + units, 0n);
}
