import { createHash } from 'node:crypto';
import { type Json, canonicalJson } from '../model/json.js';

/** SHA-256 in hex over canonical JSON. */
export function hashJson(value: Json): string {
  return createHash('sha256').update(canonicalJson(value)).digest('hex');
}
