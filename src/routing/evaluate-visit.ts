import { type Journey, type Landing, NOT_INTERCEPTED, type RoutingWorld } from './journey-model.js';
import { judgeConditions } from './judge-condition.js';
import { selectJourneys } from './select-journeys.js';
import type { Visitor } from './visitor.js';

/**
 * Where a visit may end: one landing is certain, several are all that cannot be excluded. Nothing
 * that can happen is missing; of what is listed, something may be impossible for a reason that two
 * conditions share. First match wins, conditions are ANDed (assumed, API reference, section 2).
 */
export function evaluateVisit(world: RoutingWorld, visitor: Visitor): readonly Landing[] {
  const { selected, intercepted } = selectJourneys(world, visitor);
  const landings: Landing[] = [];
  for (const { journey } of selected) walkBranches(journey, visitor, landings);
  if (intercepted !== 'yes') landings.push(NOT_INTERCEPTED);
  return landings;
}

/** The same, for a visitor of whom it is settled that this journey has him. */
export function evaluateJourney(journey: Journey, visitor: Visitor): readonly Landing[] {
  const landings: Landing[] = [];
  walkBranches(journey, visitor, landings);
  return landings;
}

function walkBranches({ branches, fallback }: Journey, visitor: Visitor, landings: Landing[]): void {
  for (const { conditions, landing } of branches) {
    const verdict = judgeConditions(conditions, visitor);
    if (verdict === 'no') continue;
    landings.push(landing);
    if (verdict === 'yes') return;
  }
  landings.push(fallback);
}
