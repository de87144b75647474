import { type Decimal, readAmount, readMachineAmount, rescale, writeDecimal } from '../charges/amount.js';
import { asObject, formatPointer, getOwn, isJsonObject, type Json, type JsonObject } from '../model/json.js';
import { compareAt, matchElements, sameSet } from './compare.js';
import type { FieldRules } from './kind-definition.js';

/**
 * The new value of a field: the declared value over the live one. At every depth, keys that are not
 * declared keep their live value and null clears. Lists are as declared; elements of keyed lists keep
 * undeclared keys. Numbers get the type that the tenant holds. When the result counts as equal to the live value, it is
 * the live value itself.
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
    // `{}` is an empty object. To keep every key, a file declares nothing.
    if (Object.keys(declared).length === 0) return {};
    return overlayObject(path, declared, isJsonObject(live) ? live : {}, rules);
  }
  if (!Array.isArray(declared) || !Array.isArray(live)) return spellNumbers(path, declared, live, rules);
  const list = rules.find(path)?.list ?? 'ordered';
  if (list === 'set') return sameSet(declared, live) ? live : declared;
  if (list === 'ordered') return spellNumbers(path, declared, live, rules);
  const { pairs } = matchElements(live, declared, list);
  return pairs.flatMap(({ name, from, to }) => {
    if (to === undefined) return [];
    const at = [...path, name];
    return [from === undefined ? spellNumbers(at, to, live.at(-1), rules) : overlayDeclared(at, to, from, rules)];
  });
}

/**
 * The declared value with each number as a JSON number or a text, as the tenant holds it in `model`: the live value, or
 * for a new element of a list its last one. The same amount in both types is no difference.
 */
function spellNumbers(path: readonly string[], declared: Json, model: Json | undefined, rules: FieldRules): Json {
  if (Array.isArray(declared)) {
    const models = Array.isArray(model) ? model : [];
    return declared.map((item, i) => spellNumbers([...path, String(i)], item, models[i] ?? models.at(-1), rules));
  }
  if (isJsonObject(declared)) {
    const models = asObject(model);
    return Object.fromEntries(
      Object.entries(declared).map(([key, value]) => [
        key,
        spellNumbers([...path, key], value, getOwn(models, key), rules),
      ]),
    );
  }
  const { number } = rules.find(path) ?? {};
  return number === undefined ? declared : spellNumber(declared, model ?? (number === 'text' ? '' : declared));
}

function spellNumber(declared: Json, model: Json): Json {
  if (typeof declared === 'number' && typeof model === 'string')
    return isSameAmount(declared, model) ? model : String(declared);
  if (typeof declared !== 'string' || typeof model !== 'number') return declared;
  if (isSameAmount(model, declared)) return model;
  const decimal = readText(declared);
  const number = decimal && Number(writeDecimal(decimal));
  return number !== undefined && isSameAmount(number, declared) ? number : declared;
}

function isSameAmount(number: number, text: string): boolean {
  const [a, b] = [readMachineAmount(number), readText(text)];
  if (!a || !b) return false;
  const scale = Math.max(a.scale, b.scale);
  return rescale(a, scale) === rescale(b, scale);
}

function readText(text: string): Decimal | undefined {
  return readMachineAmount(text) ?? readAmount(text, '');
}

function overlayObject(path: readonly string[], declared: JsonObject, live: JsonObject, rules: FieldRules): JsonObject {
  const cleared = new Set(Object.keys(declared).filter((key) => declared[key] === null));
  const kept = Object.entries(live).filter(([key]) => !cleared.has(key) && !Object.hasOwn(declared, key));
  const laid = Object.entries(declared)
    .filter(([key]) => !cleared.has(key))
    .map(([key, value]): [string, Json] => [key, overlayDeclared([...path, key], value, getOwn(live, key), rules)]);
  return Object.fromEntries([...kept, ...laid]);
}

/** The managed part of a live object and its new value, over the same top-level fields. */
export interface Overlay {
  before: JsonObject;
  after: JsonObject;
}

/**
 * Lays a declared body over a live one. One write replaces a *top-level field*: an attribute of a catalog
 * item (depth 2), a key of a promo code or journey (depth 1). Both results have exactly the declared
 * top-level fields; a cleared one is null in `after`.
 */
export function overlayBody(declared: JsonObject, live: JsonObject, depth: 1 | 2, rules: FieldRules): Overlay {
  if (depth === 2) {
    const parts = Object.entries(declared).map(([key, fields]): [string, Overlay] => {
      const liveFields = getOwn(live, key);
      return [key, overlayFields([key], asObject(fields), asObject(liveFields), rules)];
    });
    return {
      before: Object.fromEntries(parts.map(([key, part]) => [key, part.before])),
      after: Object.fromEntries(parts.map(([key, part]) => [key, part.after])),
    };
  }
  return overlayFields([], declared, live, rules);
}

function overlayFields(path: string[], declared: JsonObject, live: JsonObject, rules: FieldRules): Overlay {
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

/** The top-level fields of `body` that `like` has, whatever their value in `like`. */
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
