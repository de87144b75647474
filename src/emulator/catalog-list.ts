import { randomBytes } from 'node:crypto';
import { getOwn, type Json, type JsonObject, pickKeys } from '../model/json.js';
import { collectPaths, getAttributes, getDataField, getRecordType, type ItemRecord } from './item-record.js';
import { listPublishedItems } from './publishing.js';
import { type Answer, answerJson, type ApiRequest, type Operation, Refusal, type Route } from './route.js';
import { getCommitId, readIndex, type Scroll, type Tenant } from './tenant.js';

type Source = 'catalog' | 'published';

type ItemFilter = (item: ItemRecord) => boolean;

const LIST_PARAMETERS = [
  'path',
  'tags',
  'reducedData',
  'opt.pageSize',
  'opt.modifiedAfter',
  'opt.all',
  'opt.queryMoreFrom',
  'opt.queryMoreAlias',
  'attributes.*',
];

/** The documented values of `record_type`. Offers of the two generations are two types. */
const RECORD_TYPES: ReadonlyMap<string, ItemFilter> = new Map<string, ItemFilter>([
  ['offers', (item) => getRecordType(item) === 'offer' && item.path.startsWith('/offers/')],
  ['offers2', (item) => getRecordType(item) === 'offer' && item.path.startsWith('/offers2/')],
  ...['add_on', 'discount', 'product', 'page', 'campaign', 'segment'].map((type): [string, ItemFilter] => [
    type,
    (item) => getRecordType(item) === type,
  ]),
]);

/** Lists of the catalog, from its search index (API reference, section 3). */
export const catalogListRoutes: readonly Route[] = [
  listRoute('list-offers', '/offers/v2', 'offer', 'offersSource', '/offers2/'),
  // Documented as both generations of the catalog, without a source.
  { ...listRoute('list-offers', '/offers', 'offer'), accepts: 'key-or-bearer' },
  listRoute('list-add-ons', '/add_ons', 'add_on', 'addOnsSource'),
  ...(['product', 'segment', 'asset'] as const).map((type): Route => ({
    ...listRoute(`list-${type}s`, `/${type}s`, type),
    accepts: 'key-or-bearer',
  })),
  ...(['page', 'campaign'] as const).map((type): Route => ({
    ...listRoute(`list-${type}s`, `/${type}s`, type),
    accepts: 'key',
  })),
  entryRoute('list-catalog-items', '/catalog_items', 'catalog'),
  entryRoute('list-published-items', '/published_catalog_items', 'published'),
];

/** Typed lists. A `catalog_items` tenant has them only for types that `/catalog_items` cannot list. */
function listRoute(
  operation: Operation,
  path: string,
  type: string,
  sourceParameter?: string,
  folder: string = '/',
): Route {
  return {
    operation,
    area: 'commerce',
    method: 'GET',
    path,
    parameters: sourceParameter === undefined ? LIST_PARAMETERS : [...LIST_PARAMETERS, sourceParameter],
    answer: (tenant, request) => {
      if (tenant.options.dialect.catalogRead === 'catalog_items' && type !== 'asset') {
        throw new Refusal(404, `Not found: use /catalog_items?record_type=... instead of ${path}`);
      }
      const source = sourceParameter === undefined ? 'catalog' : readSource(tenant, request, sourceParameter);
      return answerList(
        tenant,
        request,
        source,
        (item) => getRecordType(item) === type && item.path.startsWith(folder),
      );
    },
  };
}

function entryRoute(operation: Operation, path: string, source: Source): Route {
  return {
    operation,
    area: 'commerce',
    method: 'GET',
    path,
    parameters: [...LIST_PARAMETERS, 'record_type'],
    answer: (tenant, request) => {
      const filter = RECORD_TYPES.get(request.query.get('record_type') ?? '');
      if (!filter) throw new Refusal(400, `record_type must be one of ${[...RECORD_TYPES.keys()].join(', ')}`);
      return answerList(tenant, request, source, filter);
    },
  };
}

function answerList(tenant: Tenant, request: ApiRequest, source: Source, filter: ItemFilter): Answer {
  const { query } = request;
  const alias =
    source === 'catalog'
      ? `items_${indexSuffix(tenant)}`
      : `published_items_${indexSuffix(tenant)}_${tenant.publishedAt}`;
  const from = query.get('opt.queryMoreFrom');
  const collect = (): JsonObject[] => {
    const all = source === 'catalog' ? readIndex(tenant) : listPublishedItems(tenant);
    const found = filterItems([...all.values()].filter(filter), query);
    return query.get('reducedData') === 'true' ? found.map(reduceItem) : found;
  };
  const page =
    from === null
      ? openScroll(tenant, alias, collect(), readPageSize(tenant, query), query.get('opt.all') === 'true')
      : continueScroll(tenant, from, query.get('opt.queryMoreAlias'));
  return answerJson({
    items: page.items,
    hits: tenant.options.hitsShape === 'number' ? page.total : { value: page.total, relation: 'eq' },
    indexName: alias,
    commitId: source === 'catalog' ? getCommitId(tenant) : String(tenant.publishedAt),
    ...(page.next === undefined ? {} : { queryMore: { from: page.next, alias } }),
  });
}

