import { type Json, type JsonObject, getOwn, isJsonObject } from './json.js';

/** The elements of a list under a key, or none when it is no list. */
export function listAt(object: JsonObject, key: string): readonly Json[] {
  const value = getOwn(object, key);
  return Array.isArray(value) ? value : [];
}

/** The object under a key, or an empty one. */
export function objectAt(object: JsonObject, key: string): JsonObject {
  const value = getOwn(object, key);
  return isJsonObject(value) ? value : {};
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
