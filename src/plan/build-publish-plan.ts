import { createLiveState } from '../kinds/read-live.js';
import type { Guard, Plan, PlanWarning, PublishPage } from '../model/plan.js';
import { buildPlan } from './build-plan.js';
import type { PlanContext } from './plan-context.js';
import { warnIrreversible } from './warn-irreversible.js';

export interface PublishParts {
  pages: PublishPage[];
  /** Guards of the plan that the pages come from, where they stop publishing. */
  guards?: readonly Guard[];
  warnings?: readonly PlanWarning[];
  /** Of the plan whose files say what is published; of nothing where pages were named. */
  filesHash: string;
}

/** A plan that changes nothing and builds and publishes pages, with the guards of any other. Pure. */
export function buildPublishPlan(
  { pages, guards = [], warnings = [], filesHash }: PublishParts,
  context: PlanContext,
): Plan {
  const publish = { pages, onNoPage: [] };
  return buildPlan(
    {
      declaredCount: 1,
      compared: [],
      changes: [],
      unmanaged: [],
      publish,
      guards,
      prices: [],
      warnings: [...warnings, ...warnIrreversible([], publish)],
      impact: { prices: [], usedBy: [] },
      filesHash,
      state: createLiveState(),
    },
    context,
  );
}
