import type { JsonObject } from './json.js';
import type { CatalogRecordType, LiveReader, LiveWriter } from './live-api.js';

/** When an answer came, and what the tenant's clock said. */
export interface AnswerTiming {
  /** Milliseconds from sending to the last byte. */
  elapsedMs: number;
  /** Milliseconds since the epoch, by the clock of this machine. */
  receivedAtMs: number;
  /** The `Date` header as milliseconds since the epoch; absent when there was none that can be read. */
  dateMs?: number;
}

/** How one page of a catalog list was answered. */
export interface PageView {
  items: number;
  /** Absent when the answer gives no exact count. */
  hits?: number;
  hitsShape: 'object' | 'number' | 'none';
  /** A cursor leads to a further page. */
  more: boolean;
}

export interface PageRequest {
  type: CatalogRecordType;
  read: 'typed' | 'catalog_items';
  /** `opt.pageSize`; absent: what the tenant gives unasked. */
  pageSize?: number;
  /** `opt.all`, which turns paging on (API reference, section 3). */
  all: boolean;
}

/** A reader that also shows how the tenant answers. It has no method that writes. */
export interface TenantProbe extends LiveReader {
  observePage(request: PageRequest): Promise<PageView>;
  /** The outer object of an item at head, untouched: stray keys outside `data` are in it. */
  readItemRecord(path: string): Promise<JsonObject | undefined>;
  timings(): readonly AnswerTiming[];
}

/** What `doctor --learn` writes with. */
export interface DialectProbe extends TenantProbe, Pick<LiveWriter, 'putJourney' | 'updatePromoCode'> {
  /** One bulk-update of one item, sent as it is: in whatever wrapper, which may be wrong. */
  sendDiff(path: string, diff: JsonObject): Promise<void>;
}

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
