import { setMaxListeners } from 'node:events';
import type { CliIo } from './cli-io.js';
import { runCli } from './run-cli.js';

/**
 * Runs the program in this process. The first SIGINT or SIGTERM lets the write in flight finish
 * and ends with 130; the second ends at once.
 */
export async function runProcess(): Promise<void> {
  const abort = new AbortController();
  // Every request that waits listens to it, and there may be many.
  setMaxListeners(0, abort.signal);
  const stop = (): void => {
    if (abort.signal.aborted) process.exit(130);
    abort.abort(new Error('interrupted'));
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  // `limio-sync plan | head` closes the pipe early; that is no failure.
  process.stdout.on('error', endQuietlyOnClosedPipe);
  process.stderr.on('error', endQuietlyOnClosedPipe);
  const io: CliIo = {
    stdout: process.stdout,
    stderr: process.stderr,
    stdin: process.stdin,
    env: process.env,
    cwd: process.cwd(),
    signal: abort.signal,
  };
  process.exitCode = await runCli(process.argv.slice(2), io);
  process.off('SIGINT', stop);
  process.off('SIGTERM', stop);
  process.stdin.pause();
}

function endQuietlyOnClosedPipe(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') throw error;
}
