import type { JourneyCodec } from '../../kinds/journey/codec.js';
import type { LiveState } from '../../kinds/read-live.js';
import type { Address } from '../../model/address.js';
import type { JsonObject } from '../../model/json.js';
import type { CatalogItem, Listing } from '../../model/live-api.js';
import type { Change } from '../../model/plan.js';
import type { PriceStep } from '../compare-prices.js';

export interface ImpactInput {
  changes: readonly Change[];
  prices: readonly PriceStep[];
  state: LiveState;
  codec: JourneyCodec;
  /** Milliseconds since the epoch: which promo codes are active. */
  now: number;
  /** The working copies of all pages, where they were read already. */
  pages?: Listing<CatalogItem>;
}

/** An object as it is after the plan. */
export interface Neighbour {
  address: Address;
  body: JsonObject;
}

/** What may use the objects that are re-priced or deleted, as it is after the plan. */
export interface Surroundings {
  /** Working copies. */
  pages: CatalogItem[];
  /** Paths of the pages that are published. */
  publishedPages: Set<string>;
  items: Neighbour[];
  journeys: Neighbour[];
  promoCodes: Neighbour[];
  /** What is deleted, as it was. */
  deleted: Map<Address, JsonObject>;
}
