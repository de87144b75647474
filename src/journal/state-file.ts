import { mkdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { makeLimioFolder, nameLimioFolder, toFileName } from './limio-folder.js';
import { writeFileSafely } from './write-file-safely.js';

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
