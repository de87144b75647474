import { inspectInFlight } from '../../apply/live-comparison.js';
import { listInFlight } from '../../journal/entries.js';
import { recordRecovery } from '../../journal/journal.js';
import { takeLock } from '../../journal/lock.js';
import { listRuns, readRun } from '../../journal/read-runs.js';
import type { Finding, RunCommand, RunRecord } from '../../model/run.js';
import { renderCrashText } from '../../render/runs.js';
import { type CliIo, SYSTEM_CLOCK, formatNow } from './io.js';
import { findRunPlan, identifyThisProcess, isRunning, reportUnreadableRuns } from './journal.js';
import { redactOutput } from './secrets.js';
import { type ConnectionOptions, withTenant } from './tenant.js';
import type { Workspace } from './workspace.js';

/**
 * Runs a command that writes: takes the lock of its environment, reports runs that crashed before, and does
 * the work. The lock is released however the work ends, also when a second Ctrl-C ends the process.
 * @throws LimioError LOCKED, JOURNAL_UNWRITABLE.
 */
export async function withLock<T>(
  io: CliIo,
  command: RunCommand,
  workspace: Workspace,
  options: ConnectionOptions,
  work: () => Promise<T>,
): Promise<T> {
  const user = io.env['USER'] ?? io.env['USERNAME'];
  const lock = takeLock(workspace.root, {
    command,
    environment: workspace.environment.name,
    host: workspace.environment.host,
    process: identifyThisProcess(),
    isRunning,
    now: SYSTEM_CLOCK.now(),
    ...(user === undefined ? {} : { user }),
  });
  const release = (): void => lock.release();
  process.once('exit', release);
  try {
    reportUnreadableRuns(io, workspace.root);
    await reportCrashes(io, workspace, options);
    return await work();
  } finally {
    process.off('exit', release);
    release();
  }
}

/** Says what each crashed run of the environment had in flight, and what became of it. Reports a run once. */
async function reportCrashes(io: CliIo, workspace: Workspace, options: ConnectionOptions): Promise<void> {
  const { root, environment } = workspace;
  const crashed = listRuns(root, isRunning).filter(
    ({ state, start, recovery }) => state === 'crashed' && start?.environment === environment.name && !recovery,
  );
  for (const { folder } of crashed) {
    const run = readRun(root, folder, isRunning);
    const findings = await inspectRun(io, workspace, run, options);
    io.stderr.write(`${renderCrashText(run, findings)}\n`);
    recordRecovery(root, run, { at: formatNow(), findings }, redactOutput(io));
  }
}

async function inspectRun(
  io: CliIo,
  workspace: Workspace,
  run: RunRecord,
  options: ConnectionOptions,
): Promise<Finding[]> {
  const inFlight = listInFlight(run.entries);
  if (inFlight.length === 0) return [];
  if (run.start?.command === 'doctor')
    return inFlight.map((subject) =>
      toUnknown(subject, 'it was being tested; run the same doctor --learn again to restore it'),
    );
  const plan = findRunPlan(run);
  if (plan === undefined)
    return inFlight.map((subject) => toUnknown(subject, 'it was being written; the plan of that run is unreadable'));
  const ended = new Set(run.entries.flatMap((entry) => (entry.step === 'page' ? [entry.outcome.path] : [])));
  const onPages = plan.publish.pages
    .filter(({ path, tags }) => !ended.has(path) && [path, ...tags].some((name) => inFlight.includes(name)))
    .map(({ path }) => toUnknown(path, 'it was being built and published; the next plan includes it until it is live'));
  const addresses = plan.changes.map(({ address }) => address).filter((address) => inFlight.includes(address));
  if (addresses.length === 0) return onPages;
  if (plan.host !== workspace.environment.host) {
    const why = `it was sent to ${plan.host}, but the environment now points to another host`;
    return [...addresses.map((address) => toUnknown(address, why)), ...onPages];
  }
  return withTenant(io, workspace, options, async ({ reader, kinds }) => [
    ...(await inspectInFlight(plan, addresses, reader, kinds)),
    ...onPages,
  ]);
}

function toUnknown(subject: string, message: string): Finding {
  return { subject, verdict: 'unknown', message };
}
