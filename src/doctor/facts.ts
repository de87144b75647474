import type { Dialect } from '../model/dialect.js';
import type { CatalogItem, JourneyListing, Listing, PromoCodeRecord, PromoCodeSummary } from '../model/live-api.js';
import type { AnswerTiming, PageView } from '../model/probes.js';

/** Something that was asked of the tenant, or why there is no answer. */
export type Fact<T> = { value: T } | { failure: FactFailure };

export interface FactFailure {
  /** A code of docs/errors.md. */
  code: string;
  message: string;
  status?: number;
  /** The fact is missing only because this other one is. */
  because?: string;
}

/** An item as the list shows it and as it stands at head. */
export interface HeadSample {
  listed: CatalogItem;
  head: CatalogItem | undefined;
}

/** Everything that the checks look at. Each is read once. */
export interface FactValues {
  /** The first request with a token was answered. */
  signedIn: true;
  offers: Listing<CatalogItem>;
  addOns: Listing<CatalogItem>;
  products: Listing<CatalogItem>;
  pages: Listing<CatalogItem>;
  segments: Listing<CatalogItem>;
  publishedOffers: Listing<CatalogItem>;
  publishedAddOns: Listing<CatalogItem>;
  publishedPages: Listing<CatalogItem>;
  journeys: JourneyListing;
  promoCodes: Listing<PromoCodeSummary>;
  /** The first few promo codes, whole. */
  promoSample: PromoCodeRecord[];
  heads: HeadSample[];
  /** Offers by `/offers/v2`, and by `/catalog_items`. */
  typedRead: PageView;
  entryRead: PageView;
  /** Without `opt.all` and `opt.pageSize`. */
  plainPage: PageView;
  /** With `opt.all` and the page size that {@link LARGE_PAGE} is. */
  largePage: PageView;
}

export type FactName = keyof FactValues;
export type Facts = { [K in FactName]: Fact<FactValues[K]> };

/** The page size that doctor asks for to find the tenant's ceiling. */
export const LARGE_PAGE = 500;

/** What is known without asking the tenant. */
export interface Setting {
  environment: string;
  host: string;
  protected: boolean;
  dialect: Dialect;
  timings: readonly AnswerTiming[];
  /** The environment has a learned dialect file. */
  learned: boolean;
}
