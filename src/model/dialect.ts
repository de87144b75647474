import type { Json } from './json.js';

/**
 * What is uncertain about a real tenant, as named settings (API reference, section 11).
 * The emulator implements every value of every setting.
 */
export interface Dialect {
  /** Shape of `GET /v2/journey`; `auto` recognises each (section 2). */
  journeyList: 'auto' | 'object' | 'array' | 'items';
  /** Whether `PUT /v2/journey/{name}` replaces `data` whole or merges its top-level keys (section 2). */
  journeyPut: 'replace' | 'merge';
  /**
   * Wire form of typed conditions and actions (section 2). Absent: only forms that a live journey
   * of the tenant proves. `assumed`: the emulator's own. An object: templates by type.
   */
  journeyCodec?: 'assumed' | JourneyCodecTemplates;
  bulkUpdate: {
    /** What `diff` contains (section 4). */
    wrapper: 'bare' | 'attributes' | 'data.attributes';
    /** Whether an object value replaces the old one or is merged into it (section 4). */
    merge: 'shallow' | 'deep';
    /** How a key is removed: by sending null, or not at all (section 4). */
    removal: 'null' | 'unsupported';
    /** The most diffs a call may carry (section 4). */
    maxDiffs: number;
  };
  /** Read paths: `/offers/v2` and its siblings, or `/catalog_items` (section 3). */
  catalogRead: 'typed' | 'catalog_items';
  /** `opt.pageSize` of list calls (section 3). */
  pageSize: number;
  promo: {
    /** Whether null removes a key of a promo code (section 6). */
    removal: 'null' | 'unsupported';
    /** The `discountType` of a fixed amount (section 6). */
    fixedAmountType: string;
  };
  publish: {
    /** How often a publish is repeated until the route is live (section 7). */
    attempts: number;
    /** Milliseconds between two attempts (section 7). */
    intervalMs: number;
  };
}

/** Templates with placeholders, per condition type and for the destination action. */
export interface JourneyCodecTemplates {
  conditions: { [type: string]: Json };
  actions: { [type: string]: Json };
}

export const DEFAULT_DIALECT: Dialect = {
  journeyList: 'auto',
  journeyPut: 'replace',
  bulkUpdate: { wrapper: 'bare', merge: 'shallow', removal: 'null', maxDiffs: 50 },
  catalogRead: 'typed',
  pageSize: 50,
  promo: { removal: 'null', fixedAmountType: 'DiscountFixedAmount' },
  publish: { attempts: 30, intervalMs: 20_000 },
};
