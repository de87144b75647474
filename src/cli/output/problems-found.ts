import { LimioError } from '../../errors/errors.js';
import type { Problem } from '../../model/problem.js';
import type { SourceText } from '../../source/documents.js';

/** The files have errors. Carries all problems with the texts, so that the one catch can show them with frames. */
export class ProblemsFound extends LimioError {
  readonly problems: readonly Problem[];
  readonly files: readonly SourceText[];

  constructor(problems: readonly Problem[], files: readonly SourceText[], again = 'limio-sync validate') {
    const errors = problems.filter(({ severity }) => severity === 'error').length;
    super({
      code: 'FILES_INVALID',
      message: `The files have ${errors === 1 ? 'an error' : `${errors} errors`}; nothing was sent.`,
      hint: `To see this again without the network: ${again}`,
      details: { problems },
    });
    this.problems = problems;
    this.files = files;
  }
}
