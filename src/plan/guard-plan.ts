import type { Guard } from '../model/plan.js';
import { guardBroaderPromos } from './guards/guard-broader-promos.js';
import { guardCodec } from './guards/guard-codec.js';
import { guardCreations } from './guards/guard-creations.js';
import { guardDeletes } from './guards/guard-deletes.js';
import { guardEmptyDesired } from './guards/guard-empty-desired.js';
import type { GuardFacts } from './guards/guard-facts.js';
import { guardFreeze } from './guards/guard-freeze.js';
import { guardIncompletePages } from './guards/guard-incomplete-pages.js';
import { guardIncompleteReads } from './guards/guard-incomplete-reads.js';
import { guardIncompleteCreates } from './guards/guard-incomplete-creates.js';
import { guardJourneyAtDefault } from './guards/guard-journey-at-default.js';
import { guardMassChange } from './guards/guard-mass-change.js';
import { guardNewRoutes } from './guards/guard-new-routes.js';
import { guardPrices } from './guards/guard-prices.js';
import { guardProtected } from './guards/guard-protected.js';
import { guardRemovals } from './guards/guard-removals.js';

/**
 * Most severe first: what stops everything, what no consent lifts, then by what it costs when it was
 * not meant.
 */
const ORDER = [
  'FREEZE',
  'EMPTY_DESIRED',
  'PROTECTED_ADDRESS',
  'INCOMPLETE_READ',
  'INCOMPLETE_PAGES',
  'CODEC_UNCONFIRMED',
  'REMOVAL_UNSUPPORTED',
  'CREATE_BY_HAND',
  'CREATE_INCOMPLETE',
  'ROUTE_NOT_LIVE',
  'CREATE_LOOKALIKE',
  'MASS_CHANGE',
  'DELETE_CONSENT',
  'PRICE_CHANGE',
  'JOURNEY_AT_DEFAULT',
  'PROMO_BROADER',
];

/** Every rule that stops changes, evaluated over the whole plan, in an order that files do not decide. */
export function guardPlan(facts: GuardFacts): Guard[] {
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
