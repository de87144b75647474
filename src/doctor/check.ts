import { LimioError } from '../errors/errors.js';
import type { Address } from '../model/address.js';
import type { Dialect } from '../model/dialect.js';
import type { AnswerTiming, DoctorFinding, FindingStatus, PageView } from '../model/doctor.js';
import type { CatalogItem, JourneyListing, Listing, PromoCodeRecord, PromoCodeSummary } from '../model/live-api.js';
import type { PendingPublish } from '../model/run.js';

type Values<K extends ReadingName> = { [P in K]: ReadingValues[P] };

export interface Check {
  id: string;
  title: string;
  evaluate(readings: Readings, context: CheckContext): DoctorFinding;
}

export function finding(
  status: FindingStatus,
  message: string,
  evidence: readonly string[] = [],
  advice?: string,
): DoctorFinding {
  return { status, message, evidence: [...evidence], ...(advice === undefined ? {} : { advice }) };
}

/** A check that needs some readings. If one of them failed, the finding is `unknown`, with the reason. */
export function defineCheck<K extends ReadingName>(
  id: string,
  title: string,
  needs: readonly K[],
  evaluate: (values: Values<K>, context: CheckContext) => DoctorFinding,
): Check {
  return {
    id,
    title,
    evaluate(readings, context) {
      const values: Partial<ReadingValues> = {};
      for (const name of needs) {
        const reading = readings[name];
        if ('failure' in reading) return finding('unknown', `Not checked: ${describeMissing(name, reading.failure)}`);
        Object.assign(values, { [name]: reading.value });
      }
      // Every needed value was assigned in the loop.
      return evaluate(values as Values<K>, context);
    },
  };
}

/** How messages name each reading. */
export const READING_NOUNS: Record<ReadingName, string> = {
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

function describeMissing(name: ReadingName, { message, because }: ReadFailure): string {
  if (because === 'signedIn') return 'the tenant is unreachable or rejected the credentials.';
  return `${READING_NOUNS[name]} could not be read: ${message}`;
}

/** A value read from the tenant, or why it could not be read. */
export type Reading<T> = { value: T } | { failure: ReadFailure };

/** Errors of the tenant become failed readings. */
export async function tryRead<T>(read: () => Promise<T>): Promise<Reading<T>> {
  try {
    return { value: await read() };
  } catch (error) {
    if (!(error instanceof LimioError) || error.code === 'INTERRUPTED') throw error;
    const { code, message, details } = error;
    const status = details['status'];
    return {
      failure: {
        code,
        message,
        ...(typeof status === 'number' ? { status } : {}),
        ...(details['path'] === '/oauth2/token' ? { because: 'token' } : {}),
      },
    };
  }
}

export interface ReadFailure {
  /** An error code, see docs/errors.md. */
  code: string;
  message: string;
  status?: number;
  /** What failed first: another reading, or the token call. */
  because?: ReadingName | 'token';
}

/** An item in the list and at head. */
export interface HeadSample {
  listed: CatalogItem;
  head: CatalogItem | undefined;
}

/** Everything that the checks use. Each is read once. */
export interface ReadingValues {
  /** The first request with a token succeeded. */
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
  /** Some promo codes, complete. */
  promoSample: PromoCodeRecord[];
  heads: HeadSample[];
  /** Offers from `/offers/v2`, and from `/catalog_items`. */
  typedRead: PageView;
  entryRead: PageView;
  /** Without `opt.all` and `opt.pageSize`. */
  plainPage: PageView;
  /** With `opt.all` and a page size of {@link LARGE_PAGE}. */
  largePage: PageView;
}

export type ReadingName = keyof ReadingValues;

export type Readings = { [K in ReadingName]: Reading<ReadingValues[K]> };

/** How messages name the shape of the list of journeys. */
export const JOURNEY_LIST_SHAPES = {
  object: 'one object',
  array: 'a list',
  items: 'a list under "items"',
  none: 'a 404 (there are none)',
} as const;

/** The page size that doctor requests to find the tenant's maximum. */
export const LARGE_PAGE = 500;

/** What the checks know besides the readings. */
export interface CheckContext {
  environment: string;
  host: string;
  protected: boolean;
  dialect: Dialect;
  timings: readonly AnswerTiming[];
  /** The environment has a learned dialect file. */
  learned: boolean;
  /** Where the credentials come from. */
  credentials: string;
  /** What earlier runs left; absent before the first run. */
  unfinished?: Unfinished;
}

/** What the runs and the snapshot of an environment know to be unfinished, or why they could not be read. */
export type Unfinished =
  | { pages: readonly PendingPublish[]; objects: readonly UnfinishedObject[] }
  | { failure: { message: string; hint?: string } };

export interface UnfinishedObject {
  address: Address;
  status: string;
  /** Absent where only the snapshot knows of it. */
  run?: string;
}

const SHOWN = 8;

/** The first few lines, and the number of others. */
export function listSome(lines: readonly string[]): string[] {
  return lines.length <= SHOWN ? [...lines] : [...lines.slice(0, SHOWN), `and ${lines.length - SHOWN} more`];
}
