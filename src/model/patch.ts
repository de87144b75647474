import jsonPatch, { type Operation } from 'fast-json-patch';
import { LimioError } from '../errors/errors.js';
import { getOwn, type JsonObject } from './json.js';
import { type KindDriver, type LiveResource, toBody, topLevelFields, type WriteTarget } from './model.js';
import type { Change, PatchOperation } from './plan.js';

/**
 * RFC 6902 operations that turn `before` into `after`; a missing body counts as `{}`. A `test` of the old value
 * precedes each replacement and removal, so the patch fails if that value has changed.
 */
export function toPatch(before: JsonObject | undefined, after: JsonObject | undefined): PatchOperation[] {
  // The library types a patch as any operation; compare() makes only those of PatchOperation.
  return jsonPatch.compare(before ?? {}, after ?? {}, true) as PatchOperation[];
}

/** @throws LimioError STALE when the object is not as the patch of an update expects. */
export function toTarget(change: Change, live: LiveResource | undefined, driver: ComparingDriver): WriteTarget {
  const isUpdate = change.action === 'update' && live !== undefined;
  return { live, body: isUpdate ? patchLive(change, live.body, driver) : (change.after ?? {}) };
}

type ComparingDriver = Pick<KindDriver, 'compare'>;

/**
 * The live body with the patch of the plan applied; an update sends this, or parts of it. A field that equals its
 * planned `before` by the rules of the kind is taken in the spelling of the plan, because the patch finds elements of
 * lists by their position.
 * @throws LimioError STALE when the object is not as the patch expects; HTTP_BAD_BODY for a key `__proto__`.
 */
export function patchLive(change: Change, live: JsonObject, driver: ComparingDriver): JsonObject {
  const { address, kind, before = {}, patch } = change;
  const fields = topLevelFields(kind, live);
  const unmoved = Object.entries(topLevelFields(kind, before)).filter(([key, planned]) => {
    const now = getOwn(fields, key);
    return (
      now !== undefined && driver.compare(toBody(kind, { [key]: planned }), toBody(kind, { [key]: now })).length === 0
    );
  });
  const expected = toBody(kind, { ...fields, ...Object.fromEntries(unmoved) });
  try {
    // A plan is frozen, and the library must not write into the body that was read.
    return jsonPatch.applyPatch(expected, structuredClone(patch) as Operation[], true, false).newDocument;
  } catch (thrown) {
    if (thrown instanceof TypeError) {
      // The library writes no key `__proto__`, which only a tenant can have: files with it are refused.
      const message = `${address} would need a change of a key named __proto__, which limio-sync does not make.`;
      throw new LimioError({ code: 'HTTP_BAD_BODY', message, cause: thrown });
    }
    if (!(thrown instanceof jsonPatch.JsonPatchError)) throw thrown;
    const at = thrown.operation?.path ?? '';
    throw new LimioError({ code: 'STALE', message: `${address} changed since the plan: ${at}.`, cause: thrown });
  }
}
