import type { Plan } from '../model/plan.js';
import { deepFreeze } from './deep-freeze.js';
import { guardFreeze } from './guards/guard-freeze.js';
import { sortGuards } from './guard-plan.js';
import { listWithheld } from './list-withheld.js';
import type { PlanContext } from './plan-context.js';

/**
 * A saved plan as the freezes of this moment see it: made before a freeze it is stopped by it, made
 * during one it is free afterwards. All else, the fingerprint included, stays.
 */
export function refreshFreeze(plan: Plan, context: Pick<PlanContext, 'freeze' | 'now'>): Plan {
  const others = plan.guards.filter(({ code }) => code !== 'FREEZE');
  const guards = sortGuards([
    ...others,
    ...guardFreeze({ ...plan, context: { ...context, environment: plan.environment } }),
  ]);
  const withheld = listWithheld(plan.changes, guards);
  return deepFreeze({ ...plan, guards, withheld, summary: { ...plan.summary, withheld: withheld.length } });
}
