import { parseAddress } from './address.js';
import type { Json, JsonObject } from './json.js';
import type { Change } from './plan.js';

/**
 * The port to a tenant. The API client implements it; plan gets only {@link LiveReader}, so it
 * cannot write by type. Everything is in wire form; unknown fields survive.
 * Every method throws `LimioError` (codes HTTP_*, AUTH_*, NETWORK, ...); a missing object is undefined.
 */
export type CatalogRecordType = 'offer' | 'add_on' | 'product' | 'page' | 'campaign' | 'segment' | 'asset';

export type CatalogSource = 'catalog' | 'published';

/** A list proves absence only when `complete`. */
export interface Listing<T> {
  items: T[];
  complete: boolean;
  /** Why it is not complete: one clause with both counts. */
  note?: string;
  /** The state of the catalog that the list shows, as the tenant names it (API reference, section 3: `commitId`). */
  commit?: string;
}

/** A catalog item, keyed by the outer path; inner copies in `data` are stale (section 3). */
export interface CatalogItem {
  path: string;
  name: string;
  /** 40 hex digits. */
  id: string;
  version?: string;
  /** `data.attributes`, or `{}`. */
  attributes: JsonObject;
  data: JsonObject;
}

export interface JourneyRecord {
  name: string;
  /** `{journeys, starting_point, fallback_tag, domains, ...}` */
  data: JsonObject;
  version?: string;
  updated?: string;
  record: JsonObject;
}

export interface JourneyListing extends Listing<JourneyRecord> {
  /** `object` holds one journey without a name: it proves wire forms, never absence. */
  shape: 'object' | 'array' | 'items' | 'none';
  /** The data of a nameless journey of the `object` shape. */
  nameless?: JsonObject;
}

export interface PromoCodeSummary {
  id: string;
  name?: string;
}

export interface PromoCodeRecord {
  id: string;
  name: string;
  data: JsonObject;
  version?: string;
  updated?: string;
  record: JsonObject;
}

export interface LiveReader {
  /** All items of a type through the search index, which may lag behind head (section 3). */
  listItems(type: CatalogRecordType, source: CatalogSource): Promise<Listing<CatalogItem>>;
  /** One item at head: the truth (section 3). */
  readItem(path: string): Promise<CatalogItem | undefined>;
  listJourneys(): Promise<JourneyListing>;
  readJourney(name: string): Promise<JourneyRecord | undefined>;
  listPromoCodes(): Promise<Listing<PromoCodeSummary>>;
  readPromoCode(id: string): Promise<PromoCodeRecord | undefined>;
}

/** Attributes of one item before and after; the client computes what the dialect needs on the wire. */
export interface ItemEdit {
  path: string;
  /** Values of the attributes that differ, as they are live now. */
  before: JsonObject;
  /** The new values of the same attributes; null or absent removes one. */
  after: JsonObject;
}

export interface BulkUpdateAnswer {
  /** Elements of `failed`, shapes unknown (section 4). The read-back decides, not this. */
  failed: Json[];
}

export interface PromoCodeBody {
  name: string;
  id: string;
  data: JsonObject;
}

export interface BuildTicket {
  id: string;
  buildPaths: string[];
}

export interface PublishAnswer {
  /** Routes in `publishedData.pages`, `/customers/acme/`. */
  published: string[];
  /** Routes in `ommitedWithError.pages`. `neverPublished`: empty pathPrefix and no message, the new-route trap. */
  omitted: { route: string; message?: string; neverPublished: boolean }[];
  answer: JsonObject;
}

export interface ItemCreation {
  /** Parent in the tree: `offers2`, `add_ons`, `pages`, `tags`. */
  parent: string;
  itemData: JsonObject;
}

export interface JobState {
  state: string;
  failedReason?: string;
}

/** The attempts at a write so far. */
export interface Tries {
  attempts: number;
  /** The tenant may have carried out one of them. */
  doubtful: boolean;
}

/**
 * Rebuilds the body of a write just before every attempt, after every wait: an old body would undo what
 * others did meanwhile. When it throws, the call ends without being sent.
 */
export type Renew<T> = (tries: Tries) => Promise<T>;

export interface LiveWriter {
  /** One bulk-update call (section 4). At most `dialect.bulkUpdate.maxDiffs` edits, and so are those of `renew`. */
  updateItems(edits: readonly ItemEdit[], renew?: Renew<readonly ItemEdit[]>): Promise<BulkUpdateAnswer>;
  createJourney(name: string): Promise<void>;
  /** Creates or updates; live at once (section 2). */
  putJourney(name: string, data: JsonObject, renew?: Renew<JsonObject>): Promise<void>;
  /** Resolves false when there was none. */
  deleteJourney(name: string, renew?: Renew<undefined>): Promise<boolean>;
  /** With `renew`, which checks whether the code exists, it is also repeated after a lost answer. */
  createPromoCode(body: PromoCodeBody, renew?: Renew<PromoCodeBody>): Promise<void>;
  /** Keys left out stay; nested objects are given whole (section 6). */
  updatePromoCode(body: PromoCodeBody, renew?: Renew<PromoCodeBody>): Promise<void>;
  deletePromoCode(id: string, renew?: Renew<undefined>): Promise<boolean>;
  startBuild(items: readonly string[]): Promise<BuildTicket>;
  publish(request: { tags: readonly string[]; buildId: string; name: string }): Promise<PublishAnswer>;
  createItem(creation: ItemCreation): Promise<{ jobId: string }>;
  readJob(id: string): Promise<JobState>;
}

export interface LiveApi extends LiveReader, LiveWriter {
  close(): Promise<void>;
}

/**
 * What a creation job is asked for (API reference, section 5). The parent has no slash before it. All pages are posted
 * to the tree `pages`, those below `/pages2/` too, as scripts do (section 3).
 */
export function toItemCreation({ address, after = {} }: Pick<Change, 'address' | 'after'>): ItemCreation {
  const { kind, name: path } = parseAddress(address);
  const at = path.lastIndexOf('/');
  return {
    parent: kind === 'page' ? 'pages' : path.slice(1, at),
    itemData: { name: path.slice(at + 1), record_type: kind, path, ...after },
  };
}
