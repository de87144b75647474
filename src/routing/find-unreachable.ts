import type { Branch, Journey } from './journey-model.js';
import { type Effort, splitByBranch, subtractBranches } from './split-region.js';
import { type VisitorSpace, buildVisitorSpace } from './visitor-space.js';

/** A branch that takes no visitor, whatever is true of raw conditions and of what the reference leaves open. */
export interface Unreachable {
  /** From 0. */
  index: number;
  /** The branches above that take all its visitors, none of them for nothing. Empty: its conditions exclude each other. */
  by: readonly number[];
}

/** Of one question, in splits times dimensions: what would take more than this to decide is not called unreachable. */
const MOST_WORK = 200_000;
const MOST_SPLITS = 5_000;

export function findUnreachable(journey: Journey): Unreachable[] {
  const space = buildVisitorSpace([journey]);
  const found = journey.branches.flatMap((branch) => judgeBranch(space, journey, branch));
  if (found.length === 0) return found;
  // Only what holds as well if letter case does not count.
  const folded = foldCase(journey);
  const foldedSpace = buildVisitorSpace([folded]);
  return found.filter(({ index }) => folded.branches[index] && judgeBranch(foldedSpace, folded, folded.branches[index]).length > 0);
}

function judgeBranch(space: VisitorSpace, { branches }: Journey, branch: Branch): Unreachable[] {
  const earlier = branches.slice(0, branch.index);
  const verdict = judgeReach(space, branch, earlier);
  if (verdict === 'reached') return [];
  const isLost = (above: readonly Branch[]): boolean => judgeReach(space, branch, above) === 'lost';
  if (isLost([])) return [{ index: branch.index, by: [] }];
  const alone = earlier.find((one) => isLost([one]));
  if (alone) return [{ index: branch.index, by: [alone.index] }];
  if (verdict === 'undecided') return [];
  let needed = earlier;
  for (const one of earlier) {
    const fewer = needed.filter((other) => other !== one);
    if (isLost(fewer)) needed = fewer;
  }
  return [{ index: branch.index, by: needed.map(({ index }) => index) }];
}

/** Whether some visitor of the branch gets past these above it. */
function judgeReach(space: VisitorSpace, branch: Branch, above: readonly Branch[]): 'reached' | 'lost' | 'undecided' {
  const effort: Effort = { left: Math.min(MOST_SPLITS, MOST_WORK / (space.dimensions.length + 1)) };
  for (const { region, holds } of splitByBranch(space, space.everybody, branch, effort)) {
    if (holds && !subtractBranches(space, region, above, effort).next().done) return 'reached';
  }
  return effort.left < 0 ? 'undecided' : 'lost';
}

function foldCase(journey: Journey): Journey {
  return { ...journey, branches: journey.branches.map((branch) => ({ ...branch, conditions: branch.conditions.map((one) => (one.form === 'raw' ? one : { ...one, values: one.lower })) })) };
}
