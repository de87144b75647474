import type { LimioError } from '../../errors/errors.js';
import { dropUndefined } from '../../model/json.js';
import { suggestNearest } from '../../model/spelling.js';
import { type Place, renameFiles } from '../../model/problem.js';
import type { SuiteReport } from '../../model/test-report.js';
import { renderTestsJunit } from '../../render/junit.js';
import { renderTestsText, suitePasses, toTestReport } from '../../render/tests.js';
import { refuseUsage } from '../shared/error-report.js';
import { findConfigFolder, showFilesOf } from '../shared/config.js';
import type { CliIo } from '../shared/io.js';
import { chooseTextLayout, formatJson } from '../shared/output.js';
import type { TestOptions } from './command.js';

type SuiteName = 'journeys' | 'prices';

/** @throws ProblemsFound when the files of the suite have errors. */
type RunSuite = (io: CliIo, options: TestOptions) => Promise<SuiteReport>;

const SUITES: Record<SuiteName, RunSuite> = {
  journeys: async (io, options) => (await import('./journeys.js')).runJourneySuite(io, options),
  prices: async (io, options) => (await import('./prices.js')).runPriceSuite(io, options),
};

/** `limio-sync test`: runs suites. 1 when a case fails or coverage is too low. */
export async function runTest(io: CliIo, suites: readonly SuiteName[], options: TestOptions): Promise<number> {
  const threshold = options.coverageThreshold;
  const coverage = options.coverage === true || threshold !== undefined;
  const reports: SuiteReport[] = [];
  for (const name of suites) reports.push(await SUITES[name](io, { ...options, coverage }));
  // A suite without tests is mentioned only when there are no tests at all.
  const used = reports.filter((report) => report.cases.length > 0 || report.coverage !== undefined);
  io.stdout.write(render(io, used.length > 0 ? used : reports, options));
  return reports.every((report) => suitePasses(report, threshold)) ? 0 : 1;
}

export function refuseSuite(name: string): LimioError {
  const names = Object.keys(SUITES);
  const nearest = suggestNearest(name, names);
  return refuseUsage(
    `There is no test suite "${name}".`,
    nearest === undefined ? `Suites: ${names.join(', ')}.` : `Did you mean ${nearest}?`,
  );
}

function render(io: CliIo, reports: readonly SuiteReport[], options: TestOptions): string {
  const threshold = options.coverageThreshold;
  switch (options.format) {
    case 'json':
      return formatJson(toTestReport(reports, threshold));
    case 'junit':
      return renderTestsJunit(reports, threshold);
    case 'text': {
      const shown = reports.map((report) => showPlaces(report, showFilesOf(io, findConfigFolder(io, options))));
      return renderTestsText(shown, { ...chooseTextLayout(io.stdout, io, options), ...dropUndefined({ threshold }) });
    }
  }
}

function showPlaces(report: SuiteReport, show: (file: string) => string): SuiteReport {
  const showPlace = <T extends { place: Place }>(one: T): T => ({ ...one, place: renameFiles(one.place, show) });
  const { cases, coverage } = report;
  return { ...report, cases: cases.map(showPlace), ...(coverage ? { coverage: coverage.map(showPlace) } : {}) };
}
