import type { JourneyCodecTemplates } from '../model/dialect.js';
import type { Json, JsonObject } from '../model/json.js';
import { createFaultBook, type FaultBook } from './faults/fault-rules.js';
import { hashText, type ItemRecord } from './item-record.js';
import { resolveJourneyCodec } from './journey-codec.js';
import type { ResolvedOptions } from './options.js';

/** A request as received. Secrets are replaced by `[redacted]`. */
export interface RequestLogEntry {
  method: string;
  /** Percent-encoded, as on the wire, without the query. */
  path: string;
  query: Record<string, string>;
  headers: Record<string, string>;
  /** JSON or a form as an object, other bodies as text; absent if empty. */
  body?: Json;
  /** The status that the client saw; 0 if it saw none. */
  status: number;
  /** Names of the faults that affected it. */
  faults?: string[];
  /** Query parameters that the route ignored. */
  unknownParameters?: string[];
  /** An internal error of the emulator, answered with 500. */
  error?: string;
  /** Milliseconds since the epoch, by the tenant's clock. */
  at: number;
}

export interface StoredJourney {
  name: string;
  /** The record without its name (API reference, section 2). */
  record: JsonObject & { data: JsonObject };
}

export interface StoredPromoCode {
  /** Position in the list. Cursors refer to it, so that they survive deletions. */
  sequence: number;
  record: JsonObject & { id: string; name: string; data: JsonObject };
}

/** An object of a customer (section 9). */
export interface StoredObject {
  /** Position in lists, as for promo codes. */
  sequence: number;
  record: JsonObject & { id: string; service: string; record_type: string; data: JsonObject };
  /** The id of the object that it belongs to. */
  parent?: string;
  /** Ids of other objects; a relation holds in both directions. */
  related: readonly string[];
}

/** A basket until its order is placed (section 9). */
export interface Basket {
  sequence: number;
  id: string;
  created: string;
  order: JsonObject;
  completed: boolean;
}

/** A page with its items, products expanded, as the shop shows it. */
export interface PageSnapshot {
  page: ItemRecord;
  items: Map<string, ItemRecord>;
}

export interface LiveRoute extends PageSnapshot {
  route: string;
  /** Grows with every publish. The published index has the latest copy of an item. */
  publishedOrder: number;
  /** What the published index has instead while it is blocked (section 7); null for nothing. */
  indexed?: PageSnapshot | null;
}

export interface Build {
  id: string;
  items: string[];
  startedAt: number;
  commitId: string;
  /** The pages when the build started. */
  pages: Map<string, PageSnapshot>;
  /** Why the build fails. One broken page fails the whole build (section 7). */
  problems: string[];
  /** Accepted, but never completes. */
  neverEnds?: true;
}

export interface Job {
  id: string;
  startedAt: number;
  /** Runs once, when the job is due. Returns why it failed. */
  run?: () => string | undefined;
  failedReason?: string;
}

export interface Scroll {
  alias: string;
  pageSize: number;
  items: JsonObject[];
  offset: number;
  expiresAt: number;
}

/** The state of the tenant, as plain data. Records are replaced, never mutated. */
export interface Tenant {
  options: ResolvedOptions;
  journeyCodec: JourneyCodecTemplates;
  /** Counts writes. Commit ids, versions and ids of builds and jobs derive from it. */
  counter: number;
  /** The catalog at head. */
  items: Map<string, ItemRecord>;
  /** The catalog as the search index shows it. */
  index: Map<string, ItemRecord>;
  /** Writes that are not indexed yet, oldest first. No `item` means a deletion. */
  indexQueue: { visibleAt: number; path: string; item?: ItemRecord }[];
  /** Expanded products that a seed has only inside offers. */
  productCopies: Map<string, JsonObject>;
  routes: Set<string>;
  liveRoutes: Map<string, LiveRoute>;
  /** Published items of the seed that are on no published page. */
  looseItems: Map<string, ItemRecord>;
  /** In milliseconds; the `commitId` of the published index. */
  publishedAt: number;
  journeys: Map<string, StoredJourney>;
  promoCodes: Map<string, StoredPromoCode>;
  objects: Map<string, StoredObject>;
  /** By the external id of the order. */
  baskets: Map<string, Basket>;
  builds: Map<string, Build>;
  jobs: Map<string, Job>;
  scrolls: Map<string, Scroll>;
  /** Expiry time by token. */
  tokens: Map<string, number>;
  log: RequestLogEntry[];
  faults: FaultBook;
}

