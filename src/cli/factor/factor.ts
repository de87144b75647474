import { existsSync } from 'node:fs';
import { isAbsolute, join, posix, relative, resolve, sep } from 'node:path';
import type { Environment } from '../../config/environments.js';
import type { Config } from '../../config/schema.js';
import { LimioError } from '../../errors/errors.js';
import { type Candidate, factorDocuments, type Factored } from '../../factor/factor.js';
import { findDifference } from '../../factor/prove.js';
import { listLostComments, removeDocuments, writeTemplates } from '../../factor/write.js';
import { completeList, matchGlobs, parsePathGlobs } from '../../glob/glob.js';
import { type Address, type Kind, nameKind } from '../../model/address.js';
import { dropUndefined } from '../../model/json.js';
import { hintNearest } from '../../model/spelling.js';
import { joinWords } from '../../model/words.js';
import { type FactorReport, renderFactorText, showLeft } from '../../render/factor.js';
import type { ParsedDocument, SourceText } from '../../source/documents.js';
import { DEFAULT_FILE_GLOBS, tidyFolder } from '../../source/read-files.js';
import type { ValidatedSources } from '../../source/source.js';
import { formatTable, isGuarded } from '../../source/tables/csv.js';
import { refuseUsage } from '../shared/error-report.js';
import type { CliIo } from '../shared/io.js';
import type { CommonOptions } from '../shared/options.js';
import { printResult } from '../shared/output.js';
import { hasErrors, ProblemsFound } from '../shared/problems.js';
import { parseSelectors, requireMatches } from '../shared/selectors.js';
import { loadForValidation, type Validation } from '../shared/workspace.js';
import { type FileChange, replaceFiles } from './replace-files.js';

export type FactorOptions = CommonOptions & {
  into: string;
  table?: string;
  split?: string;
  dryRun?: boolean;
};

/** `limio-sync factor`: finds template and table, proves that they declare the same, and then replaces the files. */
export async function runFactor(io: CliIo, selectors: readonly string[], options: FactorOptions): Promise<number> {
  const validation = await loadForValidation(io, dropUndefined({ config: options.config }));
  if (hasErrors(validation.checked.problems))
    throw new ProblemsFound(validation.checked.problems, validation.files, validation.root);
  const paths = choosePaths(io, validation, options);
  const before = checkEach(validation, validation.files);
  const candidates = selectCandidates(selectors, before);
  const factored = factorSelected(candidates, paths, options.split);
  if (factored.templates.length === 0) throw refuse('No two of the selected resources can share a template.', factored);
  const change = makeChange(validation.files, factored, paths);
  prove(before, checkEach(validation, change.sources), validation, factored);
  const written = options.dryRun !== true;
  io.signal.throwIfAborted();
  if (written) replaceFiles(validation.root, change.files);
  const report = makeReport(factored, change, paths, written);
  printResult(io, options, { kind: 'limio-sync/factor', formatVersion: 1, ...report }, (layout) =>
    renderFactorText(report, layout),
  );
  return 0;
}

/** @throws LimioError USAGE for a column to split by that does not exist. */
function factorSelected(candidates: readonly Candidate[], { into, table }: Paths, split?: string): Factored {
  const reference = posix.relative(posix.dirname(into), table);
  const factored = factorDocuments(candidates, reference);
  if (split === undefined) return factored;
  const { columns } = factored.table;
  if (columns.includes(split)) return factorDocuments(candidates, reference, split);
  throw refuseUsage(
    `There is no column "${split}" to split by.`,
    hintNearest(split, columns, `The columns are ${columns.join(', ')}.`),
  );
}

interface Paths {
  into: string;
  table: string;
}

