import { formatPointer, getOwn, jsonEqual, type JsonObject } from '../../model/json.js';

/** Pointers of the keys of two objects that differ, `ignored` ones aside. */
export function listTopDifferences(
  before: JsonObject,
  after: JsonObject,
  at: readonly string[],
  ignored: ReadonlySet<string> = new Set(),
): string[] {
  return [...new Set([...Object.keys(before), ...Object.keys(after)])]
    .filter((key) => !ignored.has(key) && !jsonEqual(getOwn(before, key), getOwn(after, key)))
    .map((key) => formatPointer([...at, key]));
}
