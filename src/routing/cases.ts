import type { JourneyEnd } from '../model/test-report.js';
import { evaluateCondition, verdictOf, type Visitor } from './conditions.js';
import type { Branch, Condition, Journey, Landing, RoutingWorld, Share } from './routing.js';
import { evaluateVisit, pickShares, selectJourneys } from './visit.js';

/** `shares` hold each tag once, in per cent of the visitors. */
export type ExpectedEnd = { shares: readonly { tag: string; percent: number }[] } | { end: JourneyEnd };

/** A visitor and where they may end: one end is expected for certain, several are exactly the possible ones. */
export interface JourneyCase {
  visitor: Visitor;
  expected: readonly ExpectedEnd[];
}

/** Shares of files have two decimals: 33.33 is a third. */
const TOLERANCE = 0.01;

/**
 * Whether a case holds: all that can happen is expected, and all that is expected can happen. So an
 * uncertain visit fails a case that expects one end, unless every possibility leads there.
 */
export function evaluateCase(
  world: RoutingWorld,
  { visitor, expected }: JourneyCase,
): { passed: boolean; landings: readonly Landing[] } {
  const landings = evaluateVisit(world, visitor);
  const meets = (end: ExpectedEnd, landing: Landing): boolean => meetsEnd(end, landing, visitor.split);
  const passed =
    landings.every((landing) => expected.some((end) => meets(end, landing))) &&
    expected.every((end) => landings.some((landing) => meets(end, landing)));
  return { passed, landings };
}

function meetsEnd(expected: ExpectedEnd, landing: Landing, split: number | undefined): boolean {
  const shares = pickShares(landing, split);
  if ('shares' in expected) return sameShares(expected.shares, shares);
  switch (expected.end) {
    case 'fallback':
      return landing.via === 'fallback';
    case 'not_intercepted':
      return landing.via === 'not-intercepted';
    case 'nowhere':
      return landing.via !== 'not-intercepted' && shares.length === 0;
    case 'raw_action':
      return shares.some(({ tag }) => tag === null);
  }
}

function sameShares(expected: readonly { tag: string; percent: number }[], actual: readonly Share[]): boolean {
  const sums = new Map<string | null, number>();
  for (const { tag, percent } of actual) sums.set(tag, (sums.get(tag) ?? 0) + percent);
  const wanted = expected.filter(({ percent }) => percent > 0);
  return (
    sums.size === wanted.length &&
    wanted.every(({ tag, percent }) => Math.abs((sums.get(tag) ?? Infinity) - percent) < TOLERANCE)
  );
}

/** A part of a journey, and whether some visitor shows what it does. */
export interface CoverageItem {
  what: 'branch' | 'condition' | 'destination';
  journey: string;
  /** JSON Pointer into the journey: `/journeys/0/conditions/1`. */
  pointer: string;
  /** Index from 0; absent for the fallback. */
  branch?: number;
  /** Of `condition`. */
  condition?: Condition;
  /** Of `destination`; null where a raw action decides. */
  tag?: string | null;
  reached: boolean;
}

/**
 * What visitors reach. A branch: one of them meets all of its conditions and may end there. A
 * condition: one is turned away by it alone, so its absence would be seen. A destination: one may
 * be sent there. Raw conditions count as met. A visitor with a decisive unknown counts up to that condition.
 */
export function measureCoverage({ journeys, byStart }: RoutingWorld, visitors: Iterable<Visitor>): CoverageItem[] {
  const reached = new Map(journeys.map((journey) => [journey, new Set<string>()]));
  for (const visitor of visitors) {
    for (const { journey } of selectJourneys({ journeys, byStart }, visitor).selected)
      walk(journey, visitor, reached.get(journey) ?? new Set());
  }
  return journeys.flatMap((journey) => listItems(journey, reached.get(journey) ?? new Set()));
}

function walk({ branches, fallback }: Journey, visitor: Visitor, reached: Set<string>): void {
  for (const branch of branches) {
    const unmet = branch.conditions.flatMap((condition, i) => {
      const reason = evaluateCondition(condition, visitor);
      return reason === 'raw' || verdictOf(reason) === 'yes' ? [] : [{ i, verdict: verdictOf(reason) }];
    });
    const [only] = unmet;
    if (only?.verdict === 'no' && unmet.length === 1) reached.add(conditionAt(branch, only.i));
    if (unmet.some(({ verdict }) => verdict === 'no')) continue;
    if (only) return;
    reached.add(branchAt(branch));
    markDestinations(branch.landing, visitor, reached);
    const raw = branch.conditions.flatMap(({ form }, i) => (form === 'raw' ? [i] : []));
    // A raw condition makes the visit uncertain, which is seen as soon as the branch is tried.
    for (const i of raw) reached.add(conditionAt(branch, i));
    if (raw.length === 0) return;
  }
  markDestinations(fallback, visitor, reached);
}

function markDestinations(landing: Landing, visitor: Visitor, reached: Set<string>): void {
  const tags = new Set(pickShares(landing, visitor.split).map(({ tag }) => tag));
  landing.shares.forEach(({ tag }, i) => {
    if (tags.has(tag)) reached.add(destinationAt(landing, i));
  });
}

function listItems({ name, branches, fallback }: Journey, reached: ReadonlySet<string>): CoverageItem[] {
  const item = (pointer: string, part: Omit<CoverageItem, 'journey' | 'pointer' | 'reached'>): CoverageItem => ({
    ...part,
    journey: name,
    pointer,
    reached: reached.has(pointer),
  });
  const listDestinations = (landing: Landing): CoverageItem[] => {
    const branch = landing.branch === undefined ? {} : { branch: landing.branch };
    return landing.shares.flatMap(({ tag, percent }, i) =>
      percent > 0 || tag === null ? [item(destinationAt(landing, i), { what: 'destination', ...branch, tag })] : [],
    );
  };
  return [
    ...branches.flatMap((one) => [
      item(branchAt(one), { what: 'branch', branch: one.index }),
      ...one.conditions.map((condition, i) =>
        item(conditionAt(one, i), { what: 'condition', branch: one.index, condition }),
      ),
      ...listDestinations(one.landing),
    ]),
    ...listDestinations(fallback),
  ];
}

function branchAt({ index }: Branch): string {
  return `/journeys/${index}`;
}

function conditionAt(branch: Branch, i: number): string {
  return `${branchAt(branch)}/conditions/${i}`;
}

/** A raw action decides alone: there is one share. */
function destinationAt({ via, branch = 0, shares }: Landing, i: number): string {
  if (via !== 'branch') return '/fallback_tag';
  return `/journeys/${branch}/actions${shares[i]?.tag === null ? '' : `/${i}`}`;
}
