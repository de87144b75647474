import { listTouched } from '../../journal/entries.js';
import type { Plan } from '../../model/plan.js';
import type { RunRecord } from '../../model/run.js';
import { buildRollback } from '../../plan/rollback.js';
import type { Workspace } from '../project/load-project.js';
import { describeContext } from '../project/plan-project.js';
import { getRunPlan } from './find-run-plan.js';

/** The plan that takes a run back, made from what its journal saved. @throws LimioError PLAN_*, RUN_NOT_FOUND. */
export function planRollback(workspace: Workspace, record: RunRecord): Plan {
  const { id, entries } = record;
  return buildRollback({ id, plan: getRunPlan(record), touched: listTouched(entries) }, describeContext(workspace));
}
