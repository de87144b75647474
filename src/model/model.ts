import { type Address, isCatalogKind, type Kind } from './address.js';
import { type JsonObject, objectAt } from './json.js';
import type { LiveReader, LiveWriter } from './live-api.js';
import type { Change, FieldChange } from './plan.js';
import type { Place } from './problem.js';

/*
 * The words of the domain, as types and pure functions. Nothing here reads, prints or imports another folder.
 *
 *   model.ts      desired and live resources, the driver of a kind, the phases of writing
 *   address.ts    kinds and addresses             plan.ts      changes, guards, the plan value
 *   live-api.ts   the port to a tenant            outcome.ts   what became of each change and page
 *   dialect.ts    undocumented behaviour          run.ts       journal entries and runs
 *   policies.ts   limits and freezes              drift.ts, promotion.ts, pull.ts: results of those commands
 *   json.ts, text.ts, words.ts, spelling.ts, decimal.ts, async.ts: small tools that every folder shares
 */

/** One resource as the files declare it: only managed fields, in Limio's own names. */
export interface DesiredResource {
  address: Address;
  kind: Kind;
  /** The path, code (upper case) or name within the kind. */
  name: string;
  /**
   * The declared fields in the shape of the API's own object:
   * catalog kinds `{attributes: {...}}`; promo_code the `data` of the object;
   * journey `{starting_point, fallback_tag, domains, journeys}` with typed elements as in the file.
   */
  body: JsonObject;
  /** Fields that the file manages although they belong to the server after creation. */
  owned: readonly string[];
  /** The object that it was before it got its name: `moved_from`. */
  movedFrom?: Address;
  source: Place;
  /** Where the file writes the name; `source` is its document. */
  named?: Place;
  /** Where a template or a base writes a field, by its pointer as in {@link FieldChange}; of such resources only. */
  locateShared?: (pointer: string) => Place | undefined;
}

/** One resource as it is in the tenant. */
export interface LiveResource {
  address: Address;
  kind: Kind;
  name: string;
  /** The same shape as {@link DesiredResource.body}, in wire form and with every field. */
  body: JsonObject;
  /** Opaque: the id that writes need where it is not the name (promo codes). */
  id?: string;
  /** The tenant's optimistic-concurrency token, where it gives one. */
  version?: string;
  /** True when read from the source of truth, false when seen through the search index. */
  atHead: boolean;
  /** The rest of the tenant's record (bookkeeping, template, products). */
  record: JsonObject;
}

/** Kinds are written phase by phase, in this order, and deleted in the opposite one. */
export const WRITE_PHASES = ['catalog', 'promo-codes', 'journeys'] as const;

export type WritePhase = (typeof WRITE_PHASES)[number];

/** The fields of a body that one write replaces as a whole: attributes of a catalog item, keys of other objects. */
export function topLevelFields(kind: Kind, body: JsonObject = {}): JsonObject {
  return isCatalogKind(kind) ? objectAt(body, 'attributes') : body;
}

/** The body with only these fields. */
export function toBody(kind: Kind, fields: JsonObject): JsonObject {
  return isCatalogKind(kind) ? { attributes: fields } : fields;
}

/** A form of an object that is complete but reached by nobody, for kinds that can move to another name. */
export interface Parking {
  park(body: JsonObject): JsonObject;
  isParked(body: JsonObject): boolean;
  /** The fields that parking changed, as they were; null where there was none. */
  unpark(parked: JsonObject): JsonObject;
}

/** What a write is built from. */
export interface WriteTarget {
  /** The object as read just before the write. */
  live: LiveResource | undefined;
  /** The whole object as it will be. On update, every field that the plan does not change is as in `live`. */
  body: JsonObject;
}

/** What apply needs to know of one kind. Implemented in kinds/, handed in by the command. */
export interface KindDriver {
  kind: Kind;
  phase: WritePhase;
  /** The object at head now; `id` is the live id where it is not derived from the name. */
  read(reader: LiveReader, name: string, id?: string): Promise<LiveResource | undefined>;
  /** The part of a live body that `like` (a change's before or after) covers. */
  project(body: JsonObject, like: JsonObject): JsonObject;
  /** Differences that count for this kind; empty means equal. `from` and `to` cover the same fields. */
  compare(from: JsonObject, to: JsonObject): FieldChange[];
  parking?: Parking;
  /** The planned body with what the server counted since: that is no edit of a person. */
  followCounts?(planned: JsonObject, live: JsonObject): JsonObject;
  /** SHA-256 of what a page shows of the object, without the fields of `without`. Catalog kinds only. */
  hashShown?(live: LiveResource, without: JsonObject): string;
  /**
   * Sends one create, update or delete. `target` was made from the object as read just before; `renew` reads it
   * once more, and throws when what it finds may not be written.
   * Absent for catalog kinds, which go out in batches through `LiveWriter.updateItems`.
   */
  write?(writer: LiveWriter, change: Change, target: WriteTarget, renew?: () => Promise<WriteTarget>): Promise<void>;
}
