import { findUnreachable } from './find-unreachable.js';
import { indexTakers } from './index-takers.js';
import type { Branch, Journey, Landing } from './journey-model.js';
import { type Choices, type LeastVisitor, listChoices, listLeastVisitors, meets } from './least-visitor.js';

/** A branch that would take visitors from branches above it, if it stood there. */
export interface Overlap {
  /** From 0. */
  index: number;
  /** The branches that take them now, each with an example. At least one. */
  above: readonly { index: number; visitor: LeastVisitor }[];
  /** Whether there are more, which were not looked for. */
  more: boolean;
}

/** Of one branch: more than anybody reads. */
const MOST_ABOVE = 10;
/** Of two branches. What would take more than this to decide is not called an overlap. */
const MOST_VISITORS = 2_000;

/**
 * Where the order of branches decides: some visitor meets the conditions of both, no branch above takes him, and the
 * two lead to different places. An exception above its rule is none: a branch whose visitors are
 * all the lower one's as well has to stand above it to do anything. Nor are branches that nobody reaches. `keys` are equal for landings
 * that lead to the same place.
 */
export function findOverlaps(journey: Journey, keys: ReadonlyMap<Landing, string>): Overlap[] {
  const choices = listChoices(journey.branches);
  const findTakers = indexTakers(journey.branches);
  const unreachable = new Set(findUnreachable(journey).map(({ index }) => index));
  const reached = journey.branches.filter(({ index }) => !unreachable.has(index));
  return reached.flatMap((lower, i): Overlap[] => {
    const above: { index: number; visitor: LeastVisitor }[] = [];
    for (const upper of reached.slice(0, i)) {
      if (
        keys.get(upper.landing) === keys.get(lower.landing) ||
        excludeEachOther(upper, lower) ||
        isException(upper, lower, choices)
      )
        continue;
      const visitor = findVisitor(upper, lower, choices, findTakers);
      if (!visitor) continue;
      if (above.length === MOST_ABOVE) return [{ index: lower.index, above, more: true }];
      above.push({ index: upper.index, visitor });
    }
    return above.length === 0 ? [] : [{ index: lower.index, above, more: false }];
  });
}

function findVisitor(
  upper: Branch,
  lower: Branch,
  choices: Choices,
  findTakers: ReturnType<typeof indexTakers>,
): LeastVisitor | undefined {
  let tried = 0;
  for (const visitor of listLeastVisitors([...upper.conditions, ...lower.conditions], choices)) {
    if (findTakers(visitor, upper.index).next().done) return visitor;
    tried += 1;
    if (tried === MOST_VISITORS) return undefined;
  }
  return undefined;
}

/** Cheap, since most branches of a long journey ask for different countries. */
function excludeEachOther(upper: Branch, lower: Branch): boolean {
  return upper.conditions.some(
    (one) =>
      one.form === 'single' &&
      lower.conditions.some(
        (other) =>
          other.form === 'single' &&
          other.type === one.type &&
          ![...other.values].some((value) => one.values.has(value)),
      ),
  );
}

function isException(upper: Branch, lower: Branch, choices: Choices): boolean {
  if (lower.conditions.length === 0) return true;
  let tried = 0;
  for (const visitor of listLeastVisitors(upper.conditions, choices)) {
    tried += 1;
    if (tried === MOST_VISITORS || !lower.conditions.every((condition) => meets(visitor, condition))) return false;
  }
  return true;
}