/** Paths from the folder of the configuration. @throws LimioError USAGE. */
function choosePaths(io: CliIo, { root, config }: Validation, options: FactorOptions): Paths {
  const locate = (path: string): string => relative(root, resolve(io.cwd, path)).split(sep).join('/');
  for (const [flag, path, example] of [
    ['--into', options.into, 'catalog/digital.yaml'],
    ['--table', options.table, 'catalog/prices.csv'],
  ] as const) {
    const hint = `For example: ${flag} ${example}`;
    if (path?.trim() === '') throw refuseUsage(`${flag} needs the name of a file.`, hint);
    // The path between two drives of Windows is absolute.
    if (path !== undefined && (locate(path).startsWith('../') || isAbsolute(locate(path))))
      throw refuseUsage(`${flag} ${path} is outside of the repository.`, hint);
  }
  const into = locate(options.into);
  const table = options.table === undefined ? into.replace(/\.ya?ml$/, '.csv') : locate(options.table);
  if (!isSourceFile(into, config))
    throw refuseUsage(
      `--into ${options.into} would not be read: no pattern of "files" matches it.`,
      'Name a YAML file below the folder of your files, for example --into catalog/digital.yaml.',
    );
  if (!table.endsWith('.csv') || /(?:^|\/)(?:\.|node_modules\/)/.test(table))
    throw refuseUsage(
      `--table ${options.table ?? table} is not a CSV file of this repository.`,
      'Name a new file that ends in .csv, for example --table catalog/prices.csv.',
    );
  for (const path of [into, table])
    if (existsSync(join(root, path)))
      throw refuseUsage(`${path} exists, and factor overwrites nothing.`, 'Name another file, or move this one away.');
  return { into, table };
}

function isSourceFile(path: string, { files = {} }: Pick<Config, 'files'> = {}): boolean {
  const overlays = tidyFolder(files.overlays ?? DEFAULT_FILE_GLOBS.overlays);
  if (!/\.ya?ml$/.test(path) || /\.test\.ya?ml$/.test(path) || path.startsWith(`${overlays}/`)) return false;
  return (['catalog', 'journeys'] as const).some((key) => {
    const patterns = completeList([files[key] ?? DEFAULT_FILE_GLOBS[key]].flat(), DEFAULT_FILE_GLOBS[key]);
    return parsePathGlobs(patterns).matches(path);
  });
}

/** What the files declare in each environment. */
function checkEach({ environments, check }: Validation, files: readonly SourceText[]): ValidatedSources[] {
  const views: (readonly Environment[])[] = environments.length === 0 ? [[]] : environments.map((one) => [one]);
  return views.map((view) => check(files, view));
}

/** @throws LimioError USAGE. */
function selectCandidates(selectors: readonly string[], views: readonly ValidatedSources[]): Candidate[] {
  const patterns = parseSelectors(selectors);
  const declared = new Map<Address, Candidate[]>();
  for (const { declarations } of views) {
    for (const { address, kind, document } of declarations.values()) {
      const known = declared.get(address) ?? [];
      const written = withoutOverlay(document);
      if (known.some((one) => one.document.yaml === written.yaml)) continue;
      declared.set(address, [...known, { address, kind, document: written }]);
    }
  }
  requireMatches(patterns, [...declared.keys()], (selector) => ({
    message: `No declared resource matches "${selector}".`,
    hint: 'List what the files declare: limio-sync validate --format json',
  }));
  const selected = [...declared.values()].flat().filter(({ address }) => matchGlobs(patterns, address));
  const kinds = [...new Set(selected.map(({ kind }) => kind))];
  const countOf = (kind: Kind): number => selected.filter((one) => one.kind === kind).length;
  const [most] = kinds.toSorted((a, b) => countOf(b) - countOf(a));
  if (kinds.length > 1)
    throw refuseUsage(
      `The selectors match ${joinWords(kinds.map((kind) => nameKind(kind)))}; a template declares one kind.`,
      `Factor one kind at a time, for example: '${most}:*'`,
    );
  if (selected.length < 2)
    throw refuseUsage(
      `The selectors match only ${selected[0]?.address ?? 'nothing'}.`,
      "Select at least two similar resources, for example 'offer:/offers2/Digital*'",
    );
  return selected;
}

function withoutOverlay(document: ParsedDocument): ParsedDocument {
  const { derivation } = document;
  return derivation?.by === 'overlay' ? withoutOverlay(derivation.below) : document;
}

