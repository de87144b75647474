import { LimioError } from '../errors/errors.js';
import { formatQuery } from './url-paths.js';

/** Where a raw path stands: under `/api`, or as it is. */
export type PathPrefix = 'api' | 'none';

/** Answers with a token, which must reach no output. */
const TOKEN_PREFIX = '/oauth2';

/**
 * The path of a call as people type it, `/offers/v2?path=/offers2/X`, as it goes on the wire. The
 * catalog admin API (`/limio/...`) stands at the root and all else under `/api` (API reference,
 * section 0), unless `prefix` says otherwise. Spaces and other characters that no URL holds are
 * encoded; what is percent-encoded already stays.
 *
 * @throws LimioError USAGE for what is no path of the tenant.
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
    throw refusePath(typed, 'It holds a character that no path of the API has.');
  if (path.split('/').some((segment) => /^(?:\.|%2e){1,2}$/i.test(segment)))
    throw refusePath(typed, 'A segment of dots would lead to another path.');
  const bare = hasPrefix(path, '/api') ? path.slice('/api'.length) : path;
  if (hasPrefix(decodeLoosely(bare).toLowerCase(), TOKEN_PREFIX))
    throw refusePath(typed, 'The answer would hold a token; limio-sync signs every call by itself.');
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
    throw refusePath(text, 'It is not text that UTF-8 can carry.');
  }
}

function refusePath(path: string, why: string): LimioError {
  return new LimioError({
    code: 'USAGE',
    message: `${JSON.stringify(path)} is no path of the API. ${why}`,
    hint: 'Write it as the API reference does: limio-sync api GET /offers/v2',
  });
}
