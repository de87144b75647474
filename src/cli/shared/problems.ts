import { LimioError } from '../../errors/errors.js';
import { type Problem, renameFiles } from '../../model/problem.js';
import { renderProblems } from '../../render/problems.js';
import type { Style } from '../../render/terminal.js';
import type { SourceText } from '../../source/documents.js';

/** The files have errors. Carries all problems and the texts, so that cli.ts can print them with code frames. */
export class ProblemsFound extends LimioError {
  readonly problems: readonly Problem[];
  readonly files: readonly SourceText[];
  /** The folder from which they are named. */
  readonly root: string;

  constructor(problems: readonly Problem[], files: readonly SourceText[], root: string) {
    const errors = countProblems(problems, 'error');
    super({
      code: 'FILES_INVALID',
      message: `The files have ${errors === 1 ? 'an error' : `${errors} errors`}; nothing was sent.`,
      hint: problems.every(({ code, severity }) => code === 'EMPTY_FILES' || severity !== 'error')
        ? "To create files from the tenant: limio-sync pull --adopt '*'"
        : 'Check the files offline: limio-sync validate',
      details: { problems },
    });
    this.problems = problems;
    this.files = files;
    this.root = root;
  }
}

export function countProblems(problems: readonly Pick<Problem, 'severity'>[], severity: Problem['severity']): number {
  return problems.filter((problem) => problem.severity === severity).length;
}

export function hasErrors(problems: readonly Pick<Problem, 'severity'>[]): boolean {
  return problems.some(({ severity }) => severity === 'error');
}

/**
 * Problems with code frames and an empty line after them; empty without problems. `show` names a file as the terminal
 * finds it.
 */
export function renderFrames(
  problems: readonly Problem[],
  files: readonly SourceText[],
  style: Style,
  show: (file: string) => string,
): string {
  const shown = problems.map((problem) => ({
    ...renameFiles(problem, show),
    ...(problem.related ? { related: problem.related.map((place) => renameFiles(place, show)) } : {}),
  }));
  const frames = renderProblems(shown, new Map(files.map(({ path, text }) => [show(path), text])), style);
  return frames === '' ? '' : `${frames.trimEnd()}\n\n`;
}
