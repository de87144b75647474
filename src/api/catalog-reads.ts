import { LimioError } from '../errors/errors.js';
import type { PageRequest, PageView } from '../model/doctor.js';
import { defined, getOwn, isJsonObject, type Json, type JsonObject, objectAt, textAt } from '../model/json.js';
import type { CatalogItem, CatalogRecordType, CatalogSource, Listing } from '../model/live-api.js';
import type { Connection } from './connection.js';
import { type Cursor, type Page, parseElements, readListPage, readPages } from './pages.js';
import { buildItemPath, buildListPaths, formatQuery, type Query } from './paths.js';
import { buildRead, refuseBody } from './request.js';

const NOUNS: Record<CatalogRecordType, string> = {
  offer: 'offers',
  add_on: 'add-ons',
  product: 'products',
  page: 'pages',
  campaign: 'campaigns',
  segment: 'segments',
  asset: 'assets',
};

/** All items of a type, through the search index (API reference, section 3). */
export async function listItems(
  connection: Connection,
  type: CatalogRecordType,
  source: CatalogSource,
): Promise<Listing<CatalogItem>> {
  const noun = NOUNS[type];
  const lists = buildListPaths(type, source, connection.dialect.catalogRead);
  const isTyped = connection.dialect.catalogRead === 'typed';
  const hasSubstitute = isTyped && source === 'catalog' && (type === 'page' || type === 'campaign');
  const listings = hasSubstitute
    ? [await listFirst(connection, [...lists, ...buildListPaths(type, source, 'catalog_items')], noun)]
    : await Promise.all([
        ...lists.map((list) => listOne(connection, list, noun)),
        ...(isTyped && type === 'offer' ? [listOldOffers(connection, source)] : []),
      ]);
  const notes = listings.flatMap((listing) => listing.note ?? []);
  const byPath = new Map<string, CatalogItem>();
  for (const item of listings.flatMap((listing) => listing.items)) {
    if (!byPath.has(item.path)) byPath.set(item.path, item);
  }
  return {
    items: [...byPath.values()],
    complete: listings.every((listing) => listing.complete),
    ...defined({ commit: listings.find(({ commit }) => commit !== undefined)?.commit }),
    ...(notes.length === 0 ? {} : { note: notes.join('; ') }),
  };
}

/**
 * The offers of campaigns: `/offers/v2` has only those below `/offers2/` (API reference, section 3). Where no call
 * lists them, the list of offers is incomplete.
 */
async function listOldOffers(connection: Connection, source: CatalogSource): Promise<Listing<CatalogItem>> {
  const query: Query = [['record_type', 'offers']];
  const lists =
    source === 'catalog'
      ? [
          { path: '/api/catalog_items', query },
          // Documented without a source, and as both generations of working copies.
          { path: '/api/offers', query: [] },
        ]
      : [{ path: '/api/published_catalog_items', query }];
  try {
    return await listFirst(connection, lists, NOUNS.offer);
  } catch (error) {
    if (!isRefusal(error)) throw error;
    return { items: [], complete: false, note: error.message.replace(/\.$/, '') };
  }
}

/**
 * The first of several calls that the tenant answers. Some tenants refuse `/pages` and `/campaigns` to API clients,
 * whose credentials are fine; all lists can come from one call.
 */
async function listFirst(
  connection: Connection,
  lists: readonly { path: string; query: Query }[],
  noun: string,
): Promise<Listing<CatalogItem>> {
  const refusals: string[] = [];
  for (const list of lists) {
    try {
      return await listOne(connection, list, noun);
    } catch (error) {
      if (!isRefusal(error)) throw error;
      refusals.push(error.message.replace(/\.$/, ''));
    }
  }
  throw new LimioError({
    code: 'HTTP_STATUS',
    message: `The tenant shows no list of ${noun}: ${refusals.join('; ')}.`,
    hint: `Other calls work, so the credentials are right. Ask Limio for the permission to read ${noun}.`,
  });
}

/** Whether one call was refused, which says nothing about the others. */
function isRefusal(error: unknown): error is LimioError {
  return (
    error instanceof LimioError &&
    error.details['wholeTenant'] !== true &&
    ['AUTH_REFUSED', 'HTTP_STATUS', 'HTTP_BAD_BODY'].includes(error.code)
  );
}

function listOne(
  connection: Connection,
  list: { path: string; query: Query },
  noun: string,
): Promise<Listing<CatalogItem>> {
  return readPages<CatalogItem>({
    noun,
    pageSize: connection.dialect.pageSize,
    proof: 'hits',
    keyOf: (item) => item.path,
    read: (cursor, pageSize) => readPage(connection, list, cursor, pageSize),
  });
}

