import { rmSync } from 'node:fs';
import type { RunHead } from '../model/run.js';
import { listRuns } from './list-runs.js';
import { type OwedRequest, readOwedPages } from './read-owed-pages.js';

/**
 * Removes the oldest runs until `keep` are left. Kept in any case: a run that is in flight, a crashed
 * one of which nobody was told yet, and one that owes a page, which would be forgotten with it.
 */
export function pruneRuns(root: string, keep: number, reading: Pick<OwedRequest, 'isRunning' | 'parsePlan'>): void {
  const runs = listRuns(root, reading.isRunning);
  const old = runs.slice(0, Math.max(0, runs.length - keep));
  const owing = listOwing(root, old, reading);
  for (const { id, folder, state, start, recovery } of old) {
    if (state === 'running' || (state === 'crashed' && start && !recovery) || owing.has(id)) continue;
    // A file that another program holds open is no reason not to apply.
    try {
      rmSync(folder, { recursive: true, force: true });
    } catch {
      continue;
    }
  }
}

/** Of these runs, those that owe a page to their tenant. */
function listOwing(
  root: string,
  runs: readonly RunHead[],
  reading: Pick<OwedRequest, 'isRunning' | 'parsePlan'>,
): ReadonlySet<string> {
  const tenants = new Map(
    runs.flatMap(({ start }) => (start ? [[`${start.environment} ${start.host}`, start] as const] : [])),
  );
  const owed = [...tenants.values()].flatMap(({ environment, host }) =>
    readOwedPages(root, { environment, host, ...reading }),
  );
  return new Set(owed.map(({ run }) => run));
}
