import { canonicalJson, defined, getOwn, isJsonObject, type Json, mapTexts } from '../model/json.js';
import type { Listing } from '../model/live-api.js';
import { type ClientOptions, type ClientStats, openConnection } from './connection.js';
import { type Page, readListPage, readPages } from './pages.js';
import { formatQuery } from './paths.js';
import { type ApiRequest, refuseBody } from './request.js';

/** A call without a method of its own. `path`: from `buildRawPath`. */
export interface RawRequest {
  method: ApiRequest['method'];
  path: string;
  json?: Json;
  /** What repeating it does, see `ApiRequest`. */
  effect: ApiRequest['effect'];
}

/** Any call of the API, signed, limited and repeated like every other (API reference, section 9). */
export interface RawApi {
  /** The answer, without the credentials; undefined when it was empty. */
  call(request: RawRequest): Promise<Json | undefined>;
  /** Every element of a list, from all its pages. */
  list(path: string): Promise<Listing<Json>>;
  stats(): ClientStats;
  close(): Promise<void>;
}

export function openRawApi(options: ClientOptions): RawApi {
  const connection = openConnection(options);
  const call = async (request: RawRequest): Promise<Json | undefined> => {
    const answer = await connection.call({ ...request, answer: 'any' });
    return answer.json === undefined ? undefined : mapTexts(answer.json, connection.redact);
  };
  return {
    call,
    list: (path) =>
      readPages<Json>({
        noun: 'elements',
        pageSize: options.dialect.pageSize,
        // Lists of objects have a cursor only, those of catalog items a count, too (sections 3 and 6).
        proof: hasTextCursor(path) ? 'cursor' : 'hits',
        keyOf: canonicalJson,
        read: async (cursor, pageSize) =>
          parsePage(await call({ method: 'GET', path: addPaging(path, cursor, pageSize), effect: 'read' }), path),
      }),
    stats: () => connection.stats(),
    close: () => connection.close(),
  };
}

/** Lists of objects and baskets (section 9). */
function hasTextCursor(path: string): boolean {
  return /^\/api\/(?:objects|checkout)\//.test(path);
}

/** What belongs to an object comes without a size, and these calls refuse unknown parameters (section 9). */
function hasLimit(path: string): boolean {
  return !/^\/api\/objects\/[^/?]+\/[^/?]+\/[^/?]+/.test(path);
}

function addPaging(path: string, cursor: string | undefined, pageSize: number): string {
  const paging: [string, string | undefined][] = hasTextCursor(path)
    ? [
        ['limit', hasLimit(path) ? String(pageSize) : undefined],
        ['queryMore', cursor],
      ]
    : [['opt.all', 'true'], ['opt.pageSize', String(pageSize)], ...toCursorFields(cursor)];
  const typed = new Set(new URLSearchParams(path.split('?')[1] ?? '').keys());
  const query = formatQuery(paging.filter(([name]) => !typed.has(name)));
  return path.includes('?') ? path + query.replace(/^\?/, '&') : path + query;
}

function toCursorFields(cursor: string | undefined): [string, string | undefined][] {
  if (cursor === undefined) return [];
  // Written below, as `next` of the page before.
  const { from, alias } = JSON.parse(cursor) as { from?: string; alias?: string };
  return [
    ['opt.queryMoreFrom', from],
    ['opt.queryMoreAlias', alias],
  ];
}

function parsePage(json: Json | undefined, path: string): Page<Json> {
  const page = readListPage(json);
  if (page === undefined) {
    const hint = 'To see it, omit --paginate.';
    throw refuseBody({ method: 'GET', path }, 'something that is not a list', { hint });
  }
  const more = isJsonObject(json) ? getOwn(json, 'queryMore') : undefined;
  const cursor = typeof more === 'string' && more !== '' ? more : undefined;
  const next = page.next === undefined ? cursor : JSON.stringify(page.next);
  return { items: page.items, unusable: 0, ...defined({ hits: page.hits, next }) };
}
