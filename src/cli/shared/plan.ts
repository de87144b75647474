import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { StaleChange } from '../../apply/live-comparison.js';
import { LimioError } from '../../errors/errors.js';
import { listLivePages, listUnsettled } from '../../journal/evidence.js';
import { readPendingPublishes } from '../../journal/pending-publish.js';
import type { Plan } from '../../model/plan.js';
import type { LivePage, PendingPublish } from '../../model/run.js';
import { countThings } from '../../model/words.js';
import { compareTenant, type Comparison } from '../../plan/compare.js';
import type { PlanContext } from '../../plan/plan-context.js';
import { parsePlan } from '../../plan/plan-file.js';
import { planComparison } from '../../plan/plan.js';
import { type CliIo, readToolVersion, SYSTEM_CLOCK } from './io.js';
import { findRunPlan, isRunning } from './journal.js';
import type { RefreshOptions } from './options.js';
import type { Tenant } from './tenant.js';
import type { Project, Workspace } from './workspace.js';

/** The plan of a project for its tenant, and the comparison behind it. */
export async function planProject(
  { reader }: Tenant,
  project: Project,
  options: RefreshOptions = {},
): Promise<{ plan: Plan; comparison: Comparison }> {
  const context = describeReading(project, options);
  const comparison = await compareTenant(reader, project.desired, context);
  return { comparison, plan: await planComparison(comparison, project.desired, context) };
}

/** Pages that earlier runs of this checkout changed and did not get live. */
export function findPendingPublishes({ root, environment: { name, host } }: Workspace): PendingPublish[] {
  return readPendingPublishes(root, { environment: name, host, isRunning, parsePlan: findRunPlan });
}

/** What the planner needs besides files and tenant, with what the kept runs know of the tenant. */
export function describeReading(workspace: Workspace, { refresh = false }: RefreshOptions = {}): PlanContext {
  const { root, environment } = workspace;
  const context = describeContext(workspace);
  const request = { environment: environment.name, host: environment.host, isRunning, parsePlan: findRunPlan };
  let livePages: readonly LivePage[] | undefined;
  return {
    ...context,
    pendingPublishes: findPendingPublishes(workspace),
    unsettled: listUnsettled(root, { ...request, now: context.now }),
    listLivePages: () => (livePages ??= listLivePages(root, request)),
    refresh,
  };
}

/** What the planner needs besides files and tenant. */
export function describeContext({ root, environment, secrets }: Workspace): PlanContext {
  const { name, host, scope, dialect, createItems, policies, protect, ignore, ownership, freeze } = environment;
  const commit = readCommit(root);
  return {
    environment: name,
    host,
    protected: environment.protected,
    scope,
    dialect,
    createItems,
    policies,
    protect,
    ignore,
    ownership,
    freeze,
    now: SYSTEM_CLOCK.now(),
    secrets,
    toolVersion: readToolVersion(),
    ...(commit === undefined ? {} : { commit }),
  };
}

/** The commit that is checked out, or undefined without git or a repository. */
function readCommit(folder: string): string | undefined {
  try {
    const out = execFileSync('git', ['rev-parse', '--verify', 'HEAD'], {
      cwd: folder,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    return out.trim();
  } catch {
    return undefined;
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
      message: `Cannot read ${file}.`,
      hint: 'To save a plan: limio-sync plan --out plan.json',
      cause: error,
    });
  }
  return parsePlan(text, file);
}

/** `what` begins the sentence: `plan.json is a plan for`. @throws LimioError PLAN_ELSEWHERE. */
export function checkPlace(plan: Plan, { environment }: Workspace, what: string, hint: string): void {
  if (environment.name === plan.environment && environment.host === plan.host) return;
  throw new LimioError({
    code: 'PLAN_ELSEWHERE',
    message: `${what} ${plan.environment} (${plan.host}), not for ${environment.name} (${environment.host}).`,
    hint,
  });
}

export function refuseStale(plan: Plan, moved: readonly StaleChange[], since: string, hint: string): LimioError {
  const objects = countThings(plan.changes.length, 'object');
  return new LimioError({
    code: 'STALE',
    message:
      `${moved.length} of ${objects} changed since ${since}; nothing was written:\n` +
      moved.map(({ message }) => `  ${message}`).join('\n'),
    hint,
    details: { moved },
  });
}
