import { randomBytes } from 'node:crypto';
import {
  closeSync,
  constants,
  copyFileSync,
  existsSync,
  fchmodSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, isAbsolute, join, relative, sep } from 'node:path';
import { LimioError } from '../errors/errors.js';

/** `.limio` of a repository: what limio-sync keeps on this machine. */
export function nameLimioFolder(root: string): string {
  return join(root, '.limio');
}

export function nameRunsFolder(root: string): string {
  return join(nameLimioFolder(root), 'runs');
}

/** The files of a run, in its folder. */
export const RUN_FILES = {
  plan: 'plan.json',
  journal: 'journal.jsonl',
  result: 'result.json',
  rollback: 'rollback.json',
  recovery: 'recovery.json',
} as const;

/** In the folder of a run that was copied from a shared store: its journal may lack its last seconds. */
export const COPY_MARKER = 'copy.json';

/** The snapshot of an environment: in `.limio/state`, which git ignores, or in a folder of the user's choice. */
export function nameStateFile(root: string, environment: string, folder: string | undefined): string {
  return join(
    folder === undefined ? join(nameLimioFolder(root), 'state') : join(root, folder),
    `${toFileName(environment)}.json`,
  );
}

/** A name as a part of a file name: letters, digits, `-` and `_`, at most 60. */
export function toFileName(name: string): string {
  return name.replace(/[^A-Za-z0-9_-]/g, '_').slice(0, 60);
}