/** Without `opt.all=true` one page comes back and `hits` still says more (section 3). */
async function readPage(
  connection: Connection,
  list: { path: string; query: Query },
  cursorText: string | undefined,
  pageSize: number,
): Promise<Page<CatalogItem>> {
  // Written below, as `next` of the page before.
  const cursor = cursorText === undefined ? undefined : (JSON.parse(cursorText) as Cursor);
  const query = formatQuery([
    ...list.query,
    ['opt.all', 'true'],
    ['opt.pageSize', String(pageSize)],
    ['opt.queryMoreFrom', cursor?.from],
    ['opt.queryMoreAlias', cursor?.alias],
  ]);
  const request = buildRead(list.path + query, { mayBeTooLarge: true, isList: true });
  const page = readListPage((await connection.call(request)).json);
  if (page === undefined) throw refuseBody(request, 'a list without items', DIALECT_HINT);
  const { items, ...left } = parseElements(page.items, parseCatalogItem, 'path');
  return {
    items,
    ...left,
    ...defined({ hits: page.hits, commit: page.commit, next: page.next && JSON.stringify(page.next) }),
  };
}

/** One item at head, the truth (section 3); undefined only for the API's own NOTFOUND. */
export async function readItem(connection: Connection, path: string): Promise<CatalogItem | undefined> {
  const request = buildRead(buildItemPath(path), { missing: 'admin' });
  const answer = await connection.call(request);
  if (answer.missing) return undefined;
  const outer = isJsonObject(answer.json) ? getOwn(answer.json, 'item') : undefined;
  const item = parseCatalogItem(outer, path);
  if (item === undefined) throw refuseBody(request, 'no item', DIALECT_HINT);
  // A gateway that resolved or decoded the path would return another object.
  const answered = bareText(item.path);
  if (answered !== bareText(path)) {
    // Its id is a hash of the path as it is spelt, so another normal form is another item.
    if (answered.normalize('NFC') === bareText(path).normalize('NFC')) return undefined;
    throw refuseBody(request, `another item, ${JSON.stringify(item.path.slice(0, 200))}`, DIALECT_HINT);
  }
  return { ...item, path };
}

function bareText(path: string): string {
  return path.replace(/^\//, '');
}

const DIALECT_HINT = { hint: 'Compare the answer with the dialect of the environment (catalogRead).' };

/** Of the outer object, not of its data. */
const OUTER_KEYS = new Set(['path', 'name', 'id', 'version', 'type', 'parent_path', 'tree', 'errors']);

/**
 * A catalog item of a list or of a read at head. Only the outer path, name, id and version count:
 * the copies in `data` are stale (API reference, section 3). Products come without an outer `data`;
 * their fields are lifted into one. Undefined when there is no path to key it on.
 */
export function parseCatalogItem(json: Json | undefined, knownPath?: string): CatalogItem | undefined {
  if (!isJsonObject(json)) return undefined;
  const path = textAt(json, 'path') ?? knownPath;
  if (path === undefined || path === '') return undefined;
  const inner = getOwn(json, 'data');
  const data = isJsonObject(inner) ? inner : liftData(json);
  return {
    path,
    name: textAt(json, 'name') ?? path.slice(path.lastIndexOf('/') + 1),
    id: textAt(json, 'id') ?? '',
    ...defined({ version: textAt(json, 'version') }),
    attributes: objectAt(data, 'attributes'),
    data,
  };
}

function liftData(item: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(item).filter(([key]) => !OUTER_KEYS.has(key) && key !== 'data'));
}

/** How one page of a list is answered. Where a type has two lists, the last one counts. */
export async function observePage({ call }: Connection, { type, read, pageSize, all }: PageRequest): Promise<PageView> {
  const list = buildListPaths(type, 'catalog', read).at(-1);
  if (list === undefined) throw new RangeError(`no list of ${type}`);
  const query = formatQuery([
    ...list.query,
    ['opt.all', all ? 'true' : undefined],
    ['opt.pageSize', pageSize === undefined ? undefined : String(pageSize)],
  ]);
  const request = buildRead(list.path + query, { mayBeTooLarge: true });
  const { json } = await call(request);
  const page = readListPage(json);
  if (page === undefined) throw refuseBody(request, 'a list without items');
  const hits = isJsonObject(json) ? getOwn(json, 'hits') : undefined;
  return {
    items: page.items.length,
    ...defined({ hits: page.hits }),
    hitsShape: typeof hits === 'number' ? 'number' : isJsonObject(hits) ? 'object' : 'none',
    more: page.next !== undefined,
  };
}

/** The outer object of an item at head; undefined only for the API's own NOTFOUND (API reference, section 3). */
export async function readItemRecord({ call }: Connection, path: string): Promise<JsonObject | undefined> {
  const request = buildRead(buildItemPath(path), { missing: 'admin' });
  const { json, missing } = await call(request);
  if (missing) return undefined;
  const item = isJsonObject(json) ? getOwn(json, 'item') : undefined;
  if (isJsonObject(item) && (getOwn(item, 'path') ?? path) === path) return item;
  throw refuseBody(request, 'no item of that path');
}
