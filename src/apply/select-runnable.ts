import type { Address } from '../model/address.js';
import type { OutcomeError } from '../model/outcome.js';
import type { Change, Guard, Plan } from '../model/plan.js';
import type { Consents } from './apply-context.js';

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
