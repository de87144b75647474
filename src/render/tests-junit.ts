import type { SuiteReport, TestedCase } from '../model/test-report.js';
import { escapeXml } from './escape-xml.js';
import { measureSuite } from './tests-summary.js';

/** Suites of tests as a JUnit report. What is reached too little is one failed case more. */
export function renderTestsJunit(reports: readonly SuiteReport[], threshold?: number): string {
  const suites = reports.map((report) => ({ name: `limio-sync test ${report.suite}`, cases: report.cases.map(renderCase), failures: report.cases.filter(({ passed }) => !passed).length }));
  const withCoverage = suites.map((suite, i) => {
    const coverage = reports[i] && measureSuite(reports[i], threshold);
    if (!coverage || coverage.enough) return suite;
    const message = `Coverage of ${coverage.percent} % is below the threshold of ${coverage.threshold} %.`;
    return { ...suite, failures: suite.failures + 1, cases: [...suite.cases, renderTestcase('name="coverage" classname="coverage" time="0"', failure('TEST_COVERAGE', message, message))] };
  });
  const sum = (list: readonly number[]): number => list.reduce((total, one) => total + one, 0);
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="limio-sync test" ${counts(sum(withCoverage.map(({ cases }) => cases.length)), sum(withCoverage.map(({ failures }) => failures)))}>`,
    ...withCoverage.flatMap(({ name, cases, failures }) => [`  <testsuite name="${escapeXml(name)}" ${counts(cases.length, failures)}>`, ...cases, '  </testsuite>']),
    '</testsuites>',
    '',
  ].join('\n');
}

function counts(tests: number, failures: number): string {
  return `tests="${tests}" failures="${failures}" errors="0" skipped="0"`;
}

function renderCase({ name, place, environments, passed, expected, actual, hint, trace }: TestedCase): string {
  const where = environments.length === 0 ? '' : ` (${environments.join(', ')})`;
  const attributes = `name="${escapeXml(`${name}${where}`)}" classname="${escapeXml(place.file)}" file="${escapeXml(place.file)}" line="${place.line}" time="0"`;
  if (passed) return renderTestcase(attributes);
  const message = `expected ${expected}, actual ${actual.join(' or ')}`;
  const details = [`${place.file}:${place.line}:${place.col}`, message, ...(hint === undefined ? [] : [`hint: ${hint}`]), ...(trace ?? '').trimEnd().split('\n')];
  return renderTestcase(attributes, failure('TEST_FAILED', message, details.map(escapeXml).join('\n'), true));
}

function renderTestcase(attributes: string, inner?: string): string {
  return inner === undefined ? `    <testcase ${attributes}/>` : `    <testcase ${attributes}>\n${inner}\n    </testcase>`;
}

function failure(type: string, message: string, details: string, escaped = false): string {
  return `      <failure type="${type}" message="${escapeXml(message)}">${escaped ? details : escapeXml(details)}</failure>`;
}
