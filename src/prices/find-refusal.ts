import { type JsonObject, getOwn, isJsonObject } from '../model/json.js';
import type { PriceQuestion, Refusal } from './priced-order.js';

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
  const reason = promoCode && judgeCode(promoCode.body, date, items);
  return promoCode && reason !== undefined
    ? { refusal: 'promo_code', reason: `Promo code ${promoCode.code} ${reason}.` }
    : undefined;
}

/** Days are those of the code, both ends included; a time of day does not count. */
function judgeCode(body: JsonObject, date: string, items: PriceQuestion['items']): string | undefined {
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
