import { type Command, InvalidArgumentError, Option } from '@commander-js/extra-typings';
import { LimioError } from '../../errors/errors.js';
import { suggestNearest } from '../../model/spelling.js';
import type { SuiteReport } from '../../model/test-report.js';
import type { CliIo, CommonOptions } from '../shared/io.js';
import { type BasicFlags, parseCount, parseSeconds, withBasics } from '../shared/options.js';

type TestFlags = BasicFlags & {
  env?: string;
  format: 'text' | 'json' | 'junit';
  coverage?: true;
  coverageThreshold?: number;
  live?: true;
  partner?: boolean;
  timeout?: number;
};

/** `test` runs every suite, `test <suite>` one. */
export function registerTest(program: Command, io: CliIo, setExitCode: (code: number) => void): void {
  const test = program.command('test').description('Run the tests of the files, offline');
  const run = async (suites: readonly TestSuite[], options: TestFlags): Promise<void> => {
    const { runTest } = await import('./test.js');
    setExitCode(await runTest(io, suites, options));
  };
  withTests(test.command('all', { isDefault: true }))
    .description('Run every suite')
    .argument('[suite]', 'none: a suite is a command of its own')
    .action((name, options) => run(name === undefined ? TEST_SUITES : refuse(name), options));
  for (const suite of TEST_SUITES) {
    const command = withTests(test.command(suite.name)).description(suite.description);
    (suite.asksTenant ? withLive(command) : command).action((options) => run([suite], options));
  }
}

/** A misspelt suite comes to the default command. */
function refuse(name: string): never {
  const names = TEST_SUITES.map((suite) => suite.name);
  const nearest = suggestNearest(name, names);
  throw new LimioError({
    code: 'USAGE',
    message: `There is no suite of tests "${name}".`,
    hint: nearest === undefined ? `There are ${names.join(', ')}.` : `Did you mean ${nearest}?`,
  });
}

function withTests(command: Command): Command<[], TestFlags> {
  return withBasics(command)
    .option('--env <name>', 'as the files are for this environment; for every environment unless given')
    .option('--coverage', 'list what no case reaches')
    .option('--coverage-threshold <percent>', 'fail when less is reached', parsePercent)
    .addOption(
      new Option('--format <format>', 'how to print the result')
        .choices(['text', 'json', 'junit'] as const)
        .default('text' as const),
    );
}

function withLive(command: Command<[], TestFlags>): Command<[], TestFlags> {
  return command
    .option('--live', 'ask the tenant as well: what is published, through previews that order nothing')
    .option('--no-partner', 'with --live: not through the preview of partners')
    .option('--timeout <seconds>', 'with --live: give a request up after so long; 120 unless given', parseSeconds);
}

function parsePercent(text: string): number {
  const percent = parseCount(text);
  if (percent > 100) throw new InvalidArgumentError('Give a whole number from 0 to 100.');
  return percent;
}

/** A suite of `limio-sync test`. Its code is loaded when it runs. */
export interface TestSuite {
  name: string;
  description: string;
  /** Whether it can ask a tenant: then it has --live and what belongs to it. */
  asksTenant?: true;
  /** @throws ProblemsFound when its files have errors. */
  run: (io: CliIo, options: SuiteOptions) => Promise<SuiteReport>;
}

export const TEST_SUITES: readonly TestSuite[] = [
  {
    name: 'journeys',
    description: 'Send the visitors of *.test.yaml beside the journeys and compare where they end',
    run: async (io, options) => (await import('./journeys.js')).runJourneySuite(io, options),
  },
  {
    name: 'prices',
    description: 'Price the orders of prices/**/*.test.yaml and compare what they cost',
    asksTenant: true,
    run: async (io, options) => (await import('./prices.js')).runPriceSuite(io, options),
  },
];

/** Options that every suite understands. */
export interface SuiteOptions extends Omit<CommonOptions, 'format'> {
  env?: string;
  /** Whether to measure what is reached, where a suite can. */
  coverage?: boolean;
  /** Of prices: ask the tenant, too. */
  live?: true;
  /** False: not through the preview of partners. */
  partner?: boolean;
}
