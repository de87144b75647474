import { type Command, Option } from '@commander-js/extra-typings';
import type { CliIo } from '../shared/io.js';
import { parseCount, parseSeconds, withBasics } from '../shared/options.js';

export function registerPromote(program: Command, io: CliIo, setExitCode: (code: number) => void): void {
  withBasics(program.command('promote'))
    .description(
      'Carry what is proven in one environment to another: checks, compares, and makes the plan; writes to no tenant',
    )
    .argument('[selectors...]', "only these addresses and what they need, 'offer:/offers2/*'; `*` is any text")
    .requiredOption('--from <name>', 'the environment in which it was tried')
    .requiredOption('--to <name>', 'the environment that gets it')
    .option('--out <file>', 'save the plan, for show and apply')
    .option(
      '--allow-overwrite <count>',
      'consent to overwrite exactly this number of objects that somebody changed in the target',
      parseCount,
    )
    .option('--no-live-prices', 'do not ask the source what it charges')
    .option('--no-partner', 'ask it, but not through the preview of partners')
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
      const { runPromote } = await import('./promote.js');
      setExitCode(await runPromote(io, selectors, options));
    });
}
