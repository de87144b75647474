import { listAddressReferences, listNeeds } from '../kinds/kinds.js';
import { LimioError } from '../errors/errors.js';
import type { LiveState } from '../kinds/read-live.js';
import { type Address, isCatalogKind, parseAddress } from '../model/address.js';
import type { DesiredResource } from '../model/resource.js';

/**
 * @throws LimioError REFERENCE_NOT_FOUND naming every reference that the files would add to an item
 * and that leads to nothing in the tenant or the files. Those that the tenant holds already are only warned of (`warnPlan`).
 */
export function checkReferences(desired: readonly DesiredResource[], state: LiveState): void {
  const dangling = desired
    .filter(({ kind }) => isCatalogKind(kind))
    .flatMap((resource) =>
      findDanglingReferences(resource, state)
        .filter(({ isLive }) => !isLive)
        .map((found) => ({ resource, ...found })),
    );
  if (dangling.length === 0) return;
  const lines = dangling.map(
    ({ resource: { source, address: from }, address, pointer }) =>
      `  ${source.file}:${source.line}:${source.col} ${from} refers to ${address} (${pointer})`,
  );
  throw new LimioError({
    code: 'REFERENCE_NOT_FOUND',
    message: `${dangling.length} ${dangling.length === 1 ? 'reference leads' : 'references lead'} nowhere:\n${lines.join('\n')}`,
    hint: 'Correct the path, declare the item too, or create it in the web app first.',
    details: {
      references: dangling.map(({ resource, address, pointer }) => ({ from: resource.address, to: address, pointer })),
    },
  });
}

export interface DanglingReference {
  address: Address;
  pointer: string;
  /** True when the live object holds the same reference. */
  isLive: boolean;
}

/** References of a declared resource to catalog items that are neither declared nor in the tenant. */
export function findDanglingReferences(resource: DesiredResource, state: LiveState): DanglingReference[] {
  if (state.missingReferences.size === 0) return [];
  const live = state.resources.get(resource.address);
  const held = new Set(live ? listAddressReferences(live).map(({ address }) => address) : []);
  return listNeeds(resource, live !== undefined)
    .filter(({ address }) => state.missingReferences.has(parseAddress(address).name))
    .map(({ address, pointer }) => ({ address, pointer, isLive: held.has(address) }));
}
