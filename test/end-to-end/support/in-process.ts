/**
 * Folders and workspaces whose commands run in the process of the test: they print and do the same, and a process takes
 * longer to start than most commands run. Tests of processes, signals, pipes, terminals, and of configurations that are
 * programs (which see the environment of their process, and may end it) import open-workspace instead.
 */
import { runInProcess } from '../../cli/support/run-in-process.js';
import { findLeaks } from '../../support/find-leaks.js';
import type { ProgramRun, RunOptions } from '../../support/run-program.js';
import * as processes from './open-workspace.js';

export * from './open-workspace.js';

export function openFolder(...parameters: Parameters<typeof processes.openFolder>): processes.Folder {
  return runHere(processes.openFolder(...parameters));
}

export async function openWorkspace(
  ...parameters: Parameters<typeof processes.openWorkspace>
): Promise<processes.Workspace> {
  return runHere(await processes.openWorkspace(...parameters));
}

function runHere<F extends processes.Folder>(folder: F): F {
  return {
    ...folder,
    run: (args, options = {}) =>
      options.command === undefined
        ? runCommand(args, { cwd: folder.root, env: processes.CREDENTIALS, ...options })
        : folder.run(args, options),
  };
}

/** A command that prints a client secret of its environment, or a token, fails its test. */
async function runCommand(args: string | readonly string[], { cwd, env = {} }: RunOptions): Promise<ProgramRun> {
  const run = await runInProcess(processes.splitArguments(args), { cwd, env });
  const leaks = findLeaks(`${run.stdout}${run.stderr}`, env);
  if (leaks.length > 0) throw new Error(`${String(args)} printed ${leaks.join(' and ')}`);
  return { ...run, signal: null };
}
