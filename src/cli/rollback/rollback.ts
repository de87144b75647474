import { findStaleChanges } from '../../apply/live-comparison.js';
import { LimioError } from '../../errors/errors.js';
import { findRun } from '../../journal/read-runs.js';
import { createKindRules } from '../../kinds/kinds.js';
import { hideInKinds } from '../../kinds/secrets/hide-in-kinds.js';
import { checkPlanSecrets } from '../../kinds/secrets/plan-secrets.js';
import { hideSecrets } from '../../kinds/secrets/secrets.js';
import type { Plan } from '../../model/plan.js';
import type { RunRecord } from '../../model/run.js';
import { formatCommand } from '../../model/text.js';
import { renderResultText } from '../../render/result.js';
import { chooseStyle } from '../../render/terminal.js';
import { findRoot } from '../runs/runs.js';
import { carryOut, type CarryOutOptions, planRollback } from '../shared/carry-out.js';
import { requireConsent, showPlan, type YesOptions } from '../shared/consent.js';
import type { CliIo } from '../shared/io.js';
import { getRunPlan, isRunning } from '../shared/journal.js';
import { tellCrashes, withLock } from '../shared/lock.js';
import { chooseColour, formatJson } from '../shared/output.js';
import { keepState } from '../shared/state.js';
import { openReader } from '../shared/tenant.js';
import { loadWorkspace, type Workspace } from '../shared/workspace.js';

export interface RollbackOptions extends CarryOutOptions, YesOptions {
  env?: string;
}

/** Shows the plan that takes a run back, and carries it out like any other plan. */
export async function runRollback(io: CliIo, name: string, options: RollbackOptions): Promise<number> {
  return withLock(io, 'rollback', async (enter) => {
    const environment = options.env ?? (io.env['LIMIO_ENV'] || undefined);
    const root = findRoot(io, options);
    const found = findRun(
      root,
      { name, except: 'doctor', ...(environment === undefined ? {} : { environment }) },
      isRunning,
    );
    if (found.start?.command === 'doctor') throw refuseDoctor(found);
    const forward = getRunPlan(found);
    const workspace = await loadWorkspace(io, { ...options, env: environment ?? forward.environment });
    checkPlace(found, forward, workspace);
    enter(workspace);
    await tellCrashes(io, workspace, options);
    checkPlanSecrets(forward, workspace.secrets);
    // Read once more under the lock: until then it may have gone on.
    const plan = planRollback(workspace, findRun(root, { name: found.id }, isRunning));
    await requireUnmoved(io, plan, found.id, workspace, options);
    showPlan(io, plan, options);
    await requireConsent(io, 'rollback', plan, options);
    const resumeCommand = formatCommand('rollback', found.id, '--env', plan.environment);
    const carried = await carryOut(io, { command: 'rollback', of: found.id, plan, workspace, resumeCommand }, options);
    await keepState(io, { command: 'rollback', plan, workspace, carried }, options);
    const { result, exitCode } = carried;
    io.stdout.write(
      options.format === 'json'
        ? formatJson(result)
        : renderResultText(result, chooseStyle(chooseColour(io.stdout, io.env, options.color))),
    );
    return exitCode;
  });
}

function checkPlace({ id }: RunRecord, forward: Plan, { environment }: Workspace): void {
  if (environment.name === forward.environment && environment.host === forward.host) return;
  throw new LimioError({
    code: 'PLAN_ELSEWHERE',
    message: `The run ${id} was for ${forward.environment} (${forward.host}), not for ${environment.name} (${environment.host}).`,
    hint: `To take it back: limio-sync rollback ${id} --env ${forward.environment}`,
  });
}

/** @throws LimioError STALE when an object is no longer as the run left it, nor as it was before. */
async function requireUnmoved(
  io: CliIo,
  plan: Plan,
  run: string,
  workspace: Workspace,
  options: RollbackOptions,
): Promise<void> {
  const { environment, secrets } = workspace;
  const reader = await openReader(io, workspace, options);
  try {
    const moved = await findStaleChanges(
      plan,
      hideSecrets(reader, secrets),
      hideInKinds(createKindRules(environment.dialect), secrets),
    );
    if (moved.length === 0) return;
    throw new LimioError({
      code: 'STALE',
      message: `${moved.length} of the ${plan.changes.length} objects that the rollback of ${run} touches are not as that run left them; nothing was written:\n${moved.map(({ message }) => `  ${message}`).join('\n')}`,
      hint: 'Roll the later run back first, or set those objects as you want them by hand or in the files.',
      details: { moved },
    });
  } finally {
    await reader.close();
  }
}

function refuseDoctor({ id }: RunRecord): LimioError {
  return new LimioError({
    code: 'USAGE',
    message: `The run ${id} is one of doctor --learn, which puts back what it tried by itself.`,
    hint: 'If it crashed, run the same doctor --learn again.',
  });
}
