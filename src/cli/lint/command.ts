import { type Command, Option } from '@commander-js/extra-typings';
import type { CliIo } from '../shared/io.js';
import { addTo, parseCount, parseSeconds, withBasics } from '../shared/options.js';

/** `lint` on the command line. */
export function registerLint(program: Command, io: CliIo, setExitCode: (code: number) => void): void {
  withBasics(program.command('lint'))
    .description('Find what files say and nobody can have meant; offline, unless --live')
    .option('--env <name>', 'this environment only; LIMIO_ENV, or all of them, unless given')
    .option('--rule <id...>', 'these rules only; may be repeated', addAll)
    .option('--max-warnings <number>', 'fail when there are more warnings than this', parseCount)
    .option('--fix', 'make the fixes that cannot change what a file means')
    .option('--live', 'also run the rules that ask for the pages and the catalog of the tenant; reads only')
    .option('--timeout <seconds>', 'with --live: give a request up after so long; 120 unless given', parseSeconds)
    .option('--list', 'list the rules')
    .addOption(
      new Option('--format <format>', 'how to print the result')
        .choices(['text', 'json', 'sarif', 'github'] as const)
        .default('text' as const),
    )
    .action(async (options) => {
      const { runLintCommand } = await import('./lint.js');
      setExitCode(await runLintCommand(io, options));
    });
}

function addAll(value: string, values: string[] | undefined): string[] {
  return addTo(value, values ?? []);
}
