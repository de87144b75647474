import type { Position } from './problem.js';

/** One case of a test file, in the environments in which it came out the same. */
export interface TestedCase {
  name: string;
  /** What the case expects, in its file. */
  place: Position & { length?: number };
  /** Empty without a configuration. */
  environments: readonly string[];
  passed: boolean;
  expected: string;
  /** Everything that can happen; a certain outcome is one. */
  actual: readonly string[];
  /** Of a failed case: how that came about, in lines that are safe for a terminal, of any width. */
  trace?: string;
  /** Of a failed case: each value that differs, for programs. */
  differences?: readonly object[];
  hint?: string;
}

/** Something that cases should reach. */
export interface CoveredItem {
  place: Position;
  /** `web-geo-landing, branch 2`. */
  name: string;
  what: 'branch' | 'condition' | 'destination';
  reached: boolean;
}

/** What a suite of tests found. */
export interface SuiteReport {
  suite: string;
  /** Those that were looked at; none without a configuration. */
  environments: readonly string[];
  cases: readonly TestedCase[];
  /** Where its test files are looked for, named when there are none. */
  lookedIn: readonly string[];
  coverage?: readonly CoveredItem[];
}

/**
 * Where a visit can end besides at a destination, as test files say it. `fallback`: at the fallback
 * tag, whichever it is. `not_intercepted`: no journey has the visit. `nowhere`: a journey has it and
 * leads nowhere. `raw_action`: a raw action decides.
 */
export const JOURNEY_ENDS = ['fallback', 'not_intercepted', 'nowhere', 'raw_action'] as const;

export type JourneyEnd = (typeof JOURNEY_ENDS)[number];
