import type { Json } from '../model/json.js';
import type { Standing } from './compare-to-change.js';

/**
 * Whether an item that did not come back as sent was understood all the same: every value that
 * differs was set, to something else of its sort (trimmed, in upper case, in another order). A value
 * that stayed as it was, is missing or is left over speaks of the dialect instead, and so does an object.
 */
export function isRewritten({ state, moved, differences }: Standing): boolean {
  const set = new Set(moved.map(({ path }) => path));
  return (
    state === 'other' &&
    differences.every(
      ({ path, before, after }) => set.has(path) && sortOf(before) !== 'object' && sortOf(before) === sortOf(after),
    )
  );
}

/** A field that is not there is like an object: no value to be rewritten. */
function sortOf(value: Json | undefined): string {
  return value === undefined ? 'object' : Array.isArray(value) ? 'list' : typeof value;
}
