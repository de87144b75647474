import { collectFacts, runChecks } from '../../doctor/doctor.js';
import { LimioError } from '../../errors/errors.js';
import { renderDoctorText } from '../../render/doctor.js';
import type { CliIo, CommonOptions } from '../shared/io.js';
import { chooseTextOptions, formatJson } from '../shared/output.js';
import { openProbe } from '../shared/tenant.js';
import { loadWorkspace } from '../shared/workspace.js';
import type { DoctorLearnOptions } from './learn.js';

export interface ChooseDoctorOptions extends DoctorLearnOptions {
  learn?: boolean;
  learnJourneys?: string;
}

/** Which of its commands `doctor` is. Options of another one are errors: a misspelt line must not do less than it says. */
export async function chooseDoctor(io: CliIo, options: ChooseDoctorOptions): Promise<number> {
  const { learnJourneys } = options;
  if (options.learn && learnJourneys !== undefined)
    throw new LimioError({
      code: 'USAGE',
      message: '--learn and --learn-journeys are two commands.',
      hint: 'Run one after the other.',
    });
  if (options.learn) {
    const { runDoctorLearn } = await import('./learn.js');
    return runDoctorLearn(io, options);
  }
  const idle = options.canary.length > 0 ? '--canary' : options.yes ? '--yes' : undefined;
  if (idle !== undefined)
    throw new LimioError({
      code: 'USAGE',
      message: `${idle} goes with --learn, which was not given.`,
      hint: 'doctor alone only reads.',
    });
  if (learnJourneys !== undefined) {
    const { runDoctorLearnJourneys } = await import('./learn-journeys.js');
    return runDoctorLearnJourneys(io, learnJourneys, options);
  }
  const { runDoctor } = await import('./doctor.js');
  return runDoctor(io, options);
}

export interface DoctorOptions extends CommonOptions {
  env?: string;
}

/** Checks a tenant and the way to it. Reads only: its client has no method that writes. */
export async function runDoctor(io: CliIo, options: DoctorOptions): Promise<number> {
  const workspace = await loadWorkspace(io, options);
  const { name, host, protected: isProtected, dialect } = workspace.environment;
  const probe = await openProbe(io, workspace, options);
  try {
    const facts = await collectFacts(probe, dialect);
    const report = runChecks(facts, {
      environment: name,
      host,
      protected: isProtected,
      dialect,
      timings: probe.timings(),
      learned: workspace.learned !== undefined,
    });
    const { style, width } = chooseTextOptions(io.stdout, io, options);
    io.stdout.write(options.format === 'json' ? formatJson(report) : renderDoctorText(report, style, width));
    return report.summary.problem > 0 ? 1 : 0;
  } finally {
    await probe.close();
  }
}
