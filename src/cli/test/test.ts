import type { SuiteReport } from '../../model/test-report.js';
import { renderTestsJunit } from '../../render/junit.js';
import { renderTestsText, suitePasses, toTestReport } from '../../render/tests.js';
import type { CliIo } from '../shared/io.js';
import { chooseTextOptions, formatJson } from '../shared/output.js';
import type { SuiteOptions, TestSuite } from './command.js';

export interface TestOptions extends SuiteOptions {
  format: 'text' | 'json' | 'junit';
  /** Per cent; asks for coverage, too. */
  coverageThreshold?: number;
}

/** Runs suites of tests. 1 when a case fails or too little is reached. */
export async function runTest(io: CliIo, suites: readonly TestSuite[], options: TestOptions): Promise<number> {
  const threshold = options.coverageThreshold;
  const reports: SuiteReport[] = [];
  for (const suite of suites)
    reports.push(await suite.run(io, { ...options, coverage: options.coverage === true || threshold !== undefined }));
  const told = reports.filter(({ cases, coverage }) => cases.length > 0 || coverage !== undefined);
  // Nobody has to have tests of everything; that there are none at all is said.
  io.stdout.write(render(io, told.length > 0 ? told : reports, options));
  return reports.every((report) => suitePasses(report, threshold)) ? 0 : 1;
}

function render(io: CliIo, reports: readonly SuiteReport[], options: TestOptions): string {
  const threshold = options.coverageThreshold;
  if (options.format === 'json') return formatJson(toTestReport(reports, threshold));
  if (options.format === 'junit') return renderTestsJunit(reports, threshold);
  return renderTestsText(reports, {
    ...chooseTextOptions(io.stdout, io, { ...options, format: 'text' }),
    ...(threshold === undefined ? {} : { threshold }),
  });
}
