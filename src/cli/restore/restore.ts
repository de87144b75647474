import { checkChanges, readUnknown } from '../../apply/live-comparison.js';
import { matchGlobs } from '../../glob/glob.js';
import { listTouchedBy } from '../../journal/entries.js';
import { readRun } from '../../journal/read-runs.js';
import { checkPlanSecrets } from '../../kinds/secrets/plan-secrets.js';
import type { Address } from '../../model/address.js';
import type { Plan } from '../../model/plan.js';
import { composeRuns } from '../../plan/compose-runs.js';
import { formatUndo, makeRollback, type RolledBackRun } from '../../plan/rollback.js';
import { escapeTerminal } from '../../render/escape.js';
import { renderResultText } from '../../render/result.js';
import { requireConsent, requireWhole, showPlan } from '../shared/consent.js';
import { executePlan, countKept } from '../shared/execute-plan.js';
import type { CliIo } from '../shared/io.js';
import { getRunPlan, isRunning, listRunsOf, requireReadable } from '../shared/journal.js';
import { withLock } from '../shared/lock.js';
import type { ConsentOptions, TenantOptions, YesOptions } from '../shared/options.js';
import { printResult } from '../shared/output.js';
import { checkPlace, describeContext, refuseStale } from '../shared/plan.js';
import { parseSelectors, requireMatches } from '../shared/selectors.js';
import { saveState } from '../shared/state.js';
import { withTenant } from '../shared/tenant.js';
import { loadWorkspace, type Workspace } from '../shared/workspace.js';
import { findPoint, type Point } from './find-point.js';

export type RestoreOptions = TenantOptions & ConsentOptions & YesOptions & { at: string };

/**
 * `limio-sync restore --at <point>`: undoes the runs after a point as if they were one, through a plan like any other.
 * Knows what runs wrote; an edit of the app that no run wrote over is not in the journals. A restore that was stopped
 * is one of the runs after the point, so the same command continues it.
 */
export async function runRestore(io: CliIo, selectors: readonly string[], options: RestoreOptions): Promise<number> {
  const patterns = parseSelectors(selectors);
  const workspace = await loadWorkspace(io, options);
  const { name } = workspace.environment;
  return withLock(io, 'restore', workspace, options, async (held) => {
    // Under the lock, which also brings the runs of other machines.
    const point = findPoint(options.at, {
      environment: name,
      // Trials of doctor undo themselves.
      runs: listRunsOf(workspace.root, name).filter(({ start }) => start?.command !== 'doctor'),
      keep: countKept(workspace.config),
    });
    const composed = compose(workspace, point, patterns);
    const words = ['restore', '--at', options.at, ...selectors];
    if (!composed) {
      printResult(io, options, { kind: 'limio-sync/restore', formatVersion: 1, runs: point.later.length }, () => {
        const count = point.later.length === 0 ? 'No run of it is newer' : 'No newer run changed anything';
        return `${escapeTerminal(name)} needs no restore to ${escapeTerminal(point.what)}. ${count}.\n`;
      });
      return 0;
    }
    const plan = await withTenant(io, workspace, options, async ({ reader, kinds }) => {
      const touched = await readUnknown(composed.plan, composed.touched, reader, kinds);
      return makeRollback(reader, { ...composed, touched, words }, describeContext(workspace));
    });
    const resumeCommand = `${formatUndo(words, plan)}${options.allowPartial ? ' --allow-partial' : ''}`;
    await requireUnmoved(io, plan, { workspace, point, resumeCommand }, options);
    showPlan(io, plan, options);
    requireWhole(plan, workspace.environment.policies, [...words, '--env', name], options);
    await requireConsent(io, 'restore', plan, options, { full: resumeCommand });
    const executed = await executePlan(io, { command: 'restore', plan, workspace, held, resumeCommand }, options);
    await saveState(io, { command: 'restore', plan, workspace, held, executed }, options);
    printResult(io, options, executed.result, ({ style }) => renderResultText(executed.result, style));
    return executed.exitCode;
  });
}

/** @throws LimioError RUN_UNREADABLE, PLAN_*, USAGE for a selector that matches nothing that changed. */
function compose(workspace: Workspace, { later, what }: Point, patterns: readonly string[]): RolledBackRun | undefined {
  const runs = later.flatMap(({ folder }): RolledBackRun[] => {
    const run = readRun(workspace.root, folder, isRunning);
    requireReadable(run);
    const touched = listTouchedBy(run);
    // A publish has no changes; a run that crashed at its start sent nothing.
    if (touched.length === 0) return [];
    const plan = getRunPlan(run);
    checkPlace(
      plan,
      workspace,
      `The run ${run.id} was for`,
      'limio-sync can restore only what it applied to one tenant.',
    );
    checkPlanSecrets(plan, workspace.secrets);
    return [{ id: run.id, plan, touched }];
  });
  const written = new Set<Address>(runs.flatMap(({ touched }) => touched.map(({ address }) => address)));
  requireMatches(patterns, [...written], (selector) => ({
    message: `No run after ${what} changed "${selector}".`,
    hint: `They changed: ${[...written].sort().slice(0, 5).join(', ') || 'nothing'}`,
  }));
  return composeRuns(runs, (address) => patterns.length === 0 || matchGlobs(patterns, address));
}

interface Attempt {
  workspace: Workspace;
  point: Point;
  resumeCommand: string;
}

/** @throws LimioError STALE when an object is neither as the last run left it nor as it was at the point. */
async function requireUnmoved(
  io: CliIo,
  plan: Plan,
  { workspace, point, resumeCommand }: Attempt,
  options: RestoreOptions,
): Promise<void> {
  const { stale } = await withTenant(io, workspace, options, ({ reader, kinds }) => checkChanges(plan, reader, kinds));
  if (stale.length === 0) return;
  throw refuseStale(
    plan,
    stale,
    'the last run that wrote them',
    `Restore other objects to ${point.what} by naming them, or undo these edits in the app. Then run: ${resumeCommand}`,
  );
}
