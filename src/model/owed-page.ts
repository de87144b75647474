import type { Address } from './address.js';

/**
 * A page that a run of this checkout changed, or found to be older, and that no run reported live
 * since. The published index holds one copy of an item, so it cannot tell of such a page when all
 * that the page shows went live on another.
 */
export interface OwedPage {
  path: string;
  /** The items for whose sake it was to be published. */
  items: Address[];
  /** What those runs would have built: the page, and campaigns of such items. */
  buildItems: string[];
  /** The first of those runs. */
  run: string;
}
