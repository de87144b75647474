import { chmodSync, existsSync, mkdirSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { dirname, join, sep } from 'node:path';
import { LimioError } from '../../errors/errors.js';
import { writeFileSafely } from '../../journal/files.js';
import type { PulledFile } from '../../model/pull.js';

/**
 * Writes the files of a pull, each whole or not at all, and none when one of them is no longer as it
 * was read. @throws LimioError PULL_FILE_CHANGED.
 */
export function writePull(root: string, files: readonly PulledFile[]): void {
  for (const file of files) checkUnchanged(root, file);
  for (const file of files) {
    const absolute = join(root, file.path);
    if (file.before === undefined) {
      mkdirSync(dirname(absolute), { recursive: true });
      checkInside(root, file.path);
      checkUnchanged(root, file);
      writeFileSafely(absolute, file.after);
    } else {
      checkUnchanged(root, file);
      // A link stays a link.
      const real = realpathSync(absolute);
      const { mode } = statSync(real);
      writeFileSafely(real, file.after);
      chmodSync(real, mode);
    }
  }
}

function checkUnchanged(root: string, { path, before }: PulledFile): void {
  const absolute = join(root, path);
  const now = existsSync(absolute) ? readFileSync(absolute, 'utf8') : undefined;
  if (now === before) return;
  const what = before === undefined ? 'exists meanwhile' : now === undefined ? 'is gone' : 'has been edited';
  throw new LimioError({
    code: 'PULL_FILE_CHANGED',
    message: `${path} ${what} since it was read, so it was not written.`,
    hint: 'Run it again: limio-sync pull',
    details: { file: path },
  });
}

/** A folder that is a link must not lead the file out of the repository. */
function checkInside(root: string, path: string): void {
  const folder = realpathSync(dirname(join(root, path)));
  const home = realpathSync(root);
  if (folder === home || folder.startsWith(home + sep)) return;
  throw new LimioError({
    code: 'USAGE',
    message: `${path} would lie outside the repository: a folder on its way is a link.`,
    hint: 'Put a real folder there, or change "files" in limio.config.',
  });
}
