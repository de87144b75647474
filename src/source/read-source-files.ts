import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Problem } from '../model/problem.js';
import { makeProblem } from './make-problem.js';
import { type PathGlob, listBaseFolders, matchPathGlob, parsePathGlob } from './match-path-glob.js';
import type { SourceText } from './source-text.js';
import { walkFiles } from './walk-files.js';

export const DEFAULT_FILE_GLOBS = {
  catalog: ['catalog/**/*.{yaml,yml}'],
  journeys: ['journeys/**/*.{yaml,yml}'],
  overlays: 'overlays',
  /** Of tests only. */
  prices: ['prices/**/*.{yaml,yml}'],
} as const;

export interface FileGlobs {
  catalog?: readonly string[];
  journeys?: readonly string[];
  /** A folder, not a pattern: below it each environment has a folder of its name with overlays. */
  overlays?: string;
}

export interface SourceFiles {
  /** Sorted by path. Files of catalog and journeys may declare any kind. */
  files: SourceText[];
  /** Files and folders that could not be read. */
  problems: Problem[];
  /** The patterns of files that declare resources, to name when nothing is found. */
  lookedIn: string[];
}

/** Files of this form hold tests, not resources. */
const TEST_FILE = /\.test\.ya?ml$/;
const OVERLAY_FILE = '**/*.{yaml,yml}';

/**
 * Reads the YAML files of a repository. What cannot be read, is not UTF-8 or is linked from outside
 * becomes a problem; nothing is thrown for it.
 */
export function readSourceFiles(root: string, globs: FileGlobs = {}): SourceFiles {
  const patterns = [
    ...(globs.catalog ?? DEFAULT_FILE_GLOBS.catalog),
    ...(globs.journeys ?? DEFAULT_FILE_GLOBS.journeys),
  ];
  const overlays = tidyFolder(globs.overlays ?? DEFAULT_FILE_GLOBS.overlays);
  const { files, problems } = readMatching(
    root,
    [...patterns, `${overlays}/${OVERLAY_FILE}`],
    (path) => !TEST_FILE.test(path),
  );
  return { files: files.map((file) => markOverlay(file, `${overlays}/`)), problems, lookedIn: patterns };
}

/** Reads the files of tests among those that the patterns match; as tolerant as {@link readSourceFiles}. */
export function readTestFiles(root: string, patterns: readonly string[]): Pick<SourceFiles, 'files' | 'problems'> {
  return readMatching(root, patterns, (path) => TEST_FILE.test(path));
}

function readMatching(
  root: string,
  patterns: readonly string[],
  accept: (path: string) => boolean,
): Pick<SourceFiles, 'files' | 'problems'> {
  const parsed = patterns.map(parsePathGlob);
  const wanted = (path: string) => accept(path) && parsed.some((glob) => matchPathGlob(glob, path));
  const found = listFolders(parsed).map((folder) => walkFiles(root, folder, wanted));
  const paths = [...new Set(found.flatMap((one) => one.paths))].sort();
  const read = paths.map((path) => readText(root, path));
  return {
    files: read.filter((one) => 'text' in one),
    problems: [...found.flatMap((one) => one.problems), ...read.filter((one) => 'code' in one)],
  };
}

export function tidyFolder(folder: string): string {
  return folder
    .split(/[/\\]/)
    .filter((part) => part !== '' && part !== '.')
    .join('/');
}

/** A file below the folder of overlays is one even where the pattern of another sort of file matches it, too. */
function markOverlay(file: SourceText, folder: string): SourceText {
  if (!file.path.startsWith(folder)) return file;
  const [environment = '', ...rest] = file.path.slice(folder.length).split('/');
  return { ...file, overlay: rest.length === 0 ? '' : environment };
}

/** Base folders of all patterns, without those that lie in another one. */
function listFolders(globs: readonly PathGlob[]): string[] {
  const folders = [...new Set(globs.flatMap(listBaseFolders))];
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
  try {
    return { path, text: new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes) };
  } catch {
    return makeProblem('FILE_NOT_UTF8', at, 'The file is not UTF-8 text.', { hint: 'Save it as UTF-8.' });
  }
}
