import type { Condition, ListType, SingleType } from './routing.js';

export type Verdict = 'yes' | 'no' | 'maybe';

/**
 * Why a condition holds, does not, or may: `meets`, `differs` and `none` (the visitor has no such
 * fact) are certain; `unknown` (the visitor's fact), `case` (only letter case differs), `some` (some
 * of several values: whether any or all must be there is not known) and `raw` are not.
 */
export type Reason = 'meets' | 'differs' | 'none' | 'unknown' | 'case' | 'some' | 'raw';

const SINGLE = {
  country: 'country',
  city: 'city',
  region: 'region',
  billing_country: 'billingCountry',
  subscription_status: 'subscriptionStatus',
  device: 'device',
} as const satisfies Record<SingleType, keyof Visitor>;

const LISTS = {
  query: 'query',
  cookie: 'cookies',
  segment: 'segments',
  offer_label: 'offerLabels',
} as const satisfies Record<ListType, keyof Visitor>;

const VERDICTS: Record<Reason, Verdict> = {
  meets: 'yes',
  differs: 'no',
  none: 'no',
  unknown: 'maybe',
  case: 'maybe',
  some: 'maybe',
  raw: 'maybe',
};

export function verdictOf(reason: Reason): Verdict {
  return VERDICTS[reason];
}

/** The visitor's side of a condition: undefined is unknown, none is an empty list. */
export function findFacts(condition: Condition, visitor: Visitor): readonly string[] | undefined {
  if (condition.form === 'raw') return undefined;
  if (condition.form === 'list') {
    const facts = visitor[LISTS[condition.type]];
    return facts && [...facts];
  }
  const fact = visitor[SINGLE[condition.type]];
  return fact === null ? [] : fact === undefined ? undefined : [fact];
}

/** One condition and one visitor (API reference, section 2; docs/journeys.md says what is assumed). */
export function evaluateCondition(condition: Condition, visitor: Visitor): Reason {
  if (condition.form === 'raw') return 'raw';
  if (condition.form === 'list') return evaluateList(condition, visitor[LISTS[condition.type]]);
  const fact = visitor[SINGLE[condition.type]];
  if (fact === undefined) return 'unknown';
  if (fact === null) return 'none';
  if (condition.values.has(fact)) return 'meets';
  return condition.lower.has(fact.toLowerCase()) ? 'case' : 'differs';
}

function evaluateList(
  { type, values, lower }: Extract<Condition, { form: 'list' }>,
  facts: ReadonlySet<string> | undefined,
): Reason {
  if (facts === undefined) return 'unknown';
  if (facts.size === 0) return 'none';
  let met = 0;
  for (const value of values) if (facts.has(value)) met += 1;
  // Segments and labels name groups, of which one is enough. Of parameters and cookies the
  // reference says only that several are separated by commas.
  if (met > 0) return met === values.size || type === 'segment' || type === 'offer_label' ? 'meets' : 'some';
  for (const fact of facts) if (lower.has(fact.toLowerCase())) return 'case';
  return 'differs';
}

/** All conditions of a branch: one that fails decides, whatever is unknown about the others. */
export function evaluateConditions(conditions: readonly Condition[], visitor: Visitor): Verdict {
  let verdict: Verdict = 'yes';
  for (const condition of conditions) {
    const one = VERDICTS[evaluateCondition(condition, visitor)];
    if (one === 'no') return 'no';
    if (one === 'maybe') verdict = 'maybe';
  }
  return verdict;
}

/**
 * What is known of one visit. A single fact: undefined is unknown, null is known to be none (no
 * subscription, so no billing country). A list: undefined is unknown, an empty one is none.
 */
export interface Visitor {
  /** Host of the storefront. Unknown: domains are not looked at, any of them may be meant. */
  host?: string;
  /** Path of the visit, without host and query string. */
  path: string;
  /** Whether there is a page at `path`; otherwise Limio shows `/default/` (API reference, section 2). */
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
