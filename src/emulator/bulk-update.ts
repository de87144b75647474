import { getOwn, isJsonObject, type Json, type JsonObject } from '../model/json.js';
import { applyDiff } from './apply-diff.js';
import { readBody } from './read-body.js';
import { answerJson, Refusal, type Answer, type ApiRequest, type Route } from './route.js';
import type { Tenant } from './tenant.js';
import { writeItem } from './write-item.js';

/** Bulk update (API reference, section 4): attributes of the working copy, several items a call. */
export const bulkUpdateRoutes: readonly Route[] = [
  {
    operation: 'bulk-update',
    area: 'admin',
    method: 'PUT',
    path: '/limio/catalogs/1/bulk-update',
    answer: answerBulkUpdate,
  },
];

function answerBulkUpdate(tenant: Tenant, request: ApiRequest): Answer {
  const diffs = readDiffs(readBody(request));
  const { bulkUpdate } = tenant.options.dialect;
  if (diffs.length > bulkUpdate.maxDiffs) {
    throw new Refusal(400, `At most ${bulkUpdate.maxDiffs} diffs a call, not ${diffs.length}`);
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

/** The elements of `failed` are not described: strings, objects, or both in one answer. */
function describeFailure(tenant: Tenant, path: string, place: number): Json {
  const shape = tenant.options.bulkFailedShape;
  const asText = shape === 'string' || (shape === 'mixed' && place % 2 === 0);
  return asText ? path : { path, message: 'Not found' };
}
