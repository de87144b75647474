import { createHash } from 'node:crypto';

/** 40 hex digits, as the tenant's ids and versions are. */
export function hashText(text: string): string {
  return createHash('sha1').update(text).digest('hex');
}

/** The id of a catalog item: SHA-1 of its path as a JSON string, quotes included (API reference, section 3). */
export function computeItemId(path: string): string {
  return hashText(JSON.stringify(path));
}
