import { inspectInFlight } from '../apply/inspect-in-flight.js';
import { createRedactor } from '../errors/redact.js';
import { listInFlight } from '../journal/list-in-flight.js';
import { listRuns } from '../journal/list-runs.js';
import { recordRecovery } from '../journal/record-recovery.js';
import type { RunRecord } from '../model/run.js';
import type { Finding } from '../model/journal.js';
import { renderCrashText } from '../render/crash-text.js';
import { createKindRules } from '../resources/registry.js';
import { hideInKinds } from '../resources/secrets/hide-in-kinds.js';
import { hideSecrets } from '../resources/secrets/hide-secrets.js';
import type { CliIo, CommonOptions } from './cli-io.js';
import type { Workspace } from './load-project.js';
import { openReader } from './open-tenant.js';
import { readRunPlan } from './plan-rollback.js';
import { isRunning } from './process-probe.js';
import { listSecrets } from './secrets.js';
import { SYSTEM_CLOCK } from './system-clock.js';

/**
 * Says of each run of the environment that crashed what it had in flight, and what is true of it
 * now. Called under the lock of the environment, before the plan is made; told once.
 */
export async function tellCrashes(io: CliIo, workspace: Workspace, options: CommonOptions): Promise<void> {
  const { root, environment } = workspace;
  const crashed = listRuns(root, isRunning).filter((run) => run.state === 'crashed' && run.start?.environment === environment.name && run.recovery === undefined);
  for (const run of crashed) {
    const findings = await inspectRun(io, workspace, run, options);
    io.stderr.write(`${renderCrashText(run, findings)}\n`);
    recordRecovery(run, { at: new Date(SYSTEM_CLOCK.now()).toISOString(), findings }, createRedactor(listSecrets(io.env)));
  }
}

async function inspectRun(io: CliIo, workspace: Workspace, run: RunRecord, options: CommonOptions): Promise<Finding[]> {
  if (run.planText === undefined) return [];
  const plan = readRunPlan(run);
  const { addresses, pages } = listInFlight(run.entries, { changes: plan.changes.map(({ address }) => address), pages: plan.publish.pages });
  const unknown = (subject: string, message: string): Finding => ({ subject, verdict: 'unknown', message });
  const onPages = pages.map((path) => unknown(path, 'it was being built and published; a page that is not live yet is published again'));
  if (addresses.length === 0) return onPages;
  const { environment, secrets } = workspace;
  if (plan.host !== environment.host) return [...addresses.map((address) => unknown(address, `it was sent to ${plan.host}, which the environment no longer leads to`)), ...onPages];
  const reader = await openReader(io, workspace, options);
  try {
    const kinds = hideInKinds(createKindRules(environment.dialect), secrets);
    return [...(await inspectInFlight(plan, addresses, hideSecrets(reader, secrets), kinds)), ...onPages];
  } finally {
    await reader.close();
  }
}
