import type { JsonObject } from './json.js';

/** An order to price without placing it (API reference, section 8). */
export interface OrderPreviewRequest {
  /** `id` and `version` of published offers. */
  offers: readonly { id: string; version: string; quantity: number }[];
  /** YYYY-MM-DD */
  date: string;
  country?: string;
  /** `body` is the `data` of a promo code; `offerIds` are the offers that it applies to, all when absent. */
  discount?: { code: string; body: JsonObject; offerIds?: readonly string[] };
}

/** What could be read of the answer, whose structure varies with the billing plug-in. Amounts are as they came. */
export interface OrderPreview {
  firstPayment?: string;
  currency?: string;
  /** As it came: several amounts may have one date. */
  schedule?: readonly { date: string; amount: string }[];
  /** Why nothing is there: the tenant says that the preview did not succeed. */
  refused?: string;
}

/** Which of the two calls prices the order. */
export type PreviewChannel = 'shop' | 'partner';

export interface OrderPreviewer {
  /** Reads only: nothing is ordered. */
  previewOrder(request: OrderPreviewRequest, channel: PreviewChannel): Promise<OrderPreview>;
}
