import type { BranchTrace, VisitTrace } from '../routing/explain-visit.js';
import type { Condition } from '../routing/journey-model.js';
import { pickShares } from '../routing/pick-share.js';
import { describeLanding } from './visit-text.js';

/** The answer of `journeys simulate --format json`. Branches count from 0, as in the file. */
export function toSimulationReport({ visitor, landings, journeys }: VisitTrace) {
  return {
    kind: 'limio-sync/journey-simulation',
    formatVersion: 1,
    visitor: Object.fromEntries(
      Object.entries(visitor).map(([key, fact]) => [key, fact instanceof Set ? [...fact] : fact]),
    ),
    certain: landings.length === 1,
    landings: landings.map((landing) => ({
      ...landing,
      shares: pickShares(landing, visitor.split),
      text: describeLanding(landing, visitor.split),
    })),
    journeys: journeys.map(({ journey, doubts, branches, fallback }) => ({
      name: journey.name,
      doubts,
      branches: branches.map(toBranch),
      fallback,
    })),
  } as const;
}

function toBranch({ index, verdict, conditions, landing }: BranchTrace) {
  return {
    index,
    verdict,
    conditions: conditions.map(({ condition, reason, facts }) => ({ ...toCondition(condition), reason, facts })),
    shares: landing.shares,
  };
}

function toCondition(condition: Condition) {
  return condition.form === 'raw' ? { raw: condition.raw } : { type: condition.type, values: [...condition.values] };
}
