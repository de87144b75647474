import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { LimioError } from '../../errors/errors.js';
import { createFileSafely, describeUnwritable, writeFileSafely } from '../../journal/files.js';

/** A new file has no `before`, a file that goes no `after`. */
export interface FileChange {
  /** From the root. */
  path: string;
  before?: string;
  after?: string | undefined;
}

/**
 * Makes all changes, new files first, or none: after a failure, files are as they were. Checks first that each file is
 * as it was read.
 * @throws LimioError FACTOR_REFUSED, FILE_UNWRITABLE.
 */
export function replaceFiles(root: string, changes: readonly FileChange[]): void {
  for (const change of changes) checkUnchanged(root, change);
  const done: FileChange[] = [];
  try {
    for (const change of changes) {
      checkUnchanged(root, change);
      done.push(change);
      make(root, change);
    }
  } catch (error) {
    for (const change of done.toReversed()) undo(root, change);
    throw error;
  }
}

function make(root: string, { path, before, after }: FileChange): void {
  const file = join(root, path);
  if (after === undefined) removeFile(root, file);
  else if (before === undefined) createFileSafely(root, file, after);
  else writeFileSafely(root, file, after);
}

function removeFile(root: string, file: string): void {
  try {
    rmSync(file);
  } catch (error) {
    throw describeUnwritable(root, file, error);
  }
}

/** Only what this run made: the change that failed may not have been made. */
function undo(root: string, { path, before, after }: FileChange): void {
  const file = join(root, path);
  const now = existsSync(file) ? readFileSync(file, 'utf8') : undefined;
  if (now !== after) return;
  if (before !== undefined) writeFileSafely(root, file, before);
  else rmSync(file, { force: true });
}

function checkUnchanged(root: string, { path, before }: FileChange): void {
  const file = join(root, path);
  const now = existsSync(file) ? readFileSync(file, 'utf8') : undefined;
  if (now === before) return;
  const what = before === undefined ? 'was created' : now === undefined ? 'was deleted' : 'was edited';
  throw new LimioError({
    code: 'FACTOR_REFUSED',
    message: `${path} ${what} while factor ran. No file was changed.`,
    hint: 'Run it again: limio-sync factor',
    details: { file: path },
  });
}
