import type { Address } from './address.js';
import type { Action, FieldChange } from './change.js';

export type OutcomeStatus = 'done' | 'failed' | 'unverified' | 'blocked' | 'withheld';

/** What became of one planned change. */
export interface Outcome {
  address: Address;
  action: Action;
  status: OutcomeStatus;
  /** True when the tenant already held the wanted state and nothing was sent. */
  alreadyDone?: boolean;
  error?: OutcomeError;
  /** For `unverified`: where what was read back differs (before = wanted, after = kept). */
  differences?: FieldChange[];
}

export interface OutcomeError {
  code: string;
  message: string;
  hint?: string;
}

export type PageStatus = 'live' | 'omitted' | 'failed' | 'skipped';

/**
 * How far the build of a page is proved. A build cannot be asked (API reference, section 7): `accepted`,
 * the tenant took the call; `finished`, it published the page from that build.
 */
export type BuildStatus = 'none' | 'accepted' | 'finished';

export interface PageOutcome {
  path: string;
  route?: string;
  status: PageStatus;
  build: BuildStatus;
  /** True when a guard of the plan stopped it. */
  withheld?: boolean;
  /** Of docs/errors.md; absent when it is live. */
  code?: string;
  /** Why it is not live, in one sentence. */
  reason?: string;
  hint?: string;
}

export interface ResultSummary {
  done: number;
  failed: number;
  unverified: number;
  blocked: number;
  withheld: number;
  /** Pages whose build is proved finished. */
  pagesBuilt: number;
  /** Routes. */
  pagesLive: number;
  pagesNotLive: number;
}

/** What an apply did: every planned change has an outcome, every planned page a line a route. */
export interface ApplyResult {
  kind: 'limio-sync/result';
  formatVersion: 1;
  environment: string;
  host: string;
  /** Fingerprint of the plan that was applied. */
  fingerprint: string;
  /** Sorted by address. */
  outcomes: Outcome[];
  publish: {
    pages: PageOutcome[];
    onNoPage: Address[];
    /** Why no page was to be published at all. */
    withheld?: OutcomeError;
  };
  summary: ResultSummary;
  interrupted: boolean;
}
