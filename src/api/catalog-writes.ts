import { LimioError } from '../errors/errors.js';
import type { Dialect } from '../model/dialect.js';
import { getOwn, isJsonObject, type Json, jsonEqual, type JsonObject, mapTexts, textAt } from '../model/json.js';
import type { BulkUpdateAnswer, ItemCreation, ItemEdit, JobState, Renew, Tries } from '../model/live-api.js';
import type { Connection } from './connection.js';
import { buildJobPath, BULK_UPDATE_PATH, JOBS_PATH, TREE_PATH } from './paths.js';
import { type ApiRequest, buildRead, refuseBody } from './request.js';

/**
 * One bulk-update of working copies (API reference, section 4). Edits that change nothing are not sent.
 * Repeating it sets the same values again, so it is repeated after an unknown outcome, with the edits
 * that `renew` makes then. Only a read-back tells what it did.
 */
export async function updateItems(
  { call, dialect, redact }: Connection,
  edits: readonly ItemEdit[],
  renew?: Renew<readonly ItemEdit[]>,
): Promise<BulkUpdateAnswer> {
  if (edits.length > dialect.bulkUpdate.maxDiffs) {
    throw new LimioError({
      code: 'INTERNAL',
      message: `A bulk-update of ${edits.length} edits is over the limit of ${dialect.bulkUpdate.maxDiffs}.`,
    });
  }
  const encode = (some: readonly ItemEdit[]): JsonObject[] =>
    some.flatMap(({ path, before, after }): JsonObject[] => {
      const diff = encodeItemDiff(before, after, dialect.bulkUpdate);
      return diff === undefined ? [] : [{ path, diff }];
    });
  const diffs = encode(edits);
  if (diffs.length === 0) return { failed: [] };
  const renewed = renew && { renew: async (tries: Tries) => ({ diffs: encode(await renew(tries)) }) };
  const answer = await call({
    method: 'PUT',
    path: BULK_UPDATE_PATH,
    json: { diffs },
    ...renewed,
    effect: 'repeatable',
    answer: 'any',
  });
  return { failed: readFailed(answer.json).map((entry) => mapTexts(entry, redact)) };
}

/** Starts a creation job (section 5); the item exists when the job says `completed`. */
export async function createItem(
  connection: Connection,
  { parent, itemData }: ItemCreation,
): Promise<{ jobId: string }> {
  const updatePath = TREE_PATH + parent.replace(/^\/|\/$/g, '');
  return startJob(connection, { jobType: 'creation', updatePath, itemData });
}

export async function readJob({ call }: Connection, id: string): Promise<JobState> {
  const request = buildRead(buildJobPath(id));
  const { json } = await call(request);
  const state = isJsonObject(json) ? textAt(json, 'state') : undefined;
  if (!isJsonObject(json) || state === undefined) throw refuseBody(request, 'a job without state');
  const reason = getOwn(json, 'failedReason') ?? null;
  if (reason === null) return { state };
  return { state, failedReason: typeof reason === 'string' ? reason : JSON.stringify(reason) };
}

async function startJob({ call }: Connection, body: JsonObject): Promise<{ jobId: string }> {
  const request: ApiRequest = { method: 'POST', path: JOBS_PATH, json: body, effect: 'once', answer: 'json' };
  const { json } = await call(request);
  const id = isJsonObject(json) ? (getOwn(json, 'id') ?? getOwn(json, 'jobId')) : undefined;
  if ((typeof id !== 'string' || id === '') && typeof id !== 'number')
    throw refuseBody(request, 'a job without id', { ambiguous: true });
  return { jobId: String(id) };
}

/** The elements of `failed` are undocumented, so they are passed on as they are (section 4). */
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

type BulkUpdate = Dialect['bulkUpdate'];

/**
 * The `diff` of one item in a bulk-update call (API reference, section 4), in the wrapper that the
 * tenant expects; undefined when nothing differs. Null and absent mean the same in both arguments.
 *
 * - `shallow`: a value that differs is sent whole.
 * - `deep`: of an object only what differs is sent, since what is left out stays; a key that goes
 *   is sent as null at its depth. Arrays are always whole.
 *
 * @throws LimioError REMOVAL_UNSUPPORTED when something must go and the tenant cannot remove it.
 */
export function encodeItemDiff(before: JsonObject, after: JsonObject, dialect: BulkUpdate): JsonObject | undefined {
  const entries = [...new Set([...Object.keys(before), ...Object.keys(after)])].flatMap((key) =>
    encodeKey(key, getOwn(before, key) ?? null, getOwn(after, key) ?? null, dialect, []),
  );
  if (entries.length === 0) return undefined;
  return wrap(Object.fromEntries(entries), dialect.wrapper);
}

function encodeKey(key: string, before: Json, after: Json, dialect: BulkUpdate, parents: string[]): [string, Json][] {
  if (jsonEqual(before, after)) return [];
  const trail = [...parents, key];
  if (after === null) {
    if (dialect.removal === 'unsupported') throw refuseRemoval(trail);
    return [[key, null]];
  }
  if (dialect.merge === 'shallow') return [[key, after]];
  if (!isJsonObject(after)) return [[key, after]];
  if (!isJsonObject(before)) return [[key, dropNulls(after)]];
  const inner = [...new Set([...Object.keys(before), ...Object.keys(after)])].flatMap((innerKey) =>
    encodeKey(innerKey, getOwn(before, innerKey) ?? null, getOwn(after, innerKey) ?? null, dialect, trail),
  );
  return inner.length === 0 ? [] : [[key, Object.fromEntries(inner)]];
}

/** In an object that is new to the tenant, null means the same as absence. */
function dropNulls(object: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(object)
      .filter(([, value]) => value !== null)
      .map(([key, value]) => [key, isJsonObject(value) ? dropNulls(value) : value]),
  );
}

function wrap(diff: JsonObject, wrapper: BulkUpdate['wrapper']): JsonObject {
  if (wrapper === 'bare') return diff;
  return wrapper === 'attributes' ? { attributes: diff } : { data: { attributes: diff } };
}

function refuseRemoval(trail: string[]): LimioError {
  return new LimioError({
    code: 'REMOVAL_UNSUPPORTED',
    message: `Cannot remove the attribute ${JSON.stringify(trail.join('/'))}: this tenant cannot do so by bulk-update.`,
    hint: 'Clear it in Limio by hand, or give it an empty value. The setting is dialect.bulkUpdate.removal.',
    details: { attribute: trail },
  });
}
