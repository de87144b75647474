import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

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
