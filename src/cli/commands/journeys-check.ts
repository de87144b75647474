import { PROBLEM_CODES } from '../../errors/codes.js';
import type { Problem } from '../../model/problem.js';
import { renderProblems } from '../../render/problems.js';
import { chooseStyle } from '../../render/terminal.js';
import type { SourceText } from '../../source/documents.js';
import { sortProblems } from '../../source/problems.js';
import { checkJourneys } from '../../source/rules/rules.js';
import type { CliIo, CommonOptions } from '../cli-io.js';
import { chooseColour } from '../output/choose-colour.js';
import { formatJson } from '../output/format-json.js';
import { ProblemsFound } from '../output/problems-found.js';
import { checkLiveJourneys } from '../project/check-live-journeys.js';
import { loadForValidation } from '../project/load-project.js';

export interface CheckOptions extends CommonOptions {
  env?: string;
  live?: true;
}

/** What was looked at, and what is to be said of it. */
export interface JourneyCheck {
  journeys: number;
  files: readonly SourceText[];
  problems: readonly Problem[];
}

/**
 * Where journeys lead nowhere, in a circle, or by their order alone; of all environments, or with
 * `live` of one tenant. Problems are the result, so they go to stdout.
 */
export async function runJourneysCheck(io: CliIo, options: CheckOptions): Promise<number> {
  const { journeys, files, problems } = options.live
    ? await checkLiveJourneys(io, options)
    : await checkDeclared(io, options);
  const count = (severity: Problem['severity']): number =>
    problems.filter((problem) => problem.severity === severity).length;
  const summary = { journeys, errors: count('error'), warnings: count('warning'), notes: count('info') };
  if (options.format === 'json')
    io.stdout.write(formatJson({ kind: 'limio-sync/journey-check', formatVersion: 1, summary, problems }));
  else {
    const frames = renderProblems(
      problems,
      new Map(files.map(({ path, text }) => [path, text])),
      chooseStyle(chooseColour(io.stdout, io.env, options.color)),
    );
    io.stdout.write(`${frames === '' ? '' : `${frames.trimEnd()}\n\n`}${describeSummary(summary)}\n`);
  }
  if (summary.errors === 0) return 0;
  return options.live ? 1 : 3;
}

/** @throws ProblemsFound when files have errors that journeys cannot be read through. */
async function checkDeclared(io: CliIo, options: CheckOptions): Promise<JourneyCheck> {
  const { environments, files, checked, check } = await loadForValidation(io, { ...options, format: 'text' });
  const blocking = checked.problems.filter(({ severity, code }) => severity === 'error' && !OWN_ERRORS.includes(code));
  if (blocking.length > 0) throw new ProblemsFound(blocking, files);
  const views = environments.length === 0 ? [[]] : environments.map((environment) => [environment]);
  const lists = views.map((view) =>
    [...check(files, view).declarations.values()].filter(({ kind }) => kind === 'journey'),
  );
  return {
    journeys: new Set(lists.flat().map(({ address }) => address)).size,
    files,
    problems: sortProblems(lists.flatMap(checkJourneys)),
  };
}

/** Errors that are told as results. */
const OWN_ERRORS: readonly string[] = ['JOURNEY_SPLIT', 'JOURNEY_BRANCH_ID'] satisfies (keyof typeof PROBLEM_CODES)[];

function describeSummary({
  journeys,
  errors,
  warnings,
  notes,
}: {
  journeys: number;
  errors: number;
  warnings: number;
  notes: number;
}): string {
  const parts = [name(errors, 'error'), name(warnings, 'warning'), name(notes, 'note')].filter((part) => part !== '');
  if (journeys === 0) return 'There is no journey.';
  const where = name(journeys, 'journey');
  return parts.length === 0
    ? `Nothing to say of ${where}.`
    : `${parts.join(', ').replace(/, ([^,]*)$/, ' and $1')} in ${where}.`;
}

function name(count: number, word: string): string {
  return count === 0 ? '' : `${count} ${word}${count === 1 ? '' : 's'}`;
}
