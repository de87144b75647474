import { CommanderError } from 'commander';
import { LimioError } from '../errors/errors.js';
import { createRedactor } from '../errors/redact.js';
import { renderProblems } from '../render/problems.js';
import { chooseStyle } from '../render/terminal.js';
import type { CliIo } from './cli-io.js';
import { chooseColour } from './output/choose-colour.js';
import { ProblemsFound } from './output/problems-found.js';
import { describeError, exitCodeOf, renderErrorJson, renderErrorText } from './output/report-error.js';
import { createProgram } from './program.js';
import { listSecrets } from './project/secrets.js';

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
