import { type Address, formatAddress } from '../model/address.js';
import type { DesiredResource } from '../model/resource.js';
import { dropCreateOnly } from './create-only.js';
import { listAddressReferences } from './list-address-references.js';

/**
 * What must be there before a declared resource is written: what it refers to, as far as it is sent,
 * and for a new tag the tag above it (API reference, section 5).
 */
export function listNeeds(desired: DesiredResource, isLive: boolean): { address: Address; pointer: string }[] {
  if (isLive) return listAddressReferences(dropCreateOnly(desired));
  const parent = desired.kind === 'tag' ? findParentPath(desired.name) : undefined;
  return [
    ...(parent === undefined ? [] : [{ address: formatAddress('tag', parent), pointer: '/path' }]),
    ...listAddressReferences(desired),
  ];
}

/** `/tags/customers` of `/tags/customers/acme`; the roots of the tree are always there. */
function findParentPath(path: string): string | undefined {
  const parent = path.slice(0, path.lastIndexOf('/'));
  return parent.lastIndexOf('/') > 0 ? parent : undefined;
}
