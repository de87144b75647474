import { formatPointer, type JsonObject, listAt, textAt } from '../../model/json.js';

/** The text under a key, or an empty one: rules treat both alike. */
export function textOf(object: JsonObject, key: string): string {
  return textAt(object, key) ?? '';
}

export function textsOf(object: JsonObject, key: string): string[] {
  return listAt(object, key).filter((item) => typeof item === 'string');
}

/** Pointer to an attribute of a catalog item, or to a part of it. */
export function attributePointer(...parts: (string | number)[]): string {
  return formatPointer(['attributes', ...parts.map(String)]);
}
