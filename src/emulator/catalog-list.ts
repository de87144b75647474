import type { JsonObject } from '../model/json.js';
import { filterItems, reduceItem } from './filter-items.js';
import { getRecordType, type ItemRecord } from './item-record.js';
import type { Operation } from './operations.js';
import { listPublishedItems } from './published-items.js';
import { answerJson, Refusal, type Answer, type ApiRequest, type Route } from './route.js';
import { continueScroll, openScroll } from './scrolls.js';
import { getCommitId, type Tenant } from './tenant.js';
import { readIndex } from './write-item.js';

type Source = 'catalog' | 'published';
type Wants = (item: ItemRecord) => boolean;

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

/** Lists of the catalog through its search index (API reference, section 3). */
export const catalogListRoutes: readonly Route[] = [
  listRoute('list-offers', '/offers/v2', 'offer', 'offersSource'),
  listRoute('list-offers', '/offers', 'offer', 'offersSource'),
  listRoute('list-add-ons', '/add_ons', 'add_on', 'addOnsSource'),
  ...(['product', 'page', 'campaign', 'segment', 'asset'] as const).map((type) =>
    listRoute(`list-${type}s`, `/${type}s`, type),
  ),
  entryRoute('list-catalog-items', '/catalog_items', 'catalog'),
  entryRoute('list-published-items', '/published_catalog_items', 'published'),
];

/** Typed lists; a tenant of the `catalog_items` dialect has them only for what that entry cannot list. */
function listRoute(operation: Operation, path: string, type: string, sourceParameter?: string): Route {
  return {
    operation,
    area: 'commerce',
    method: 'GET',
    path,
    parameters: sourceParameter === undefined ? LIST_PARAMETERS : [...LIST_PARAMETERS, sourceParameter],
    answer: (tenant, request) => {
      if (tenant.options.dialect.catalogRead === 'catalog_items' && type !== 'asset') {
        throw new Refusal(404, `Not found: use /catalog_items?record_type=... in the place of ${path}`);
      }
      const source = sourceParameter === undefined ? 'catalog' : readSource(tenant, request, sourceParameter);
      return answerList(tenant, request, source, (item) => getRecordType(item) === type);
    },
  };
}

/** The documented values of `record_type`; offers of the two generations are two types. */
const WANTS_BY_RECORD_TYPE: ReadonlyMap<string, Wants> = new Map<string, Wants>([
  ['offers', (item) => getRecordType(item) === 'offer' && item.path.startsWith('/offers/')],
  ['offers2', (item) => getRecordType(item) === 'offer' && item.path.startsWith('/offers2/')],
  ...['add_on', 'discount', 'product', 'page', 'campaign', 'segment'].map((type): [string, Wants] => [
    type,
    (item) => getRecordType(item) === type,
  ]),
]);

function entryRoute(operation: Operation, path: string, source: Source): Route {
  return {
    operation,
    area: 'commerce',
    method: 'GET',
    path,
    parameters: [...LIST_PARAMETERS, 'record_type'],
    answer: (tenant, request) => {
      const wants = WANTS_BY_RECORD_TYPE.get(request.query.get('record_type') ?? '');
      if (!wants) throw new Refusal(400, `record_type must be one of ${[...WANTS_BY_RECORD_TYPE.keys()].join(', ')}`);
      return answerList(tenant, request, source, wants);
    },
  };
}

function answerList(tenant: Tenant, request: ApiRequest, source: Source, wants: Wants): Answer {
  const { query } = request;
  const alias =
    source === 'catalog'
      ? `items_${indexSuffix(tenant)}`
      : `published_items_${indexSuffix(tenant)}_${tenant.publishedAt}`;
  const from = query.get('opt.queryMoreFrom');
  const collect = (): JsonObject[] => {
    const all = source === 'catalog' ? readIndex(tenant) : listPublishedItems(tenant);
    const found = filterItems([...all.values()].filter(wants), query);
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
