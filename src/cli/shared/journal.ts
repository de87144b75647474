import { LimioError } from '../../errors/errors.js';
import { toFileName } from '../../journal/files.js';
import { identifyProcess } from '../../journal/lock.js';
import { listRuns } from '../../journal/read-runs.js';
import type { Plan } from '../../model/plan.js';
import type { ProcessIdentity, RunHead, RunRecord } from '../../model/run.js';
import { formatCommand } from '../../model/text.js';
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
  for (const run of listRuns(root, isRunning)) {
    const { id, unreadable, copied, otherVersion } = run;
    if (unreadable === undefined) continue;
    const what = copied && !otherVersion ? 'is damaged in the shared store' : `is unreadable: ${unreadable}`;
    io.stderr.write(
      `The run ${escapeTerminal(id)} ${what}. Its pages may wait to be published. ` +
        `${escapeTerminal(hintAtUnreadable(run))}\n`,
    );
  }
}

/** A shared record is removed by a command: its copy here would come back. */
export function hintAtUnreadable({ id, folder, copied, otherVersion }: RunHead): string {
  if (otherVersion) return 'Use a newer version of limio-sync.';
  if (!copied) return `Use a newer version of limio-sync, or remove ${folder}`;
  const environment = nameEnvironment(id);
  const env = environment === undefined ? [] : ['--env', environment];
  return `To remove its record: ${formatCommand('state', 'prune', '--damaged', ...env)}`;
}

/** The runs of an environment, oldest first. Of a run that cannot be read, only its name says where it went. */
export function listRunsOf(root: string, environment: string): RunHead[] {
  return listRuns(root, isRunning).filter(({ id, start }) =>
    start ? start.environment === environment : nameEnvironment(id) === toFileName(environment),
  );
}

/** Of a name such as `20261122T174501123Z-prod-3f9a1c`. */
function nameEnvironment(id: string): string | undefined {
  return /^\d{8}T\d{9}Z-(.+)-[^-]+$/.exec(id)?.[1];
}

/** @throws LimioError RUN_UNREADABLE when nothing says what the run did. */
export function requireReadable(run: RunRecord): void {
  const { id, start, unreadable } = run;
  if (start !== undefined || unreadable === undefined) return;
  throw new LimioError({
    code: 'RUN_UNREADABLE',
    message: `The run ${id} cannot be read: ${unreadable}.`,
    hint: hintAtUnreadable(run),
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
