import { inspectInFlight } from '../../apply/live-comparison.js';
import { createRedactor } from '../../errors/redact.js';
import { listInFlight } from '../../journal/entries.js';
import { recordRecovery } from '../../journal/journal.js';
import { type Lock, takeLock } from '../../journal/lock.js';
import { listRuns, readRun } from '../../journal/read-runs.js';
import { createKindRules } from '../../kinds/kinds.js';
import { hideInKinds } from '../../kinds/secrets/hide-in-kinds.js';
import { hideSecrets } from '../../kinds/secrets/secrets.js';
import type { Finding, RunCommand, RunRecord } from '../../model/run.js';
import { renderCrashText } from '../../render/runs.js';
import { type CliIo, type CommonOptions, SYSTEM_CLOCK } from './io.js';
import { findRunPlan, identifyThisProcess, isRunning } from './journal.js';
import { listSecrets } from './secrets.js';
import { openReader } from './tenant.js';
import type { Workspace } from './workspace.js';

/**
 * Runs a command that writes. `enter` takes its environment for itself; what was taken is given back
 * when the work ends, however it ends, and also when a second interruption ends the process at once.
 * @throws LimioError LOCKED, JOURNAL_UNWRITABLE, from `enter`.
 */
export async function withLock<T>(
  io: CliIo,
  command: RunCommand,
  work: (enter: (workspace: Workspace) => void) => Promise<T>,
): Promise<T> {
  const locks: Lock[] = [];
  const release = (): void => {
    for (const lock of locks) lock.release();
  };
  const user = io.env['USER'] ?? io.env['USERNAME'];
  process.once('exit', release);
  try {
    return await work(({ root, environment }) => {
      const request = {
        command,
        environment: environment.name,
        process: identifyThisProcess(),
        isRunning,
        now: SYSTEM_CLOCK.now(),
      };
      locks.push(takeLock(root, { ...request, ...(user === undefined ? {} : { user }) }));
    });
  } finally {
    process.off('exit', release);
    release();
  }
}

/**
 * Says of each run of the environment that crashed what it had in flight, and what is true of it
 * now. Called under the lock of the environment, before the plan is made; told once.
 */
export async function tellCrashes(io: CliIo, workspace: Workspace, options: CommonOptions): Promise<void> {
  const { root, environment } = workspace;
  const crashed = listRuns(root, isRunning).filter(
    ({ state, start, recovery }) => state === 'crashed' && start?.environment === environment.name && !recovery,
  );
  for (const { folder } of crashed) {
    const run = readRun(root, folder, isRunning);
    const findings = await inspectRun(io, workspace, run, options);
    io.stderr.write(`${renderCrashText(run, findings)}\n`);
    recordRecovery(
      run,
      { at: new Date(SYSTEM_CLOCK.now()).toISOString(), findings },
      createRedactor(listSecrets(io.env)),
    );
  }
}

async function inspectRun(io: CliIo, workspace: Workspace, run: RunRecord, options: CommonOptions): Promise<Finding[]> {
  const inFlight = listInFlight(run.entries);
  if (inFlight.length === 0) return [];
  if (run.start?.command === 'doctor')
    return inFlight.map((subject) =>
      toUnknown(subject, 'it was being tried on; the same doctor --learn again puts it back to what it was before'),
    );
  const plan = findRunPlan(run);
  if (plan === undefined)
    return inFlight.map((subject) => toUnknown(subject, 'it was being written; the plan of that run cannot be read'));
  const ended = new Set(run.entries.flatMap((entry) => (entry.step === 'page' ? [entry.outcome.path] : [])));
  const pages = plan.publish.pages.filter(
    ({ path, tags }) => !ended.has(path) && [path, ...tags].some((name) => inFlight.includes(name)),
  );
  const onPages = pages.map(({ path }) =>
    toUnknown(path, 'it was being built and published; it is planned again until it is reported live'),
  );
  const addresses = plan.changes.map(({ address }) => address).filter((address) => inFlight.includes(address));
  if (addresses.length === 0) return onPages;
  const { environment, secrets } = workspace;
  if (plan.host !== environment.host)
    return [
      ...addresses.map((address) =>
        toUnknown(address, `it was sent to ${plan.host}, to which the environment no longer leads`),
      ),
      ...onPages,
    ];
  const reader = await openReader(io, workspace, options);
  try {
    const kinds = hideInKinds(createKindRules(environment.dialect), secrets);
    return [...(await inspectInFlight(plan, addresses, hideSecrets(reader, secrets), kinds)), ...onPages];
  } finally {
    await reader.close();
  }
}

function toUnknown(subject: string, message: string): Finding {
  return { subject, verdict: 'unknown', message };
}
