import { LimioError } from '../../errors/errors.js';
import { identifyProcess } from '../../journal/lock.js';
import { listRuns } from '../../journal/read-runs.js';
import type { Plan } from '../../model/plan.js';
import type { ProcessIdentity, RunRecord } from '../../model/run.js';
import { parsePlan } from '../../plan/plan-file.js';
import { escapeTerminal } from '../../render/escape.js';
import type { CliIo } from './io.js';

/** Whether a process of this machine has this id. A process of another user counts. */
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

/** Names the runs that cannot be read: what they left to publish is unknown. They stop nothing. */
export function reportUnreadableRuns(io: Pick<CliIo, 'stderr'>, root: string): void {
  for (const { id, folder, unreadable } of listRuns(root, isRunning)) {
    if (unreadable === undefined) continue;
    io.stderr.write(
      `The run ${escapeTerminal(id)} is unreadable: ${unreadable}. Its pages may wait to be published. ` +
        `Use a newer version of limio-sync, or remove ${escapeTerminal(folder)}\n`,
    );
  }
}

/** @throws LimioError RUN_UNREADABLE when nothing says what the run did. */
export function requireReadable({ id, folder, start, unreadable }: RunRecord): void {
  if (start !== undefined || unreadable === undefined) return;
  throw new LimioError({
    code: 'RUN_UNREADABLE',
    message: `The run ${id} cannot be read: ${unreadable}.`,
    hint: `Use the version of limio-sync that made the run. If it is damaged, remove ${folder}`,
    details: { run: id },
  });
}

/** @throws LimioError PLAN_* when the plan was edited, RUN_NOT_FOUND when there is none. */
export function getRunPlan({ id, planText }: Pick<RunRecord, 'id' | 'planText'>): Plan {
  if (planText !== undefined) return parsePlan(planText, `the plan of the run ${id}`);
  throw new LimioError({
    code: 'RUN_NOT_FOUND',
    message: `The run ${id} has no plan: it ended before it sent anything.`,
    hint: 'List all runs: limio-sync runs',
  });
}

/** Undefined for a plan that was edited or has another version: it must not block the environment. */
export function findRunPlan(run: RunRecord): Plan | undefined {
  try {
    return getRunPlan(run);
  } catch (error) {
    if (error instanceof LimioError) return undefined;
    throw error;
  }
}
