import type { Kind } from '../../model/address.js';

/** The file of a run that holds an object as it was before it was tried on. */
export function nameSave(kind: Kind): string {
  return `canary-${kind}.json`;
}
