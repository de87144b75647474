import { LimioError } from '../errors/errors.js';
import type { CatalogRecordType, CatalogSource } from '../model/live-api.js';

/**
 * Every path of the API (API reference, section 0): the Commerce API stands under `/api`, the
 * catalog admin API and the token call do not.
 */
export const TOKEN_PATH = '/oauth2/token';
export const BULK_UPDATE_PATH = '/limio/catalogs/1/bulk-update';
export const JOBS_PATH = '/limio/jobs';
export const TREE_PATH = '/limio/catalogs/1/tree/';
export const JOURNEYS_PATH = '/api/v2/journey';
export const PROMO_CODES_PATH = '/api/objects/limio/promo_codes_v2';
export const SHOP_BUILDS_PATH = '/api/shop/builds';
export const PUBLISH_PATH = '/api/publish';
export const ORDER_PREVIEW_PATHS = { shop: '/api/order/preview', partner: '/api/partner/order/preview' } as const;
const COMPONENT_BUILDS_PATH = '/api/component/builds';

export type Query = readonly (readonly [name: string, value: string | undefined])[];

export function buildJourneyPath(name: string): string {
  return `${JOURNEYS_PATH}/${encodeSegment(name)}`;
}

export function buildPromoCodePath(id: string): string {
  return `${PROMO_CODES_PATH}/${encodeSegment(id)}`;
}

export function buildJobPath(id: string): string {
  return `${JOBS_PATH}/${encodeSegment(id)}`;
}

export function buildComponentBuildsPath(commitHash: string | undefined): string {
  return COMPONENT_BUILDS_PATH + formatQuery([['commitHash', commitHash]]);
}

/**
 * `/limio/catalogs/1/items/{path}` with the leading slash stripped and each segment encoded (section 3).
 * Every URL parser on the way resolves `..` as a whole segment, encoded or not; a path that holds
 * one is sent as a single segment, with its slashes encoded, which the API accepts as well.
 */
export function buildItemPath(itemPath: string): string {
  const bare = itemPath.replace(/^\//, '');
  const segments = bare.split('/');
  const encoded = segments.some(isDotSegment)
    ? encodeSegment(bare)
    : segments.map((segment) => encodeText(segment)).join('/');
  if (encoded === '') throw refuseName(itemPath);
  return `/limio/catalogs/1/items/${encoded}`;
}

/**
 * The calls that list one type. In `catalog_items` the offers stand under two record types.
 * The typed paths of products and pages have no parameter for the published view, so that one
 * comes from `/published_catalog_items` in either dialect (section 3).
 */
export function buildListPaths(
  type: CatalogRecordType,
  source: CatalogSource,
  read: 'typed' | 'catalog_items',
): { path: string; query: Query }[] {
  if (read === 'typed' && type === 'offer') return [{ path: '/api/offers/v2', query: [['offersSource', source]] }];
  if (read === 'typed' && type === 'add_on') return [{ path: '/api/add_ons', query: [['addOnsSource', source]] }];
  // Assets have no record type; they are listed by their own path only.
  if (source === 'catalog' && (read === 'typed' || type === 'asset')) return [{ path: `/api/${type}s`, query: [] }];
  const path = source === 'catalog' ? '/api/catalog_items' : '/api/published_catalog_items';
  const recordTypes = type === 'offer' ? ['offers', 'offers2'] : [type];
  return recordTypes.map((recordType) => ({ path, query: [['record_type', recordType]] }));
}

/** `?a=1&b=2`, or nothing when every value is undefined. */
export function formatQuery(query: Query): string {
  const parts = query.flatMap(([name, value]) =>
    value === undefined ? [] : [`${encodeURIComponent(name)}=${encodeText(value)}`],
  );
  return parts.length === 0 ? '' : `?${parts.join('&')}`;
}

/** @throws LimioError FILES_INVALID when the name cannot be one segment of a URL. */
function encodeSegment(name: string): string {
  if (name === '' || isDotSegment(name)) throw refuseName(name);
  return encodeText(name);
}

function isDotSegment(segment: string): boolean {
  return segment === '.' || segment === '..';
}

/** Also encodes what encodeURIComponent leaves alone although RFC 3986 reserves it. */
function encodeText(text: string): string {
  let encoded: string;
  try {
    encoded = encodeURIComponent(text);
  } catch {
    // Half a surrogate pair: not a text that UTF-8 can carry.
    throw refuseName(text);
  }
  return encoded.replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
}

function refuseName(name: string): LimioError {
  return new LimioError({
    code: 'FILES_INVALID',
    message: `${JSON.stringify(name)} cannot be named in a URL, so no object of the tenant can be called that.`,
    hint: 'Give the resource another name.',
  });
}
