import { type Dirent, readdirSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { join, sep } from 'node:path';
import { completeList, escapeGlob, isNegation, type PathGlobs, parsePathGlobs } from '../glob/glob.js';
import type { Problem } from '../model/problem.js';
import { compareBy } from '../model/words.js';
import { decodeText } from './decode.js';
import { listBaseReferences } from './bases.js';
import type { SourceText } from './documents.js';
import { parseDocuments } from './parse.js';
import { makeProblem } from './problems.js';
import { listTableReferences } from './tables/tables.js';
import { FILE_TAG, type NamedRole, readNamedFile, resolveTextPath } from './text-files.js';

export const DEFAULT_FILE_GLOBS = {
  catalog: ['catalog/**/*.{yaml,yml}'],
  journeys: ['journeys/**/*.{yaml,yml}'],
  overlays: 'overlays',
  /** Holds tests only. */
  prices: ['prices/**/*.{yaml,yml}'],
} as const;

export interface FileGlobs {
  catalog?: readonly string[];
  journeys?: readonly string[];
  /** A folder, not a pattern. Below it, each environment has a folder of its name. */
  overlays?: string;
}

export interface SourceFiles {
  /**
   * Sorted by path; then the files that `!file`, `for_each` and `extends` name.
   * Files of catalog and journeys may declare any kind.
   * Programs have not run yet: `loadCode` runs them.
   */
  files: SourceText[];
  /** Files and folders that could not be read. */
  problems: Problem[];
  /** The patterns, for the problem EMPTY_FILES. `!` takes away what the patterns before it match. */
  lookedIn: string[];
}

const TEST_FILE = /\.test\.ya?ml$/;

const OVERLAY_FILE = '**/*.{yaml,yml}';

/** Programs that export resources, in the folders of the patterns. */
const CODE_FILES = '**/*.catalog.{ts,mts,mjs}';
/** A pattern can name others. */
const CODE_FILE = /\.catalog\.(?:ts|mts|mjs|js)$/;

/**
 * Reads the YAML files of a repository, and the texts of its programs. A file that cannot be read, is not UTF-8 or is a
 * link out of the repository becomes a problem.
 */
export function readSourceFiles(root: string, globs: FileGlobs = {}): SourceFiles {
  const lists = (['catalog', 'journeys'] as const).map((key) =>
    completeList(globs[key] ?? DEFAULT_FILE_GLOBS[key], DEFAULT_FILE_GLOBS[key]),
  );
  const overlays = tidyFolder(globs.overlays ?? DEFAULT_FILE_GLOBS.overlays);
  const { files, problems } = readMatching(
    root,
    [...lists.map(addCodeFiles), [`${escapeGlob(overlays)}/${OVERLAY_FILE}`]],
    (path) => !TEST_FILE.test(path),
  );
  const sources = files.map((file) => markOverlay(markCode(file), `${overlays}/`));
  return {
    files: [
      ...sources,
      ...readNamedFiles(
        root,
        sources.filter(({ role }) => role !== 'code'),
      ),
    ],
    problems,
    lookedIn: lists.flat(),
  };
}

/** Behind each pattern, so that a `!pattern` below it takes programs away like other files. */
function addCodeFiles(patterns: readonly string[]): string[] {
  return patterns.flatMap((pattern) => {
    if (isNegation(pattern)) return [pattern];
    const folders = parsePathGlobs([pattern]).baseFolders.map((folder) =>
      folder === '' ? '' : `${escapeGlob(folder)}/`,
    );
    return [pattern, ...folders.map((folder) => `${folder}${CODE_FILES}`)];
  });
}

function markCode(file: SourceText): SourceText {
  return CODE_FILE.test(file.path) ? { ...file, role: 'code' } : file;
}

/** The files that `!file`, `for_each` and `extends` name, each once. Bases may name further ones. */
function readNamedFiles(root: string, files: readonly SourceText[]): SourceText[] {
  const known = new Set(files.map(({ path }) => path));
  const named = new Map<string, SourceText>();
  for (let open = files; open.length > 0;) {
    const found = open.flatMap(listNamed).filter(({ role, path }) => role !== 'base' || !known.has(path));
    open = found.flatMap(({ role, path }) => {
      const key = `${role} ${path}`;
      if (named.has(key)) return [];
      const file = readNamedFile(root, path, role);
      named.set(key, file);
      return role === 'base' && !file.fault ? [file] : [];
    });
  }
  return [...named.values()].sort(compareBy(({ path }) => path));
}

/** Words without which a file names no other. */
const NAMING = [FILE_TAG, 'for_each', 'extends'];

function listNamed({ path, text }: SourceText): { role: NamedRole; path: string }[] {
  if (!NAMING.some((word) => text.includes(word))) return [];
  const { documents, textPaths } = parseDocuments(path, text);
  const resolve = (role: NamedRole, references: readonly string[]) =>
    references.map((reference) => ({ role, path: resolveTextPath(path, reference) }));
  return [
    ...[...textPaths].map((one) => ({ role: 'text' as const, path: one })),
    ...documents.flatMap(({ value }) => [
      ...resolve('table', listTableReferences(value)),
      ...resolve('base', listBaseReferences(value)),
    ]),
  ];
}

/** Reads `*.test.yaml` files, like {@link readSourceFiles}. */
export function readTestFiles(root: string, patterns: readonly string[]): Pick<SourceFiles, 'files' | 'problems'> {
  return readMatching(root, [patterns], (path) => TEST_FILE.test(path));
}

function readMatching(
  root: string,
  lists: readonly (readonly string[])[],
  accept: (path: string) => boolean,
): Pick<SourceFiles, 'files' | 'problems'> {
  const parsed = lists.map((patterns) => parsePathGlobs(patterns));
  const wanted = (path: string) => accept(path) && parsed.some((glob) => glob.matches(path));
  const found = listFolders(parsed).map((folder) => walkFiles(root, folder, wanted));
  const paths = [...new Set(found.flatMap((one) => one.paths))].sort();
  const read = paths.map((path) => readText(root, path));
  return {
    files: read.filter((one) => 'text' in one),
    problems: [...found.flatMap((one) => one.problems), ...read.filter((one) => 'code' in one)],
  };
}

/** `./overlays/` as `overlays`. */
export function tidyFolder(folder: string): string {
  return folder
    .split(/[/\\]/)
    .filter((part) => part !== '' && part !== '.')
    .join('/');
}

/** A file below the folder of overlays is an overlay, even where the patterns of other files match it. */
function markOverlay(file: SourceText, folder: string): SourceText {
  if (!file.path.startsWith(folder)) return file;
  const [environment = '', ...rest] = file.path.slice(folder.length).split('/');
  return { ...file, overlay: rest.length === 0 ? '' : environment };
}

/** The base folders of all patterns, without those inside another one. */
function listFolders(globs: readonly PathGlobs[]): string[] {
  const folders = [...new Set(globs.flatMap(({ baseFolders }) => baseFolders))];
  return folders.filter(
    (folder) => !folders.some((other) => other !== folder && (other === '' || folder.startsWith(`${other}/`))),
  );
}

function readText(root: string, path: string): SourceText | Problem {
  const at = { file: path, line: 1, col: 1 };
  let bytes: Buffer;
  try {
    bytes = readFileSync(join(root, path));
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
    return makeProblem('FILE_UNREADABLE', at, `The file cannot be read (${code}).`);
  }
  const decoded = decodeText(path, bytes);
  if ('text' in decoded) return { path, text: decoded.text };
  const { message, hint, ...place } = decoded.fault;
  return makeProblem('FILE_NOT_UTF8', { file: path, ...place }, message, { hint });
}

const SKIPPED = new Set(['node_modules', '.git']);

interface FoundFiles {
  /** Relative to the root, with forward slashes. */
  paths: string[];
  problems: Problem[];
}

/** A folder, and the real folders from the start of the walk down to it. */
interface Folder {
  path: string;
  chain: readonly string[];
}

interface Walk extends FoundFiles {
  root: string;
  realRoot: string;
  wanted: (path: string) => boolean;
  /** Real folders: none is read twice, however many links point to it. */
  visited: Set<string>;
  links: Folder[];
}

/**
 * The wanted regular files below a folder of `root`. Follows links after everything else, but not out
 * of the root, so that a pull request cannot make the tool print other files, and not to a folder above.
 */
function walkFiles(root: string, folder: string, wanted: (path: string) => boolean): FoundFiles {
  const found: FoundFiles = { paths: [], problems: [] };
  const walk: Walk = { ...found, root, realRoot: realpathSync(root), wanted, visited: new Set(), links: [] };
  const real = tryRead(() => realpathSync(join(root, folder)));
  if (typeof real !== 'string') {
    if (real.code !== 'ENOENT') report(walk, 'FILE_UNREADABLE', folder, `The folder cannot be read (${real.code}).`);
  } else if (isInside(walk, real)) {
    walkFolder(walk, { path: folder, chain: [real] });
    for (let link = walk.links.shift(); link; link = walk.links.shift()) followLink(walk, link);
  } else {
    report(walk, 'FILE_LINK_OUTSIDE', folder, 'The folder is outside the repository.');
  }
  return found;
}

function walkFolder(walk: Walk, { path: folder, chain }: Folder): void {
  const real = chain.at(-1) ?? '';
  if (walk.visited.has(real)) return;
  walk.visited.add(real);
  const entries = tryRead(() => readdirSync(join(walk.root, folder), { withFileTypes: true }));
  if ('code' in entries) {
    report(walk, 'FILE_UNREADABLE', folder, `The folder cannot be read (${entries.code}).`);
    return;
  }
  for (const entry of entries.sort(compareBy(({ name }) => name))) {
    if (SKIPPED.has(entry.name)) continue;
    const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
    if (entry.isSymbolicLink()) walk.links.push({ path, chain });
    else if (entry.isDirectory()) walkFolder(walk, { path, chain: [...chain, join(real, entry.name)] });
    else takeFile(walk, path, entry);
  }
}

function takeFile(walk: Walk, path: string, entry: Pick<Dirent, 'isFile'>): void {
  if (!walk.wanted(path)) return;
  // Reading a pipe or a device could block forever.
  if (entry.isFile()) walk.paths.push(path);
  else report(walk, 'FILE_UNREADABLE', path, 'This is not a regular file.');
}

function followLink(walk: Walk, { path, chain }: Folder): void {
  const full = join(walk.root, path);
  const found = tryRead(() => ({ real: realpathSync(full), stat: statSync(full) }));
  if ('code' in found) {
    if (found.code === 'ELOOP') report(walk, 'FILE_LINK_LOOP', path, 'The link points to itself.');
    else if (walk.wanted(path)) report(walk, 'FILE_UNREADABLE', path, `The link cannot be followed (${found.code}).`);
    return;
  }
  const { real, stat } = found;
  if (!stat.isDirectory() && !walk.wanted(path)) return;
  if (!isInside(walk, real)) report(walk, 'FILE_LINK_OUTSIDE', path, 'The link points outside the repository.');
  else if (!stat.isDirectory()) takeFile(walk, path, stat);
  else if (chain.includes(real)) report(walk, 'FILE_LINK_LOOP', path, 'The link points to a folder above it.');
  else walkFolder(walk, { path, chain: [...chain, real] });
}

function isInside(walk: Walk, real: string): boolean {
  return real === walk.realRoot || real.startsWith(walk.realRoot + sep);
}

function report(
  walk: Walk,
  code: 'FILE_UNREADABLE' | 'FILE_LINK_LOOP' | 'FILE_LINK_OUTSIDE',
  file: string,
  message: string,
): void {
  walk.problems.push(makeProblem(code, { file: file === '' ? '.' : file, line: 1, col: 1 }, message));
}

function tryRead<T>(read: () => T): T | { code: string } {
  try {
    return read();
  } catch (error) {
    return { code: error instanceof Error && 'code' in error ? String(error.code) : 'unknown' };
  }
}
