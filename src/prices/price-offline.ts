import { type JsonObject, getOwn, isJsonObject } from '../model/json.js';
import type { DesiredResource } from '../model/resource.js';
import type { PriceCase, PriceReading } from './price-case.js';
import { priceOrder } from './price-order.js';
import { toReading } from './to-reading.js';

/** What the calculator says about a case over declared offers and promo codes, and what it had to take for granted. */
export function priceOffline(
  desired: readonly DesiredResource[],
  { offers, date, country, promoCode }: PriceCase,
): { reading: PriceReading; assumed: string[] } {
  const find = (kind: 'offer' | 'promo_code', name: string): JsonObject | undefined =>
    desired.find((one) => one.kind === kind && one.name === name)?.body;
  const items = offers.map(({ path, quantity }) => ({
    path,
    quantity,
    attributes: getOwn(find('offer', path) ?? {}, 'attributes'),
  }));
  const body = promoCode === undefined ? undefined : find('promo_code', promoCode);
  const undeclared = [
    ...items.flatMap(({ path, attributes }) => (isJsonObject(attributes) ? [] : [path])),
    ...(promoCode !== undefined && !body ? [`promo code ${promoCode}`] : []),
  ];
  if (undeclared.length > 0)
    return {
      reading: {
        outcome: 'unknown',
        reason: `Not declared in these files: ${undeclared.join(', ')}. Only the tenant can price it.`,
      },
      assumed: [],
    };
  const declared = items.map((item) => ({ ...item, attributes: isJsonObject(item.attributes) ? item.attributes : {} }));
  const quote = priceOrder({
    items: declared,
    date,
    ...(country === undefined ? {} : { country }),
    ...(promoCode !== undefined && body ? { promoCode: { code: promoCode, body } } : {}),
  });
  const assumed = declared.flatMap(({ path, attributes }) => {
    const has = (key: string): boolean => Object.hasOwn(attributes, key);
    const term =
      has('term__limio') || has('initial_term__limio')
        ? []
        : [`${path} declares no term: twelve months are looked at.`];
    const countries =
      country === undefined || has('allowed_countries__limio')
        ? []
        : [`${path} declares no countries: it counts as sold everywhere.`];
    return [...term, ...countries];
  });
  return { reading: toReading(quote), assumed };
}
