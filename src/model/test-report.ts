import type { Place } from './problem.js';

/** One case of a test file, for all environments with the same result. */
export interface TestedCase {
  name: string;
  /** What the case expects, in its file. */
  place: Place & { length?: number };
  /** Empty without a configuration. */
  environments: readonly string[];
  passed: boolean;
  expected: string;
  /** All possible outcomes; one when the outcome is certain. */
  actual: readonly string[];
  /** Of a failed case: why, in lines that are safe for a terminal, of any width. */
  trace?: string;
  /** Of a failed case: each differing value, for programs. */
  differences?: readonly object[];
  hint?: string;
}

/** Something that the cases should cover. */
export interface CoveredItem {
  place: Place;
  /** `web-geo-landing, branch 2`. */
  name: string;
  what: 'branch' | 'condition' | 'destination';
  reached: boolean;
}

/** The result of a test suite. */
export interface SuiteReport {
  suite: string;
  /** The tested ones; none without a configuration. */
  environments: readonly string[];
  cases: readonly TestedCase[];
  /** The patterns of its test files, printed when none match. */
  lookedIn: readonly string[];
  coverage?: readonly CoveredItem[];
}

/**
 * How a visit can end other than at a destination, in the words of test files. `fallback`: at the
 * fallback tag. `not_intercepted`: no journey handles the visit. `nowhere`: a journey handles it and
 * leads nowhere. `raw_action`: a raw action decides.
 */
export const JOURNEY_ENDS = ['fallback', 'not_intercepted', 'nowhere', 'raw_action'] as const;

export type JourneyEnd = (typeof JOURNEY_ENDS)[number];

/** Cases with the same result in several environments become one. */
export function mergeCases(cases: readonly TestedCase[]): TestedCase[] {
  const merged = new Map<string, TestedCase>();
  for (const one of cases) {
    const { place, name, expected, passed, actual } = one;
    const key = JSON.stringify([place, name, expected, passed, passed ? '' : actual]);
    const known = merged.get(key);
    merged.set(key, known ? { ...known, environments: [...known.environments, ...one.environments] } : one);
  }
  return [...merged.values()];
}
