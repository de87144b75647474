import { identifyProcess } from '../../journal/lock.js';
import type { ProcessIdentity } from '../../model/run.js';

/** Whether a process of this machine has that number. One of another user counts. */
export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

export function identifyThisProcess(): ProcessIdentity {
  return identifyProcess(process.pid);
}
