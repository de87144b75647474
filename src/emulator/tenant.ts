import type { JourneyCodecTemplates } from '../model/dialect.js';
import type { Json, JsonObject } from '../model/json.js';
import { createFaultBook, type FaultBook } from './faults/fault-rules.js';
import { hashText, type ItemRecord } from './item-record.js';
import { resolveJourneyForm } from './journey-form.js';
import type { ResolvedOptions } from './options.js';

/** One request as it came in. Secrets are replaced by `[redacted]`. */
export interface RequestLogEntry {
  method: string;
  /** As on the wire: still percent-encoded, without the query. */
  path: string;
  query: Record<string, string>;
  headers: Record<string, string>;
  /** JSON or a form as an object, other text as it came; absent when empty. */
  body?: Json;
  /** What the client got to see; 0 until then, and for good where it saw none. */
  status: number;
  /** The faults that struck it, by name. */
  faults?: string[];
  /** Query parameters that the route does not know and ignored. */
  unknownParameters?: string[];
  /** A mistake of the emulator itself, answered as 500. */
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
  /** Position in the list: cursors name it, so that they survive deletions. */
  sequence: number;
  record: JsonObject & { id: string; name: string; data: JsonObject };
}

/** A page with what stands on it, products expanded, as the shop shows it. */
export interface PageSnapshot {
  page: ItemRecord;
  items: Map<string, ItemRecord>;
}

export interface LiveRoute extends PageSnapshot {
  route: string;
  /** Grows with every publish: of two copies of an item the later one is in the published index. */
  publishedOrder: number;
}

export interface Build {
  id: string;
  items: string[];
  startedAt: number;
  commitId: string;
  /** Pages as they were when the build started. */
  pages: Map<string, PageSnapshot>;
  /** Why the build fails; one broken page fails the whole batch (section 7). */
  problems: string[];
  /** Accepted, but never done. */
  neverEnds?: true;
}

export interface Job {
  id: string;
  startedAt: number;
  /** Runs once, when the job's time is over; answers why it failed. */
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

/** The whole tenant, as plain data. Records are replaced, never mutated. */
export interface Tenant {
  options: ResolvedOptions;
  journeyForm: JourneyCodecTemplates;
  /** Counts every write; commit ids, versions and ids of builds and jobs derive from it. */
  counter: number;
  /** The catalog at head. */
  items: Map<string, ItemRecord>;
  /** What the search index shows of it. */
  index: Map<string, ItemRecord>;
  /** Writes that the index has yet to see, oldest first; without `item` it is a deletion. */
  indexQueue: { visibleAt: number; path: string; item?: ItemRecord }[];
  /** Expanded products that a seed had inside offers and not as items. */
  productCopies: Map<string, JsonObject>;
  routes: Set<string>;
  liveRoutes: Map<string, LiveRoute>;
  /** Published items of the seed that stand on no published page. */
  looseItems: Map<string, ItemRecord>;
  /** Milliseconds, the `commitId` of the published index. */
  publishedAt: number;
  journeys: Map<string, StoredJourney>;
  promoCodes: Map<string, StoredPromoCode>;
  builds: Map<string, Build>;
  jobs: Map<string, Job>;
  scrolls: Map<string, Scroll>;
  /** Token -> when it expires. */
  tokens: Map<string, number>;
  log: RequestLogEntry[];
  faults: FaultBook;
}

export function createTenant(options: ResolvedOptions): Tenant {
  return {
    options,
    journeyForm: resolveJourneyForm(options.dialect),
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
    builds: new Map(),
    jobs: new Map(),
    scrolls: new Map(),
    tokens: new Map(),
    log: [],
    faults: createFaultBook(options.faults),
  };
}

/** The git hash of head; every write moves it. */
export function getCommitId(tenant: Tenant): string {
  return hashText(`${tenant.options.tenant} commit ${tenant.counter}`);
}

/** Moves head on and answers a version that was never given before. */
export function bumpVersion(tenant: Tenant, subject: string): string {
  tenant.counter += 1;
  return hashText(`${tenant.counter} ${subject}`);
}

/** The form in which catalog dates stand: seconds, with an offset. */
export function formatCatalogDate(ms: number): string {
  return new Date(ms).toISOString().replace(/\.\d+Z$/, '+00:00');
}

/**
 * Writes an item at head: a new version and modified date each time, also when nothing changed.
 * The inner copies (`data.version`, `data.path`, ...) stay stale, as they do live.
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

/** Answers false when there was no such item. */
export function removeItem(tenant: Tenant, path: string): boolean {
  if (!tenant.items.delete(path)) return false;
  bumpVersion(tenant, path);
  queueForIndex(tenant, path);
  return true;
}

/** The search index as far as it has caught up by now (API reference, section 3). */
export function readIndex(tenant: Tenant): ReadonlyMap<string, ItemRecord> {
  const now = tenant.options.now();
  const due = tenant.indexQueue.findIndex((entry) => entry.visibleAt > now);
  const ready = tenant.indexQueue.splice(0, due === -1 ? tenant.indexQueue.length : due);
  for (const { path, item } of ready) {
    if (item) tenant.index.set(path, item);
    else tenant.index.delete(path);
  }
  return tenant.index;
}

function queueForIndex(tenant: Tenant, path: string, item?: ItemRecord): void {
  const visibleAt = tenant.options.now() + tenant.options.indexLagMs;
  tenant.indexQueue.push(item ? { visibleAt, path, item } : { visibleAt, path });
}

/** Runs something and puts back what it stored; tokens, cursors and the log stay as it left them. */
export function withoutEffect<T>(tenant: Tenant, run: () => T): T {
  // Records are replaced, never mutated, so copies of the maps hold everything.
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
    builds: new Map(tenant.builds),
    jobs: new Map(tenant.jobs),
  };
  const result = run();
  // The counter goes on: no version is ever given twice.
  Object.assign(tenant, before);
  return result;
}
