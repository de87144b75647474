import { type Address, isCatalogKind } from '../model/address.js';
import { toItemCreation } from '../model/live-api.js';
import type { ByHandItem, Change, Guard } from '../model/plan.js';

/** What the guard CREATE_BY_HAND leaves to people, first what the rest needs. */
export function listByHand(
  changes: readonly Change[],
  levels: readonly (readonly Address[])[],
  guards: readonly Guard[],
): ByHandItem[] {
  const stopped = new Set(guards.filter(({ code }) => code === 'CREATE_BY_HAND').flatMap(({ addresses }) => addresses));
  const creations = new Map(
    changes
      .filter(({ address, kind, action }) => action === 'create' && isCatalogKind(kind) && stopped.has(address))
      .map((change) => [change.address, change]),
  );
  return levels.flat().flatMap((address) => {
    const change = creations.get(address);
    if (!change) return [];
    const { parent, itemData } = toItemCreation(change);
    return [{ address, parent: `/${parent}`, item: itemData }];
  });
}
