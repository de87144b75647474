import { LimioError } from '../errors/errors.js';
import { getOwn, isJsonObject, type Json, type JsonObject } from '../model/json.js';
import type { BulkUpdateAnswer, ItemCreation, ItemEdit, JobState, Renew, Tries } from '../model/live-api.js';
import type { ApiRequest } from './api-request.js';
import { encodeItemDiff } from './encode-item-diff.js';
import type { Connection } from './open-connection.js';
import { redactJson } from './redact-json.js';
import { buildItemPath, buildJobPath, BULK_UPDATE_PATH, JOBS_PATH, TREE_PATH } from './url-paths.js';

/**
 * One bulk-update of working copies (API reference, section 4). Edits that change nothing are not
 * sent, and neither is a call without edits. Repeating it sets the same values again, so it is
 * repeated after an unknown outcome, with the edits that `renew` gives then. What it did is known only
 * by reading the items back.
 */
export async function updateItems(
  { call, dialect, redact }: Connection,
  edits: readonly ItemEdit[],
  renew?: Renew<readonly ItemEdit[]>,
): Promise<BulkUpdateAnswer> {
  if (edits.length > dialect.bulkUpdate.maxDiffs) {
    throw new LimioError({
      code: 'INTERNAL',
      message: `${edits.length} edits were to go in one bulk-update; the most is ${dialect.bulkUpdate.maxDiffs}.`,
    });
  }
  const encode = (some: readonly ItemEdit[]): JsonObject[] =>
    some.flatMap(({ path, before, after }): JsonObject[] => {
      const diff = encodeItemDiff(before, after, dialect.bulkUpdate);
      return diff === undefined ? [] : [{ path, diff }];
    });
  const diffs = encode(edits);
  if (diffs.length === 0) return { failed: [] };
  const again = renew && { renew: async (tries: Tries) => ({ diffs: encode(await renew(tries)) }) };
  const answer = await call({
    method: 'PUT',
    path: BULK_UPDATE_PATH,
    json: { diffs },
    ...again,
    effect: 'repeatable',
    answer: 'any',
    authorised: true,
  });
  return { failed: readFailed(answer.json).map((entry) => redactJson(entry, redact)) };
}

/** Starts a creation job (section 5); the item exists when the job says `completed`. */
export async function createItem(
  connection: Connection,
  { parent, itemData }: ItemCreation,
): Promise<{ jobId: string }> {
  const updatePath = TREE_PATH + parent.replace(/^\/|\/$/g, '');
  return startJob(connection, { jobType: 'creation', updatePath, itemData });
}

/** Builds the index of published items anew (section 5). */
export async function reindexPublished(connection: Connection): Promise<{ jobId: string }> {
  return startJob(connection, { jobType: 'indexer', indexerType: 'published_items' });
}

export async function readJob({ call }: Connection, id: string): Promise<JobState> {
  const request: ApiRequest = {
    method: 'GET',
    path: buildJobPath(id),
    effect: 'read',
    answer: 'json',
    authorised: true,
  };
  const { json } = await call(request);
  const state = isJsonObject(json) ? getOwn(json, 'state') : undefined;
  if (!isJsonObject(json) || typeof state !== 'string') throw refuseBody(request, 'a job without state');
  const reason = getOwn(json, 'failedReason') ?? null;
  return {
    state,
    ...(reason === null ? {} : { failedReason: typeof reason === 'string' ? reason : JSON.stringify(reason) }),
  };
}

/** False when there was none; "not found" after an attempt of unknown outcome means that it worked. */
export async function deleteItem({ call }: Connection, path: string): Promise<boolean> {
  const answer = await call({
    method: 'DELETE',
    path: buildItemPath(path),
    effect: 'repeatable',
    answer: 'any',
    missing: 'admin',
    authorised: true,
  });
  return !answer.missing || answer.ambiguousBefore;
}

async function startJob({ call }: Connection, body: JsonObject): Promise<{ jobId: string }> {
  const request: ApiRequest = {
    method: 'POST',
    path: JOBS_PATH,
    json: body,
    effect: 'once',
    answer: 'json',
    authorised: true,
  };
  const { json } = await call(request);
  const id = isJsonObject(json) ? (getOwn(json, 'id') ?? getOwn(json, 'jobId')) : undefined;
  if ((typeof id !== 'string' || id === '') && typeof id !== 'number')
    throw refuseBody(request, 'a job without id', true);
  return { jobId: String(id) };
}

/** Elements of `failed` are not described: whatever is there is passed on (section 4). */
function readFailed(json: Json | undefined): Json[] {
  const failed = isJsonObject(json) ? (getOwn(json, 'failed') ?? null) : null;
  if (Array.isArray(failed)) return failed;
  const empty =
    failed === null ||
    failed === '' ||
    failed === false ||
    failed === 0 ||
    (isJsonObject(failed) && Object.keys(failed).length === 0);
  return empty ? [] : [failed];
}

function refuseBody({ method, path }: ApiRequest, what: string, ambiguous = false): LimioError {
  return new LimioError({
    code: 'HTTP_BAD_BODY',
    message: `${method} ${path} was answered with ${what}.`,
    details: { method, path, ambiguous },
  });
}
