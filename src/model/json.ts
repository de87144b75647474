/** JSON as TypeScript sees it. Nothing here does I/O. */
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

export type JsonObject = { [key: string]: Json };

/** The value of a variable of limio.config. A list holds the rows of a template, or is a whole value. */
export type VariableValue = string | number | boolean | Json[];

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * Own property or undefined. Never reaches the prototype: keys come from tenants and may be
 * called `__proto__` or `constructor`.
 */
export function getOwn(object: JsonObject, key: string): Json | undefined {
  return Object.hasOwn(object, key) ? object[key] : undefined;
}

/** A copy of `object` with one key set; safe for `__proto__`, which plain assignment is not. */
export function withKey(object: JsonObject, key: string, value: Json): JsonObject {
  return Object.fromEntries([...Object.entries(object).filter(([k]) => k !== key), [key, value]]);
}

/**
 * The settings that have a value: for a spread under `exactOptionalPropertyTypes`, and for files in which
 * `key: undefined` means the default.
 */
export function dropUndefined<T extends object>(
  settings: T | undefined,
): { [K in keyof T]?: Exclude<T[K], undefined> } {
  // Entries lose the types of the keys; only undefined values are gone.
  return Object.fromEntries(Object.entries(settings ?? {}).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };
}

/** A copy of `object` with only the given keys that it holds. */
export function pickKeys(object: JsonObject, keys: Iterable<string>): JsonObject {
  const wanted = new Set(keys);
  return Object.fromEntries(Object.entries(object).filter(([key]) => wanted.has(key)));
}

/** The object without some of its keys. */
export function omitKeys(object: JsonObject, keys: readonly string[]): JsonObject {
  return Object.fromEntries(Object.entries(object).filter(([key]) => !keys.includes(key)));
}

/** The properties that have a value: `{ code, ...defined({ hint }) }` has no key `hint` when it is undefined. */
export function defined<T extends object>(properties: T): Defined<T> {
  // The mapped type says exactly what the filter does; TypeScript cannot see that.
  return Object.fromEntries(Object.entries(properties).filter(([, value]) => value !== undefined)) as Defined<T>;
}

type Defined<T> = { [K in keyof T as undefined extends T[K] ? never : K]: T[K] } & {
  [K in keyof T as undefined extends T[K] ? K : never]?: Exclude<T[K], undefined>;
};

/** True when two types have the same keys with the same values, optional keys included: for schemas. */
export type SameType<A, B> = [Whole<A>, Whole<B>] extends [Whole<B>, Whole<A>] ? true : false;

type Whole<T> = [Json] extends [T] ? T : WholePart<T>;

type WholePart<T> = T extends readonly (infer E)[]
  ? Whole<E>[]
  : T extends object
    ? string extends keyof T
      ? T
      : { [K in keyof T]-?: Whole<T[K]> }
    : T;

/** Far deeper than any object of the web app; deeper values would exhaust the stack of what walks them. */
export const MAX_DEPTH = 200;

/** Whether a value is nested deeper than {@link MAX_DEPTH} levels. */
export function isTooDeep(value: Json | undefined): boolean {
  return isDeeper(value, MAX_DEPTH);
}

function isDeeper(value: Json | undefined, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return levels === 0 || Object.values(value).some((part) => isDeeper(part, levels - 1));
}

/** JSON text with every object's keys sorted: equal values give equal text. */
export function canonicalJson(value: Json): string {
  return JSON.stringify(sortKeys(value));
}

function sortKeys(value: Json): Json {
  if (Array.isArray(value)) return value.map(sortKeys);
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(
    Object.keys(value)
      .sort()
      .map((key) => [key, sortKeys(value[key] ?? null)]),
  );
}

/** Equal as JSON; the order of object keys does not matter, the order of arrays does. */
export function jsonEqual(a: Json | undefined, b: Json | undefined): boolean {
  if (a === b) return true;
  if (Array.isArray(a)) {
    return Array.isArray(b) && a.length === b.length && a.every((item, i) => jsonEqual(item, b[i]));
  }
  if (isJsonObject(a)) {
    if (!isJsonObject(b)) return false;
    const keys = Object.keys(a);
    return (
      keys.length === Object.keys(b).length && keys.every((key) => Object.hasOwn(b, key) && jsonEqual(a[key], b[key]))
    );
  }
  return false;
}

/** The value itself when it is an object, else an empty one. */
export function asObject(value: Json | undefined): JsonObject {
  return isJsonObject(value) ? value : {};
}

