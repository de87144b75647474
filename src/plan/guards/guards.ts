import { GUARD_CODES, type GuardCode } from '../../errors/codes.js';
import type { Guard, Plan } from '../../model/plan.js';
import { deepFreeze, listWithheld } from '../fingerprint.js';
import type { PlanContext } from '../plan-context.js';
import { guardByHand, guardIncompleteCreates, guardLookalikes } from './creations.js';
import type { GuardInput } from './guard-input.js';
import { guardJourneyAtDefault, guardNewRoutes } from './journeys.js';
import { guardDeletes, guardEmptyDesired, guardFreeze, guardMassChange, guardProtected } from './policy.js';
import { guardPrices } from './prices.js';
import { guardBroaderPromos } from './promo-codes.js';
import { guardCodec, guardIncompletePages, guardIncompleteReads, guardRemovals } from './tenant.js';

/**
 * Every guard: a rule that stops changes until somebody consents, or for good. A new guard needs a line here, its code
 * in errors/codes.ts at the place of its severity, a section in docs/errors.md and a row in docs/policies.md. Its
 * consent, if it has one, is a flag in model/plan.ts and an option in cli/shared.
 */
const GUARDS: Record<GuardCode, (input: GuardInput) => Guard[]> = {
  FREEZE: guardFreeze,
  EMPTY_DESIRED: guardEmptyDesired,
  PROTECTED_ADDRESS: guardProtected,
  INCOMPLETE_READ: guardIncompleteReads,
  INCOMPLETE_PAGES: guardIncompletePages,
  CODEC_UNCONFIRMED: guardCodec,
  REMOVAL_UNSUPPORTED: guardRemovals,
  CREATE_BY_HAND: guardByHand,
  CREATE_INCOMPLETE: guardIncompleteCreates,
  ROUTE_NOT_LIVE: guardNewRoutes,
  CREATE_LOOKALIKE: guardLookalikes,
  MASS_CHANGE: guardMassChange,
  DELETE_CONSENT: guardDeletes,
  PRICE_CHANGE: guardPrices,
  JOURNEY_AT_DEFAULT: guardJourneyAtDefault,
  PROMO_BROADER: guardBroaderPromos,
};

/** Evaluates every guard over the whole plan, in an order that does not depend on the files. */
export function evaluateGuards(input: GuardInput): Guard[] {
  return sortGuards(Object.values(GUARDS).flatMap((evaluate) => evaluate(input)));
}

/** By the severity of errors/codes.ts; those of one code keep their order. */
export function sortGuards(guards: readonly Guard[]): Guard[] {
  const codes = Object.keys(GUARD_CODES);
  return guards.toSorted((a, b) => codes.indexOf(a.code) - codes.indexOf(b.code));
}

/**
 * A saved plan under the freezes of this moment: one made before a freeze is stopped by it, one made during a freeze
 * is free afterwards. Everything else stays, the fingerprint included.
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
