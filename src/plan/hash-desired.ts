import type { DesiredResource } from '../model/resource.js';
import { hashJson } from './hash-json.js';

/** SHA-256 of what the files declare: comments, order and places make no difference to it. */
export function hashDesired(desired: readonly DesiredResource[]): string {
  const declared = desired.map(({ address, body, owned }) => ({ address, body, owned: [...owned] }));
  return hashJson(declared.sort((a, b) => (a.address < b.address ? -1 : 1)));
}
