import { LimioError } from '../errors/errors.js';
import { type Address, isCatalogKind } from '../model/address.js';
import type { OutcomeError } from '../model/outcome.js';
import { isLifted, listConsents } from '../model/plan-stop.js';
import type { Change, Guard, Plan } from '../model/plan.js';
import type { ApplyContext, Consents } from './run.js';

export interface Selection {
  runnable: Change[];
  /** Changes that may not run, each with the most severe guard that names it. */
  withheld: Map<Address, OutcomeError>;
  /** Why no page may be built or published, where a guard says so. */
  stopPublish?: OutcomeError;
  /** By path, why a page may not be built or published, and the consents that free it; none where nothing does. */
  stopPages: Map<string, { error: OutcomeError; consents: string[] }>;
}

/**
 * Splits a plan's changes by its guards. A change runs when every guard that names it is lifted, and
 * a guard is lifted only by the exact value that it asks for: consent to 3 deletions is not consent to 4.
 */
export function selectRunnable(plan: Pick<Plan, 'changes' | 'guards' | 'withheld'>, consents: Consents): Selection {
  const guarded = new Set(plan.guards.flatMap((guard) => guard.addresses));
  const withheld = new Map<Address, OutcomeError>();
  for (const { address, reason } of plan.withheld) {
    // Changes that a guard names are decided below; no consent can free the others.
    if (!guarded.has(address)) withheld.set(address, { code: 'BLOCKED', message: `Withheld by the plan: ${reason}.` });
  }
  const standing = plan.guards.filter((guard) => !isLifted(guard, consents));
  for (const guard of standing) {
    const error = describeGuard(guard, consents);
    for (const address of guard.addresses) if (!withheld.has(address)) withheld.set(address, error);
  }
  const stopPages: Selection['stopPages'] = new Map();
  for (const path of new Set(standing.flatMap(({ pages = [] }) => pages))) {
    const guards = plan.guards.filter(({ pages }) => pages?.includes(path));
    const [first, ...more] = guards.filter((guard) => standing.includes(guard));
    if (!first) continue;
    const isFinal = [first, ...more].some(({ consent }) => consent === undefined);
    stopPages.set(path, { error: describeGuard(first, consents), consents: isFinal ? [] : listConsents(guards) });
  }
  const freeze = standing.find(({ stopsPublish }) => stopsPublish);
  return {
    runnable: plan.changes.filter((change) => !withheld.has(change.address)),
    withheld,
    stopPages,
    ...(freeze && { stopPublish: describeGuard(freeze, consents) }),
  };
}

function describeGuard(guard: Guard, consents: Consents): OutcomeError {
  const given = guard.consent && consents.get(guard.consent.flag);
  const message = given === undefined ? guard.message : `${guard.message} Consent was given for ${given}.`;
  const flag = guard.consent && `${guard.consent.flag}=${guard.consent.value}`;
  // The guard's own hint may name the flag already.
  const consent = flag === undefined || guard.hint?.includes(flag) ? undefined : `To consent, add ${flag}`;
  const hint = [consent, guard.hint].filter((part) => part !== undefined).join('. ');
  return { code: guard.code, message, ...(hint !== '' && { hint }) };
}

/** One sentence for each consent that lifts nothing in this plan: not asked for, or for another number. */
export function listIdleConsents({ guards }: Pick<Plan, 'guards'>, consents: Consents): string[] {
  return [...consents].flatMap(([flag, value]) => {
    const wanted = guards.flatMap(({ consent }) => (consent?.flag === flag ? [consent.value] : []));
    if (wanted.includes(value)) return [];
    const required =
      wanted.length === 0 ? 'nothing in this plan requires it' : `this plan requires ${flag}=${wanted[0]}`;
    return [`${flag}=${value} has no effect: ${required}.`];
  });
}

/**
 * Refuses a plan that this program cannot apply to exactly one outcome a change.
 * @throws LimioError INTERNAL: our own planner never makes such a plan.
 */
export function checkPlan(plan: Plan, runnable: readonly Change[], drivers: ApplyContext['drivers']): void {
  const addresses = new Set(plan.changes.map(({ address }) => address));
  if (addresses.size !== plan.changes.length) refuse('changes an address twice');
  const levelled = new Set<Address>();
  for (const address of plan.levels.flat()) {
    if (levelled.has(address)) refuse(`lists ${address} in two levels`);
    if (!addresses.has(address)) refuse(`lists ${address} in a level, but does not change it`);
    levelled.add(address);
  }
  for (const { address, kind, action } of runnable) {
    if (!levelled.has(address)) refuse(`has no level for ${address}`);
    if (isCatalogKind(kind) && action === 'delete') refuse(`deletes ${address}; catalog items are never deleted`);
    if (!isCatalogKind(kind) && drivers[kind].write === undefined)
      refuse(`changes ${address}, which cannot be written`);
  }
}

function refuse(what: string): never {
  throw new LimioError({ code: 'INTERNAL', message: `The plan ${what}; nothing was sent` });
}
