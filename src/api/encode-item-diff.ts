import { LimioError } from '../errors/errors.js';
import type { Dialect } from '../model/dialect.js';
import { getOwn, isJsonObject, type Json, jsonEqual, type JsonObject } from '../model/json.js';

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

/** In an object that is new to a merging tenant, null says no more than absence does. */
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
    message: `The attribute ${JSON.stringify(trail.join('/'))} cannot be removed: this tenant has no way to do so by bulk-update.`,
    hint: 'Clear it in Limio by hand, or give it an empty value. The setting is dialect.bulkUpdate.removal.',
    details: { attribute: trail },
  });
}
