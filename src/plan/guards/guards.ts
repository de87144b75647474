import { GUARD_CODES, type GuardCode } from '../../errors/guard-codes.js';
import { createLiveState } from '../../kinds/read-live.js';
import { defined } from '../../model/json.js';
import type { Guard, Plan } from '../../model/plan.js';
import { guardOverwrites } from '../causes/causes.js';
import { deepFreeze, listWithheld, makeFingerprint } from '../fingerprint.js';
import type { PlanContext } from '../plan-context.js';
import { listPrices } from '../prices.js';
import { guardByHand, guardIncompleteCreates, guardLookalikes, listByHand } from './creations.js';
import { guardOlderFiles } from './files-age.js';
import type { GuardInput, PlanGuardInput } from './guard-input.js';
import { guardDeadRoutes, guardJourneyAtDefault } from './journeys.js';
import {
  guardAlsoPublishes,
  guardDeletes,
  guardEmptyDesired,
  guardFreeze,
  guardMassChange,
  guardProtected,
  guardUnknownDeletes,
} from './policy.js';
import { guardPrices } from './prices.js';
import { guardBroaderPromos } from './promo-codes.js';
import { guardCodec, guardIncompletePages, guardUnproven, guardIncompleteReads, guardRemovals } from './tenant.js';

/** Guards that the changes and the configuration decide: a saved plan is under those of the present configuration. */
const PLAN_GUARDS = {
  FREEZE: guardFreeze,
  FILES_OLDER: guardOlderFiles,
  MASS_CHANGE: guardMassChange,
  DELETE_UNKNOWN: guardUnknownDeletes,
  DELETE_CONSENT: guardDeletes,
  PRICE_CHANGE: guardPrices,
  ALSO_PUBLISHES: guardAlsoPublishes,
} as const satisfies Partial<Record<GuardCode, (input: PlanGuardInput) => Guard[]>>;

/**
 * Guards of which a saved plan keeps its own, because what they withheld was not planned to its end (its pages, its
 * items to create by hand), or because only its fingerprint protects what they rest on: the causes of changes are no
 * part of it. What the present configuration stops besides is added.
 */
const ADDED_GUARDS = {
  PROTECTED_ADDRESS: guardProtected,
  CREATE_BY_HAND: guardByHand,
  OVERWRITES: guardOverwrites,
} as const satisfies Partial<Record<GuardCode, (input: PlanGuardInput & Pick<GuardInput, 'state'>) => Guard[]>>;

/**
 * Every guard: a rule that stops changes until somebody consents, or for good. A new guard needs a line here, its code
 * in errors/guard-codes.ts at the place of its severity, a section in docs/errors.md and a row in docs/policies.md. Its
 * consent, if it has one, is a flag in model/plan.ts and an option in cli/shared. One that needs nothing of the tenant
 * goes into PLAN_GUARDS; of the others, a saved plan keeps what was found when it was made.
 */
const GUARDS: Record<GuardCode, (input: GuardInput) => Guard[]> = {
  ...PLAN_GUARDS,
  ...ADDED_GUARDS,
  EMPTY_DESIRED: guardEmptyDesired,
  INCOMPLETE_READ: guardIncompleteReads,
  INCOMPLETE_PAGES: (input) => [...guardIncompletePages(input), ...guardUnproven(input)],
  CODEC_UNCONFIRMED: guardCodec,
  REMOVAL_UNSUPPORTED: guardRemovals,
  CREATE_INCOMPLETE: guardIncompleteCreates,
  ROUTE_NOT_LIVE: guardDeadRoutes,
  CREATE_LOOKALIKE: guardLookalikes,
  JOURNEY_AT_DEFAULT: guardJourneyAtDefault,
  PROMO_BROADER: guardBroaderPromos,
};

/** Evaluates every guard over the whole plan, in an order that does not depend on the files. */
export function evaluateGuards(input: GuardInput): Guard[] {
  return sortGuards(Object.values(GUARDS).flatMap((evaluate) => evaluate(input)));
}

/** By the severity of errors/guard-codes.ts; those of one code keep their order. */
export function sortGuards(guards: readonly Guard[]): Guard[] {
  const codes = Object.keys(GUARD_CODES);
  return guards.toSorted((a, b) => codes.indexOf(a.code) - codes.indexOf(b.code));
}

/**
 * A saved plan under the configuration and at the time of `context`. Guards that need nothing of the tenant are
 * evaluated anew; all others are kept. When only a freeze or the age of the files changed, the fingerprint stays.
 */
export function refreshGuards(plan: Plan, context: PlanContext): Plan {
  const { changes, publish, levels, unchanged, promotedFrom } = plan;
  const input = {
    changes,
    publish,
    prices: listPrices(plan),
    unchanged: unchanged ?? {},
    context: { ...context, ...defined({ promotedFrom }) },
  };
  // Only the files say how many objects are managed, and a rollback is made without them.
  const { MASS_CHANGE: _massChange, ...withoutFiles } = PLAN_GUARDS;
  const decided = unchanged ? PLAN_GUARDS : withoutFiles;
  // A clone that cannot decide keeps the verdict of the one that made the plan.
  const isAgeKnown = context.filesAge !== undefined && context.filesAge.relation !== 'unknown';
  const kept = plan.guards.filter(
    ({ code }) => !Object.hasOwn(decided, code) || (code === 'FILES_OLDER' && !isAgeKnown),
  );
  const added = Object.values(ADDED_GUARDS)
    .flatMap((evaluate) => evaluate({ ...input, state: createLiveState() }))
    .filter((guard) => !kept.some((own) => covers(own, guard)));
  const guards = sortGuards([...Object.values(decided).flatMap((evaluate) => evaluate(input)), ...added, ...kept]);
  const withheld = listWithheld(changes, guards);
  const byHand = listByHand(changes, levels, guards);
  const { byHand: _byHand, ...rest } = plan;
  const refreshed: Plan = {
    ...rest,
    protected: context.protected,
    guards,
    withheld,
    ...(byHand.length > 0 ? { byHand } : {}),
    summary: { ...plan.summary, withheld: withheld.length },
  };
  return deepFreeze({ ...refreshed, fingerprint: makeFingerprint(refreshed) });
}

function covers(own: Guard, { code, addresses }: Guard): boolean {
  return own.code === code && addresses.every((address) => own.addresses.includes(address));
}