/** Undefined when there is none. @throws any other error of the disk. */
export function readFileIfAny(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

/** @throws LimioError FILE_UNWRITABLE. */
export function writeStateFile(root: string, file: string, text: string): void {
  const folder = dirname(file);
  if (folder.startsWith(nameLimioFolder(root))) makeLimioFolder(root, folder);
  writeFileSafely(root, file, text);
}

/**
 * Creates a folder below `.limio`, which git then ignores whatever the repository's own .gitignore says.
 * @throws LimioError FILE_UNWRITABLE.
 */
export function makeLimioFolder(root: string, folder: string): void {
  const ignore = join(nameLimioFolder(root), '.gitignore');
  try {
    makeFolderInside(root, folder);
    writeFileSync(ignore, '*\n', { flag: 'wx' });
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw describeUnwritable(root, ignore, error);
  }
}

/**
 * Writes a file of the repository whole or not at all, also when the power fails. A link to another file of the
 * repository stays a link.
 * @throws LimioError FILE_UNWRITABLE; also when links would put the file outside `root`.
 */
export function writeFileSafely(root: string, file: string, text: string): void {
  try {
    replaceFile(locateInside(root, file), text);
  } catch (error) {
    throw describeUnwritable(root, file, error);
  }
}

/**
 * Writes a file that a person named, anywhere. One below `folder` must not leave it by links. A device or a pipe is
 * written as it is: a draft would take its place.
 * @throws what the disk throws; `link-outside` for such a link.
 */
export function writeNamedFile(folder: string, file: string, text: string): void {
  const found = statSync(file, { throwIfNoEntry: false });
  if (found && !found.isFile() && !found.isDirectory()) return writeFileSync(file, text);
  statSync(dirname(file));
  const isBelow = !relative(folder, file).startsWith('..') && !isAbsolute(relative(folder, file));
  replaceFile(locateInside(isBelow ? folder : dirname(file), file), text);
}

/**
 * Creates a file whole or not at all, and never overwrites one.
 * @throws LimioError FILE_UNWRITABLE; also when it exists, or when links would put it outside `root`.
 */
export function createFileSafely(root: string, file: string, text: string): void {
  try {
    writeDraft(join(makeFolderInside(root, dirname(file)), basename(file)), text, undefined, placeDraft);
  } catch (error) {
    throw describeUnwritable(root, file, error);
  }
}

/** Unlike a renamed file, neither a link nor such a copy replaces another one. */
function placeDraft(draft: string, file: string): void {
  try {
    linkSync(draft, file);
  } catch (error) {
    if (codeOf(error) === 'EEXIST') throw error;
    // Some disks have no hard links.
    copyFileSync(draft, file, constants.COPYFILE_EXCL);
  }
  rmSync(draft, { force: true });
}

function replaceFile(file: string, text: string): void {
  writeDraft(file, text, statSync(file, { throwIfNoEntry: false })?.mode, renameSync);
}

/** The draft has a random name and must not exist, so nobody can put a link in its place. */
function writeDraft(
  file: string,
  text: string,
  mode: number | undefined,
  place: (draft: string, file: string) => void,
): void {
  const folder = dirname(file);
  const draft = join(folder, `.limio-${randomBytes(8).toString('hex')}.draft`);
  const handle = openSync(draft, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW);
  try {
    try {
      if (mode !== undefined) fchmodSync(handle, mode & 0o777);
      writeFileSync(handle, text);
      fsyncSync(handle);
    } finally {
      closeSync(handle);
    }
    place(draft, file);
  } catch (error) {
    rmSync(draft, { force: true });
    throw error;
  }
  syncFolder(folder);
}

/** The real path of a file, whose folder is created. */
function locateInside(root: string, file: string): string {
  const folder = makeFolderInside(root, dirname(file));
  const real = existsSync(file) ? realpathSync(file) : join(folder, basename(file));
  requireInside(root, dirname(real));
  return real;
}

/** Creates a folder and returns its real path. The part that exists is checked first, so nothing is created outside. */
function makeFolderInside(root: string, folder: string): string {
  let existing = folder;
  while (!existsSync(existing)) existing = dirname(existing);
  requireInside(root, realpathSync(existing));
  mkdirSync(folder, { recursive: true });
  const real = realpathSync(folder);
  requireInside(root, real);
  return real;
}

function requireInside(root: string, real: string): void {
  const home = realpathSync(root);
  if (real === home || real.startsWith(home.endsWith(sep) ? home : home + sep)) return;
  throw Object.assign(new Error(`a link leads to ${real}, outside the repository`), { code: 'link-outside' });
}

const WRITE_HINTS: Readonly<Record<string, string>> = {
  'link-outside': 'Replace the link with a folder or file of the repository.',
  EACCES: 'The folder or the file is not writable for you. Make it writable, then run the command again.',
  EPERM: 'The folder or the file is not writable for you. Make it writable, then run the command again.',
  EROFS: 'The folder is not writable: its disk is mounted read-only. Use a checkout on a writable disk.',
  ENOSPC: 'The disk is full. Free some space, then run the command again.',
  EDQUOT: 'Your quota of the disk is full. Free some space, then run the command again.',
  ENOTDIR: 'A part of the path is a file, not a folder. Rename that file, or change the path.',
  EISDIR: 'A folder has that name. Rename the folder, or change the path.',
  ENAMETOOLONG: 'The name is too long for this disk. Use a shorter one.',
};

/** What to do about a failure of the disk. */
export function hintAtWriteFailure(error: unknown): string {
  return WRITE_HINTS[codeOf(error)] ?? 'Check that the folder exists and is writable, then run the command again.';
}

/** A failure of the disk as FILE_UNWRITABLE; our own errors stay as they are. */
export function describeUnwritable(root: string, file: string, error: unknown): LimioError {
  if (error instanceof LimioError) return error;
  const reason = nameReason(error);
  return new LimioError({
    code: 'FILE_UNWRITABLE',
    message: `Cannot write ${relative(root, file)} (${reason}).`,
    hint: hintAtWriteFailure(error),
    details: { file },
    cause: error,
  });
}

/** The name of a new file must survive a power failure, too. */
export function syncFolder(folder: string): void {
  try {
    const handle = openSync(folder, 'r');
    try {
      fsyncSync(handle);
    } finally {
      closeSync(handle);
    }
  } catch {
    // Windows opens no folders.
  }
}

export function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}

/** A failure of the disk as JOURNAL_UNWRITABLE; our other errors stay as they are. */
export function refuseUnwritable(file: string, error: unknown): LimioError {
  if (error instanceof LimioError && error.code !== 'FILE_UNWRITABLE') return error;
  const cause = error instanceof LimioError ? error.cause : error;
  const isOutside = codeOf(cause) === 'link-outside';
  return new LimioError({
    code: 'JOURNAL_UNWRITABLE',
    message: `Cannot write ${file} (${nameReason(cause)}). limio-sync sends nothing that it has not recorded first.`,
    hint: isOutside
      ? hintAtWriteFailure(cause)
      : 'Free disk space, or make the folder .limio of the repository writable, then run the command again.',
    details: { file },
    cause,
  });
}

/** Without the path that Node adds: of a draft it means nothing. */
function nameReason(error: unknown): string {
  return error instanceof Error ? error.message.replace(/ '.*$/s, '') : String(error);
}
