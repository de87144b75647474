import type { ErrorCode } from '../errors/codes.js';
import type { Address } from './address.js';
import type { Action, FieldChange } from './plan.js';

export type OutcomeStatus = 'done' | 'failed' | 'unverified' | 'blocked' | 'withheld';

/** The result of one planned change. */
export interface Outcome {
  address: Address;
  action: Action;
  status: OutcomeStatus;
  /** True when the tenant already had the wanted state, so nothing was sent. */
  alreadyDone?: boolean;
  /** In a rollback, for `done`: whether this run restored the object, or it was as before already. */
  undo?: 'restored' | 'already-as-before';
  error?: OutcomeError;
  /** For `unverified`: where the read-back differs (before = sent, after = live). */
  differences?: FieldChange[];
}

export interface OutcomeError {
  code: ErrorCode;
  message: string;
  hint?: string;
}

export type PageStatus = 'live' | 'omitted' | 'failed' | 'skipped';

/**
 * What is proved of the build of a page. The API reports no status of builds (API reference, section 7):
 * `accepted`, the tenant accepted the call; `finished`, it published the page from that build.
 */
export type BuildStatus = 'none' | 'accepted' | 'finished';

export interface PageOutcome {
  path: string;
  route?: string;
  status: PageStatus;
  build: BuildStatus;
  /** True when a guard of the plan withheld it. */
  withheld?: boolean;
  /** Absent when it is live. */
  code?: ErrorCode;
  /** Why it is not live: one sentence. */
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
  /** Objects that the plan leaves out because they cannot be read (OBJECT_UNREADABLE). Absent: none. */
  unread?: number;
  /** Lists that the plan could not read in full, so it may lack deletions (DELETIONS_UNREAD). Absent: none. */
  unreadLists?: number;
}

/** The result of an apply: one outcome for each planned change, one for each route of each planned page. */
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
    /** Why no page was published. */
    withheld?: OutcomeError;
  };
  summary: ResultSummary;
  interrupted: boolean;
  /** Only for a rollback. */
  rollback?: RollbackReport;
}

export interface RollbackReport {
  /** The run that it undoes. */
  of: string;
  /** Every object that a rollback can restore is as before that run, and every page is live. */
  complete: boolean;
  /** What no rollback restores, and why. */
  notUndone: { address: Address; message: string }[];
  /** The command that continues, with every consent. Absent when the rollback is complete. */
  resumeCommand?: string;
}

/** The answer of the storefront for a route. It is cached, so it proves nothing about a publish. */
export interface RouteView {
  url: string;
  /** Absent when there was no answer. */
  status?: number;
  /** Why there was none. */
  failure?: string;
  /** The page's title, where it is HTML with one. */
  title?: string;
  /** Its `Age` header: seconds in a cache. */
  ageSeconds?: number;
  bytes?: number;
}

export interface PublishedRoute extends Pick<PageOutcome, 'route' | 'status' | 'code' | 'reason' | 'hint'> {
  shop?: RouteView;
}

/** The result of `limio-sync publish`, page by page. */
export interface PublishReport {
  kind: 'limio-sync/publish';
  formatVersion: 1;
  environment: string;
  host: string;
  run?: string;
  pages: {
    path: string;
    /** Declared items on it with an older published copy. Empty for pages that the user named. */
    changed: Address[];
    build: BuildStatus;
    routes: PublishedRoute[];
  }[];
  /** Why no page was published. */
  withheld?: OutcomeError;
  /** Pages that were not published, because the files would change items on them first. */
  waiting: { path: string; items: Address[] }[];
  interrupted: boolean;
}

/** What apply and publish report while they run. Rendered as progress and written to the journal. */
export type RunEvent =
  | { type: 'phase'; phase: 'catalog' | 'publish' | 'promo-codes' | 'journeys' | 'deletes'; total: number }
  | { type: 'change-start'; address: Address }
  | { type: 'change-end'; outcome: Outcome }
  | { type: 'build-start'; page: string; items: string[] }
  | { type: 'publish-attempt'; page: string; attempt: number; attempts: number; waitingFor: string[] }
  | { type: 'page-end'; outcome: PageOutcome };

export type EventSink = (event: RunEvent) => void;
