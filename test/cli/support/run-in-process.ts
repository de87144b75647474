import { setMaxListeners } from 'node:events';
import { Readable } from 'node:stream';
import { runCli } from '../../../src/cli/cli.js';

/**
 * Runs a command line in this process, as at a terminal when `columns` is given. Variables of the machine are
 * not visible to it. Joined: both outputs in stdout, in order, as a terminal shows them.
 */
export async function runInProcess(
  args: string | readonly string[],
  {
    cwd,
    columns,
    env = {},
    isJoined = false,
  }: { cwd: string; columns?: number; env?: Record<string, string>; isJoined?: boolean },
): Promise<{ exitCode: number; stdout: string; stderr: string }> {
  const written = { stdout: '', stderr: '' };
  const streamOf = (name: keyof typeof written) => ({
    write: (text: string) => void (written[name] += text),
    ...(columns === undefined ? {} : { isTTY: true, columns }),
  });
  const argv = typeof args === 'string' ? args.split(' ') : args;
  const { signal } = new AbortController();
  // Every request that waits listens to it, as in the program.
  setMaxListeners(0, signal);
  const exitCode = await runCli(argv, {
    stdout: streamOf('stdout'),
    stderr: streamOf(isJoined ? 'stdout' : 'stderr'),
    stdin: Readable.from([]),
    env,
    cwd,
    signal,
  });
  return { exitCode, ...written };
}
