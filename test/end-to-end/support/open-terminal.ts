import { spawnSync } from 'node:child_process';
import { PROGRAM } from '../../support/run-program.js';

/** Why there is no pseudo terminal here, or undefined when there is one. */
export function findTerminalObstacle(): string | undefined {
  if (process.platform === 'win32') return 'Windows has no pseudo terminals of this sort';
  const probe = spawnSync('python3', ['-c', 'import pty']);
  return probe.status === 0 ? undefined : 'python3 with its module pty is not installed';
}

/** Copies between a pseudo terminal and our pipes, and ends as the program ended (128 + signal). */
const BRIDGE = `
import os, pty, sys
status = pty.spawn(sys.argv[1:])
code = os.waitstatus_to_exitcode(status)
sys.exit(code if code >= 0 else 128 - code)
`;

/** What runs the program under a terminal of its own: both of its outputs come on stdout, lines end in CR LF. */
export const TERMINAL_COMMAND: readonly string[] = ['python3', '-c', BRIDGE, process.execPath, PROGRAM];
/** What the keys send. */
export const CTRL_C = '\u0003';
export const CTRL_D = '\u0004';
