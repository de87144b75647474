import type { Address, Kind } from '../model/address.js';
import type { JsonObject } from '../model/json.js';
import type { CatalogItem, Listing } from '../model/live-api.js';
import type { LiveResource } from '../model/resource.js';

/** What one plan needs to know of the tenant. */
export interface LiveState {
  resources: Map<Address, LiveResource>;
  /** Per kind that was listed: whether the list proves absence, and if not, why. */
  listings: Partial<Record<Kind, { complete: boolean; note?: string }>>;
  /** Data of live journeys: the evidence for wire forms. */
  journeyData: JsonObject[];
  /** Published copies of declared kinds, by path. Holds only items that were ever published. */
  published: Map<string, CatalogItem>;
  /** Working copies of the listed catalog kinds, pages aside, as the index shows them. */
  items: CatalogItem[];
  /** Working copies of all pages, where they were listed. */
  pages?: Listing<CatalogItem>;
  /** Published copies of all pages, where they were listed. */
  publishedPages?: Listing<CatalogItem>;
  /** Paths that a declared resource needs and that are neither declared nor in the tenant. */
  missingReferences: Set<string>;
}

/** A state in which nothing was listed: these objects, and nothing said of others. */
export function createLiveState(resources: Iterable<LiveResource> = []): LiveState {
  return {
    resources: new Map([...resources].map((resource) => [resource.address, resource])),
    listings: {},
    journeyData: [],
    published: new Map(),
    items: [],
    missingReferences: new Set(),
  };
}
