import { inspectInFlight } from '../../apply/live-comparison.js';
import { LimioError } from '../../errors/errors.js';
import { listInFlight, listInFlightOf } from '../../journal/entries.js';
import { recordRecovery } from '../../journal/journal.js';
import { type Lock, type LockRequest, readLockOwner, takeLock } from '../../journal/lock.js';
import { listRuns, readRun } from '../../journal/read-runs.js';
import { defined } from '../../model/json.js';
import type { Finding, RunCommand, RunRecord } from '../../model/run.js';
import { renderCrashText } from '../../render/runs.js';
import { type CliIo, SYSTEM_CLOCK, formatNow } from './io.js';
import { findRunPlan, identifyThisProcess, isRunning, reportUnreadableRuns } from './journal.js';
import type { LockTimeoutOptions } from './options.js';
import { redactOutput } from './secrets.js';
import { describeHolder, type HeldState, holdState } from './team-state.js';
import { type ConnectionOptions, withTenant } from './tenant.js';
import type { Workspace } from './workspace.js';

/**
 * Runs a command that writes: takes the lock of its tenant, here and in the store that the team shares, reports runs
 * that crashed before, and does the work. The lock is released however the work ends; when a second Ctrl-C ends the
 * process, the next command of this machine takes over the one in the store.
 * @throws LimioError LOCKED, JOURNAL_UNWRITABLE, STORE_*
 */
export async function withLock<T>(
  io: CliIo,
  command: RunCommand | 'drift',
  workspace: Workspace,
  options: LockOptions,
  work: (held: HeldState) => Promise<T>,
): Promise<T> {
  const user = io.env['USER'] ?? io.env['USERNAME'];
  const until = SYSTEM_CLOCK.now() + (options.lockTimeout ?? 0);
  const request = {
    command,
    environment: workspace.environment.name,
    host: workspace.environment.host,
    process: identifyThisProcess(),
    isRunning,
    ...defined({ user }),
  };
  const lock = await waitForLock(io, workspace.root, request, until);
  const release = (): void => lock.release();
  process.once('exit', release);
  let held: HeldState | undefined;
  try {
    held = await holdState(io, workspace, { command, waitMs: Math.max(0, until - SYSTEM_CLOCK.now()) });
    reportUnreadableRuns(io, workspace.root);
    await reportCrashes(io, workspace, held, options);
    return await work(held);
  } finally {
    await held?.release();
    process.off('exit', release);
    release();
  }
}

/** Besides the connection, how long to wait for another run. */
export type LockOptions = ConnectionOptions & LockTimeoutOptions;

const POLL_MS = 1000;

/** The lock of this folder. */
async function waitForLock(
  { stderr, signal }: CliIo,
  root: string,
  request: Omit<LockRequest, 'now'>,
  until: number,
): Promise<Lock> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return takeLock(root, { ...request, now: SYSTEM_CLOCK.now() });
    } catch (error) {
      const left = until - SYSTEM_CLOCK.now();
      if (!(error instanceof LimioError) || error.code !== 'LOCKED' || left <= 0) throw error;
      const holder = readLockOwner(root, request);
      if (attempt === 1 && holder) stderr.write(`Waiting for the ${describeHolder(holder)} to end.\n`);
      await SYSTEM_CLOCK.sleep(Math.min(POLL_MS, left), signal);
    }
  }
}

/** Says what each crashed run of the environment had in flight, and what became of it. Reports a run once. */
async function reportCrashes(
  io: CliIo,
  workspace: Workspace,
  held: HeldState,
  options: ConnectionOptions,
): Promise<void> {
  const { root, environment } = workspace;
  const crashed = listRuns(root, isRunning).filter(
    ({ state, start, recovery }) => state === 'crashed' && start?.environment === environment.name && !recovery,
  );
  for (const { id, folder } of crashed) {
    const run = readRun(root, folder, isRunning);
    const findings = await inspectRun(io, workspace, run, options);
    io.stderr.write(`${renderCrashText(run, findings)}\n`);
    recordRecovery(root, run, { at: formatNow(), findings }, redactOutput(io));
    // Trials of doctor stay with the machine that knows how to undo them.
    if (run.start?.command === 'doctor') continue;
    await held.sendRun(id, { subject: `what became of the run ${id}, which crashed` });
  }
}

async function inspectRun(
  io: CliIo,
  workspace: Workspace,
  run: RunRecord,
  options: ConnectionOptions,
): Promise<Finding[]> {
  const plan = findRunPlan(run);
  const inFlight = listInFlightOf(
    run,
    plan?.publish.pages.map(({ path }) => path),
  );
  if (inFlight.length === 0) return [];
  if (run.start?.command === 'doctor')
    return inFlight.map((subject) =>
      toUnknown(subject, 'it was being tested; run the same doctor --learn again to restore it'),
    );
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
  const found = await withTenant(io, workspace, options, ({ reader, kinds }) =>
    inspectInFlight(plan, addresses, reader, kinds),
  );
  // Of a run of another machine, everything was read that it may have begun. What it did not begin is no news.
  const begun = new Set(listInFlight(run.entries));
  return [...found.filter(({ subject, verdict }) => verdict !== 'no-effect' || begun.has(subject)), ...onPages];
}

function toUnknown(subject: string, message: string): Finding {
  return { subject, verdict: 'unknown', message };
}
