import { LimioError } from '../errors/errors.js';
import { type Address, isCatalogKind } from '../model/address.js';
import type { OutcomeError } from '../model/outcome.js';
import type { Change, Guard, Plan } from '../model/plan.js';
import type { ApplyContext, Consents } from './run.js';

export interface Selection {
  runnable: Change[];
  /** Changes that may not run, each with the most severe guard that stands before it. */
  withheld: Map<Address, OutcomeError>;
  /** Why no page may be built or published, where a guard says so. */
  stopPublish?: OutcomeError;
}

/**
 * Splits a plan's changes by its guards. A change runs when every guard that names it is lifted, and
 * a guard is lifted by the value that it states: consent to three deletions is no consent to four.
 */
export function selectRunnable(plan: Pick<Plan, 'changes' | 'guards' | 'withheld'>, consents: Consents): Selection {
  const guarded = new Set(plan.guards.flatMap((guard) => guard.addresses));
  const withheld = new Map<Address, OutcomeError>();
  for (const { address, reason } of plan.withheld) {
    // A lifted guard frees what it held; what no guard names has no consent that could free it.
    if (!guarded.has(address)) withheld.set(address, { code: 'BLOCKED', message: `Withheld by the plan: ${reason}.` });
  }
  const standing = plan.guards.filter((guard) => !isLifted(guard, consents));
  for (const guard of standing) {
    const error = describeGuard(guard, consents);
    for (const address of guard.addresses) if (!withheld.has(address)) withheld.set(address, error);
  }
  const freeze = standing.find(({ stopsPublish }) => stopsPublish);
  return {
    runnable: plan.changes.filter((change) => !withheld.has(change.address)),
    withheld,
    ...(freeze ? { stopPublish: describeGuard(freeze, consents) } : {}),
  };
}

function isLifted({ consent }: Guard, consents: Consents): boolean {
  return consent !== undefined && consents.get(consent.flag) === consent.value;
}

function describeGuard(guard: Guard, consents: Consents): OutcomeError {
  const given = guard.consent && consents.get(guard.consent.flag);
  const message = given === undefined ? guard.message : `${guard.message} Consent was given for ${given}.`;
  const flag = guard.consent && `${guard.consent.flag}=${guard.consent.value}`;
  // The guard's own hint may name the flag already.
  const consent = flag === undefined || guard.hint?.includes(flag) ? undefined : `To consent, add ${flag}`;
  const hint = [consent, guard.hint].filter((part) => part !== undefined).join('. ');
  return { code: guard.code, message, ...(hint === '' ? {} : { hint }) };
}

/** One sentence for each consent that lifts nothing in this plan: not asked for, or for another number. */
export function listIdleConsents({ guards }: Pick<Plan, 'guards'>, consents: Consents): string[] {
  return [...consents].flatMap(([flag, value]) => {
    const wanted = guards.flatMap(({ consent }) => (consent?.flag === flag ? [consent.value] : []));
    if (wanted.includes(value)) return [];
    if (wanted.length === 0) return [`${flag}=${value} was given, and nothing in this plan asks for it.`];
    return [`${flag}=${value} was given, and this plan asks for ${flag}=${wanted[0]}; what it stops is withheld.`];
  });
}

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
