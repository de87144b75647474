import { existsSync } from 'node:fs';
import { basename, dirname, resolve } from 'node:path';
import { findStaleChanges } from '../../apply/live-comparison.js';
import { LimioError } from '../../errors/errors.js';
import { listRollbacks, listRuns, readRun } from '../../journal/read-runs.js';
import { checkPlanSecrets } from '../../kinds/secrets/plan-secrets.js';
import { defined } from '../../model/json.js';
import type { Plan } from '../../model/plan.js';
import type { RunRecord } from '../../model/run.js';
import { formatCommand } from '../../model/text.js';
import type { Comparison } from '../../plan/compare.js';
import { hashDesired } from '../../plan/fingerprint.js';
import { refreshGuards } from '../../plan/guards/guards.js';
import { listUnmanaged } from '../../plan/plan-file.js';
import { isLikeAddress, refuseAddress, refuseUsage } from '../shared/error-report.js';
import { planUndo } from '../shared/execute-plan.js';
import { describeFilesAge } from '../shared/git.js';
import type { CliIo } from '../shared/io.js';
import { isRunning } from '../shared/journal.js';
import type { RefreshOptions, TenantOptions } from '../shared/options.js';
import {
  checkPlace,
  describeContext,
  loadStateIfUsable,
  planProject,
  readPlanFile,
  refuseStale,
} from '../shared/plan.js';
import type { Tenant } from '../shared/tenant.js';
import { loadProject, loadWorkspace, type Project, readProject, type Workspace } from '../shared/workspace.js';

/**
 * The plan that an apply runs. `loadPlanSource` comes before the lock and the tenant: the files, or a saved
 * plan that may run here. `choosePlan` then makes the plan, or checks that the saved one still holds.
 */
export type PlanChoiceOptions = TenantOptions &
  RefreshOptions & {
    fingerprint?: string;
    checkFiles?: boolean;
    rebase?: boolean;
  };

export type PlanSource = { workspace: Project; saved?: undefined } | { workspace: Workspace; saved: SavedPlan };

interface SavedPlan {
  plan: Plan;
  file: string;
  /** Set for `rollback.json` of a run, which is made without reading the tenant. */
  undoes?: RunRecord;
}

export interface ChosenPlan {
  plan: Plan;
  /** What the plan was made from; undefined for a saved plan. */
  comparison?: Comparison;
  /** With --rebase: the saved plan that a new one replaces. */
  replaced?: Plan;
}

/** @throws ProblemsFound, or LimioError USAGE, PLAN_* when a saved plan may not run here. */
export async function loadPlanSource(
  io: CliIo,
  file: string | undefined,
  options: PlanChoiceOptions,
): Promise<PlanSource> {
  if (file === undefined) {
    refuseSavedOnly(options);
    return { workspace: await loadProject(io, options) };
  }
  if (options.refresh && !options.rebase)
    throw refuseUsage('--refresh has no effect on a saved plan: apply reads everything that it changes at head.');
  const address = isLikeAddress(file) && !existsSync(resolve(io.cwd, file)) ? refuseAddress('apply', file) : undefined;
  if (address) throw address;
  const plan = readPlanFile(io, file);
  const named = options.env ?? (io.env['LIMIO_ENV'] || undefined);
  const workspace = await loadWorkspace(io, { ...options, env: named ?? plan.environment });
  checkPlace(
    plan,
    workspace,
    `${file} is a plan for`,
    `To plan for that environment: limio-sync plan --env ${workspace.environment.name} --out ${file}`,
  );
  checkPlanSecrets(plan, workspace.secrets);
  if (options.checkFiles) await checkDeclared(plan, workspace, file);
  return { workspace, saved: { plan, file, ...defined({ undoes: findUndone(io, workspace, file) }) } };
}

function findUndone(io: CliIo, { root }: Workspace, file: string): RunRecord | undefined {
  const folder = dirname(resolve(io.cwd, file));
  const run = listRuns(root, isRunning).find((one) => one.folder === folder);
  return run && basename(file) === 'rollback.json' ? readRun(root, run.folder, isRunning) : undefined;
}

function refuseSavedOnly({ checkFiles, rebase }: PlanChoiceOptions): void {
  const flag = checkFiles ? '--check-files' : rebase ? '--rebase' : undefined;
  if (flag !== undefined) throw refuseUsage(`${flag} requires a saved plan: limio-sync apply plan.json ${flag}`);
}

