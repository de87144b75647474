import { LimioError } from '../errors/limio-error.js';
import { listTouched } from '../journal/list-touched.js';
import type { RunRecord } from '../model/run.js';
import type { Plan } from '../model/plan.js';
import { buildRollback } from '../plan/build-rollback.js';
import { parsePlan } from '../plan/parse-plan.js';
import type { Workspace } from './load-project.js';
import { describeContext } from './plan-project.js';

/** The plan that takes a run back, made from what its journal saved. @throws LimioError PLAN_*, RUN_NOT_FOUND. */
export function planRollback(workspace: Workspace, record: RunRecord): Plan {
  const { id, entries } = record;
  return buildRollback({ id, plan: readRunPlan(record), touched: listTouched(entries) }, describeContext(workspace));
}

/** The plan of a run. @throws LimioError PLAN_* when it was edited, RUN_NOT_FOUND when it is not there. */
export function readRunPlan({ id, planText }: Pick<RunRecord, 'id' | 'planText'>): Plan {
  if (planText !== undefined) return parsePlan(planText, `the plan of the run ${id}`);
  throw new LimioError({ code: 'RUN_NOT_FOUND', message: `The run ${id} has no plan: it ended before anything was sent.`, hint: 'See the others: limio-sync runs' });
}
