import { createHash } from 'node:crypto';

/**
 * The id of a catalog item: SHA-1 (hex) of its path as a JSON string, quotes included. The same in
 * every tenant (API reference, section 3; not verified there for paths outside ASCII).
 */
export function computeItemId(path: string): string {
  return createHash('sha1').update(JSON.stringify(path)).digest('hex');
}
