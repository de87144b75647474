import { type JsonObject, getOwn, isJsonObject } from '../model/json.js';
import { formatPointer } from '../model/pointer.js';

/** Keys that hold a value in `before` and none in `after`, at the top and, when `deep`, inside objects. */
export function listRemovals(before: JsonObject, after: JsonObject, deep: boolean, path: string[] = []): string[] {
  return Object.entries(before).flatMap(([key, old]) => {
    if (old === null) return [];
    const next = getOwn(after, key) ?? null;
    if (next === null) return [formatPointer([...path, key])];
    return deep && isJsonObject(old) && isJsonObject(next) ? listRemovals(old, next, deep, [...path, key]) : [];
  });
}
