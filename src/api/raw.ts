import { canonicalJson, defined, getOwn, isJsonObject, type Json, mapTexts } from '../model/json.js';
import type { Listing } from '../model/live-api.js';
import { findCall } from './calls.js';
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
  /** Every element of a list, from all its pages, and the key that the API gives them. */
  list(path: string): Promise<Listing<Json> & { key: string }>;
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
    list: async (path) => {
      const paging = choosePaging(path);
      const listing = await readPages<Json>({
        noun: 'elements',
        pageSize: options.dialect.pageSize,
        // Lists of objects have a cursor only, those of catalog items a count, too (sections 3 and 6).
        proof: paging.style === 'cursor' ? 'cursor' : 'hits',
        keyOf: canonicalJson,
        read: async (cursor, pageSize) => {
          const pagePath = addPaging(path, paging, cursor, pageSize);
          return parsePage(await call({ method: 'GET', path: pagePath, effect: 'read' }), path, paging.key);
        },
      });
      return { ...listing, key: paging.key };
    },
    stats: () => connection.stats(),
    close: () => connection.close(),
  };
}

/** How the pages of a list are asked for. */
interface Paging {
  /** `opt.all` and two cursors, or `queryMore` alone. */
  style: 'catalog' | 'cursor';
  /** What belongs to an object comes without a size, and such calls refuse unknown parameters (section 9). */
  hasLimit: boolean;
  /** The key that holds the elements. */
  key: string;
}

/** As documented; an unknown path is taken for what is at its place. */
function choosePaging(path: string): Paging {
  const call = findCall('GET', path);
  const isCatalog = call ? call.parameters.includes('opt.all') : !/^\/api\/(?:objects|checkout)\//.test(path);
  return {
    style: isCatalog ? 'catalog' : 'cursor',
    hasLimit: call?.parameters.some((name) => name === 'limit' || name === 'limit*') ?? false,
    key: call?.list ?? 'items',
  };
}

function addPaging(path: string, { style, hasLimit }: Paging, cursor: string | undefined, pageSize: number): string {
  const paging: [string, string | undefined][] =
    style === 'cursor'
      ? [
          ['limit', hasLimit ? String(pageSize) : undefined],
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

function parsePage(json: Json | undefined, path: string, key: string): Page<Json> {
  const page = readListPage(json, key);
  if (page === undefined) {
    const hint = 'To see it, omit --paginate.';
    throw refuseBody({ method: 'GET', path }, 'something that is not a list', { hint });
  }
  const more = isJsonObject(json) ? getOwn(json, 'queryMore') : undefined;
  const cursor = typeof more === 'string' && more !== '' ? more : undefined;
  const next = page.next === undefined ? cursor : JSON.stringify(page.next);
  return { items: page.items, unusable: 0, ...defined({ hits: page.hits, next }) };
}
