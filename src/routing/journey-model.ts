import type { Json } from '../model/json.js';

/** A condition of a branch. `lower` are the values in lower case: how letter case counts is not known. `key` is equal for equal raw ones. */
export type Condition =
  | { form: 'single'; type: SingleType; values: ReadonlySet<string>; lower: ReadonlySet<string> }
  | { form: 'list'; type: ListType; values: ReadonlySet<string>; lower: ReadonlySet<string> }
  | { form: 'raw'; raw: Json; key: string };

/** Types that look at one fact; any one of the values may be it. */
export type SingleType = 'country' | 'city' | 'region' | 'billing_country' | 'subscription_status' | 'device';
/** Types that look for their values in a list of facts. */
export type ListType = 'query' | 'cookie' | 'segment' | 'offer_label';

export interface Share {
  /** Tag path, `/us/landing/`; null where a raw action decides. */
  tag: string | null;
  /** Of the branch's visitors, 0 to 100; the shares of a landing add up to 100. */
  percent: number;
}

/** Where a visit ends. There is one object for each branch and end of a journey: compare by identity. */
export interface Landing {
  /** `nothing`: no branch takes the visitor, and no fallback is declared. */
  via: 'branch' | 'fallback' | 'nothing' | 'not-intercepted';
  /** Name of the journey; absent when none intercepts. */
  journey?: string;
  /** Index from 0, of `branch`. */
  branch?: number;
  /** In the order of the actions. Empty: leads nowhere that is known. */
  shares: readonly Share[];
}

export interface Branch {
  index: number;
  id?: string;
  /** All must hold; none: everybody. */
  conditions: readonly Condition[];
  landing: Landing;
}

/** A journey ready to be evaluated. */
export interface Journey {
  name: string;
  /** `/landing/`, with a slash at both ends; undefined: nothing says where it starts. */
  start?: string;
  /** Hosts in lower case; empty: every host (assumed). */
  domains: ReadonlySet<string>;
  /** The first that matches wins. */
  branches: readonly Branch[];
  /** For visitors whom no branch takes. */
  fallback: Landing;
}

/** All journeys of a tenant or a repository. */
export interface RoutingWorld {
  journeys: readonly Journey[];
  /** By `start` in lower case. */
  byStart: ReadonlyMap<string, readonly Journey[]>;
}

export const NOT_INTERCEPTED: Landing = { via: 'not-intercepted', shares: [] };
