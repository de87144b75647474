import type { Dialect } from '../model/dialect.js';
import type { DoctorFinding, FindingStatus } from '../model/doctor.js';
import type { CatalogItem, JourneyListing, Listing, PromoCodeRecord, PromoCodeSummary } from '../model/live-api.js';
import type { AnswerTiming, PageView } from '../model/probes.js';

type Values<K extends FactName> = { [P in K]: FactValues[P] };

export interface Check {
  id: string;
  title: string;
  judge(facts: Facts, setting: Setting): DoctorFinding;
}

/** What a check says: its status, one sentence, what was seen, and what to do. */
export function find(
  status: FindingStatus,
  message: string,
  evidence: readonly string[] = [],
  advice?: string,
): DoctorFinding {
  return { status, message, evidence: [...evidence], ...(advice === undefined ? {} : { advice }) };
}

/** A check over facts that it needs; without one of them it is `unknown`, with the reason, and stops no other. */
export function defineCheck<K extends FactName>(
  id: string,
  title: string,
  needs: readonly K[],
  judge: (values: Values<K>, setting: Setting) => DoctorFinding,
): Check {
  return {
    id,
    title,
    judge(facts, setting) {
      const values: Partial<FactValues> = {};
      for (const name of needs) {
        const fact = facts[name];
        if ('failure' in fact) return find('unknown', `Not checked, because ${describeMissing(name, fact.failure)}`);
        Object.assign(values, { [name]: fact.value });
      }
      return judge(values as Values<K>, setting);
    },
  };
}

/** What each fact is called in a sentence. */
export const FACT_NOUNS: Record<FactName, string> = {
  signedIn: 'the sign-in',
  offers: 'the list of offers',
  addOns: 'the list of add-ons',
  products: 'the list of products',
  pages: 'the list of pages',
  segments: 'the list of segments',
  publishedOffers: 'the list of published offers',
  publishedAddOns: 'the list of published add-ons',
  publishedPages: 'the list of published pages',
  journeys: 'the list of journeys',
  promoCodes: 'the list of promo codes',
  promoSample: 'a sample of promo codes',
  heads: 'a sample of items at head',
  typedRead: 'a page of /offers/v2',
  entryRead: 'a page of /catalog_items',
  plainPage: 'a page without opt.all',
  largePage: 'a large page',
};

function describeMissing(name: FactName, { message, because }: FactFailure): string {
  if (because === 'signedIn') return 'the tenant could not be reached or refused the credentials.';
  return `${FACT_NOUNS[name]} could not be read: ${message}`;
}

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

const SHOWN = 8;

/** The first few lines, and how many are left out. */
export function listSome(lines: readonly string[]): string[] {
  return lines.length <= SHOWN ? [...lines] : [...lines.slice(0, SHOWN), `and ${lines.length - SHOWN} more`];
}
