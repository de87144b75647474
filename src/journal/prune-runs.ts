import { rmSync } from 'node:fs';
import { listRuns } from './list-runs.js';
import type { ProcessProbe } from './process-identity.js';

/**
 * Removes the oldest runs until `keep` are left. Kept in any case: a run that is in flight, and a
 * crashed one of which nobody was told yet.
 */
export function pruneRuns(root: string, keep: number, isRunning: ProcessProbe): void {
  const runs = listRuns(root, isRunning);
  for (const { folder, state, start, recovery } of runs.slice(0, Math.max(0, runs.length - keep))) {
    if (state === 'running' || (state === 'crashed' && start && !recovery)) continue;
    // A file that another program holds open is no reason not to apply.
    try {
      rmSync(folder, { recursive: true, force: true });
    } catch {
      continue;
    }
  }
}
