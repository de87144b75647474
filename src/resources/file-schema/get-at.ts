import { type Json, isJsonObject } from '../../model/json.js';

/** The value at a path of keys and indices, or undefined. Own properties only. */
export function getAt(value: Json, path: readonly (string | number)[]): Json | undefined {
  let at: Json | undefined = value;
  for (const part of path) {
    if (Array.isArray(at)) at = at[Number(part)];
    else at = isJsonObject(at) && Object.hasOwn(at, String(part)) ? at[String(part)] : undefined;
  }
  return at;
}
