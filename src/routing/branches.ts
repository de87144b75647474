import {
  type Choices,
  indexTakers,
  type LeastVisitor,
  listChoices,
  listLeastVisitors,
  meets,
} from './least-visitors.js';
import type { Branch, Journey, Landing } from './routing.js';

/** A branch that takes no visitor, whatever is true of raw conditions and of what the reference leaves open. */
export interface Unreachable {
  /** From 0. */
  index: number;
  /** The branches above that take all its visitors, as few as needed. Empty: its conditions exclude each other. */
  by: readonly number[];
}

/** Of one branch. What would take more visitors than this to decide is not called unreachable. */
const MOST_VISITORS = 5_000;

export function findUnreachable(journey: Journey): Unreachable[] {
  const found = findTaken(journey);
  if (found.length === 0) return found;
  // Only what holds as well if letter case does not count.
  const folded = new Set(findTaken(foldCase(journey)).map(({ index }) => index));
  return found.filter(({ index }) => folded.has(index));
}

function findTaken({ branches }: Journey): Unreachable[] {
  const choices = listChoices(branches);
  const findTakers = indexTakers(branches);
  return branches.flatMap(({ index, conditions }) => {
    const taken: Set<number>[] = [];
    for (const visitor of listLeastVisitors(conditions, choices)) {
      const takers = new Set(findTakers(visitor, index));
      if (takers.size === 0 || taken.push(takers) > MOST_VISITORS) return [];
    }
    return [{ index, by: chooseFew(taken) }];
  });
}

/** Branches that together take everybody, none of which can be spared; one alone, if there is one. */
function chooseFew(taken: readonly ReadonlySet<number>[]): number[] {
  const [first = new Set<number>()] = taken;
  const alone = [...first].sort((a, b) => a - b).find((one) => taken.every((takers) => takers.has(one)));
  if (alone !== undefined) return [alone];
  const all = [...new Set(taken.flatMap((takers) => [...takers]))].sort((a, b) => a - b);
  const spared = new Set<number>();
  for (const one of all) {
    spared.add(one);
    if (taken.some((takers) => [...takers].every((other) => spared.has(other)))) spared.delete(one);
  }
  return all.filter((one) => !spared.has(one));
}

function foldCase(journey: Journey): Journey {
  return {
    ...journey,
    branches: journey.branches.map((branch) => ({
      ...branch,
      conditions: branch.conditions.map((one) => (one.form === 'raw' ? one : { ...one, values: one.lower })),
    })),
  };
}

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
const MOST_TRIED = 2_000;

/**
 * Branches whose order decides: some visitor meets the conditions of both, no branch above takes them, and they lead
 * to different places. Not reported: branches that nobody reaches, and an exception above its rule, whose visitors
 * all meet the lower conditions too. `keys` are equal for landings that lead to the same place.
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
    if (tried === MOST_TRIED) return undefined;
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
    if (tried === MOST_TRIED || !lower.conditions.every((condition) => meets(visitor, condition))) return false;
  }
  return true;
}
