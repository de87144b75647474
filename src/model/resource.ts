import type { Address, Kind } from './address.js';
import type { JsonObject } from './json.js';
import type { Position } from './problem.js';

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
  /** Fields that the file claims although they are the server's after creation. */
  owned: readonly string[];
  source: Position;
}

/** One resource as the tenant holds it. */
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
  /** The rest of what the tenant said of it (bookkeeping, template, products). */
  record: JsonObject;
}
