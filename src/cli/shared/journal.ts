import { LimioError } from '../../errors/errors.js';
import { identifyProcess } from '../../journal/lock.js';
import type { Plan } from '../../model/plan.js';
import type { ProcessIdentity, RunRecord } from '../../model/run.js';
import { parsePlan } from '../../plan/plan-file.js';

/** The plan of a run. @throws LimioError PLAN_* when it was edited, RUN_NOT_FOUND when it is not there. */
export function getRunPlan({ id, planText }: Pick<RunRecord, 'id' | 'planText'>): Plan {
  if (planText !== undefined) return parsePlan(planText, `the plan of the run ${id}`);
  throw new LimioError({
    code: 'RUN_NOT_FOUND',
    message: `The run ${id} has no plan: it ended before anything was sent.`,
    hint: 'See the others: limio-sync runs',
  });
}

/** A plan that was edited, or is of another version, must not keep the environment from being read or written. */
export function findRunPlan(run: RunRecord): Plan | undefined {
  try {
    return getRunPlan(run);
  } catch (error) {
    if (error instanceof LimioError) return undefined;
    throw error;
  }
}

/** Whether a process of this machine has that number. One of another user counts. */
export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

export function identifyThisProcess(): ProcessIdentity {
  return identifyProcess(process.pid);
}
