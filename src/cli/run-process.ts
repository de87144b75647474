import { setMaxListeners } from 'node:events';
import { LimioError } from '../errors/errors.js';
import { renderErrorText } from './output/report-error.js';
import { runCli, tellError } from './run-cli.js';

/**
 * Runs the program in this process. The first SIGINT or SIGTERM lets the write in flight finish
 * and ends with 130; the second ends at once.
 */
export async function runProcess(): Promise<void> {
  const { stdout, stderr, stdin, env } = process;
  const argv = process.argv.slice(2);
  const abort = new AbortController();
  // Every request that waits listens to it, and there may be many.
  setMaxListeners(0, abort.signal);
  let isOver = false;
  let isUnheard = false;
  const stop = (): void => {
    if (!abort.signal.aborted) return abort.abort(new Error('interrupted'));
    isOver = true;
    process.exit(130);
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  stdout.on('error', (error) => {
    if (isUnheard || isClosedPipe(error)) return;
    isUnheard = true;
    stderr.write(renderErrorText(describeUnwritable(error), false));
  });
  // Whoever does not take the progress does without: what was begun is carried out all the same.
  stderr.on('error', () => undefined);
  process.on('exit', (code) => {
    // limio.config and the rules in it are other people's code: they must not end a command as if it were done.
    if (!isOver) process.exitCode = tellError(endedEarly(code), { stdout, stderr, env }, argv);
    // 2 says that there are changes, which nobody has read.
    if (isUnheard && (code === 0 || code === 2)) process.exitCode = 1;
  });
  try {
    process.exitCode = await runCli(argv, { stdout, stderr, stdin, env, cwd: readFolder(), signal: abort.signal });
  } catch (error) {
    process.exitCode = tellError(error, { stdout, stderr, env }, argv);
  }
  isOver = true;
  process.off('SIGINT', stop);
  process.off('SIGTERM', stop);
  stdin.pause();
}

/** @throws LimioError USAGE when the folder was removed. */
function readFolder(): string {
  try {
    return process.cwd();
  } catch (cause) {
    throw new LimioError({
      code: 'USAGE',
      message: 'The folder in which the command runs does not exist any more.',
      hint: 'Change to another one: cd <folder>',
      cause,
    });
  }
}

/** `limio-sync plan | head` closes the pipe early; that is no failure. */
function isClosedPipe(error: NodeJS.ErrnoException): boolean {
  return error.code === 'EPIPE';
}

function describeUnwritable({ code = 'unknown' }: NodeJS.ErrnoException): LimioError {
  return new LimioError({
    code: 'OUTPUT_UNWRITABLE',
    message: `The output cannot be written (${code}), so what the command printed is not whole.`,
    hint: 'Is the disk full? What an apply did is kept: limio-sync runs show last',
  });
}

function endedEarly(code: number): LimioError {
  return new LimioError({
    code: 'INTERNAL',
    message: `The process was ended before the command was done (exit code ${code}); what it printed so far is not its result.`,
    hint: 'limio.config runs as code: look in it for process.exit and for an await of something that never comes. Otherwise this is a bug of limio-sync.',
  });
}
