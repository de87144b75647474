import { indexTakers } from './index-takers.js';
import type { Journey } from './journey-model.js';
import { listChoices, listLeastVisitors } from './least-visitor.js';

/** A branch that takes no visitor, whatever is true of raw conditions and of what the reference leaves open. */
export interface Unreachable {
  /** From 0. */
  index: number;
  /** The branches above that take all its visitors, none of them for nothing. Empty: its conditions exclude each other. */
  by: readonly number[];
}

/** Of one branch. What would take more visitors than this to decide is not called unreachable. */
const MOST_VISITORS = 5_000;

export function findUnreachable(journey: Journey): Unreachable[] {
  const found = judgeBranches(journey);
  if (found.length === 0) return found;
  // Only what holds as well if letter case does not count.
  const folded = new Set(judgeBranches(foldCase(journey)).map(({ index }) => index));
  return found.filter(({ index }) => folded.has(index));
}

function judgeBranches({ branches }: Journey): Unreachable[] {
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
