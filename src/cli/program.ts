import { Command, InvalidArgumentError, Option } from '@commander-js/extra-typings';
import type { CliIo } from './cli-io.js';
import { readToolVersion } from './tool-version.js';

/**
 * The command line. Actions are loaded only when they run. Unknown options and stray arguments
 * are errors: a misspelt guard must not be ignored.
 */
export function createProgram(io: CliIo, setExitCode: (code: number) => void): Command {
  const program = new Command('limio-sync')
    .description('Configuration as code for Limio: YAML in a repository becomes the live state of a tenant.')
    .version(readToolVersion(), '-V, --version')
    .showSuggestionAfterError()
    .exitOverride()
    .configureOutput({
      writeOut: (text) => void io.stdout.write(text),
      // The help of a line without a command.
      writeErr: (text) => void io.stderr.write(text),
      // Errors are printed once, by the one catch.
      outputError: () => undefined,
    });

  withCommon(program.command('validate'))
    .description('Check every file, offline: all problems at once')
    .action(async (options) => {
      const { runValidate } = await import('./commands/validate.js');
      setExitCode(await runValidate(io, options));
    });

  withTenant(program.command('plan'))
    .description('Show what apply would do to the tenant; reads only')
    .option('--detailed-exitcode', 'exit with 2 when there are changes')
    .action(async (options) => {
      const { runPlan } = await import('./commands/plan.js');
      setExitCode(await runPlan(io, options));
    });

  withTenant(program.command('apply'))
    .description('Make the tenant as the files say: write, read back, publish, prove')
    .option('--yes', 'do not ask; needed where there is no terminal. Covers no other consent')
    .option('--allow-delete <count>', 'consent to exactly this number of deletions', parseCount)
    .option('--allow-protected <environment>', 'consent to change this protected environment')
    .action(async (options) => {
      const { runApply } = await import('./commands/apply.js');
      setExitCode(await runApply(io, options));
    });

  withCommon(program.command('explain'))
    .description('Print the table of a kind: its fields, who owns each, how lists compare')
    .argument('<kind>', 'offer, add_on, product, promo_code or journey')
    .action(async (kind, options) => {
      const { runExplain } = await import('./commands/explain.js');
      setExitCode(await runExplain(io, kind, options));
    });

  withCommon(program.command('emulator'))
    .description('Run a Limio tenant on this machine, to try the tool or to test a repository')
    .option('--port <number>', 'port on 127.0.0.1; 0 takes a free one', parsePort, 4010)
    .option('--seed <path>', 'a folder of JSON files, or one file, to start from')
    .option('--dialect <key=value...>', 'behave like a tenant with this setting, for example bulkUpdate.wrapper=attributes')
    .option('--latency <ms>', 'answer this much later', parseCount, 0)
    .option('--index-lag <ms>', 'let lists lag this much behind the head', parseCount, 0)
    .option('--page-size-cap <number>', 'give at most this many items a page', parseCount)
    .action(async (options) => {
      const { runEmulator } = await import('./commands/emulator.js');
      setExitCode(await runEmulator(io, options));
    });

  for (const command of program.commands) command.copyInheritedSettings(program);
  return program;
}

/** Options of every command. */
function withCommon<A extends unknown[]>(command: Command<A>) {
  return command
    .option('--config <file>', 'the configuration file; limio.config.{ts,mjs,js,json} unless given')
    .addOption(new Option('--format <format>', 'how to print the result').choices(['text', 'json'] as const).default('text' as const))
    .option('--debug', 'print stack traces and every repeated request')
    .option('--no-color', 'no colours, as NO_COLOR does');
}

function withTenant<A extends unknown[]>(command: Command<A>) {
  return withCommon(command).option('--env <name>', 'the environment; LIMIO_ENV unless given');
}

function parsePort(text: string): number {
  const port = parseCount(text);
  if (port > 65_535) throw new InvalidArgumentError('Ports go up to 65535.');
  return port;
}

function parseCount(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('Give a whole number, 0 or more.');
  return Number(text);
}
