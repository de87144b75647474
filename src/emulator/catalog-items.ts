import type { Dialect } from '../model/dialect.js';
import { getOwn, isJsonObject, type Json, type JsonObject } from '../model/json.js';
import { getAttributes, type ItemRecord } from './item-record.js';
import { type Answer, answerJson, type ApiRequest, readBody, Refusal, type Route } from './route.js';
import { getCommitId, removeItem, type Tenant, writeItem } from './tenant.js';

const PREFIX = '/limio/catalogs/1/items/';

/** One item at head (API reference, sections 3 and 5). */
export const catalogItemRoutes: readonly Route[] = [
  { operation: 'head-item', area: 'admin', method: 'GET', path: `${PREFIX}*`, answer: answerHead },
  { operation: 'delete-item', area: 'admin', method: 'DELETE', path: `${PREFIX}*`, answer: answerDelete },
];

function answerHead(tenant: Tenant, request: ApiRequest): Answer {
  const item = tenant.items.get(readItemPath(request));
  if (!item) throw new Refusal(404, 'Not found');
  return answerJson({
    header: { commitId: getCommitId(tenant) },
    item: { parent_path: item.path.slice(0, item.path.lastIndexOf('/')), tree: [], ...item },
  });
}

function answerDelete(tenant: Tenant, request: ApiRequest): Answer {
  if (!removeItem(tenant, readItemPath(request))) throw new Refusal(404, 'Not found');
  return answerJson({ header: { commitId: getCommitId(tenant) } });
}

/** The leading slash is missing; each segment, or the whole path, is percent-encoded (section 3). */
export function readItemPath(request: ApiRequest): string {
  try {
    const segments = request.rawPath.slice(PREFIX.length).split('/');
    return `/${segments.map(decodeURIComponent).join('/')}`;
  } catch {
    throw new Refusal(400, 'The path is not percent-encoded');
  }
}

/** Fields that a diff cannot change: the tenant identifies items by them. */
const FIXED = new Set(['path', 'name', 'id', 'type', 'version', 'record_type', 'created', 'modified']);

/** Bulk update (API reference, section 4): attributes of the working copies of several items. */
export const bulkUpdateRoutes: readonly Route[] = [
  {
    operation: 'bulk-update',
    area: 'admin',
    method: 'PUT',
    path: '/limio/catalogs/1/bulk-update',
    scope: 'checkout',
    answer: answerBulkUpdate,
  },
];

function answerBulkUpdate(tenant: Tenant, request: ApiRequest): Answer {
  const diffs = readDiffs(readBody(request));
  const { bulkUpdate } = tenant.options.dialect;
  if (diffs.length > bulkUpdate.maxDiffs) {
    throw new Refusal(400, `At most ${bulkUpdate.maxDiffs} diffs per call, not ${diffs.length}`);
  }
  const unknown = diffs.find(({ path }) => !tenant.items.has(path));
  if (unknown && tenant.options.bulkUnknownPath === 'all') throw new Refusal(404, `Not found: ${unknown.path}`);

  const failed: Json[] = [];
  let updated = 0;
  for (const { path, diff } of diffs) {
    const item = tenant.items.get(path);
    if (item) {
      writeItem(tenant, applyDiff(item, diff, bulkUpdate));
      updated += 1;
    } else {
      failed.push(describeFailure(tenant, path, failed.length));
    }
  }
  return answerJson({ success: `${updated} items updated`, failed });
}

function readDiffs(body: JsonObject): { path: string; diff: JsonObject }[] {
  const diffs = getOwn(body, 'diffs');
  if (!Array.isArray(diffs) || diffs.length === 0)
    throw new Refusal(400, 'diffs must be an array with at least one element');
  return diffs.map((entry, place) => {
    const path = isJsonObject(entry) ? getOwn(entry, 'path') : undefined;
    const diff = isJsonObject(entry) ? getOwn(entry, 'diff') : undefined;
    if (typeof path !== 'string' || !isJsonObject(diff)) {
      throw new Refusal(400, `diffs[${place}] must be {"path": string, "diff": object}`);
    }
    return { path, diff };
  });
}

/** The shape of `failed` is not documented: strings, objects, or both. */
function describeFailure(tenant: Tenant, path: string, place: number): Json {
  const shape = tenant.options.bulkFailedShape;
  const asText = shape === 'string' || (shape === 'mixed' && place % 2 === 0);
  return asText ? path : { path, message: 'Not found' };
}

type Rules = Dialect['bulkUpdate'];

/**
 * Applies a bulk-update diff according to the dialect (API reference, sections 4 and 11). A diff in
 * another wrapper is not rejected: its keys land one level too high or too low, which a client can only
 * see by reading the item back.
 */
export function applyDiff(item: ItemRecord, diff: JsonObject, rules: Rules): ItemRecord {
  if (rules.wrapper === 'bare') return withAttributes(item, diff, rules);
  if (rules.wrapper === 'attributes') return applyToData(item, diff, rules);
  const inner = getOwn(diff, 'data');
  const outer = mergeInto(item, omitKey(diff, 'data'), rules);
  // Still an item: the FIXED keys cannot change.
  return applyToData({ ...(outer as ItemRecord), data: item.data }, isJsonObject(inner) ? inner : {}, rules);
}

function applyToData(item: ItemRecord, diff: JsonObject, rules: Rules): ItemRecord {
  const data = mergeInto(item.data, omitKey(diff, 'attributes'), rules);
  const attributes = getOwn(diff, 'attributes');
  return withAttributes({ ...item, data }, isJsonObject(attributes) ? attributes : {}, rules);
}

function withAttributes(item: ItemRecord, changes: JsonObject, rules: Rules): ItemRecord {
  return { ...item, data: { ...item.data, attributes: mergeKeys(getAttributes(item), changes, rules) } };
}

function mergeInto(target: JsonObject, changes: JsonObject, rules: Rules): JsonObject {
  return mergeKeys(target, Object.fromEntries(Object.entries(changes).filter(([key]) => !FIXED.has(key))), rules);
}

/** Null removes a key, or does nothing if removal is unsupported. */
function mergeKeys(target: JsonObject, changes: JsonObject, rules: Rules): JsonObject {
  const merged = new Map(Object.entries(target));
  for (const [key, value] of Object.entries(changes)) {
    if (value !== null) merged.set(key, mergeValue(merged.get(key), value, rules));
    else if (rules.removal === 'null') merged.delete(key);
  }
  return Object.fromEntries(merged);
}

/** A deep merge merges objects at every depth. Arrays are always replaced. */
function mergeValue(old: Json | undefined, value: Json, rules: Rules): Json {
  if (rules.merge === 'shallow' || !isJsonObject(value)) return value;
  return mergeKeys(isJsonObject(old) ? old : {}, value, rules);
}

function omitKey(object: JsonObject, key: string): JsonObject {
  return Object.fromEntries(Object.entries(object).filter(([k]) => k !== key));
}
