import { execFileSync } from 'node:child_process';
import { readPendingPublishes } from '../../journal/pending-publish.js';
import type { LiveReader } from '../../model/live-api.js';
import type { Plan } from '../../model/plan.js';
import type { PendingPublish } from '../../model/run.js';
import { compareTenant, type Comparison } from '../../plan/compare.js';
import type { PlanContext } from '../../plan/plan-context.js';
import { planComparison } from '../../plan/plan.js';
import { readToolVersion } from '../tool-version.js';
import { SYSTEM_CLOCK } from './io.js';
import { findRunPlan, isRunning } from './journal.js';
import type { Project, Workspace } from './workspace.js';

/** The plan of a repository for its environment. Takes a reader: nothing here can write. */
export async function planProject(reader: LiveReader, project: Project): Promise<Plan> {
  return (await compareAndPlan(reader, project)).plan;
}

/** The same, with what the plan was made from. */
export async function compareAndPlan(
  reader: LiveReader,
  project: Project,
): Promise<{ plan: Plan; comparison: Comparison }> {
  const context = { ...describeContext(project), owedPages: findPendingPublishes(project) };
  const comparison = await compareTenant(reader, project.desired, context);
  return { comparison, plan: await planComparison(comparison, project.desired, context) };
}

/** Pages that runs of this checkout left older than they should be. */
export function findPendingPublishes({ root, environment: { name, host } }: Workspace): PendingPublish[] {
  return readPendingPublishes(root, { environment: name, host, isRunning, parsePlan: findRunPlan });
}

/** What a plan must know besides files and tenant. */
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

/** The commit that is checked out in a folder, or undefined where there is no git or no repository. */
export function readCommit(folder: string): string | undefined {
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