export function createTenant(options: ResolvedOptions): Tenant {
  return {
    options,
    journeyCodec: resolveJourneyCodec(options.dialect),
    counter: 0,
    items: new Map(),
    index: new Map(),
    indexQueue: [],
    productCopies: new Map(),
    routes: new Set(),
    liveRoutes: new Map(),
    looseItems: new Map(),
    publishedAt: options.now(),
    journeys: new Map(),
    promoCodes: new Map(),
    objects: new Map(),
    baskets: new Map(),
    builds: new Map(),
    jobs: new Map(),
    scrolls: new Map(),
    tokens: new Map(),
    log: [],
    faults: createFaultBook(options.faults),
  };
}

/** The git hash of head. Every write changes it. */
export function getCommitId(tenant: Tenant): string {
  return hashText(`${tenant.options.tenant} commit ${tenant.counter}`);
}

/** Moves head, and returns a new version. */
export function bumpVersion(tenant: Tenant, subject: string): string {
  tenant.counter += 1;
  return hashText(`${tenant.counter} ${subject}`);
}

/** Catalog dates have seconds and an offset. */
export function formatCatalogDate(ms: number): string {
  return new Date(ms).toISOString().replace(/\.\d+Z$/, '+00:00');
}

/**
 * Writes an item at head, with a new version and modified date even if nothing changed. The inner copies
 * (`data.version`, `data.path`, ...) stay stale, as on live tenants.
 */
export function writeItem(tenant: Tenant, item: ItemRecord): ItemRecord {
  const now = tenant.options.now();
  const written: ItemRecord = {
    ...item,
    version: bumpVersion(tenant, item.path),
    data: { ...item.data, modified: formatCatalogDate(now), version_date: new Date(now).toISOString() },
  };
  tenant.items.set(item.path, written);
  queueForIndex(tenant, item.path, written);
  return written;
}

/** Returns false if there is no such item. */
export function removeItem(tenant: Tenant, path: string): boolean {
  if (!tenant.items.delete(path)) return false;
  bumpVersion(tenant, path);
  queueForIndex(tenant, path);
  return true;
}

/** The search index, which lags behind head (API reference, section 3). */
export function readIndex(tenant: Tenant): ReadonlyMap<string, ItemRecord> {
  const now = tenant.options.now();
  const latest = new Map(
    tenant.indexQueue.flatMap(({ path, visibleAt }, at) => (visibleAt <= now ? [[path, at]] : [])),
  );
  if (latest.size === 0) return tenant.index;
  for (const { path, item, visibleAt } of tenant.indexQueue) {
    if (visibleAt > now) continue;
    if (item) tenant.index.set(path, item);
    else tenant.index.delete(path);
  }
  // A write that is held back is dropped when a later one of its item is visible.
  tenant.indexQueue = tenant.indexQueue.filter(
    ({ path, visibleAt }, at) => visibleAt > now && at > (latest.get(path) ?? -1),
  );
  return tenant.index;
}

function queueForIndex(tenant: Tenant, path: string, item?: ItemRecord): void {
  const visibleAt = tenant.options.now() + tenant.options.indexLagMs;
  tenant.indexQueue.push(item ? { visibleAt, path, item } : { visibleAt, path });
}

/** Runs a call and undoes what it stored. Tokens, cursors and the log keep their changes. */
export function withoutEffect<T>(tenant: Tenant, run: () => T): T {
  // Copies of the maps are enough, since records are never mutated.
  const before = {
    items: new Map(tenant.items),
    index: new Map(tenant.index),
    indexQueue: [...tenant.indexQueue],
    productCopies: new Map(tenant.productCopies),
    routes: new Set(tenant.routes),
    liveRoutes: new Map(tenant.liveRoutes),
    looseItems: new Map(tenant.looseItems),
    publishedAt: tenant.publishedAt,
    journeys: new Map(tenant.journeys),
    promoCodes: new Map(tenant.promoCodes),
    objects: new Map(tenant.objects),
    baskets: new Map(tenant.baskets),
    builds: new Map(tenant.builds),
    jobs: new Map(tenant.jobs),
  };
  const result = run();
  // Not the counter: versions must stay unique.
  Object.assign(tenant, before);
  return result;
}
