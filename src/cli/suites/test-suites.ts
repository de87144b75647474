import type { SuiteReport } from '../../model/test-report.js';
import type { CliIo } from '../cli-io.js';
import type { SuiteOptions } from './suite-options.js';

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
