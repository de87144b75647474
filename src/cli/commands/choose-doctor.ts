import { LimioError } from '../../errors/errors.js';
import type { CliIo } from '../cli-io.js';
import type { DoctorLearnOptions } from './doctor-learn.js';

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
    const { runDoctorLearn } = await import('./doctor-learn.js');
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
    const { runDoctorLearnJourneys } = await import('./doctor-learn-journeys.js');
    return runDoctorLearnJourneys(io, learnJourneys, options);
  }
  const { runDoctor } = await import('./doctor.js');
  return runDoctor(io, options);
}
