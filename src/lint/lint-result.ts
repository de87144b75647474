import type { Address } from '../model/address.js';
import type { LintFix } from '../model/lint-rule.js';
import type { Problem } from '../model/problem.js';

/** A finding with its place. `code` is the id of the rule. */
export interface LocatedFinding extends Problem {
  /** Absent for what concerns a comment. */
  address?: Address;
  pointer?: string;
  fix?: LintFix | { removeComment: readonly [start: number, end: number] };
}

export interface LintResult {
  /** Sorted by place; those that comments suppress are left out. */
  findings: LocatedFinding[];
  /** How many findings comments suppress. */
  suppressed: number;
  /** Rules that ran. */
  ran: string[];
  /** Rules that could not run, for want of facts. */
  notRun: { rule: string; reason: string }[];
}
