/**
 * What is known of one visit. A single fact: undefined is unknown, null is known to be none (no
 * subscription, so no billing country). A list: undefined is unknown, an empty one is none.
 */
export interface Visitor {
  /** Host of the storefront. Unknown: domains are not looked at, any of them may be meant. */
  host?: string;
  /** Path of the visit, without host and query string. */
  path: string;
  /** Whether a page stands at `path`: where none does, Limio shows `/default/` (API reference, section 2). */
  pageExists?: boolean;
  /** By address, ISO 3166-1. */
  country?: string | null;
  /** ISO 3166-2, `DE-BY`. */
  region?: string | null;
  city?: string | null;
  /** Of the subscription, ISO 3166-1. */
  billingCountry?: string | null;
  /** `activeSub` or `noActiveSub`. */
  subscriptionStatus?: string | null;
  device?: string | null;
  /** Every parameter of the query string as `name=value`, decoded. */
  query?: ReadonlySet<string>;
  /** Names. */
  cookies?: ReadonlySet<string>;
  segments?: ReadonlySet<string>;
  /** Labels of the subscribed offers. */
  offerLabels?: ReadonlySet<string>;
  /** The number in [0, 1) that decides between the destinations of a branch. Unknown: every share counts. */
  split?: number;
}
