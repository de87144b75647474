import type { Address } from './address.js';
import type { BuildStatus, OutcomeError, PageOutcome } from './outcome.js';

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
