import { setMaxListeners } from 'node:events';
import { CommanderError } from 'commander';
import { findRunningCode, type RunningCode } from '../config/loading.js';
import { LimioError } from '../errors/errors.js';
import { createProgram, HELP_HINT } from './program.js';
import { describeError, exitCodeOf, renderErrorJson, renderErrorText } from './shared/error-report.js';
import type { CliIo } from './shared/io.js';
import { chooseTextLayout } from './shared/output.js';
import { redactOutput } from './shared/secrets.js';

/**
 * The command line, from the outside in:
 * - `runProcess` connects it to this process: streams, signals, exit code
 * - `runCli` runs one command line; the only catch of the program
 * - program.ts lists the commands; each command has a folder beside shared/
 *
 * The first SIGINT or SIGTERM lets the write in flight finish and ends with 130; the second ends at once.
 */
export async function runProcess(): Promise<void> {
  const { stdout, stderr, stdin, env } = process;
  const argv = process.argv.slice(2);
  const abort = new AbortController();
  // Every waiting request listens to it, and there may be many.
  setMaxListeners(0, abort.signal);
  let isOver = false;
  let isUnwritable = false;
  const stop = (): void => {
    if (!abort.signal.aborted) return abort.abort(new Error('interrupted'));
    isOver = true;
    process.exit(130);
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  stdout.on('error', (error) => {
    if (isUnwritable || isClosedPipe(error)) return;
    isUnwritable = true;
    stderr.write(renderErrorText(describeUnwritable(error), false));
  });
  // A reader that closes the progress early must not stop what already began.
  stderr.on('error', () => undefined);
  let hasDrained = false;
  process.on('beforeExit', () => (hasDrained = true));
  process.on('exit', (code) => {
    // limio.config and its rules are foreign code: they must not end a command as if it were done.
    if (!isOver) process.exitCode = printError(endedEarly(code, hasDrained), { stdout, stderr, env }, argv);
    // 2 means changes, but nobody could read them.
    if (isUnwritable && (code === 0 || code === 2)) process.exitCode = 1;
  });
  try {
    process.exitCode = await runCli(argv, { stdout, stderr, stdin, env, cwd: readFolder(), signal: abort.signal });
  } catch (error) {
    process.exitCode = printError(error, { stdout, stderr, env }, argv);
  }
  isOver = true;
  process.off('SIGINT', stop);
  process.off('SIGTERM', stop);
  stdin.pause();
}

/** Runs one command line and returns its exit code. */
export async function runCli(argv: readonly string[], io: CliIo): Promise<number> {
  let exitCode = 0;
  try {
    const program = createProgram(io, (code) => (exitCode = code));
    await program.parseAsync([...argv], { from: 'user' });
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return 0;
    const interrupted = io.signal.aborted && !(error instanceof LimioError && error.code === 'USAGE');
    if (interrupted) return printError(wasInterrupted(), io, argv);
    return printError(fromCommander(error), io, argv, await renderErrorFrames(error, io, argv));
  }
}

/** Prints an error as text on stderr or as the one JSON document, and returns the exit code. */
function printError(
  error: unknown,
  io: Pick<CliIo, 'stdout' | 'stderr' | 'env'>,
  argv: readonly string[],
  frames = '',
): number {
  const debug = argv.includes('--debug');
  const report = describeError(error);
  const redact = redactOutput(io);
  if (isJsonWanted(argv)) io.stdout.write(redact(renderErrorJson(report, debug)));
  else io.stderr.write(redact(`${frames}${renderErrorText(report, debug)}`));
  return exitCodeOf(report);
}

/** The problems of invalid files with code frames; '' for other errors. Loaded late: --help must not load renderers. */
async function renderErrorFrames(error: unknown, io: CliIo, argv: readonly string[]): Promise<string> {
  if (!(error instanceof LimioError) || error.code !== 'FILES_INVALID') return '';
  const [{ ProblemsFound, renderFrames }, { showFilesOf }] = await Promise.all([
    import('./shared/problems.js'),
    import('./shared/config.js'),
  ]);
  if (!(error instanceof ProblemsFound)) return '';
  const { style } = chooseTextLayout(io.stderr, io, { color: !argv.includes('--no-color') });
  return renderFrames(error.problems, error.files, style, showFilesOf(io, error.root));
}

function isJsonWanted(argv: readonly string[]): boolean {
  return argv.some((arg, i) => arg === '--format=json' || (arg === '--format' && argv[i + 1] === 'json'));
}

function wasInterrupted(): LimioError {
  return new LimioError({ code: 'INTERRUPTED', message: 'Interrupted before anything was written.' });
}

function fromCommander(error: unknown): unknown {
  if (!(error instanceof CommanderError)) return error;
  return new LimioError({
    code: 'USAGE',
    message:
      // Commander reports a line without a command as "only help is left to print".
      error.code === 'commander.help'
        ? 'No command given.'
        : error.message.replace(/^error: /, '').replaceAll('\n', ' '),
    hint: HELP_HINT,
  });
}

/** @throws LimioError USAGE when the folder was removed. */
function readFolder(): string {
  try {
    return process.cwd();
  } catch (cause) {
    throw new LimioError({
      code: 'USAGE',
      message: 'The current folder no longer exists.',
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
    message: `Cannot write the output (${code}); what was printed is incomplete.`,
    hint: 'Check that the disk is not full. To see what an apply did: limio-sync runs show last',
  });
}

/** @param hasDrained nothing was left to wait for, so nobody called process.exit */
function endedEarly(exit: number, hasDrained: boolean): LimioError {
  const code = findRunningCode();
  if (code) return refuseRunning(code, exit, hasDrained);
  return new LimioError({
    code: 'INTERNAL',
    message: `The process ended before the command was done (exit code ${exit}); its output is incomplete.`,
    hint:
      'Lint rules of limio.config run as code: check them for process.exit and for an await that never settles. ' +
      'If there is none, this is a bug in limio-sync.',
  });
}

function refuseRunning({ name, what }: RunningCode, exit: number, hasDrained: boolean): LimioError {
  const message = hasDrained
    ? `${name} awaits a promise that never settles.`
    : `${name} ended the process with process.exit (exit code ${exit}).`;
  const hint = hasDrained
    ? 'Check each await in it, and the promise that it exports or returns.'
    : 'To refuse to run, throw an error with the reason instead: throw new Error("...")';
  if (what === 'config') return new LimioError({ code: 'CONFIG_INVALID', message, hint });
  const problem = { file: name, line: 1, col: 1, severity: 'error', code: 'CODE_FILE', message, hint };
  return new LimioError({ code: 'FILES_INVALID', message, hint, details: { problems: [problem] } });
}
