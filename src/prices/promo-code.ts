import { type Decimal, readAmount } from '../charges/amount.js';
import { getOwn, isJsonObject, type JsonObject } from '../model/json.js';
import { divideRounded, toUnits } from './charge.js';
import type { DueAmount, PriceQuestion, Refusal } from './order.js';
import { addPeriods, lengthAt, readPeriod, type Result, show } from '../charges/period.js';

/** Why an order is not taken: an offer that is not sold in the country, or a code that cannot be used. */
export function findRefusal({
  items,
  date,
  country,
  promoCode,
}: PriceQuestion): { refusal: Refusal; reason: string } | undefined {
  for (const { path, attributes } of items) {
    const countries = getOwn(attributes, 'allowed_countries__limio');
    // An empty list is everywhere (API reference, section 3).
    if (country === undefined || !Array.isArray(countries) || countries.length === 0 || countries.includes(country))
      continue;
    return { refusal: 'not_sold', reason: `${path} is not sold in ${country}.` };
  }
  const reason = promoCode && findCodeFault(promoCode.body, date, items);
  return promoCode && reason !== undefined
    ? { refusal: 'promo_code', reason: `Promo code ${promoCode.code} ${reason}.` }
    : undefined;
}

/** Days are those of the code, both ends included; a time of day does not count. */
function findCodeFault(body: JsonObject, date: string, items: PriceQuestion['items']): string | undefined {
  if (getOwn(body, 'status') === false) return 'is switched off';
  const [start, expiry] = ['promoStartDate', 'promoExpiryDate'].map((key) => {
    const value = getOwn(body, key);
    return typeof value === 'string' ? value.slice(0, 10) : undefined;
  });
  if (start !== undefined && date < start) return `begins on ${start}`;
  if (expiry !== undefined && date > expiry) return `ended on ${expiry}`;
  const usage = getOwn(body, 'usage');
  if (isJsonObject(usage) && getOwn(usage, 'availableQuantity') === 0) return 'is used up';
  return listDiscounted(body, items).length === 0 ? 'applies to none of the offers' : undefined;
}

/** The offers that a code applies to: all, or those that carry its label (API reference, section 6). */
export function listDiscounted<T extends { attributes: JsonObject }>(body: JsonObject, items: readonly T[]): T[] {
  if (getOwn(body, 'applicationLevel') !== 'selectedItems') return [...items];
  const wanted = [getOwn(body, 'referencedOfferLabel') ?? []].flat();
  return items.filter(({ attributes }) => {
    const labels = getOwn(attributes, 'label__limio');
    return Array.isArray(labels) && labels.some((label) => wanted.includes(label));
  });
}

/** What a promo code takes off (API reference, section 6). */
export interface Discount {
  /** Of what falls due before this day; absent: for ever. */
  until?: string;
  off: { percentage: Decimal } | { units: bigint };
}

/** The discount of a promo code for an order in a currency. */
export function readDiscount(body: JsonObject, date: string, currency: string, code: string): Result<Discount> {
  const discount = getOwn(body, 'discount');
  const what = `Promo code ${code}`;
  if (!isJsonObject(discount)) return { reason: `${what}: its discount is unknown.` };
  const duration = readPeriod(lengthAt(discount, ['durationLength', 'durationType']), what);
  if ('reason' in duration) return duration;
  const until = duration.value && addPeriods(date, duration.value);
  const off = readOff(discount, currency, what);
  return 'reason' in off ? off : { value: { ...(until === undefined ? {} : { until }), off: off.value } };
}

function readOff(discount: JsonObject, currency: string, what: string): Result<Discount['off']> {
  if (getOwn(discount, 'discountType') === 'DiscountPercentage') {
    const percentage = readAmount(getOwn(discount, 'percentageDiscount'), '');
    const isPercentage =
      percentage && percentage.units >= 0n && percentage.units <= 100n * 10n ** BigInt(percentage.scale);
    if (isPercentage) return { value: { percentage } };
    const given = show(getOwn(discount, 'percentageDiscount'));
    return { reason: `${what}: percentageDiscount ${given} is not a number from 0 to 100.` };
  }
  const amount = readAmount(getOwn(discount, 'amountDiscount'), currency);
  const other = getOwn(discount, 'currency');
  if (!amount || amount.units < 0n)
    return {
      reason: `${what}: amountDiscount ${show(getOwn(discount, 'amountDiscount'))} is not a number of 0 or more.`,
    };
  if (other !== currency) return { reason: `${what}: the discount is in ${show(other)}, the order in ${currency}.` };
  return { value: { units: toUnits(amount, currency) } };
}

/** The amounts, sorted by date, with the discount taken off those of the given offers. */
export function takeOff(
  schedule: readonly DueAmount[],
  { until, off }: Discount,
  paths: ReadonlySet<string>,
): DueAmount[] {
  const left = new Map<string, bigint>();
  return schedule.map((due) => {
    if (!paths.has(due.path) || (until !== undefined && due.date >= until)) return due;
    if ('percentage' in off) {
      const { units, scale } = off.percentage;
      return { ...due, units: due.units - divideRounded(due.units * units, 100n * 10n ** BigInt(scale)) };
    }
    const rest = left.get(due.date) ?? off.units;
    const taken = rest < due.units ? rest : due.units;
    left.set(due.date, rest - taken);
    return { ...due, units: due.units - taken };
  });
}
