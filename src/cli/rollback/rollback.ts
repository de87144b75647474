import { findStaleChanges } from '../../apply/live-comparison.js';
import type { LimioError } from '../../errors/errors.js';
import { findRun } from '../../journal/read-runs.js';
import { checkPlanSecrets } from '../../kinds/secrets/plan-secrets.js';
import { dropUndefined } from '../../model/json.js';
import type { Plan } from '../../model/plan.js';
import type { RunRecord } from '../../model/run.js';
import { formatCommand } from '../../model/text.js';
import { renderResultText } from '../../render/result.js';
import { findRoot } from '../runs/runs.js';
import { requireConsent, requireWhole, showPlan } from '../shared/consent.js';
import { refuseUsage } from '../shared/error-report.js';
import { executePlan, planRollback } from '../shared/execute-plan.js';
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

/** `limio-sync rollback`: shows the plan that undoes a run, and applies it like any other plan. */
export async function runRollback(io: CliIo, name: string, options: RollbackOptions): Promise<number> {
  const environment = options.env ?? (io.env['LIMIO_ENV'] || undefined);
  const root = findRoot(io, options);
  const found = findRun(root, { name, except: 'doctor', ...dropUndefined({ environment }) }, isRunning);
  requireReadable(found);
  if (found.start?.command === 'doctor') throw refuseDoctor(found);
  const forward = getRunPlan(found);
  const workspace = await loadWorkspace(io, { ...options, env: environment ?? forward.environment });
  checkPlace(
    forward,
    workspace,
    `The run ${found.id} was for`,
    `To undo it: limio-sync rollback ${found.id} --env ${forward.environment}`,
  );
  return withLock(io, 'rollback', workspace, options, async () => {
    checkPlanSecrets(forward, workspace.secrets);
    // Read again under the lock: the run may have continued until then.
    const plan = planRollback(workspace, findRun(root, { name: found.id }, isRunning));
    await requireUnmoved(io, plan, found.id, workspace, options);
    showPlan(io, plan, options);
    const words = ['rollback', found.id, '--env', plan.environment];
    requireWhole(plan, workspace.environment.policies, words, options);
    await requireConsent(io, 'rollback', plan, options);
    const resumeCommand = formatCommand(...words);
    const executed = await executePlan(
      io,
      { command: 'rollback', of: found.id, plan, workspace, resumeCommand },
      options,
    );
    await saveState(io, { command: 'rollback', plan, workspace, executed }, options);
    printResult(io, options, executed.result, ({ style }) => renderResultText(executed.result, style));
    return executed.exitCode;
  });
}

/** @throws LimioError STALE when an object is neither as the run left it nor as it was before. */
async function requireUnmoved(
  io: CliIo,
  plan: Plan,
  run: string,
  workspace: Workspace,
  options: RollbackOptions,
): Promise<void> {
  const moved = await withTenant(io, workspace, options, ({ reader, kinds }) => findStaleChanges(plan, reader, kinds));
  if (moved.length > 0)
    throw refuseStale(
      plan,
      moved,
      `the run ${run}`,
      'Roll back the later run first, or set these objects by hand or in the files.',
    );
}

function refuseDoctor({ id }: RunRecord): LimioError {
  return refuseUsage(
    `The run ${id} is a run of doctor --learn, which restores the objects it changes itself.`,
    'If it crashed, run the same doctor --learn again.',
  );
}
