import { PROBLEM_CODES, type WarningCode } from '../../errors/codes.js';
import { formatAddress } from '../../model/address.js';
import { type JsonObject, parsePointer } from '../../model/json.js';
import type { Problem } from '../../model/problem.js';
import { findDeadRoutes, indexStarts, listDestinations } from '../../plan/pages/destinations.js';
import { escapeTerminal } from '../../render/escape.js';
import { renderProblems } from '../../render/problems.js';
import { chooseStyle } from '../../render/terminal.js';
import type { Declaration, SourceText } from '../../source/documents.js';
import { formatBlock } from '../../source/edit/format.js';
import { locatePath } from '../../source/locate.js';
import { parseDocuments } from '../../source/parse.js';
import { sortProblems } from '../../source/problems.js';
import { checkJourneys } from '../../source/rules/rules.js';
import { ProblemsFound } from '../shared/error-report.js';
import type { CliIo, CommonOptions } from '../shared/io.js';
import { chooseColour, formatJson } from '../shared/output.js';
import { openReader } from '../shared/tenant.js';
import { loadForValidation, loadWorkspace } from '../shared/workspace.js';
import { readLiveJourneys } from './journeys.js';

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

/** The journeys that the tenant holds now. Places are those in a file that says the same; in place of its path stands the address. */
export async function checkLiveJourneys(
  io: CliIo,
  options: CommonOptions,
): Promise<{ journeys: number; files: SourceText[]; problems: Problem[] }> {
  const workspace = await loadWorkspace(io, options);
  const reader = await openReader(io, workspace, options);
  try {
    const journeys = (await readLiveJourneys(io, workspace, reader)).map(toDeclaration);
    const starts = indexStarts(journeys);
    const leading = journeys.flatMap((journey) =>
      listDestinations(journey, starts).map((destination) => ({ ...journey, ...destination })),
    );
    const dead = await findDeadRoutes(
      reader,
      leading.map(({ route }) => route),
    );
    if (dead.why !== undefined)
      io.stderr.write(
        escapeTerminal(`Whether pages are published could not be told of ${dead.unknown.join(', ')}: ${dead.why}.`) +
          '\n',
      );
    const found = leading.flatMap(({ declaration, pointer, route }): Problem[] => {
      const kind = dead.withoutTag.includes(route) ? NO_TAG : dead.notLive.includes(route) ? NOT_LIVE : undefined;
      return kind
        ? [
            {
              ...locatePath(declaration.document, parsePointer(pointer)),
              severity: 'warning',
              code: kind.code,
              message: `${route} ${kind.message}`,
            },
          ]
        : [];
    });
    return {
      journeys: journeys.length,
      files: journeys.map(({ file }) => file),
      problems: sortProblems([...checkJourneys(journeys.map(({ declaration }) => declaration)), ...found]),
    };
  } finally {
    await reader.close();
  }
}

const NO_TAG = {
  code: 'DESTINATION_NOT_FOUND' satisfies WarningCode,
  message: 'is no tag of the tenant: visitors find nothing there.',
};

const NOT_LIVE = {
  code: 'DESTINATION_NOT_LIVE' satisfies WarningCode,
  message: 'has no published page: visitors find nothing there.',
};

function toDeclaration({ name, body }: { name: string; body: JsonObject }): {
  name: string;
  body: JsonObject;
  file: SourceText;
  declaration: Declaration;
} {
  const address = formatAddress('journey', name);
  const read = (value: JsonObject): { file: SourceText; document: Declaration['document'] | undefined } => {
    const file = { path: address, text: `${formatBlock(value, 0, { eol: '\n' })}\n` };
    return { file, document: parseDocuments(file.path, file.text).documents[0] };
  };
  // What no file can say has the place of the journey.
  const whole = read({ kind: 'journey', name, ...body });
  const { file, document } = whole.document ? whole : read({ kind: 'journey' });
  if (!document) throw new Error('a document of one key cannot be read');
  return { name, body, file, declaration: { document, kind: 'journey', address, identityKey: 'name', value: body } };
}
