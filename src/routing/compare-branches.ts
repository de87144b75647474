import type { Condition, Journey, Landing } from './journey-model.js';
import { keyOfCondition } from './visitor-space.js';

export interface BranchShift {
  conditions: readonly Condition[];
  /** Where the first branch with these conditions leads; undefined: there is none. */
  before?: Landing;
  after?: Landing;
}

/**
 * The branches that lead elsewhere, appear or vanish, found by their conditions. Much less than what
 * changes for visitors: it does not see the order.
 */
export function compareBranches(before: Journey | undefined, after: Journey | undefined): BranchShift[] {
  const [old, wanted] = [indexBranches(before), indexBranches(after)];
  return [...new Set([...old.keys(), ...wanted.keys()])].flatMap((key) => {
    const [was, will] = [old.get(key), wanted.get(key)];
    if (was && will && JSON.stringify(was.landing.shares) === JSON.stringify(will.landing.shares)) return [];
    return [
      {
        conditions: (will ?? was)?.conditions ?? [],
        ...(was ? { before: was.landing } : {}),
        ...(will ? { after: will.landing } : {}),
      },
    ];
  });
}

function indexBranches(
  journey: Journey | undefined,
): Map<string, { conditions: readonly Condition[]; landing: Landing }> {
  const rows = journey ? [...journey.branches, { conditions: [], landing: journey.fallback }] : [];
  const byKey = new Map<string, { conditions: readonly Condition[]; landing: Landing }>();
  for (const row of rows) {
    const key = JSON.stringify(row.conditions.map(keyOfCondition).sort());
    if (!byKey.has(key)) byKey.set(key, row);
  }
  return byKey;
}
