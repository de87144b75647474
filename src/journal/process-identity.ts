import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import type { ProcessIdentity } from '../model/run.js';

export function identifyProcess(pid: number): ProcessIdentity {
  const start = readProcessStart(pid);
  return { pid, host: hostname(), ...(start === undefined ? {} : { start }) };
}

/** Asks the system for a process of that number; only the command line may touch `process`. */
export type ProcessProbe = (pid: number) => boolean;

/** `elsewhere`: it runs on another machine, of which nothing can be known here. */
export function judgeProcess(identity: ProcessIdentity, isRunning: ProcessProbe): 'alive' | 'dead' | 'elsewhere' {
  if (identity.host !== hostname()) return 'elsewhere';
  if (!isRunning(identity.pid)) return 'dead';
  // The number may belong to another process by now, or to one that ended and was not yet collected.
  return identity.start === undefined || identity.start === readProcessStart(identity.pid) ? 'alive' : 'dead';
}

/** From proc(5), field 22 of `stat`; undefined for a process that is gone or a zombie, and where there is no /proc. */
function readProcessStart(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The second field is the program's name in parentheses and may hold anything.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const [state, startTime] = [fields[0], fields[19]];
    if (startTime === undefined || state === 'Z' || state === 'X') return undefined;
    return `${readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()}/${startTime}`;
  } catch {
    return undefined;
  }
}
