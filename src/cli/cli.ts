import { setMaxListeners } from 'node:events';
import { CommanderError } from 'commander';
import { LimioError } from '../errors/errors.js';
import { createRedactor } from '../errors/redact.js';
import { renderProblems } from '../render/problems.js';
import { chooseStyle } from '../render/terminal.js';
import { createProgram } from './program.js';
import { describeError, exitCodeOf, ProblemsFound, renderErrorJson, renderErrorText } from './shared/error-report.js';
import type { CliIo } from './shared/io.js';
import { chooseColour } from './shared/output.js';
import { listSecrets } from './shared/secrets.js';

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

/** Runs one command line and gives its exit code. The only place that catches. */
export async function runCli(argv: readonly string[], io: CliIo): Promise<number> {
  const outcome = { exitCode: 0 };
  try {
    const program = createProgram(io, (code) => (outcome.exitCode = code));
    await program.parseAsync([...argv], { from: 'user' });
    return outcome.exitCode;
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return 0;
    const interrupted = io.signal.aborted && !(error instanceof LimioError && error.code === 'USAGE');
    return tellError(interrupted ? wasInterrupted() : fromCommander(error), io, argv);
  }
}

/** Says what went wrong, as text on stderr or as the one JSON document, and gives the exit code. */
export function tellError(
  error: unknown,
  io: Pick<CliIo, 'stdout' | 'stderr' | 'env'>,
  argv: readonly string[],
): number {
  const debug = argv.includes('--debug');
  const report = describeError(error);
  const redact = createRedactor(listSecrets(io.env));
  if (wantsJson(argv)) io.stdout.write(redact(renderErrorJson(report, debug)));
  else io.stderr.write(redact(`${renderFrames(error, io, argv)}${renderErrorText(report, debug)}`));
  return exitCodeOf(report);
}

/** The problems of the files, each with its line and a caret. */
function renderFrames(error: unknown, io: Pick<CliIo, 'stderr' | 'env'>, argv: readonly string[]): string {
  if (!(error instanceof ProblemsFound)) return '';
  const texts = new Map(error.files.map(({ path, text }) => [path, text]));
  const style = chooseStyle(chooseColour(io.stderr, io.env, !argv.includes('--no-color')));
  return `${renderProblems(error.problems, texts, style).trimEnd()}\n\n`;
}

function wantsJson(argv: readonly string[]): boolean {
  return argv.some((arg, i) => arg === '--format=json' || (arg === '--format' && argv[i + 1] === 'json'));
}

function wasInterrupted(): LimioError {
  return new LimioError({ code: 'INTERRUPTED', message: 'Interrupted before anything was written.' });
}

function fromCommander(error: unknown): unknown {
  if (!(error instanceof CommanderError)) return error;
  return new LimioError({
    code: 'USAGE',
    // Commander's way to say that only the help was left to print.
    message:
      error.code === 'commander.help'
        ? 'No command was named.'
        : error.message.replace(/^error: /, '').replaceAll('\n', ' '),
    hint: 'See: limio-sync --help, or limio-sync <command> --help',
  });
}
