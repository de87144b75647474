import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { findStaleChanges } from '../../apply/live-comparison.js';
import { LimioError } from '../../errors/errors.js';
import { createKindRules } from '../../kinds/kinds.js';
import { hideInKinds } from '../../kinds/secrets/hide-in-kinds.js';
import { checkPlanSecrets } from '../../kinds/secrets/plan-secrets.js';
import { hideSecrets } from '../../kinds/secrets/secrets.js';
import type { LiveReader } from '../../model/live-api.js';
import type { Plan } from '../../model/plan.js';
import { formatCommand } from '../../model/text.js';
import type { Comparison } from '../../plan/compare.js';
import { hashDesired } from '../../plan/fingerprint.js';
import { refreshFreeze } from '../../plan/guards/guards.js';
import { parsePlan } from '../../plan/plan-file.js';
import { type CliIo, type CommonOptions, SYSTEM_CLOCK } from '../shared/io.js';
import { compareAndPlan } from '../shared/plan.js';
import { openReader } from '../shared/tenant.js';
import { loadProject, loadWorkspace, readFiles, type Workspace } from '../shared/workspace.js';

export interface PlanChoiceOptions extends CommonOptions {
  env?: string;
  fingerprint?: string;
  checkFiles?: boolean;
  rebase?: boolean;
}

type Prepare = (workspace: Workspace) => Promise<void>;

export interface PlanChoice {
  plan: Plan;
  workspace: Workspace;
  /** What it was made from; absent when it was saved. */
  comparison?: Comparison;
  /** The saved plan that the new one replaces, after --rebase. */
  replaced?: Plan;
}

/**
 * The plan that an apply runs: made now from the files, or a saved one that still holds. `prepare`
 * comes before the tenant is read.
 */
export async function choosePlan(
  io: CliIo,
  file: string | undefined,
  options: PlanChoiceOptions,
  prepare: Prepare,
): Promise<PlanChoice> {
  const choice = file === undefined ? await planNow(io, options, prepare) : await takeSaved(io, file, options, prepare);
  const { fingerprint } = choice.plan;
  if (options.fingerprint === undefined || options.fingerprint === fingerprint) return choice;
  throw new LimioError({
    code: 'PLAN_FINGERPRINT',
    message: `The plan is not the one that was reviewed: its fingerprint is ${fingerprint}, not ${options.fingerprint}; nothing was written.`,
    hint: `Review it: limio-sync plan --env ${choice.plan.environment}`,
  });
}

async function planNow(io: CliIo, options: PlanChoiceOptions, prepare: Prepare): Promise<PlanChoice> {
  for (const [flag, given] of [
    ['--check-files', options.checkFiles],
    ['--rebase', options.rebase],
  ] as const) {
    if (given)
      throw new LimioError({
        code: 'USAGE',
        message: `${flag} goes with a saved plan: limio-sync apply plan.json ${flag}`,
      });
  }
  const project = await loadProject(io, options);
  await prepare(project);
  const reader = await openReader(io, project, options);
  try {
    return { ...(await compareAndPlan(reader, project)), workspace: project };
  } finally {
    await reader.close();
  }
}

/**
 * @throws LimioError PLAN_* when the plan may not run here, STALE when an object that it touches
 * moved and --rebase was not given.
 */
async function takeSaved(io: CliIo, file: string, options: PlanChoiceOptions, prepare: Prepare): Promise<PlanChoice> {
  const plan = readPlanFile(io, file);
  const named = options.env ?? (io.env['LIMIO_ENV'] || undefined);
  const workspace = await loadWorkspace(io, { ...options, env: named ?? plan.environment });
  checkPlace(plan, workspace, file);
  checkPlanSecrets(plan, workspace.secrets);
  if (options.checkFiles) checkDeclared(plan, workspace, file);
  await prepare(workspace);
  const reader = await openReader(io, workspace, options);
  try {
    const { environment, secrets } = workspace;
    const moved = await findStaleChanges(
      plan,
      hideSecrets(reader, secrets),
      hideInKinds(createKindRules(environment.dialect), secrets),
    );
    // The clock has gone on since the plan was saved; its freezes are those of now.
    if (moved.length === 0)
      return {
        plan: refreshFreeze(plan, { freeze: workspace.environment.freeze, now: SYSTEM_CLOCK.now() }),
        workspace,
      };
    if (options.rebase && plan.promotedFrom === undefined)
      return { ...(await replan(reader, workspace)), replaced: plan };
    throw new LimioError({
      code: 'STALE',
      message: `${moved.length} of the ${plan.changes.length} objects that the plan touches moved since; nothing was written:\n${moved.map(({ message }) => `  ${message}`).join('\n')}`,
      hint:
        plan.promotedFrom === undefined
          ? `Make a new plan, or see old against new and be asked again: limio-sync apply ${file} --rebase`
          : `Promote again, to see what moved: ${formatCommand('promote', '--from', plan.promotedFrom, '--to', plan.environment, '--out', file)}`,
      details: { moved },
    });
  } finally {
    await reader.close();
  }
}

/** @throws LimioError PLAN_INVALID, PLAN_VERSION, PLAN_EDITED. */
export function readPlanFile(io: CliIo, file: string): Plan {
  let text: string;
  try {
    text = readFileSync(resolve(io.cwd, file), 'utf8');
  } catch (error) {
    throw new LimioError({
      code: 'PLAN_INVALID',
      message: `${file} cannot be read.`,
      hint: 'Make one with: limio-sync plan --out plan.json',
      cause: error,
    });
  }
  return parsePlan(text, file);
}

async function replan(reader: LiveReader, workspace: Workspace): Promise<PlanChoice> {
  return { ...(await compareAndPlan(reader, { ...workspace, ...readFiles(workspace) })), workspace };
}

function checkPlace(plan: Plan, { environment }: Workspace, file: string): void {
  if (environment.name === plan.environment && environment.host === plan.host) return;
  throw new LimioError({
    code: 'PLAN_ELSEWHERE',
    message: `${file} is a plan for ${plan.environment} (${plan.host}), not for ${environment.name} (${environment.host}).`,
    hint: `Make one for it: limio-sync plan --env ${environment.name} --out ${file}`,
  });
}

function checkDeclared(plan: Plan, workspace: Workspace, file: string): void {
  if (hashDesired(readFiles(workspace).desired) === plan.filesHash) return;
  throw new LimioError({
    code: 'PLAN_FILES_CHANGED',
    message: `The files no longer declare what ${file} was made from; nothing was written.`,
    hint: `Make a new plan: limio-sync plan --env ${plan.environment} --out ${file}`,
  });
}
