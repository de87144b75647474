import { mapConcurrent } from '../model/async.js';
import type { Dialect } from '../model/dialect.js';
import type { DoctorReport, FindingStatus, TenantProbe } from '../model/doctor.js';
import type { CatalogRecordType, CatalogSource } from '../model/live-api.js';
import { ACCESS_CHECKS, RUN_CHECK } from './access-checks.js';
import { CATALOG_CHECKS } from './catalog-checks.js';
import {
  type Check,
  type CheckContext,
  type HeadSample,
  LARGE_PAGE,
  type ReadFailure,
  type Reading,
  type ReadingName,
  type Readings,
  tryRead,
} from './check.js';
import { LIST_CHECKS } from './list-checks.js';
import { LIVE_CHECKS } from './live-checks.js';

/**
 * First contact with a tenant.
 *
 *   collectReadings   reads everything that the checks need, once
 *   runChecks         evaluates access-checks, list-checks, catalog-checks and live-checks
 *   learn/            learns dialect settings by writing to scratch objects and restoring them
 *   journeys/         learns the wire form of journeys from one that a person builds
 */
const CHECKS: readonly Check[] = [...ACCESS_CHECKS, ...LIST_CHECKS, ...CATALOG_CHECKS, ...LIVE_CHECKS];

export function runChecks(readings: Readings, context: CheckContext): DoctorReport {
  const all = context.unfinished === undefined ? CHECKS : [...CHECKS, RUN_CHECK];
  const checks = all.map((check) => ({ id: check.id, title: check.title, ...check.evaluate(readings, context) }));
  const count = (status: FindingStatus): number => checks.filter((one) => one.status === status).length;
  return {
    kind: 'limio-sync/doctor',
    formatVersion: 1,
    environment: context.environment,
    host: context.host,
    summary: { ok: count('ok'), warning: count('warning'), problem: count('problem'), unknown: count('unknown') },
    checks,
  };
}

const HEAD_SAMPLE = 12;

const PROMO_SAMPLE = 20;

/**
 * Reads everything that the checks need, each list once. Errors of the tenant become failed readings.
 * The client limits the number of concurrent requests.
 */
export async function collectReadings(
  probe: TenantProbe,
  { catalogRead }: Pick<Dialect, 'catalogRead'>,
): Promise<Readings> {
  const view = (read: Dialect['catalogRead'], rest: { all: boolean; pageSize?: number }) =>
    tryRead(() => probe.observePage({ type: 'offer', read, ...rest }));
  const first = await view(catalogRead, { all: true });
  if ('failure' in first && isUnreachable(first.failure)) return refuseAll(first.failure);
  const other = catalogRead === 'typed' ? 'catalog_items' : 'typed';
  const list = (type: CatalogRecordType, source: CatalogSource) => tryRead(() => probe.listItems(type, source));
  const [
    offers,
    addOns,
    products,
    pages,
    segments,
    publishedOffers,
    publishedAddOns,
    publishedPages,
    journeys,
    promoCodes,
    second,
    plainPage,
    largePage,
  ] = await Promise.all([
    list('offer', 'catalog'),
    list('add_on', 'catalog'),
    list('product', 'catalog'),
    list('page', 'catalog'),
    list('segment', 'catalog'),
    list('offer', 'published'),
    list('add_on', 'published'),
    list('page', 'published'),
    tryRead(() => probe.listJourneys()),
    tryRead(() => probe.listPromoCodes()),
    view(other, { all: true }),
    view(catalogRead, { all: false }),
    view(catalogRead, { all: true, pageSize: LARGE_PAGE }),
  ]);
  const [heads, promoSample] = await Promise.all([
    tryReadFrom(offers, 'offers', ({ items }) =>
      mapConcurrent(spread(items, HEAD_SAMPLE), HEAD_SAMPLE, async (listed): Promise<HeadSample> => ({
        listed,
        head: await probe.readItem(listed.path),
      })),
    ),
    tryReadFrom(promoCodes, 'promoCodes', async ({ items }) =>
      (await mapConcurrent(spread(items, PROMO_SAMPLE), PROMO_SAMPLE, ({ id }) => probe.readPromoCode(id))).filter(
        (code) => code !== undefined,
      ),
    ),
  ]);
  const [typedRead, entryRead] = catalogRead === 'typed' ? [first, second] : [second, first];
  return {
    signedIn: { value: true },
    offers,
    addOns,
    products,
    pages,
    segments,
    publishedOffers,
    publishedAddOns,
    publishedPages,
    journeys,
    promoCodes,
    promoSample,
    heads,
    typedRead,
    entryRead,
    plainPage,
    largePage,
  };
}

/** A reading that needs another one. */
async function tryReadFrom<T, R>(
  needed: Reading<T>,
  name: ReadingName,
  read: (value: T) => Promise<R>,
): Promise<Reading<R>> {
  return 'value' in needed ? tryRead(() => read(needed.value)) : { failure: { ...needed.failure, because: name } };
}

/** Without an answer or a token, further requests are useless. */
function isUnreachable({ code, because }: ReadFailure): boolean {
  return because === 'token' || code === 'NETWORK' || code === 'TIMEOUT';
}

function refuseAll(failure: ReadFailure): Readings {
  const missing: { failure: ReadFailure } = { failure: { ...failure, because: 'signedIn' } };
  return {
    signedIn: { failure },
    offers: missing,
    addOns: missing,
    products: missing,
    pages: missing,
    segments: missing,
    publishedOffers: missing,
    publishedAddOns: missing,
    publishedPages: missing,
    journeys: missing,
    promoCodes: missing,
    promoSample: missing,
    heads: missing,
    typedRead: missing,
    entryRead: missing,
    plainPage: missing,
    largePage: missing,
  };
}

/** Up to `most` items, evenly distributed over the list. */
function spread<T>(items: readonly T[], most: number): T[] {
  if (items.length <= most) return [...items];
  return Array.from({ length: most }, (_, i) => items[Math.floor((i * items.length) / most)]).filter(
    (item) => item !== undefined,
  );
}
