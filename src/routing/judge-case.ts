import type { JourneyEnd } from '../model/test-report.js';
import { evaluateVisit } from './evaluate-visit.js';
import type { Landing, RoutingWorld, Share } from './journey-model.js';
import { pickShares } from './pick-share.js';
import type { Visitor } from './visitor.js';

/** `shares` hold each tag once, in per cent of the visitors. */
export type ExpectedEnd = { shares: readonly { tag: string; percent: number }[] } | { end: JourneyEnd };

/** A visitor and where he may end: one end is expected for certain, several are exactly the possible ones. */
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
export function judgeCase(
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
    default:
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
