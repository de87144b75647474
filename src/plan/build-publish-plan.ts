import type { Plan, PlanWarning, PublishPage } from '../model/plan.js';
import { createLiveState } from '../resources/live-state.js';
import { buildPlan } from './build-plan.js';
import type { PlanContext } from './plan-context.js';
import { warnIrreversible } from './warn-irreversible.js';

export interface PublishParts {
  pages: PublishPage[];
  warnings?: readonly PlanWarning[];
  /** Of the plan whose files say what is published; of nothing where pages were named. */
  filesHash: string;
}

/** A plan that changes nothing and builds and publishes pages, with the guards of any other. Pure. */
export function buildPublishPlan({ pages, warnings = [], filesHash }: PublishParts, context: PlanContext): Plan {
  const publish = { pages, onNoPage: [] };
  return buildPlan(
    {
      declaredCount: 1,
      compared: [],
      changes: [],
      unmanaged: [],
      publish,
      prices: [],
      warnings: [...warnings, ...warnIrreversible([], publish)],
      impact: { prices: [], usedBy: [] },
      filesHash,
      state: createLiveState(),
    },
    context,
  );
}
