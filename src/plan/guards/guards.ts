import { GUARD_CODES } from '../../errors/codes.js';
import type { Guard, Plan } from '../../model/plan.js';
import { deepFreeze, listWithheld } from '../fingerprint.js';
import type { PlanContext } from '../plan-context.js';
import { guardCreations, guardIncompleteCreates } from './creations.js';
import type { GuardInput } from './guard-input.js';
import { guardJourneyAtDefault, guardNewRoutes } from './journeys.js';
import { guardDeletes, guardEmptyDesired, guardFreeze, guardMassChange, guardProtected } from './policy.js';
import { guardPrices } from './prices.js';
import { guardBroaderPromos } from './promo-codes.js';
import { guardCodec, guardIncompletePages, guardIncompleteReads, guardRemovals } from './tenant.js';

/** The most severe first. */
const ORDER = Object.keys(GUARD_CODES);

/** Every rule that stops changes, evaluated over the whole plan, in an order that files do not decide. */
export function guardPlan(facts: GuardInput): Guard[] {
  return sortGuards([
    ...guardFreeze(facts),
    ...guardEmptyDesired(facts),
    ...guardProtected(facts),
    ...guardIncompleteReads(facts),
    ...guardIncompletePages(facts),
    ...guardCodec(facts),
    ...guardRemovals(facts),
    ...guardCreations(facts),
    ...guardIncompleteCreates(facts),
    ...guardNewRoutes(facts),
    ...guardMassChange(facts),
    ...guardDeletes(facts),
    ...guardPrices(facts),
    ...guardJourneyAtDefault(facts),
    ...guardBroaderPromos(facts),
  ]);
}

/** By severity; those of one code stay as they are. */
export function sortGuards(guards: readonly Guard[]): Guard[] {
  return guards.toSorted((a, b) => ORDER.indexOf(a.code) - ORDER.indexOf(b.code));
}

/**
 * A saved plan as the freezes of this moment see it: made before a freeze it is stopped by it, made
 * during one it is free afterwards. All else, the fingerprint included, stays.
 */
export function refreshFreeze(plan: Plan, context: Pick<PlanContext, 'freeze' | 'now'>): Plan {
  const others = plan.guards.filter(({ code }) => code !== 'FREEZE');
  const guards = sortGuards([
    ...others,
    ...guardFreeze({ ...plan, context: { ...context, environment: plan.environment } }),
  ]);
  const withheld = listWithheld(plan.changes, guards);
  return deepFreeze({ ...plan, guards, withheld, summary: { ...plan.summary, withheld: withheld.length } });
}
