import type { Address } from './address.js';
import type { Json, JsonObject } from './json.js';
import type { CatalogRecordType, LiveReader, LiveWriter } from './live-api.js';

/** `unknown`: the check could not decide, or depends on one that could not. */
export type FindingStatus = 'ok' | 'warning' | 'problem' | 'unknown';

/** What one check of `doctor` found. */
export interface DoctorFinding {
  status: FindingStatus;
  /** One sentence. */
  message: string;
  /** What the check saw, one line each. */
  evidence: string[];
  /** How to fix it. */
  advice?: string;
}

/** The result of `limio-sync doctor`. */
export interface DoctorReport {
  kind: 'limio-sync/doctor';
  formatVersion: 1;
  environment: string;
  host: string;
  /** Where the credentials come from: the names of variables, a file or a command. */
  credentials?: string;
  summary: Record<FindingStatus, number>;
  /** In the order of the checks. */
  checks: ({ id: string; title: string } & DoctorFinding)[];
}

/** The result of `limio-sync doctor --learn`. */
export interface LearnReport {
  kind: 'limio-sync/learn';
  formatVersion: 1;
  environment: string;
  host: string;
  run: string;
  /** The file with the settings; absent if nothing was learned. */
  file?: string;
  learned: {
    setting: string;
    value: Json;
    how: string;
    /** The other value in limio.config, which takes precedence. */
    overriddenBy?: Json;
  }[];
  notLearned: { setting: string; reason: string }[];
  canaries: {
    address: Address;
    restored: boolean;
    /** JSON Pointers to changes of limio-sync that could not be undone. */
    notRestored: string[];
    /** JSON Pointers to concurrent changes by others, which are kept. */
    changedByOthers: string[];
    /** The file with the object as it was before the run. */
    savedFile: string;
    failure?: string;
  }[];
  interrupted: boolean;
}

/** The journey to build, from which `doctor --learn-journeys` learns the wire form of elements. */
export interface JourneyGuideDocument {
  kind: 'limio-sync/journey-guide';
  formatVersion: 1;
  environment: string;
  host: string;
  journey: string;
  branches: { type: string; title: string; ask: string }[];
  /** Two tag paths; empty if the tenant has too few pages. */
  destinations: string[];
  skipped: readonly { type: string; reason: string }[];
}

/** What `doctor --learn-journeys` learned from a journey that was built by the guide. */
export interface LearnedJourneyCodec {
  kind: 'limio-sync/learned-journey-codec';
  formatVersion: 1;
  environment: string;
  host: string;
  journey: string;
  /** The file with the templates; absent if nothing was learned. */
  file?: string;
  learned: { side: 'conditions' | 'actions'; type: string; template: Json }[];
  notLearned: { type: string; reason: string }[];
  /** All journeys of the tenant, their conditions and actions, and how many of these the templates decode. */
  proof: { journeys: number; elements: number; typed: number };
  /** limio.config has `journeyCodec: 'assumed'`, which takes precedence. */
  overridden: boolean;
}

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

interface PreviewItem {
  id: string;
  version: string;
  quantity: number;
}

/** An order to price without placing it (API reference, section 8). */
export interface OrderPreviewRequest {
  /** `id` and `version` of published offers. */
  offers: readonly PreviewItem[];
  /** In the same order. */
  addOns?: readonly PreviewItem[];
  /** YYYY-MM-DD */
  date: string;
  country?: string;
  /** They decide the taxes (API reference, section 9). */
  billing?: JsonObject;
  delivery?: JsonObject;
  /** `body` is the `data` of a promo code; `offerIds` are the offers that it applies to, all when absent. */
  discount?: { code: string; body: JsonObject; offerIds?: readonly string[] };
}

/** What could be read of the answer, whose structure varies with the billing plug-in. Amounts are as they came. */
export interface OrderPreview {
  firstPayment?: string;
  currency?: string;
  /** As it came: several amounts may have one date. */
  schedule?: readonly { date: string; amount: string }[];
  /** Of the invoices or of the charges. */
  taxes?: readonly { date: string; amount: string }[];
  /** Why nothing is there: the tenant says that the preview did not succeed. */
  refused?: string;
}

/** Which of the two calls prices the order. */
export type PreviewChannel = 'shop' | 'partner';

export interface OrderPreviewer {
  /** Reads only: nothing is ordered. */
  previewOrder(request: OrderPreviewRequest, channel: PreviewChannel): Promise<OrderPreview>;
}
