import { collectReadings, runChecks } from '../../doctor/doctor.js';
import { renderDoctorText } from '../../render/doctor.js';
import { openConfigOrTenant } from '../shared/config.js';
import { refuseUsage } from '../shared/error-report.js';
import type { CliIo } from '../shared/io.js';
import type { TenantOptions } from '../shared/options.js';
import { printResult } from '../shared/output.js';
import { findCredentials, withProbe } from '../shared/tenant.js';
import { loadWorkspace } from '../shared/workspace.js';

export type DoctorOptions = TenantOptions & {
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
  const idle = options.canary.length > 0 ? '--canary' : options.yes ? '--yes' : undefined;
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
  return withProbe(io, workspace, options, async (probe) => {
    const checked = runChecks(await collectReadings(probe, dialect), {
      environment: name,
      host,
      protected: isProtected,
      dialect,
      timings: probe.timings(),
      learned: workspace.learned !== undefined,
      credentials: origin,
    });
    const report = { ...checked, credentials: origin };
    printResult(io, options, report, ({ style, width }) => renderDoctorText(report, style, width));
    return report.summary.problem > 0 ? 1 : 0;
  });
}
