import { closeSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
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

/** @throws what the disk throws. */
export function writeStateFile(root: string, file: string, text: string): void {
  const folder = dirname(file);
  if (folder.startsWith(nameLimioFolder(root))) makeLimioFolder(root, folder);
  else mkdirSync(folder, { recursive: true });
  writeFileSafely(file, text);
}

/** Creates a folder below `.limio`, which git then ignores whatever the repository's own .gitignore says. */
export function makeLimioFolder(root: string, folder: string): void {
  mkdirSync(folder, { recursive: true });
  try {
    writeFileSync(join(nameLimioFolder(root), '.gitignore'), '*\n', { flag: 'wx' });
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error;
  }
}

/** Writes a file whole or not at all, also when the power fails. */
export function writeFileSafely(file: string, text: string): void {
  const draft = `${file}.draft`;
  const handle = openSync(draft, 'w');
  try {
    writeFileSync(handle, text);
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
  renameSync(draft, file);
  syncFolder(dirname(file));
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

/** A failure of the disk as JOURNAL_UNWRITABLE; our own errors stay as they are. */
export function refuseUnwritable(file: string, error: unknown): LimioError {
  if (error instanceof LimioError) return error;
  const reason = error instanceof Error ? error.message : String(error);
  return new LimioError({
    code: 'JOURNAL_UNWRITABLE',
    message: `Cannot write ${file} (${reason}). limio-sync sends nothing that it has not recorded first.`,
    hint: 'Free disk space, or make the folder .limio of the repository writable, then run the command again.',
    details: { file },
    cause: error,
  });
}