function indexSuffix(tenant: Tenant): string {
  return `${tenant.options.tenant}.${tenant.options.tenant}.prod.limio.com`;
}

function readSource(tenant: Tenant, request: ApiRequest, parameter: string): Source {
  const given = request.query.get(parameter) ?? tenant.options.defaultSource;
  if (given !== 'catalog' && given !== 'published') throw new Refusal(400, `${parameter} must be catalog or published`);
  return given;
}

function readPageSize(tenant: Tenant, query: URLSearchParams): number {
  const text = query.get('opt.pageSize') ?? '50';
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new Refusal(400, 'opt.pageSize must be a whole number from 1');
  return Math.min(Number(text), tenant.options.pageSizeCap);
}

/** Applies `path`, `tags`, `opt.modifiedAfter` and `attributes.<name>` (API reference, section 3). */
function filterItems(items: readonly ItemRecord[], query: URLSearchParams): ItemRecord[] {
  const path = query.get('path');
  const tags = query.get('tags')?.split(',') ?? [];
  const after = readDate(query.get('opt.modifiedAfter'));
  const attributes = [...query].filter(([key]) => key.startsWith('attributes.'));
  return items.filter(
    (item) =>
      (path === null || item.path === path || item.path.startsWith(`${path}/`)) &&
      (tags.length === 0 || collectPaths(getDataField(item, 'tags')).some((tag) => tags.includes(tag))) &&
      (after === undefined || isModifiedAfter(item, after)) &&
      attributes.every(([key, value]) => hasText(getOwn(getAttributes(item), key.slice('attributes.'.length)), value)),
  );
}

/** `reducedData=true` returns too little to compare items. */
function reduceItem(item: ItemRecord): JsonObject {
  const attributes = pickKeys(getAttributes(item), ['display_name__limio', 'label__limio', 'group__limio']);
  return { ...item, data: { ...pickKeys(item.data, ['path', 'name', 'record_type', 'modified', 'tags']), attributes } };
}

function readDate(text: string | null): number | undefined {
  if (text === null) return undefined;
  const time = /^\d{4}-\d{2}-\d{2}/.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(time)) throw new Refusal(400, 'opt.modifiedAfter must be an ISO date or date-time');
  return time;
}

function isModifiedAfter(item: ItemRecord, after: number): boolean {
  const modified = getOwn(item.data, 'modified');
  return typeof modified === 'string' && Date.parse(modified) > after;
}

function hasText(value: Json | undefined, text: string): boolean {
  if (Array.isArray(value)) return value.some((element) => hasText(element, text));
  return value !== undefined && typeof value !== 'object' && String(value) === text;
}

interface ListPage {
  items: JsonObject[];
  /** Number of items of the whole list. */
  total: number;
  /** Cursor of the next page; absent on the last. */
  next?: string;
}

/** The first page. There are further pages only with `opt.all=true`. */
function openScroll(tenant: Tenant, alias: string, items: JsonObject[], pageSize: number, all: boolean): ListPage {
  const page: ListPage = { items: items.slice(0, pageSize), total: items.length };
  if (!all || items.length <= pageSize) return page;
  return { ...page, next: storeScroll(tenant, { alias, pageSize, items, offset: pageSize, expiresAt: 0 }) };
}

/**
 * The next page of a snapshot that was taken for the first page. Each cursor works once.
 * Rejects a cursor of another index (400), and an expired, used or unknown one (404).
 */
function continueScroll(tenant: Tenant, cursor: string, alias: string | null): ListPage {
  const scroll = tenant.scrolls.get(cursor);
  if (scroll && scroll.alias !== alias)
    throw new Refusal(400, 'opt.queryMoreAlias does not belong to opt.queryMoreFrom');
  tenant.scrolls.delete(cursor);
  if (!scroll || scroll.expiresAt <= tenant.options.now()) {
    throw new Refusal(404, 'No search context found for opt.queryMoreFrom: it expired or was used');
  }
  const end = scroll.offset + scroll.pageSize;
  const page: ListPage = { items: scroll.items.slice(scroll.offset, end), total: scroll.items.length };
  if (end >= scroll.items.length) return page;
  return { ...page, next: storeScroll(tenant, { ...scroll, offset: end }) };
}

function storeScroll(tenant: Tenant, scroll: Scroll): string {
  const now = tenant.options.now();
  for (const [cursor, { expiresAt }] of tenant.scrolls) if (expiresAt <= now) tenant.scrolls.delete(cursor);
  const cursor = randomBytes(48).toString('base64');
  tenant.scrolls.set(cursor, { ...scroll, expiresAt: now + tenant.options.cursorLifetimeMs });
  return cursor;
}
