import { type Lock, takeLock } from '../../journal/lock.js';
import type { RunCommand } from '../../model/run.js';
import type { CliIo } from '../cli-io.js';
import type { Workspace } from '../project/load-project.js';
import { SYSTEM_CLOCK } from '../system-clock.js';
import { identifyThisProcess, isRunning } from './process-probe.js';

/**
 * Runs a command that writes. `enter` takes its environment for itself; what was taken is given back
 * when the work ends, however it ends, and also when a second interruption ends the process at once.
 * @throws LimioError LOCKED, JOURNAL_UNWRITABLE, from `enter`.
 */
export async function withLock<T>(
  io: CliIo,
  command: RunCommand,
  work: (enter: (workspace: Workspace) => void) => Promise<T>,
): Promise<T> {
  const locks: Lock[] = [];
  const release = (): void => {
    for (const lock of locks) lock.release();
  };
  const user = io.env['USER'] ?? io.env['USERNAME'];
  process.once('exit', release);
  try {
    return await work(({ root, environment }) => {
      const request = {
        command,
        environment: environment.name,
        process: identifyThisProcess(),
        isRunning,
        now: SYSTEM_CLOCK.now(),
      };
      locks.push(takeLock(root, { ...request, ...(user === undefined ? {} : { user }) }));
    });
  } finally {
    process.off('exit', release);
    release();
  }
}
