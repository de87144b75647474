import { asObject, formatPointer, getOwn, isJsonObject, type Json, type JsonObject } from '../model/json.js';
import { compareAt, matchElements, sameSet } from './compare.js';
import type { FieldRules } from './kind-definition.js';

/**
 * The value that a field will have: what the file declares laid over what is live. Keys that the
 * file leaves out keep their live value at every depth, null clears, lists are as declared
 * (elements of keyed lists keep the keys that the file leaves out). Where the result counts as
 * equal to the live value, the live value itself is returned, so that nothing looks changed.
 */
export function overlayDeclared(
  path: readonly string[],
  declared: Json,
  live: Json | undefined,
  rules: FieldRules,
): Json {
  if (rules.find(path)?.whole) {
    return compareAt(path, live, declared, rules).length === 0 && live !== undefined ? live : declared;
  }
  if (isJsonObject(declared)) {
    // `{}` is a value, an empty object; it cannot mean "keep every key", which is to declare nothing.
    if (Object.keys(declared).length === 0) return {};
    return overlayObject(path, declared, isJsonObject(live) ? live : {}, rules);
  }
  if (!Array.isArray(declared) || !Array.isArray(live)) return declared;
  const list = rules.find(path)?.list ?? 'ordered';
  if (list === 'set') return sameSet(declared, live) ? live : declared;
  if (list === 'ordered') return declared;
  const { pairs } = matchElements(live, declared, list);
  return pairs.flatMap(({ name, from, to }) =>
    to === undefined ? [] : [overlayDeclared([...path, name], to, from, rules)],
  );
}

function overlayObject(path: readonly string[], declared: JsonObject, live: JsonObject, rules: FieldRules): JsonObject {
  const cleared = new Set(Object.keys(declared).filter((key) => declared[key] === null));
  const kept = Object.entries(live).filter(([key]) => !cleared.has(key) && !Object.hasOwn(declared, key));
  const laid = Object.entries(declared)
    .filter(([key]) => !cleared.has(key))
    .map(([key, value]): [string, Json] => [key, overlayDeclared([...path, key], value, getOwn(live, key), rules)]);
  return Object.fromEntries([...kept, ...laid]);
}

/** The managed part of a live object and what it will be, over the same units. */
export interface Overlay {
  before: JsonObject;
  after: JsonObject;
}

/**
 * Lays a declared body over a live one. A *unit* is what a write replaces: an attribute of a
 * catalog item (depth 2), a top-level key of a promo code or journey (depth 1). Both results hold
 * exactly the declared units; a cleared unit is null in `after`.
 */
export function overlayBody(declared: JsonObject, live: JsonObject, depth: 1 | 2, rules: FieldRules): Overlay {
  if (depth === 2) {
    const parts = Object.entries(declared).map(([key, units]): [string, Overlay] => {
      const liveUnits = getOwn(live, key);
      return [key, overlayUnits([key], asObject(units), asObject(liveUnits), rules)];
    });
    return {
      before: Object.fromEntries(parts.map(([key, part]) => [key, part.before])),
      after: Object.fromEntries(parts.map(([key, part]) => [key, part.after])),
    };
  }
  return overlayUnits([], declared, live, rules);
}

function overlayUnits(path: string[], declared: JsonObject, live: JsonObject, rules: FieldRules): Overlay {
  const before: [string, Json][] = [];
  const after: [string, Json][] = [];
  for (const [key, value] of Object.entries(declared)) {
    const old = getOwn(live, key);
    const wanted = value === null ? null : overlayDeclared([...path, key], value, old, rules);
    const same = compareAt([...path, key], old, wanted, rules).length === 0;
    if (old !== undefined) before.push([key, old]);
    if (!same) after.push([key, wanted]);
    else if (old !== undefined) after.push([key, old]);
  }
  return { before: Object.fromEntries(before), after: Object.fromEntries(after) };
}

/** The units of `body` that `like` names, whatever `like` holds there. */
export function projectBody(body: JsonObject, like: JsonObject, depth: 1 | 2): JsonObject {
  const entries = Object.entries(like).flatMap(([key, part]): [string, Json][] => {
    const value = getOwn(body, key);
    if (depth === 2) return [[key, projectBody(asObject(value), asObject(part), 1)]];
    return value === undefined ? [] : [[key, value]];
  });
  return Object.fromEntries(entries);
}

/** Keys that hold a value in `before` and none in `after`, at the top and, when `deep`, inside objects. */
export function listRemovals(before: JsonObject, after: JsonObject, deep: boolean, path: string[] = []): string[] {
  return Object.entries(before).flatMap(([key, old]) => {
    if (old === null) return [];
    const next = getOwn(after, key) ?? null;
    if (next === null) return [formatPointer([...path, key])];
    return deep && isJsonObject(old) && isJsonObject(next) ? listRemovals(old, next, deep, [...path, key]) : [];
  });
}
