import { getOwn } from '../model/json.js';
import type { OrderPreviewRequest } from '../model/probes.js';
import { listDiscounted } from './find-refusal.js';
import type { OrderItem, PriceQuestion } from './priced-order.js';

/** An offer as it is published. */
export interface PublishedItem extends OrderItem {
  id: string;
  version: string;
}

/** The same question to the tenant. */
export function buildPreviewRequest({
  items,
  date,
  country,
  promoCode,
}: Omit<PriceQuestion, 'items'> & { items: readonly PublishedItem[] }): OrderPreviewRequest {
  const selected = promoCode && getOwn(promoCode.body, 'applicationLevel') === 'selectedItems';
  return {
    offers: items.map(({ id, version, quantity }) => ({ id, version, quantity })),
    date,
    ...(country === undefined ? {} : { country }),
    ...(promoCode
      ? {
          discount: {
            ...promoCode,
            ...(selected ? { offerIds: listDiscounted(promoCode.body, items).map(({ id }) => id) } : {}),
          },
        }
      : {}),
  };
}
