import { closeSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { LimioError } from '../errors/errors.js';

/** `.limio` of a repository: what the tool keeps on this machine. */
export function nameLimioFolder(root: string): string {
  return join(root, '.limio');
}

export function nameRunsFolder(root: string): string {
  return join(nameLimioFolder(root), 'runs');
}

/** Creates a folder below `.limio`, which git then ignores whatever the repository's own .gitignore says. */
export function makeLimioFolder(root: string, folder: string): void {
  mkdirSync(folder, { recursive: true });
  try {
    writeFileSync(join(nameLimioFolder(root), '.gitignore'), '*\n', { flag: 'wx' });
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
  }
}

/** A name as a part of a file's name: letters, digits, `-` and `_`, and not endless. */
export function toFileName(name: string): string {
  return name.replace(/[^A-Za-z0-9_-]/g, '_').slice(0, 60);
}

/** Writes a file so that it is there whole or not at all, also after the power went. */
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

/** So that the name of a new file outlives the power, too; not every system can. */
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

/** A failure of the disk as our error; ours pass as they are. */
export function refuseUnwritable(file: string, error: unknown): LimioError {
  if (error instanceof LimioError) return error;
  const reason = error instanceof Error ? error.message : String(error);
  return new LimioError({
    code: 'JOURNAL_UNWRITABLE',
    message: `${file} cannot be written (${reason}). Nothing is sent that is not written down first.`,
    hint: 'Make room on the disk, or make the folder .limio of the repository writable, then run the command again.',
    details: { file },
    cause: error,
  });
}

/** The files of a run, in its folder. */
export const RUN_FILES = {
  plan: 'plan.json',
  journal: 'journal.jsonl',
  result: 'result.json',
  rollback: 'rollback.json',
  recovery: 'recovery.json',
} as const;

/** Where the snapshot of an environment is: in `.limio/state`, which git ignores, or in a folder of the user's. */
export function nameStateFile(root: string, environment: string, folder: string | undefined): string {
  return join(
    folder === undefined ? join(nameLimioFolder(root), 'state') : join(root, folder),
    `${toFileName(environment)}.json`,
  );
}

/** Undefined when there is none. @throws what the disk throws. */
export function readStateFile(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}

/** There whole or not at all. @throws what the disk throws. */
export function writeStateFile(root: string, file: string, text: string): void {
  const folder = dirname(file);
  if (folder.startsWith(nameLimioFolder(root))) makeLimioFolder(root, folder);
  else mkdirSync(folder, { recursive: true });
  writeFileSafely(file, text);
}
