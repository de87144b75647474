import { type Json, type JsonObject, getOwn, isJsonObject } from '../../model/json.js';
import { formatPointer } from '../../model/pointer.js';

/** The text under a key, or an empty one. */
export function textOf(object: JsonObject, key: string): string {
  const value = getOwn(object, key);
  return typeof value === 'string' ? value : '';
}

export function numberOf(object: JsonObject, key: string): number | undefined {
  const value = getOwn(object, key);
  return typeof value === 'number' ? value : undefined;
}

export function listOf(object: JsonObject, key: string): readonly Json[] {
  const value = getOwn(object, key);
  return Array.isArray(value) ? value : [];
}

export function objectOf(object: JsonObject, key: string): JsonObject {
  const value = getOwn(object, key);
  return isJsonObject(value) ? value : {};
}

export function textsOf(object: JsonObject, key: string): string[] {
  return listOf(object, key).filter((item) => typeof item === 'string');
}

/** Pointer to an attribute of a catalog item, or to a part of it. */
export function attributePointer(...parts: (string | number)[]): string {
  return formatPointer(['attributes', ...parts.map(String)]);
}
