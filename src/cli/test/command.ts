import { type Command, InvalidArgumentError } from '@commander-js/extra-typings';
import {
  type BasicOptions,
  type DeclareCommand,
  formatOption,
  parseCount,
  timeoutOption,
  withBasics,
} from '../shared/options.js';

export type TestOptions = BasicOptions & {
  format: 'text' | 'json' | 'junit';
  env?: string;
  coverage?: boolean;
  /** Per cent; implies `coverage`. */
  coverageThreshold?: number;
  live?: boolean;
  /** False with --no-partner. */
  partner?: boolean;
  timeout?: number;
};

/** `test` runs every suite, `test <suite>` one. */
export const declareTest: DeclareCommand = (program, io, exit) => {
  const test = program.command('test').description('Run the tests of journeys and prices (offline)');

  withTests(test.command('all', { isDefault: true }))
    .description('Run every suite')
    .argument('[suite]', 'not used: run test journeys or test prices instead')
    .action(async (name, options) => {
      const { refuseSuite, runTest } = await import('./test.js');
      // A misspelt suite arrives here as an argument.
      if (name !== undefined) throw refuseSuite(name);
      exit(await runTest(io, ['journeys', 'prices'], options));
    });

  withTests(test.command('journeys'))
    .description('Route the visitors of journeys/**/*.test.yaml and compare where they end')
    .action(async (options) => {
      const { runTest } = await import('./test.js');
      exit(await runTest(io, ['journeys'], options));
    });

  withTests(test.command('prices'))
    .description('Price the orders of prices/**/*.test.yaml and compare the amounts')
    .option('--live', 'also test the prices that the tenant has published; places no orders')
    .option('--no-partner', 'with --live: skip the partner preview')
    .addOption(timeoutOption('with --live: '))
    .action(async (options) => {
      const { runTest } = await import('./test.js');
      exit(await runTest(io, ['prices'], options));
    });
};

function withTests(command: Command): Command<[], TestOptions> {
  return withBasics(command)
    .option('--env <name>', 'only this environment (default: all)')
    .option('--coverage', 'list what no case reaches')
    .option('--coverage-threshold <percent>', 'fail when cases reach less than this', parsePercent)
    .addOption(formatOption(['text', 'json', 'junit']));
}

function parsePercent(text: string): number {
  const percent = parseCount(text);
  if (percent > 100) throw new InvalidArgumentError('Expected a whole number from 0 to 100.');
  return percent;
}