/** The value itself when it is a list, else an empty one. */
export function asList(value: Json | undefined): readonly Json[] {
  return Array.isArray(value) ? value : [];
}

/** The elements of a list under a key, or none when it is no list. */
export function listAt(object: JsonObject, key: string): readonly Json[] {
  return asList(getOwn(object, key));
}

/** The object under a key, or an empty one. */
export function objectAt(object: JsonObject, key: string): JsonObject {
  return asObject(getOwn(object, key));
}

/** The text under a key, or undefined when it is no text. */
export function textAt(object: JsonObject, key: string): string | undefined {
  const value = getOwn(object, key);
  return typeof value === 'string' ? value : undefined;
}

/** The number under a key, or undefined when it is no number. */
export function numberAt(object: JsonObject, key: string): number | undefined {
  const value = getOwn(object, key);
  return typeof value === 'number' ? value : undefined;
}

/** JSON Pointer text (RFC 6901) from its segments; `[]` gives the empty pointer. */
export function formatPointer(segments: readonly (string | number)[]): string {
  return segments.map((segment) => `/${String(segment).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}

export function parsePointer(pointer: string): string[] {
  if (pointer === '') return [];
  return pointer
    .slice(1)
    .split('/')
    .map((segment) => segment.replaceAll('~1', '/').replaceAll('~0', '~'));
}

/**
 * The values at a JSON Pointer (RFC 6901), in which a segment `*` selects every element of an array
 * or every value of an object. Empty when there is none.
 */
export function selectValues(value: Json, pointer: string): Json[] {
  return parsePointer(pointer).reduce<Json[]>(
    (values, segment) => values.flatMap((one) => step(one, segment)),
    [value],
  );
}

function step(value: Json, segment: string): Json[] {
  if (Array.isArray(value)) {
    if (segment === '*') return value;
    return /^(?:0|[1-9]\d*)$/.test(segment) ? value.slice(Number(segment), Number(segment) + 1) : [];
  }
  if (!isJsonObject(value)) return [];
  if (segment === '*') return Object.values(value);
  const found = getOwn(value, segment);
  return found === undefined ? [] : [found];
}

/** The value at a path of keys and indices, or undefined. Own properties only. */
export function getAt(value: Json, path: readonly (string | number)[]): Json | undefined {
  let at: Json | undefined = value;
  for (const part of path) {
    if (Array.isArray(at)) at = at[Number(part)];
    else at = isJsonObject(at) && Object.hasOwn(at, String(part)) ? at[String(part)] : undefined;
  }
  return at;
}

/** Maps every text and number of a value; keys stay. The very same value where nothing changes. */
export function mapLeaves(value: JsonObject, map: (leaf: string | number) => string | number): JsonObject;
export function mapLeaves(value: Json, map: (leaf: string | number) => string | number): Json;
export function mapLeaves(value: Json, map: (leaf: string | number) => string | number): Json {
  if (typeof value === 'string' || typeof value === 'number') return map(value);
  if (Array.isArray(value)) {
    const items = value.map((item) => mapLeaves(item, map));
    return items.every((item, i) => item === value[i]) ? value : items;
  }
  if (!isJsonObject(value)) return value;
  let changed = false;
  const entries = Object.entries(value).map(([key, part]): [string, Json] => {
    const mapped = mapLeaves(part, map);
    changed ||= mapped !== part;
    return [key, mapped];
  });
  return changed ? Object.fromEntries(entries) : value;
}

/** The same for texts alone. */
export function mapTexts(value: JsonObject, map: (text: string) => string): JsonObject;
export function mapTexts(value: Json, map: (text: string) => string): Json;
export function mapTexts(value: Json, map: (text: string) => string): Json {
  return mapLeaves(value, (leaf) => (typeof leaf === 'string' ? map(leaf) : leaf));
}

/**
 * JSON Merge Patch (RFC 7396, section 2): objects are merged key by key, `null` removes a key, and
 * anything else, lists included, replaces what was there. Neither argument is changed; keys keep
 * their order, new ones come last.
 */
export function mergePatch(target: Json | undefined, patch: Json): Json {
  if (!isJsonObject(patch)) return patch;
  // A Map, since a key may be called `__proto__`.
  const merged = new Map(isJsonObject(target) ? Object.entries(target) : []);
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) merged.delete(key);
    else merged.set(key, mergePatch(merged.get(key), value));
  }
  return Object.fromEntries(merged);
}

/** Every text in a value, without keys. */
export function listTexts(value: Json): string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(listTexts) : [];
}
