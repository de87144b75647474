import { getOwn, isJsonObject, type JsonObject } from '../model/json.js';
import {
  collectPaths,
  computeItemId,
  getRecordType,
  guessRecordType,
  isTreeRoot,
  type ItemRecord,
} from './item-record.js';
import {
  type Answer,
  answerJson,
  type ApiRequest,
  readBody,
  Refusal,
  requireObject,
  requireText,
  type Route,
} from './route.js';
import { bumpVersion, formatCatalogDate, type Job, type Tenant, writeItem } from './tenant.js';

const TREE = '/limio/catalogs/1/tree/';

/** Jobs of the admin API (API reference, section 5): creation of items, re-indexing. */
export const jobRoutes: readonly Route[] = [
  { operation: 'start-job', area: 'admin', method: 'POST', path: '/limio/jobs', answer: answerStart },
  { operation: 'get-job', area: 'admin', method: 'GET', path: '/limio/jobs/:id', answer: answerState },
];

/** Runs the jobs that are due, in the order of arrival. */
export function settleJobs(tenant: Tenant): void {
  for (const job of tenant.jobs.values()) {
    if (!job.run || job.startedAt + tenant.options.jobMs > tenant.options.now()) continue;
    const failedReason = job.run();
    tenant.jobs.set(job.id, {
      id: job.id,
      startedAt: job.startedAt,
      ...(failedReason !== undefined && { failedReason }),
    });
  }
}

function answerStart(tenant: Tenant, request: ApiRequest): Answer {
  const body = readBody(request);
  const run = readJob(tenant, body);
  const id = bumpVersion(tenant, 'job').slice(0, 12);
  const job: Job = { id, startedAt: tenant.options.now(), run };
  tenant.jobs.set(id, job);
  return answerJson({ [tenant.options.jobIdKey]: id }, 202);
}

function answerState(tenant: Tenant, request: ApiRequest): Answer {
  const job = tenant.jobs.get(request.params['id'] ?? '');
  if (!job) throw new Refusal(404, 'Not found');
  const state = job.run ? 'active' : job.failedReason === undefined ? 'completed' : 'failed';
  return answerJson({ state, ...(job.failedReason !== undefined && { failedReason: job.failedReason }) });
}

function readJob(tenant: Tenant, body: JsonObject): () => string | undefined {
  const type = requireText(body, 'jobType');
  if (type === 'indexer') {
    const indexer = requireText(body, 'indexerType');
    if (indexer !== 'published_items') throw new Refusal(400, `Unknown indexerType "${indexer}"`);
    return () => {
      tenant.publishedAt = Math.max(tenant.options.now(), tenant.publishedAt + 1);
      return undefined;
    };
  }
  if (type !== 'creation') throw new Refusal(400, `Unknown jobType "${type}"`);
  const updatePath = requireText(body, 'updatePath');
  if (!updatePath.startsWith(TREE)) throw new Refusal(400, `updatePath must begin with ${TREE}`);
  const itemData = requireObject(body, 'itemData');
  return () => createItem(tenant, `/${updatePath.slice(TREE.length)}`, itemData);
}

/** Returns why it failed, or undefined. */
function createItem(tenant: Tenant, parent: string, itemData: JsonObject): string | undefined {
  const name = getOwn(itemData, 'name');
  const path = getOwn(itemData, 'path');
  if (typeof name !== 'string' || name === '') return 'itemData.name is missing';
  if (typeof path !== 'string' || !listFolders(parent).some((folder) => isDirectlyBelow(path, folder)))
    return `itemData.path must be below ${parent}`;
  if (typeof getOwn(itemData, 'record_type') !== 'string') return 'itemData.record_type is missing';
  if (!hasParent(tenant, parent)) return `The parent ${parent} does not exist`;
  if (tenant.items.has(path)) return `${path} already exists`;
  const root = `/${parent.split('/')[1] ?? ''}`;
  if (root === '/pages' && parent !== root) return 'Page paths must be flat';
  const unknownTag = collectPaths(getOwn(itemData, 'tags')).find((tag) => !tenant.items.has(tag));
  if (unknownTag !== undefined) return `The tag ${unknownTag} does not exist`;
  const attributes = getOwn(itemData, 'attributes') ?? {};
  if (!isJsonObject(attributes)) return 'itemData.attributes must be an object';
  const item: ItemRecord = {
    path,
    name,
    id: computeItemId(path),
    type: 'item',
    version: '',
    data: { ...itemData, attributes, type: 'item', created: formatCatalogDate(tenant.options.now()) },
  };
  const expected =
    parent.startsWith('/offers/') || root === '/offers' ? ['offer', 'campaign'] : [guessRecordType(path)];
  if (!expected.includes(getRecordType(item))) return `itemData.record_type is not allowed below ${parent}`;
  writeItem(tenant, item);
  return undefined;
}

/** Scripts of tenants whose pages are below `/pages2/` post to the tree `pages` (section 3). */
function listFolders(parent: string): string[] {
  return parent === '/pages' ? ['/pages', '/pages2'] : [parent];
}

function isDirectlyBelow(path: string, folder: string): boolean {
  const name = path.slice(folder.length + 1);
  return path.startsWith(`${folder}/`) && name !== '' && !name.includes('/');
}

/** Roots always exist. A campaign of the old generation also exists if it has offers. */
function hasParent(tenant: Tenant, parent: string): boolean {
  if (isTreeRoot(parent) || tenant.items.has(parent)) return true;
  return parent.startsWith('/offers/') && [...tenant.items.keys()].some((path) => path.startsWith(`${parent}/`));
}
