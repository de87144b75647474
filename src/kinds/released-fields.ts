import { isCatalogKind, type Kind } from '../model/address.js';
import type { AppliedObject } from '../model/drift.js';
import {
  asObject,
  formatPointer,
  getOwn,
  isJsonObject,
  type Json,
  type JsonObject,
  parsePointer,
  withKey,
} from '../model/json.js';
import { topLevelFields } from '../model/model.js';
import { matchElements } from './compare.js';
import { checkShape } from './documents/documents.js';
import type { FieldRules } from './kind-definition.js';

/** A field that files declared at an apply, and declare no longer. */
export interface ReleasedField {
  /** Segments from the top of the body; an element of a keyed list is named by its key. */
  path: readonly string[];
  /** What the last apply that declared it left in the tenant. */
  applied: Json;
}

/** Where the fields that one write replaces begin: attributes of a catalog item, keys of other objects. */
function topOf(kind: Kind): string[] {
  return isCatalogKind(kind) ? ['attributes'] : [];
}

/**
 * The fields that the files managed at an earlier apply and no longer declare. An element of a list is none: a declared
 * list is whole, so the next apply removes it. A part of a journey is none: its fields are written whole.
 */
export function listReleased(
  kind: Kind,
  { body, unmanaged = [], released = {} }: AppliedObject,
  declared: JsonObject,
  rules: FieldRules,
): ReleasedField[] {
  const kept = new Set(unmanaged);
  const found: ReleasedField[] = [];
  const walk = (base: JsonObject, now: JsonObject, path: readonly string[]): void => {
    for (const [key, applied] of Object.entries(base)) {
      const here = [...path, key];
      if (applied !== null && !kept.has(formatPointer(here))) visit(applied, getOwn(now, key), here);
    }
  };
  const visit = (applied: Json, now: Json | undefined, path: readonly string[]): void => {
    const rule = rules.find(path);
    if (now === undefined) {
      if (isJsonObject(applied) && isPartly(path, unmanaged, rules)) walk(applied, {}, path);
      else if ((rule?.owner ?? 'git') === 'git') found.push({ path, applied });
    } else if (kind === 'journey' || rule?.whole) {
      return;
    } else if (isJsonObject(applied) && isJsonObject(now)) {
      walk(applied, now, path);
    } else if (Array.isArray(applied) && Array.isArray(now) && typeof rule?.list === 'object') {
      const { pairs, keyed } = matchElements(applied, now, rule.list);
      for (const { name, from, to } of keyed ? pairs : [])
        if (isJsonObject(from) && isJsonObject(to)) walk(from, to, [...path, name]);
    }
  };
  walk(topLevelFields(kind, body), topLevelFields(kind, declared), topOf(kind));
  const earlier = Object.entries(released)
    .map(([pointer, applied]) => ({ path: parsePointer(pointer), applied }))
    .filter(({ path }) => !isDeclared(path, declared, rules));
  const seen = new Set(found.map(({ path }) => formatPointer(path)));
  return [...found, ...earlier.filter(({ path }) => !seen.has(formatPointer(path)))];
}

/** Some of the object at the path was never declared, or belongs to the server: to clear all of it would clear that. */
function isPartly(path: readonly string[], unmanaged: readonly string[], { rows }: FieldRules): boolean {
  const prefix = `${formatPointer(path)}/`;
  return (
    unmanaged.some((pointer) => pointer.startsWith(prefix)) ||
    rows.some((row) => row.owner !== 'git' && formatPointer(row.path).startsWith(prefix))
  );
}

function isDeclared(path: readonly string[], declared: Json, rules: FieldRules): boolean {
  let value: Json | undefined = declared;
  for (const [depth, segment] of path.entries()) {
    if (isJsonObject(value)) value = getOwn(value, segment);
    else if (Array.isArray(value)) value = findElement(value, segment, path.slice(0, depth), rules);
    // A text or null in place of an object: the files declare all of it.
    else return value !== undefined;
  }
  return value !== undefined;
}

function findElement(
  list: readonly Json[],
  name: string,
  path: readonly string[],
  rules: FieldRules,
): JsonObject | undefined {
  const rule = rules.find(path)?.list;
  const key = typeof rule === 'object' ? rule.key : undefined;
  return list.filter(isJsonObject).find((element) => key !== undefined && getOwn(element, key) === name);
}

/**
 * Pointers to what an applied body holds inside of declared fields although no file declares it: the live values that
 * were kept beside the declared ones.
 */
export function listUndeclaredParts(kind: Kind, body: JsonObject, declared: JsonObject, rules: FieldRules): string[] {
  if (kind === 'journey') return [];
  const walk = (held: Json, wanted: Json, path: readonly string[]): string[] => {
    if (isJsonObject(held) && isJsonObject(wanted))
      return Object.entries(held).flatMap(([key, value]) => {
        const own = getOwn(wanted, key);
        return own === undefined ? [formatPointer([...path, key])] : walk(value, own, [...path, key]);
      });
    const list = rules.find(path)?.list;
    if (!Array.isArray(held) || !Array.isArray(wanted) || typeof list !== 'object') return [];
    return matchElements(held, wanted, list).pairs.flatMap(({ name, from, to }) =>
      from === undefined || to === undefined ? [] : walk(from, to, [...path, name]),
    );
  };
  return Object.entries(topLevelFields(kind, body)).flatMap(([key, value]) => {
    const own = getOwn(topLevelFields(kind, declared), key);
    return own === undefined ? [] : walk(value, own, [...topOf(kind), key]);
  });
}

/** The path in the declared body: elements of keyed lists by their indices. */
export function locateReleased(declared: JsonObject, path: readonly string[], rules: FieldRules): string[] {
  const at: string[] = [];
  let value: Json | undefined = declared;
  for (const [depth, segment] of path.entries()) {
    const list: readonly Json[] | undefined = Array.isArray(value) ? value : undefined;
    const element: JsonObject | undefined = list && findElement(list, segment, path.slice(0, depth), rules);
    at.push(list && element ? String(list.indexOf(element)) : segment);
    value = list ? element : getOwn(asObject(value), segment);
  }
  return at;
}

/** The declared body with a `null` at the path. */
export function clearAt(declared: JsonObject, path: readonly string[], rules: FieldRules): JsonObject {
  const set = (value: Json | undefined, [first, ...rest]: readonly string[], at: readonly string[]): Json => {
    if (first === undefined) return null;
    const step = [...at, first];
    if (!Array.isArray(value)) return withKey(asObject(value), first, set(getOwn(asObject(value), first), rest, step));
    const element = findElement(value, first, at, rules);
    return value.map((one) => (one === element ? set(one, rest, step) : one));
  };
  return asObject(set(declared, path, []));
}

/** Whether the schema of the kind allows the `null`. */
export function canClear(kind: Kind, declared: JsonObject, cleared: JsonObject): boolean {
  // A body is a document without its kind and name: what that lacks is the same on both sides.
  const before = new Set(checkShape(kind, declared).map((issue) => JSON.stringify(issue)));
  return checkShape(kind, cleared).every((issue) => before.has(JSON.stringify(issue)));
}