/** @throws LimioError PLAN_FINGERPRINT, or STALE when an object changed since and --rebase was not given. */
export async function choosePlan(
  tenant: Tenant,
  { workspace, saved }: PlanSource,
  options: PlanChoiceOptions,
): Promise<ChosenPlan> {
  const chosen = saved
    ? await checkSaved(tenant, workspace, saved, options)
    : await planProject(tenant, workspace, options);
  const { fingerprint, environment } = chosen.plan;
  if (options.fingerprint === undefined || options.fingerprint === fingerprint) return chosen;
  throw new LimioError({
    code: 'PLAN_FINGERPRINT',
    message:
      'This is not the plan that was reviewed; nothing was written. ' +
      `Its fingerprint is ${fingerprint}, not ${options.fingerprint}.`,
    hint: `To review it: limio-sync plan --env ${environment}`,
  });
}

async function checkSaved(
  tenant: Tenant,
  workspace: Workspace,
  { plan, file, undoes }: SavedPlan,
  { rebase, checkFiles, refresh = false }: PlanChoiceOptions,
): Promise<ChosenPlan> {
  const { promotedFrom } = plan;
  const moved = await findStaleChanges(plan, tenant.reader, tenant.kinds);
  if (moved.length > 0) {
    if (rebase && promotedFrom === undefined)
      return { ...(await planProject(tenant, await readProject(workspace), { refresh })), replaced: plan };
    const hint =
      promotedFrom === undefined
        ? `Make a new plan. To compare it with the old one and confirm again: limio-sync apply ${file} --rebase`
        : hintNewPlan(plan, file);
    throw refuseStale(plan, moved, 'the plan was made', hint);
  }
  const filesAge = describeFilesAge(workspace.root, plan.commit, loadStateIfUsable(workspace)?.last);
  const context = { ...describeContext(workspace), ...defined({ filesAge }) };
  const unmanaged = listUnmanaged(plan, context, tenant.kinds);
  if (unmanaged.length > 0) {
    throw new LimioError({
      code: 'PLAN_UNMANAGED',
      message:
        `limio.config no longer manages what ${file} changes; nothing was written:\n` +
        unmanaged.map((line) => `  ${line}`).join('\n'),
      hint: hintNewPlan(plan, file),
    });
  }
  // No plan of the files equals a rollback, so --check-files refuses it below.
  if (undoes && !checkFiles) {
    const earlier = listRollbacks(listRuns(workspace.root, isRunning), undoes.id);
    return { plan: await planUndo(tenant, workspace, undoes, earlier) };
  }
  if (plan.publish.pages.some(({ tags, shows }) => tags.length > 0 && shows === undefined))
    throw refuseUsage(
      `${file} publishes pages, and does not say what else they would make live.`,
      'If it is the rollback.json of a run, use: limio-sync rollback <run>',
    );
  // A promotion depends on its source too, which is not read here.
  if (!checkFiles || promotedFrom !== undefined) return { plan: refreshGuards(plan, context) };
  const fresh = await planProject(tenant, await readProject(workspace));
  if (fresh.plan.fingerprint === plan.fingerprint) return fresh;
  throw new LimioError({
    code: 'PLAN_FINGERPRINT',
    message:
      `A plan made now is not the one in ${file}, although every object of it is unchanged; nothing was written. ` +
      'limio.config, or something else in the tenant, changed.',
    hint: hintNewPlan(plan, file),
  });
}

function hintNewPlan({ promotedFrom, environment }: Plan, file: string): string {
  return promotedFrom === undefined
    ? `To make a new plan: ${formatCommand('plan', '--env', environment, '--out', file)}`
    : 'To promote again and see what changed: ' +
        formatCommand('promote', '--from', promotedFrom, '--to', environment, '--out', file);
}

async function checkDeclared(plan: Plan, workspace: Workspace, file: string): Promise<void> {
  const { desired } = await readProject(workspace);
  if (hashDesired(desired) === plan.filesHash) return;
  throw new LimioError({
    code: 'PLAN_FILES_CHANGED',
    message: `The files changed since ${file} was made; nothing was written.`,
    hint: hintNewPlan(plan, file),
  });
}
