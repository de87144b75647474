import type { SuiteReport } from '../model/test-report.js';
import type { CliIo, CommonOptions } from './cli-io.js';

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
    run: async (io, options) => (await import('./journey-suite.js')).runJourneySuite(io, options),
  },
  {
    name: 'prices',
    description: 'Price the orders of prices/**/*.test.yaml and compare what they cost',
    asksTenant: true,
    run: async (io, options) => (await import('./price-suite.js')).runPriceSuite(io, options),
  },
];
