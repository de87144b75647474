import {
  findFacts,
  evaluateCondition,
  evaluateConditions,
  type Reason,
  type Verdict,
  type Visitor,
} from './conditions.js';
import {
  type Condition,
  DEFAULT_START,
  type Journey,
  type Landing,
  normaliseHost,
  normalisePath,
  NOT_INTERCEPTED,
  type RoutingWorld,
  type Share,
} from './routing.js';

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

function walkBranches({ branches, fallback }: Journey, visitor: Visitor, landings: Landing[]): void {
  for (const { conditions, landing } of branches) {
    const verdict = evaluateConditions(conditions, visitor);
    if (verdict === 'no') continue;
    landings.push(landing);
    if (verdict === 'yes') return;
  }
  landings.push(fallback);
}

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
    const verdict = evaluateConditions(conditions, visitor);
    const trace = { index, landing, conditions: conditions.map((condition) => traceCondition(condition, visitor)) };
    if (reached === 'no') return { ...trace, verdict: 'unreached' };
    if (verdict !== 'no') reached = verdict === 'yes' ? 'no' : 'maybe';
    return { ...trace, verdict };
  });
  return { branches: traces, fallback: reached };
}

function traceCondition(condition: Condition, visitor: Visitor): ConditionTrace {
  const facts = findFacts(condition, visitor);
  return { condition, reason: evaluateCondition(condition, visitor), ...(facts === undefined ? {} : { facts }) };
}

/** A journey that may intercept a visit, and why that is not certain. */
export interface Selected {
  journey: Journey;
  /**
   * `case`: the path differs from the starting point in letter case alone. `host`: journeys of other
   * domains start here as well. `rival`: another journey has the same start and host; which of them
   * wins is not known. `missing-page`: it takes the visit only if there is no page at the path.
   */
  doubts: readonly ('case' | 'host' | 'rival' | 'missing-page')[];
}

export interface Selection {
  selected: readonly Selected[];
  /** Whether some journey takes the visit. */
  intercepted: Verdict;
}

const NOBODY: Selection = { selected: [], intercepted: 'no' };

/** Starting point and domain choose the journey (API reference, section 2). */
export function selectJourneys(world: RoutingWorld, visitor: Visitor): Selection {
  const path = normalisePath(visitor.path);
  const here = listServing(world, path, visitor.host);
  if (here.length > 0)
    return {
      selected: here.map((journey) => describe(journey, here, path)),
      intercepted: here.some(({ start }) => start === path) ? 'yes' : 'maybe',
    };
  if (visitor.pageExists === true || path === DEFAULT_START) return NOBODY;
  const home = listServing(world, DEFAULT_START, visitor.host).filter(({ start }) => start === DEFAULT_START);
  if (home.length === 0) return NOBODY;
  const selected = home.map((journey) => describe(journey, home, DEFAULT_START));
  if (visitor.pageExists === false) return { selected, intercepted: 'yes' };
  return {
    selected: selected.map(({ journey, doubts }) => ({ journey, doubts: ['missing-page', ...doubts] })),
    intercepted: 'maybe',
  };
}

function describe(journey: Journey, candidates: readonly Journey[], path: string): Selected {
  if (candidates.length === 1 && journey.start === path) return { journey, doubts: [] };
  const others = candidates.filter((other) => other !== journey);
  const rival =
    others.length === 0
      ? []
      : [others.some((other) => overlap(journey, other)) ? ('rival' as const) : ('host' as const)];
  return { journey, doubts: [...(journey.start === path ? [] : ['case' as const]), ...rival] };
}

function overlap(a: Journey, b: Journey): boolean {
  return a.domains.size === 0 || b.domains.size === 0 || [...a.domains].some((domain) => b.domains.has(domain));
}

function listServing(world: RoutingWorld, path: string, host: string | undefined): readonly Journey[] {
  const journeys = world.byStart.get(path.toLowerCase()) ?? [];
  return host === undefined ? journeys : journeys.filter((journey) => servesHost(journey, host));
}

/** A domain without a port serves every port. */
export function servesHost({ domains }: Pick<Journey, 'domains'>, host: string): boolean {
  if (domains.size === 0) return true;
  // The usual case, without making texts: a million visits must not take long.
  if (domains.has(host)) return true;
  const asked = normaliseHost(host);
  return domains.has(asked) || domains.has(asked.replace(/:\d+$/, ''));
}

/** The shares that a visitor may get: with a number in [0, 1) the one whose stretch holds it, in order. */
export function pickShares({ shares }: Landing, split: number | undefined): readonly Share[] {
  if (split === undefined) return shares.filter(({ percent, tag }) => percent > 0 || tag === null);
  let end = 0;
  for (const share of shares) {
    end += share.percent;
    if (split * 100 < end) return [{ ...share, percent: 100 }];
  }
  // Rounding may leave the sum a hair below 100.
  const last = shares.findLast(({ percent }) => percent > 0);
  return last ? [{ ...last, percent: 100 }] : [];
}
