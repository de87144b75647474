import { readFileSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import type { StaleChange } from '../../apply/live-comparison.js';
import { hintDamaged, parseState } from '../../drift/state.js';
import { LimioError } from '../../errors/errors.js';
import { listTouchedBy } from '../../journal/entries.js';
import { listLivePages, listUnsettled } from '../../journal/evidence.js';
import { nameStateFile, readFileIfAny } from '../../journal/files.js';
import { listRuns, readRun } from '../../journal/read-runs.js';
import { readPendingPublishes } from '../../journal/pending-publish.js';
import type { AppliedObject, AppliedState } from '../../model/drift.js';
import type { Plan } from '../../model/plan.js';
import type { LivePage, PendingPublish } from '../../model/run.js';
import { defined } from '../../model/json.js';
import { countThings } from '../../model/words.js';
import { compareTenant, type Comparison } from '../../plan/compare.js';
import type { PlanContext } from '../../plan/plan-context.js';
import { parsePlan } from '../../plan/plan-file.js';
import { planComparison } from '../../plan/plan.js';
import { createDeclaredFinder } from './declared.js';
import { describeFilesAge, readCommit } from './git.js';
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

/** Pages that earlier runs changed and did not get live: from journals, and from the snapshot of the last apply. */
export function findPendingPublishes(workspace: StateOwner): PendingPublish[] {
  const { root, environment } = workspace;
  const { name, host } = environment;
  return readPendingPublishes(root, {
    environment: name,
    host,
    isRunning,
    parsePlan: findRunPlan,
    kept: loadStateIfUsable(workspace)?.pending ?? [],
  });
}

/** A snapshot that cannot be used stops no plan. */
export function loadStateIfUsable(workspace: StateOwner): AppliedState | undefined {
  return readSnapshot(workspace).state;
}

/** The snapshot, or why the one that is there cannot be used; neither where there is none. */
export function readSnapshot(workspace: StateOwner): { state?: AppliedState; problem?: LimioError } {
  try {
    return defined({ state: loadState(workspace) });
  } catch (error) {
    if (error instanceof LimioError) return { problem: error };
    throw error;
  }
}

/** Whose snapshot it is. */
export type StateOwner = Pick<Workspace, 'root' | 'config' | 'environment'>;

/**
 * The snapshot of the last apply, or undefined before the first one.
 * @throws LimioError STATE_INVALID, STATE_VERSION, STATE_ELSEWHERE.
 */
export function loadState(workspace: StateOwner): AppliedState | undefined {
  const { root, environment } = workspace;
  const file = nameSnapshot(workspace);
  const shown = relative(root, file);
  let text: string | undefined;
  try {
    text = readFileIfAny(file);
  } catch (error) {
    throw new LimioError({
      code: 'STATE_INVALID',
      message: `Cannot read ${shown} (${error instanceof Error ? error.message : String(error)}).`,
      hint: hintDamaged(environment.name),
      cause: error,
    });
  }
  if (text === undefined) return undefined;
  return parseState(text, shown, { environment: environment.name, host: environment.host });
}

export function nameSnapshot({ root, config: { state }, environment }: StateOwner): string {
  return nameStateFile(root, environment.name, state && 'folder' in state ? state.folder : undefined);
}

/** What the planner needs besides files and tenant, with what the kept runs know of the tenant. */
export function describeReading(workspace: Workspace, { refresh = false }: RefreshOptions = {}): PlanContext {
  const { root, environment } = workspace;
  const context = describeContext(workspace);
  const { state: loaded, problem } = readSnapshot(workspace);
  const applied = loaded && markUnrecorded(loaded, workspace);
  const request = { environment: environment.name, host: environment.host, isRunning, parsePlan: findRunPlan };
  let livePages: readonly LivePage[] | undefined;
  return {
    ...context,
    pendingPublishes: findPendingPublishes(workspace),
    ...defined({
      applied,
      appliedProblem: problem && { message: problem.message, ...defined({ hint: problem.hint }) },
      filesAge: describeFilesAge(root, context.commit, applied?.last, { checkedOut: true }),
    }),
    unsettled: listUnsettled(root, { ...request, now: context.now }),
    listLivePages: () => (livePages ??= listLivePages(root, request)),
    refresh,
  };
}

/** A run that crashed saved no snapshot: what it wrote must not look like an edit in the app. */
function markUnrecorded(applied: AppliedState, { root, environment: { name, host } }: Workspace): AppliedState {
  const written = new Set<string>(
    listRuns(root, isRunning)
      // A trial of doctor restores what it wrote.
      .filter(({ start }) => start?.environment === name && start.host === host && start.command !== 'doctor')
      .filter(({ start }) => start !== undefined && start.at > applied.last.at)
      .flatMap(({ folder }) => listTouchedBy(readRun(root, folder, isRunning)).map(({ address }) => address)),
  );
  if (written.size === 0) return applied;
  const objects = Object.entries(applied.objects).map(([address, entry]): [string, AppliedObject] => [
    address,
    written.has(address) ? { ...entry, open: 'unverified' } : entry,
  ]);
  return { ...applied, objects: Object.fromEntries(objects) };
}

/** What the planner needs besides files and tenant. */
export function describeContext(workspace: Workspace): PlanContext {
  const { root, environment, secrets } = workspace;
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
    findDeclared: createDeclaredFinder(root, commit, () => loadStateIfUsable(workspace)),
    toolVersion: readToolVersion(),
    ...(commit === undefined ? {} : { commit }),
  };
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
