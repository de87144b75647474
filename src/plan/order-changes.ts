import type { Address, Kind } from '../model/address.js';
import type { Change } from '../model/plan.js';

/**
 * Which writes come first. Within a phase the order comes from references; between phases from
 * this table, because of when each kind becomes live:
 *
 *      tag, product ──> add_on ──> offer ──> page      the working copy: nobody sees it yet
 *                               │
 *                        build and publish       the shop shows it
 *                               │
 *                           promo_code           live at once, needs what is published
 *                               │
 *                            journey             live at once, moves traffic: last
 *                               │
 *         deletes, the other way round: journeys, then promo codes
 */
const PHASES: readonly { action: 'write' | 'delete'; kinds: readonly Kind[] }[] = [
  { action: 'write', kinds: ['tag', 'product', 'add_on', 'offer', 'page'] },
  { action: 'write', kinds: ['promo_code'] },
  { action: 'write', kinds: ['journey'] },
  { action: 'delete', kinds: ['journey'] },
  { action: 'delete', kinds: ['promo_code'] },
];

/** Addresses level by level; those of one level do not depend on one another. */
export function orderChanges(changes: readonly Change[]): Address[][] {
  return PHASES.flatMap(({ action, kinds }) =>
    levelChanges(
      changes.filter((change) => kinds.includes(change.kind) && (change.action === 'delete') === (action === 'delete')),
    ),
  );
}

/** `dependsOn` is acyclic: see {@link linkChanges}. */
function levelChanges(changes: readonly Change[]): Address[][] {
  const inPhase = new Map(changes.map((change) => [change.address, change]));
  const depths = new Map<Address, number>();
  const depthOf = (address: Address): number => {
    const known = depths.get(address);
    if (known !== undefined) return known;
    const before = (inPhase.get(address)?.dependsOn ?? []).filter((other) => inPhase.has(other));
    const depth = before.reduce((most, other) => Math.max(most, depthOf(other) + 1), 0);
    depths.set(address, depth);
    return depth;
  };
  const levels: Address[][] = [];
  for (const { address } of changes) (levels[depthOf(address)] ??= []).push(address);
  return levels;
}
