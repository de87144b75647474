import { evaluateVisit } from './evaluate-visit.js';
import type { Condition, Journey, Landing, RoutingWorld } from './journey-model.js';
import { type Reason, type Verdict, findFacts, judgeCondition, judgeConditions } from './judge-condition.js';
import { type Selected, selectJourneys } from './select-journeys.js';
import type { Visitor } from './visitor.js';

export interface ConditionTrace {
  condition: Condition;
  reason: Reason;
  /** What is known of the visitor: undefined is unknown. */
  facts?: readonly string[];
}

export interface BranchTrace {
  /** From 0. */
  index: number;
  /** `unreached`: a branch above has taken the visitor. */
  verdict: Verdict | 'unreached';
  conditions: readonly ConditionTrace[];
  landing: Landing;
}

export interface JourneyTrace {
  journey: Journey;
  doubts: Selected['doubts'];
  branches: readonly BranchTrace[];
  /** Whether the visitor gets past all branches. */
  fallback: Verdict;
}

/** A visit step by step. */
export interface VisitTrace {
  visitor: Visitor;
  /** As {@link evaluateVisit} gives them. */
  landings: readonly Landing[];
  /** Every journey that may have the visit; empty: none does. */
  journeys: readonly JourneyTrace[];
}

export function explainVisit(world: RoutingWorld, visitor: Visitor): VisitTrace {
  const { selected } = selectJourneys(world, visitor);
  return {
    visitor,
    landings: evaluateVisit(world, visitor),
    journeys: selected.map(({ journey, doubts }) => ({ journey, doubts, ...traceBranches(journey, visitor) })),
  };
}

function traceBranches({ branches }: Journey, visitor: Visitor): Pick<JourneyTrace, 'branches' | 'fallback'> {
  let reached: Verdict = 'yes';
  const traces = branches.map(({ index, conditions, landing }): BranchTrace => {
    const verdict = judgeConditions(conditions, visitor);
    const trace = { index, landing, conditions: conditions.map((condition) => traceCondition(condition, visitor)) };
    if (reached === 'no') return { ...trace, verdict: 'unreached' };
    if (verdict !== 'no') reached = verdict === 'yes' ? 'no' : 'maybe';
    return { ...trace, verdict };
  });
  return { branches: traces, fallback: reached };
}

function traceCondition(condition: Condition, visitor: Visitor): ConditionTrace {
  const facts = findFacts(condition, visitor);
  return { condition, reason: judgeCondition(condition, visitor), ...(facts === undefined ? {} : { facts }) };
}
