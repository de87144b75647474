import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { RunHead } from '../model/run.js';
import { nameRunsFolder } from './limio-folder.js';
import type { ProcessProbe } from './process-identity.js';
import { readRunHead } from './read-run.js';

/** As `openRun` names them. */
const RUN_NAME = /^\d{8}T\d{9}Z-/;

/** The names of all runs of a repository, the oldest first. */
export function listRunIds(root: string): string[] {
  try {
    return readdirSync(nameRunsFolder(root), { withFileTypes: true })
      .filter((entry) => entry.isDirectory() && RUN_NAME.test(entry.name))
      .map(({ name }) => name)
      .toSorted();
  } catch {
    return [];
  }
}

/** All runs of a repository, the oldest first, without their steps. */
export function listRuns(root: string, isRunning: ProcessProbe): RunHead[] {
  return listRunIds(root).map((id) => readRunHead(root, join(nameRunsFolder(root), id), isRunning));
}
