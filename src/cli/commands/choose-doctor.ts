import { LimioError } from '../../errors/limio-error.js';
import type { CliIo } from '../cli-io.js';
import type { DoctorLearnOptions } from './doctor-learn.js';

export interface ChooseDoctorOptions extends DoctorLearnOptions {
  learn?: boolean;
}

/** Which of its commands `doctor` is. Options of another one are errors: a misspelt line must not do less than it says. */
export async function chooseDoctor(io: CliIo, options: ChooseDoctorOptions): Promise<number> {
  if (options.learn) {
    const { runDoctorLearn } = await import('./doctor-learn.js');
    return runDoctorLearn(io, options);
  }
  const idle = options.canary.length > 0 ? '--canary' : options.yes ? '--yes' : undefined;
  if (idle !== undefined) throw new LimioError({ code: 'USAGE', message: `${idle} goes with --learn, which was not given.`, hint: 'doctor alone only reads.' });
  const { runDoctor } = await import('./doctor.js');
  return runDoctor(io, options);
}
