import { getOwn, isJsonObject, type JsonObject } from '../model/json.js';
import type { OrderPreview, OrderPreviewRequest, PreviewChannel } from '../model/probes.js';
import type { Connection } from './open-connection.js';
import { parseOrderPreview } from './parse-order-preview.js';
import { ORDER_PREVIEW_PATHS } from './url-paths.js';

/** Prices an order and places none, so that it may be repeated like a read (API reference, section 8). */
export async function previewOrder(
  { call }: Connection,
  request: OrderPreviewRequest,
  channel: PreviewChannel,
): Promise<OrderPreview> {
  const path = ORDER_PREVIEW_PATHS[channel];
  const answer = await call({
    method: 'POST',
    path,
    json: buildPreviewBody(request),
    effect: 'read',
    answer: 'json',
    authorised: true,
  });
  return parseOrderPreview(answer.json);
}

function buildPreviewBody({ offers, date, country, discount }: OrderPreviewRequest): JsonObject {
  return {
    order_type: 'new',
    orderItems: offers.map(({ id, version, quantity }) => ({ offer: { id, version }, quantity })),
    // Nobody buys: what a real order says of people stays empty.
    billingDetails: {},
    deliveryDetails: {},
    orderDate: date,
    ...(country === undefined ? {} : { country }),
    ...(discount ? { orderDiscount: buildDiscount(discount) } : {}),
  };
}

function buildDiscount({ code, body, offerIds }: NonNullable<OrderPreviewRequest['discount']>): JsonObject {
  const details = getOwn(body, 'productDetails');
  const discount = getOwn(body, 'discount');
  return {
    name: code,
    ...(details === undefined ? {} : { productDetails: details }),
    discountOverrides: {
      ...(isJsonObject(discount) ? discount : {}),
      ...(offerIds ? { orderItemsWithSpecifiedDiscount: { discountedOffers: offerIds.map((id) => ({ id })) } } : {}),
    },
  };
}
