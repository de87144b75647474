import { checkChanges } from '../../apply/live-comparison.js';
import { LimioError } from '../../errors/errors.js';
import { findCompletedRollback, findRun, listRollbacks, listRuns, type RunChoice } from '../../journal/read-runs.js';
import { checkPlanSecrets } from '../../kinds/secrets/plan-secrets.js';
import { dropUndefined } from '../../model/json.js';
import type { Plan } from '../../model/plan.js';
import type { RunHead, RunRecord } from '../../model/run.js';
import { countThings } from '../../model/words.js';
import { formatUndo } from '../../plan/rollback.js';
import { renderAlreadyUndoneText, renderResultText } from '../../render/result.js';
import { pullRuns } from '../runs/runs.js';
import { requireConsent, requireWhole, showPlan } from '../shared/consent.js';
import { refuseUsage } from '../shared/error-report.js';
import { executePlan, planUndo } from '../shared/execute-plan.js';
import type { CliIo } from '../shared/io.js';
import { getRunPlan, isRunning, requireReadable } from '../shared/journal.js';
import { withLock } from '../shared/lock.js';
import type { ConsentOptions, TenantOptions, YesOptions } from '../shared/options.js';
import { printResult } from '../shared/output.js';
import { checkPlace, refuseStale } from '../shared/plan.js';
import { saveState } from '../shared/state.js';
import { withTenant } from '../shared/tenant.js';
import { loadWorkspace, type Workspace } from '../shared/workspace.js';

export type RollbackOptions = TenantOptions & ConsentOptions & YesOptions;

/**
 * `limio-sync rollback`: shows the plan that undoes a run, and applies it like any other plan. A rollback that was
 * stopped is continued by the same command: its plan stays the same, and what it restored already counts as done.
 */
export async function runRollback(io: CliIo, name: string, options: RollbackOptions): Promise<number> {
  const environment = options.env ?? (io.env['LIMIO_ENV'] || undefined);
  const root = await pullRuns(io, options);
  const choice: RunChoice = { name, command: 'apply', ...dropUndefined({ environment }) };
  const found = findRun(root, choice, isRunning);
  requireReadable(found);
  const { id } = found;
  if (found.start?.command === 'doctor') throw refuseDoctor(found);
  const forward = getRunPlan(found);
  const workspace = await loadWorkspace(io, { ...options, env: environment ?? forward.environment });
  checkPlace(
    forward,
    workspace,
    `The run ${id} was for`,
    `To undo it: limio-sync rollback ${id} --env ${forward.environment}`,
  );
  return withLock(io, 'rollback', workspace, options, async (held) => {
    // Runs are read under the lock: the run, or a rollback of it, may have continued until then.
    const meant = findRun(root, choice, isRunning).id;
    if (meant !== id) throw refuseLater(name, id, meant);
    const runs = listRuns(root, isRunning);
    const finished = findCompletedRollback(runs, id);
    if (finished?.result) {
      printResult(io, options, finished.result, ({ style }) => renderAlreadyUndoneText(id, finished.id, style));
      return 0;
    }
    checkPlanSecrets(forward, workspace.secrets);
    const earlier = listRollbacks(runs, id);
    const run = findRun(root, { name: id }, isRunning);
    const plan = await withTenant(io, workspace, options, (tenant) => planUndo(tenant, workspace, run, earlier));
    const resumeCommand = `${formatUndo(['rollback', id], plan)}${options.allowPartial ? ' --allow-partial' : ''}`;
    await requireUnmoved(io, plan, id, { workspace, earlier, resumeCommand }, options);
    showPlan(io, plan, options);
    requireWhole(plan, workspace.environment.policies, ['rollback', id, '--env', plan.environment], options);
    await requireConsent(io, 'rollback', plan, options, { full: resumeCommand });
    const executed = await executePlan(
      io,
      { command: 'rollback', of: id, plan, workspace, held, resumeCommand },
      options,
    );
    await saveState(io, { command: 'rollback', plan, workspace, held, executed }, options);
    printResult(io, options, executed.result, ({ style }) => renderResultText(executed.result, style));
    return executed.exitCode;
  });
}

interface Attempt {
  workspace: Workspace;
  /** Rollbacks of the same run that were stopped. */
  earlier: readonly RunHead[];
  resumeCommand: string;
}

/** @throws LimioError STALE when an object is neither as the run left it nor as it was before. */
async function requireUnmoved(
  io: CliIo,
  plan: Plan,
  run: string,
  { workspace, earlier, resumeCommand }: Attempt,
  options: RollbackOptions,
): Promise<void> {
  const { stale, alreadyDone } = await withTenant(io, workspace, options, ({ reader, kinds }) =>
    checkChanges(plan, reader, kinds),
  );
  if (stale.length > 0)
    throw refuseStale(
      plan,
      stale,
      `the run ${run}`,
      `Roll back the later run first, or set these objects by hand or in the files. Then run: ${resumeCommand}`,
    );
  const last = earlier.at(-1);
  if (last)
    io.stderr.write(
      `Continuing the rollback ${last.id}: ${alreadyDone.length} of ${countThings(plan.changes.length, 'object')} ` +
        `already as before the run ${run}.\n`,
    );
}

/** Another run ended before the lock was taken. Whoever said "last" has not seen it. */
function refuseLater(name: string, before: string, now: string): LimioError {
  return new LimioError({
    code: 'STALE',
    message: `"${name}" was the run ${before} and is now the run ${now}; nothing was written.`,
    hint: `To undo the later one: limio-sync rollback ${now}; the earlier one: limio-sync rollback ${before}`,
  });
}

function refuseDoctor({ id }: RunRecord): LimioError {
  return refuseUsage(
    `The run ${id} is a run of doctor --learn, which restores the objects it changes itself.`,
    'If it crashed, run the same doctor --learn again.',
  );
}
