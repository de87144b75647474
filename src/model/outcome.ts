import type { ErrorCode } from '../errors/codes.js';
import type { Address } from './address.js';
import type { Action, FieldChange } from './plan.js';

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
  code: ErrorCode;
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
  /** Absent when it is live. */
  code?: ErrorCode;
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

/** What the storefront answered for a route. Nothing of it proves or disproves a publish: it is cached. */
export interface RouteView {
  url: string;
  /** Absent when there was no answer. */
  status?: number;
  /** Why there was none. */
  failure?: string;
  /** The page's title, where it is HTML with one. */
  title?: string;
  /** Seconds that the answer lay in a cache, as it says itself. */
  ageSeconds?: number;
  bytes?: number;
}

export interface PublishedRoute extends Pick<PageOutcome, 'route' | 'status' | 'code' | 'reason' | 'hint'> {
  shop?: RouteView;
}

/** What `publish` did: what is changed, what is built, what is live, page by page. */
export interface PublishReport {
  kind: 'limio-sync/publish';
  formatVersion: 1;
  environment: string;
  host: string;
  run?: string;
  pages: {
    path: string;
    /** Declared items on it whose published copy was older. Empty for pages that were named. */
    changed: Address[];
    build: BuildStatus;
    routes: PublishedRoute[];
  }[];
  /** Why no page was to be published at all. */
  withheld?: OutcomeError;
  /** Pages that were left alone, because the files would change items on them first. */
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
