import jsonPatch from 'fast-json-patch';
import type { JsonObject } from '../model/json.js';
import type { PatchOperation } from '../model/plan.js';

/** RFC 6902 operations that turn `before` into `after`; a missing body counts as `{}`. */
export function toPatch(before: JsonObject | undefined, after: JsonObject | undefined): PatchOperation[] {
  return jsonPatch.compare(before ?? {}, after ?? {}) as PatchOperation[];
}
