import { LimioError } from '../errors/errors.js';
import type { CatalogRecordType, CatalogSource } from '../model/live-api.js';

/**
 * Every path of the API (API reference, section 0): the Commerce API is under `/api`, the
 * catalog admin API and the token call are not.
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

/**
 * `/limio/catalogs/1/items/{path}` with the leading slash stripped and each segment encoded (section 3).
 * Every URL parser on the way resolves `..` as a whole segment, encoded or not; a path that contains
 * one is sent as a single segment with encoded slashes, which the API accepts, too.
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
 * The calls that list one type. In `catalog_items` offers have two record types.
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
    message: `${JSON.stringify(name)} cannot be part of a URL, so no object of the tenant can have that name.`,
    hint: 'Give the resource another name.',
  });
}

/** Whether a raw path is under `/api`. */
export type PathPrefix = 'api' | 'none';

/** Answers with a token, which must reach no output. */
const TOKEN_PREFIX = '/oauth2';

/**
 * The path of a call as people type it, `/offers/v2?path=/offers2/X`, as it goes on the wire. The
 * catalog admin API (`/limio/...`) is at the root and everything else under `/api` (API reference,
 * section 0), unless `prefix` says otherwise. Spaces and other characters that a URL cannot contain are
 * encoded; percent-encoded characters stay.
 * @throws LimioError USAGE for a text that is not a path of the tenant.
 */
export function buildRawPath(
  typed: string,
  fields: readonly (readonly [string, string])[],
  prefix?: PathPrefix,
): string {
  const [path, query] = splitOnce(typed, '?');
  if (!path.startsWith('/') || path.startsWith('//'))
    throw refusePath(typed, 'It must begin with one slash; the host comes from the environment.');
  if (/[\u0000-\u001f\u007f\\#]/.test(typed))
    throw refusePath(typed, 'It contains a character that no path of the API has.');
  if (path.split('/').some((segment) => /^(?:\.|%2e){1,2}$/i.test(segment)))
    throw refusePath(typed, 'A segment of dots would lead to another path.');
  const bare = hasPrefix(path, '/api') ? path.slice('/api'.length) : path;
  if (hasPrefix(decodeLoosely(bare).toLowerCase(), TOKEN_PREFIX))
    throw refusePath(typed, 'The answer would contain a token; limio-sync signs every call itself.');
  const isAdmin = bare === path && hasPrefix(path, '/limio');
  const full = (prefix ?? (isAdmin ? 'none' : 'api')) === 'api' ? `/api${bare}` : path;
  const more = formatQuery(fields);
  if (query === undefined) return encodeLeft(full) + more;
  return `${encodeLeft(full)}?${encodeLeft(query)}${more.replace(/^\?/, '&')}`;
}

function hasPrefix(path: string, prefix: string): boolean {
  return path === prefix || path.startsWith(`${prefix}/`);
}

/** As a server may read it; letters may be percent-encoded for no reason. */
function decodeLoosely(path: string): string {
  return path.replaceAll(/%([0-7][0-9a-f])/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}

function splitOnce(text: string, mark: string): [string, string?] {
  const at = text.indexOf(mark);
  return at === -1 ? [text] : [text.slice(0, at), text.slice(at + mark.length)];
}

/** Encodes what was typed as it reads, and leaves `%20` alone. */
function encodeLeft(text: string): string {
  try {
    return encodeURI(text).replace(/%25(?=[0-9a-f]{2})/gi, '%');
  } catch {
    throw refusePath(text, 'It is not valid Unicode text.');
  }
}

function refusePath(path: string, why: string): LimioError {
  return new LimioError({
    code: 'USAGE',
    message: `${JSON.stringify(path)} is not a path of the API. ${why}`,
    hint: 'Example: limio-sync api GET /offers/v2',
  });
}

/**
 * The origin that all requests go to. Plain http would show the credentials to the network, so it
 * is for loopback addresses only.
 * @throws LimioError CONFIG_INVALID
 */
export function parseBaseUrl(baseUrl: string): string {
  const url = URL.canParse(baseUrl) ? new URL(baseUrl) : undefined;
  if (url === undefined) throw refuse('it is not a URL');
  if (url.username !== '' || url.password !== '') throw refuse('it contains credentials');
  if (url.pathname !== '/' || url.search !== '' || url.hash !== '') {
    throw refuse('it has a path or a query, and only a host is allowed');
  }
  if (url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback(url.hostname))) return url.origin;
  throw refuse(`${url.protocol} would send the credentials in the clear; only loopback addresses may use http:`);
}

function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(hostname);
}

/** Does not repeat the URL: it may hold a password. */
function refuse(why: string): LimioError {
  return new LimioError({
    code: 'CONFIG_INVALID',
    message: `The url of the environment cannot be used: ${why}.`,
    hint: 'Write it as https://{tenant}.prod.limio.com, without a path.',
  });
}
