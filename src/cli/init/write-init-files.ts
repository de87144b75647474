import { existsSync, lstatSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { LimioError } from '../../errors/errors.js';
import type { InitFile } from './list-init-files.js';

export interface WrittenFile {
  path: string;
  /** `kept`: it exists and was left alone. `same`: it says that already. */
  what: 'created' | 'extended' | 'kept' | 'same';
}

/** Creates what is not there. Nothing that exists is overwritten; lines are added at its end where they lack. */
export function writeInitFiles(root: string, files: readonly InitFile[]): WrittenFile[] {
  return files.map((file) => ({ path: file.path, what: writeOne(root, file) }));
}

function writeOne(root: string, { path, text, addsLines }: InitFile): WrittenFile['what'] {
  const at = join(root, path);
  try {
    if (!existsSync(at) && lstatSync(at, { throwIfNoEntry: false }) === undefined) {
      mkdirSync(dirname(at), { recursive: true });
      // Fails rather than overwrites, should somebody else have made it meanwhile.
      writeFileSync(at, text, { flag: 'wx' });
      return 'created';
    }
    const old = readFileSync(at, 'utf8');
    if (old === text) return 'same';
    if (!addsLines) return 'kept';
    const present = new Set(old.split(/\r?\n/).map((line) => line.trim()));
    const missing = text
      .split('\n')
      .filter((line) => line !== '' && !present.has(line) && !present.has(line.replace(/\/$/, '')));
    if (missing.length === 0) return 'same';
    writeFileSync(at, `${old}${old === '' || old.endsWith('\n') ? '' : '\n'}${missing.join('\n')}\n`);
    return 'extended';
  } catch (error) {
    const reason = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
    throw new LimioError({
      code: 'USAGE',
      message: `${path} cannot be written (${reason}).`,
      hint: 'What was written before it stays; run the same command again.',
      cause: error,
    });
  }
}
