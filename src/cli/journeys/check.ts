import type { PROBLEM_CODES, WarningCode } from '../../errors/codes.js';
import { formatAddress } from '../../model/address.js';
import { type JsonObject, parsePointer } from '../../model/json.js';
import type { Problem } from '../../model/problem.js';
import { findDeadRoutes, indexStarts, listDestinations } from '../../plan/pages/destinations.js';
import { countThings, joinWords } from '../../model/words.js';
import { escapeTerminal } from '../../render/escape.js';
import type { Declaration, SourceText } from '../../source/documents.js';
import { formatBlock } from '../../source/edit/format.js';
import { locatePath } from '../../source/locate.js';
import { parseDocuments } from '../../source/parse.js';
import { sortProblems } from '../../source/problems.js';
import { checkJourneys } from '../../source/rules/rules.js';
import { showFilesOf } from '../shared/config.js';
import type { CliIo } from '../shared/io.js';
import type { CommonOptions } from '../shared/options.js';
import { printResult } from '../shared/output.js';
import { countProblems, ProblemsFound, renderFrames } from '../shared/problems.js';
import { withTenant } from '../shared/tenant.js';
import { loadForValidation, loadWorkspace } from '../shared/workspace.js';
import { type JourneysOptions, type NamedJourney, readLiveJourneys } from './journeys.js';

export type CheckOptions = CommonOptions & JourneysOptions;

interface JourneyCheck {
  journeys: number;
  /** The folder of the files; undefined for journeys of a tenant, which problems name by address. */
  root?: string;
  files: readonly SourceText[];
  problems: readonly Problem[];
}

/**
 * `limio-sync journeys check`: unreachable branches, dead ends, loops, branches whose order decides. Of all
 * environments, or with --live of one tenant. Problems are the result, so they go to stdout.
 */
export async function runJourneysCheck(io: CliIo, options: CheckOptions): Promise<number> {
  const { journeys, root, files, problems } = options.live
    ? await checkLive(io, options)
    : await checkDeclared(io, options);
  const summary = {
    journeys,
    errors: countProblems(problems, 'error'),
    warnings: countProblems(problems, 'warning'),
    notes: countProblems(problems, 'info'),
  };
  const document = { kind: 'limio-sync/journey-check', formatVersion: 1, summary, problems };
  const show = root === undefined ? (file: string) => file : showFilesOf(io, root);
  printResult(
    io,
    options,
    document,
    ({ style }) => `${renderFrames(problems, files, style, show)}${describeSummary(summary)}\n`,
  );
  if (summary.errors === 0) return 0;
  return options.live ? 1 : 3;
}

/** These errors are results of the check; all others make the files unreadable. */
const OWN_ERRORS: readonly string[] = ['JOURNEY_SPLIT', 'JOURNEY_BRANCH_ID'] satisfies (keyof typeof PROBLEM_CODES)[];

/** @throws ProblemsFound when files have other errors. */
async function checkDeclared(io: CliIo, options: CheckOptions): Promise<JourneyCheck> {
  const { root, environments, files, checked, check } = await loadForValidation(io, options);
  const blocking = checked.problems.filter(({ severity, code }) => severity === 'error' && !OWN_ERRORS.includes(code));
  if (blocking.length > 0) throw new ProblemsFound(blocking, files, root);
  const views = environments.length === 0 ? [[]] : environments.map((environment) => [environment]);
  const lists = views.map((view) =>
    [...check(files, view).declarations.values()].filter(({ kind }) => kind === 'journey'),
  );
  return {
    journeys: new Set(lists.flat().map(({ address }) => address)).size,
    root,
    files,
    problems: sortProblems(lists.flatMap(checkJourneys)),
  };
}

function describeSummary({
  journeys,
  ...counts
}: Record<'journeys' | 'errors' | 'warnings' | 'notes', number>): string {
  if (journeys === 0) return 'No journeys.';
  const parts = [
    ...(counts.errors > 0 ? [countThings(counts.errors, 'error')] : []),
    ...(counts.warnings > 0 ? [countThings(counts.warnings, 'warning')] : []),
    ...(counts.notes > 0 ? [countThings(counts.notes, 'note')] : []),
  ];
  return `${parts.length === 0 ? 'No problems' : joinWords(parts)} in ${countThings(journeys, 'journey')}.`;
}

/** Each journey of the tenant is checked as a file with the same content. Problems name its address as the file. */
async function checkLive(io: CliIo, options: CheckOptions): Promise<JourneyCheck> {
  const workspace = await loadWorkspace(io, options);
  return withTenant(io, workspace, options, async (tenant) => {
    const journeys = (await readLiveJourneys(io, workspace, tenant)).map(toDeclaration);
    const starts = indexStarts(journeys);
    const destinations = journeys.flatMap((journey) =>
      listDestinations(journey, starts).map((destination) => ({ ...journey, ...destination })),
    );
    const dead = await findDeadRoutes(
      tenant.reader,
      destinations.map(({ route }) => route),
    );
    if (dead.why !== undefined) {
      const routes = dead.unknown.join(', ');
      io.stderr.write(`${escapeTerminal(`Could not check whether pages are published at ${routes}: ${dead.why}.`)}\n`);
    }
    const found = destinations.flatMap(({ declaration, pointer, route }): Problem[] => {
      const fault = dead.withoutTag.includes(route) ? NO_TAG : dead.notLive.includes(route) ? NOT_LIVE : undefined;
      if (!fault) return [];
      const place = locatePath(declaration.document, parsePointer(pointer));
      return [{ ...place, severity: 'warning', code: fault.code, message: `${route} ${fault.message}` }];
    });
    return {
      journeys: journeys.length,
      files: journeys.map(({ file }) => file),
      problems: sortProblems([...checkJourneys(journeys.map(({ declaration }) => declaration)), ...found]),
    };
  });
}

const NO_TAG = {
  code: 'DESTINATION_NOT_FOUND' satisfies WarningCode,
  message: 'is not a tag of the tenant: visitors find no page there.',
};

const NOT_LIVE = {
  code: 'DESTINATION_NOT_LIVE' satisfies WarningCode,
  message: 'has no published page: visitors find no page there.',
};

function toDeclaration({ name, body }: NamedJourney): NamedJourney & { file: SourceText; declaration: Declaration } {
  const address = formatAddress('journey', name);
  const read = (value: JsonObject): { file: SourceText; document: Declaration['document'] | undefined } => {
    const file = { path: address, text: `${formatBlock(value, 0, { eol: '\n' })}\n` };
    return { file, document: parseDocuments(file.path, file.text).documents[0] };
  };
  // Names or values that YAML cannot hold point to the journey as a whole.
  const whole = read({ kind: 'journey', name, ...body });
  const { file, document } = whole.document ? whole : read({ kind: 'journey' });
  if (!document) throw new Error('a document of one key cannot be read');
  return { name, body, file, declaration: { document, kind: 'journey', address, identityKey: 'name', value: body } };
}
