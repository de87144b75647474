import type { Json } from '../model/json.js';

/** JSON text of a value; a tenant's value may be nested deeper than JSON can be written. */
export function writeJson(value: Json, indent?: number): string {
  try {
    return JSON.stringify(value, null, indent) ?? 'null';
  } catch {
    return '(nested too deeply to show)';
  }
}