interface Change {
  /** The sources as they would be. */
  sources: SourceText[];
  /** The new files first, then the old ones. */
  files: FileChange[];
  texts: { into: string; table: string };
  documents: ParsedDocument[];
}

function makeChange(sources: readonly SourceText[], factored: Factored, paths: Paths): Change {
  const { templates, table } = factored;
  const documents = templates.flatMap(({ members }) => members.map(({ document }) => document));
  const into = writeTemplates(templates, paths.into);
  const texts = { into, table: writeTable(table, factored) };
  const removed = new Set(documents.map(({ yaml }) => yaml));
  const old = [...new Set(documents.map(({ file }) => file))].map((file): FileChange => {
    const before = sources.find(({ path }) => path === file.path)?.text ?? '';
    return { path: file.path, before, after: removeDocuments(file, removed) };
  });
  const changed = new Map(old.map(({ path, after }) => [path, after]));
  const kept = sources.flatMap((source): SourceText[] => {
    if (!changed.has(source.path)) return [source];
    const text = changed.get(source.path);
    return text === undefined ? [] : [{ ...source, text }];
  });
  return {
    sources: [...kept, { path: paths.into, text: into }, { path: paths.table, text: texts.table, role: 'table' }],
    files: [{ path: paths.into, after: into }, { path: paths.table, after: texts.table }, ...old],
    texts,
    documents,
  };
}

/** @throws LimioError FACTOR_REFUSED for values that no cell can hold. */
function writeTable({ columns, rows }: Factored['table'], factored: Factored): string {
  try {
    return formatTable(columns, rows);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw refuse(`The values cannot be written as a table: ${error.message}`, factored);
  }
}

/** @throws LimioError FACTOR_REFUSED unless the files declare the same as before in every environment. */
function prove(
  before: readonly ValidatedSources[],
  after: readonly ValidatedSources[],
  { environments }: Validation,
  factored: Factored,
): void {
  before.forEach((one, i) => {
    const other = after[i];
    const difference = other ? findDifference(one, other) : undefined;
    const where = environments[i] ? ` in ${environments[i].name}` : '';
    if (difference !== undefined)
      throw refuse(`The new files would not declare the same${where}: ${difference}`, factored);
  });
}

function refuse(message: string, { left }: Factored): LimioError {
  return new LimioError({
    code: 'FACTOR_REFUSED',
    message: [`${message} Nothing was written.${left.length > 0 ? ' Not factored:' : ''}`, ...showLeft(left)].join(
      '\n',
    ),
    hint: 'Select resources that have the same fields. What a template can replace: docs/factor.md',
    details: { left },
  });
}

function makeReport(
  { table, left, templates }: Factored,
  change: Change,
  paths: Paths,
  written: boolean,
): FactorReport {
  const old = change.files.filter(({ before }) => before !== undefined);
  const countGone = ({ before = '', after = '' }: FileChange): number => countLines(before) - countLines(after);
  return {
    written,
    resources: table.rows.length,
    before: { files: old.length, lines: old.reduce((sum, file) => sum + countGone(file), 0) },
    template: { path: paths.into, lines: countLines(change.texts.into), text: change.texts.into },
    table: { path: paths.table, lines: countLines(change.texts.table), text: change.texts.table },
    columns: table.columns.map((name, i) => ({
      name,
      values: new Set(table.rows.flatMap((row) => (row[i] === undefined || row[i] === '' ? [] : [row[i]]))).size,
    })),
    templates: templates.length,
    removed: old.filter(({ after }) => after === undefined).map(({ path }) => path),
    changed: old.filter(({ after }) => after !== undefined).map(({ path }) => path),
    lostComments: listLostComments(change.documents, change.texts.into),
    guardedCells: table.rows.flat().filter((cell) => isGuarded(cell)).length,
    left,
  };
}

function countLines(text: string): number {
  return text === '' ? 0 : text.split('\n').length - (text.endsWith('\n') ? 1 : 0);
}
