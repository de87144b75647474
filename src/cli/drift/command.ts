import { type Command, Option } from '@commander-js/extra-typings';
import type { CliIo } from '../shared/io.js';
import { parseCount, parseSeconds, withBasics } from '../shared/options.js';

export function registerDrift(program: Command, io: CliIo, setExitCode: (code: number) => void): void {
  withBasics(program.command('drift'))
    .description('Show what moved in the tenant since the last apply, and on which side; reads the tenant only')
    .argument('[selectors...]', "only these addresses, 'offer:/offers2/*'; `*` is any text")
    .option('--env <name>', 'the environment; LIMIO_ENV unless given')
    .option('--all', 'also what git moved and nobody applied')
    .option('--app', 'also what the app owns by the configuration, which is never planned')
    .option('--pull', 'take into the files what the app alone changed')
    .addOption(
      new Option('--into <layer>', 'with --pull: overlay leaves what other environments read').choices([
        'base',
        'overlay',
      ] as const),
    )
    .option('--dry-run', 'with --pull: show the differences of the files and write nothing')
    .option(
      '--timeout <seconds>',
      'give a request up after so long, all its repetitions included; 120 unless given',
      parseSeconds,
    )
    .option('--max-bytes <number>', 'most bytes of Markdown; 65536 unless given', parseCount)
    .addOption(
      new Option('--format <format>', 'how to print the result')
        .choices(['text', 'json', 'markdown'] as const)
        .default('text' as const),
    )
    .action(async (selectors, options) => {
      const { runDrift } = await import('./drift.js');
      setExitCode(await runDrift(io, selectors, options));
    });
}
