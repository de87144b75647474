import type { Unfinished, UnfinishedObject } from '../../doctor/check.js';
import { collectReadings, runChecks } from '../../doctor/doctor.js';
import { LimioError } from '../../errors/errors.js';
import { findUnproven, type UnprovenObject } from '../../journal/evidence.js';
import { listRuns } from '../../journal/read-runs.js';
import type { Address } from '../../model/address.js';
import type { AppliedObject, AppliedState } from '../../model/drift.js';
import { dropUndefined } from '../../model/json.js';
import { compareBy } from '../../model/words.js';
import { renderDoctorText } from '../../render/doctor.js';
import { openConfigOrTenant } from '../shared/config.js';
import { refuseUsage } from '../shared/error-report.js';
import type { CliIo } from '../shared/io.js';
import { isRunning } from '../shared/journal.js';
import type { LockTimeoutOptions, TenantOptions } from '../shared/options.js';
import { printResult } from '../shared/output.js';
import { findPendingPublishes, loadState } from '../shared/plan.js';
import { pullState } from '../shared/team-state.js';
import { findCredentials, withProbe } from '../shared/tenant.js';
import { loadWorkspace, type Workspace } from '../shared/workspace.js';

export type DoctorOptions = TenantOptions &
  LockTimeoutOptions & {
    learn?: boolean;
    learnJourneys?: string;
    canary: readonly string[];
    yes?: boolean;
  };

/**
 * `limio-sync doctor` is three commands: the checks here, --learn (learn.ts) and --learn-journeys
 * (learn-journeys.ts). Options of another one are errors, so that a misspelt line never does less than it says.
 */
export async function runDoctor(io: CliIo, options: DoctorOptions): Promise<number> {
  const { learnJourneys } = options;
  if (options.learn && learnJourneys !== undefined)
    throw refuseUsage('--learn and --learn-journeys cannot be used together.', 'Run one after the other.');
  if (options.learn) {
    const { runDoctorLearn } = await import('./learn.js');
    return runDoctorLearn(io, options);
  }
  const given = {
    '--canary': options.canary.length > 0,
    '--yes': options.yes === true,
    '--lock-timeout': options.lockTimeout !== undefined,
  };
  const idle = Object.entries(given).find(([, isGiven]) => isGiven)?.[0];
  if (idle !== undefined) throw refuseUsage(`${idle} requires --learn.`, 'Without --learn, doctor only reads.');
  if (learnJourneys !== undefined) {
    const { runDoctorLearnJourneys } = await import('./learn-journeys.js');
    return runDoctorLearnJourneys(io, learnJourneys, options);
  }
  return checkTenant(io, options);
}

/** Reads only: the client of the checks has no method that writes. */
async function checkTenant(io: CliIo, options: TenantOptions): Promise<number> {
  const workspace = await loadWorkspace(io, options, openConfigOrTenant);
  const { name, host, protected: isProtected, dialect } = workspace.environment;
  const { origin } = findCredentials(io, workspace);
  const unfinished = await findUnfinished(workspace);
  return withProbe(io, workspace, options, async (probe) => {
    const checked = runChecks(await collectReadings(probe, dialect), {
      environment: name,
      host,
      protected: isProtected,
      dialect,
      timings: probe.timings(),
      learned: workspace.learned !== undefined,
      credentials: origin,
      ...dropUndefined({ unfinished }),
    });
    const report = { ...checked, credentials: origin };
    printResult(io, options, report, ({ style, width }) => renderDoctorText(report, style, width));
    return report.summary.problem > 0 ? 1 : 0;
  });
}

/** Undefined before the first run. A store or snapshot that cannot be read is a finding, not the end of doctor. */
async function findUnfinished(workspace: Workspace): Promise<Unfinished | undefined> {
  const { root, environment } = workspace;
  const request = { environment: environment.name, host: environment.host, isRunning };
  try {
    await pullState(workspace);
    const applied = loadState(workspace);
    const pages = findPendingPublishes(workspace);
    const unproven = findUnproven(root, request);
    const isKnown = listRuns(root, isRunning).some(({ start }) => start?.environment === environment.name);
    if (!isKnown && applied === undefined) return undefined;
    return { pages, objects: listUnfinished(unproven, applied) };
  } catch (error) {
    if (!(error instanceof LimioError) || error.code === 'INTERRUPTED') throw error;
    const { message, hint } = error;
    return { failure: { message, ...dropUndefined({ hint }) } };
  }
}

/** An entry of a snapshot that is newer than the run, and not open, proves the object. */
function listUnfinished(
  unproven: ReadonlyMap<Address, UnprovenObject>,
  applied: AppliedState | undefined,
): UnfinishedObject[] {
  const found = new Map<Address, UnfinishedObject>();
  for (const [address, { status, run, at }] of unproven) {
    const entry = applied?.objects[address];
    if (entry && entry.open === undefined && applied.last.at > at) continue;
    found.set(address, { address, status, run });
  }
  // Object.entries() gives strings; the keys are addresses.
  for (const [address, { open }] of Object.entries(applied?.objects ?? {}) as [Address, AppliedObject][]) {
    if ((open === 'failed' || open === 'unverified') && !found.has(address))
      found.set(address, { address, status: open });
  }
  return [...found.values()].sort(compareBy(({ address }) => address));
}
