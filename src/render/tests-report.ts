import type { SuiteReport } from '../model/test-report.js';
import { measureSuite, suitePasses } from './tests-summary.js';

/** The answer of `test --format json`. */
export function toTestReport(reports: readonly SuiteReport[], threshold?: number) {
  const cases = reports.flatMap((report) => report.cases);
  const failed = cases.filter(({ passed }) => !passed).length;
  return {
    kind: 'limio-sync/tests',
    formatVersion: 1,
    passed: reports.every((report) => suitePasses(report, threshold)),
    summary: { cases: cases.length, failed },
    suites: reports.map((report) => {
      const coverage = measureSuite(report, threshold);
      return {
        suite: report.suite,
        environments: report.environments,
        cases: report.cases.map((one) => ({ ...one, ...(one.passed ? {} : { code: 'TEST_FAILED' }) })),
        ...(coverage ? { coverage: { ...coverage, ...(coverage.enough ? {} : { code: 'TEST_COVERAGE' }) } } : {}),
      };
    }),
  } as const;
}
