import { LimioError } from '../errors/errors.js';
import { type Address, isCatalogKind } from '../model/address.js';
import type { Change, Plan } from '../model/plan.js';
import type { ApplyContext } from './apply-context.js';

/**
 * Refuses, before anything is sent, a plan that this program cannot carry out to one outcome a change.
 * @throws LimioError INTERNAL: a planner of ours never makes one.
 */
export function checkPlan(plan: Plan, runnable: readonly Change[], drivers: ApplyContext['drivers']): void {
  const addresses = new Set(plan.changes.map(({ address }) => address));
  if (addresses.size !== plan.changes.length) refuse('holds two changes of one address');
  const levelled = new Set<Address>();
  for (const address of plan.levels.flat()) {
    if (levelled.has(address)) refuse(`orders ${address} twice`);
    if (!addresses.has(address)) refuse(`orders ${address}, which it does not change`);
    levelled.add(address);
  }
  for (const { address, kind, action } of runnable) {
    if (!levelled.has(address)) refuse(`does not say when to write ${address}`);
    if (isCatalogKind(kind) && action === 'delete')
      refuse(`wants to delete ${address}; catalog items are never deleted`);
    if (!isCatalogKind(kind) && drivers[kind].write === undefined)
      refuse(`changes ${address}, which nothing can write`);
  }
}

function refuse(what: string): never {
  throw new LimioError({ code: 'INTERNAL', message: `The plan ${what}; nothing was sent` });
}
