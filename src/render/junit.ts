import { formatPlace, type Problem } from '../model/problem.js';
import type { SuiteReport, TestedCase } from '../model/test-report.js';
import { escapeXml } from './escape.js';
import { countMore } from './problems.js';
import { type CoverageResult, measureSuite } from './tests.js';

/* JUnit reports, which GitLab and others show as failed tests: of `validate` and of `test`. */

/**
 * Every error is a failed case. Every file without an error is a passed case with its warnings as output. `files`
 * are the paths that were read.
 */
export function renderProblemsJunit(problems: readonly Problem[], files: readonly string[]): string {
  const errors = problems.filter(({ severity }) => severity === 'error');
  const failed = new Set(errors.map(({ file }) => file));
  const sound = [...new Set([...files, ...problems.map(({ file }) => file)])]
    .filter((file) => !failed.has(file))
    .sort();
  const cases = [
    ...errors.map(renderFailure),
    ...sound.map((file) =>
      renderPass(
        file,
        problems.filter((problem) => problem.file === file),
      ),
    ),
  ];
  return renderReport('limio-sync validate', [{ name: 'limio-sync validate', cases, failures: errors.length }]);
}

function renderFailure(problem: Problem): string {
  const { file, code, message } = problem;
  const attributes = `${nameCase(`${code} at ${formatPlace(problem)}`, file)} time="0"`;
  return renderTestcase(attributes, { type: code, message, lines: [describe(problem)] });
}

function renderPass(file: string, warnings: readonly Problem[]): string {
  const attributes = `${nameCase(file, file)} time="0"`;
  if (warnings.length === 0) return renderTestcase(attributes);
  const lines = warnings.map((warning) => escapeXml(describe(warning)));
  return `    <testcase ${attributes}>\n      <system-out>${lines.join('\n')}</system-out>\n    </testcase>`;
}

function nameCase(name: string, file: string): string {
  return `name="${escapeXml(name)}" classname="${escapeXml(file)}" file="${escapeXml(file)}"`;
}

function describe(problem: Problem): string {
  const { severity, code, message, hint } = problem;
  const more = countMore(problem).map((one) => `(${one})`);
  const hints = hint === undefined ? [] : [`Hint: ${hint}`];
  return [formatPlace(problem), severity, code, message, ...more, ...hints].join(' ');
}

/** Coverage below the threshold is an additional failed case. */
export function renderTestsJunit(reports: readonly SuiteReport[], threshold?: number): string {
  const suites = reports.map((report) => {
    const coverage = measureSuite(report, threshold);
    const low = coverage && !coverage.enough ? [renderLowCoverage(coverage)] : [];
    return {
      name: `limio-sync test ${report.suite}`,
      cases: [...report.cases.map(renderCase), ...low],
      failures: report.cases.filter(({ passed }) => !passed).length + low.length,
    };
  });
  return renderReport('limio-sync test', suites);
}

interface Suite {
  name: string;
  cases: readonly string[];
  failures: number;
}

function renderReport(name: string, suites: readonly Suite[]): string {
  const total = countCases(sum(suites.map(({ cases }) => cases.length)), sum(suites.map(({ failures }) => failures)));
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="${name}" ${total}>`,
    ...suites.flatMap((suite) => [
      `  <testsuite name="${escapeXml(suite.name)}" ${countCases(suite.cases.length, suite.failures)}>`,
      ...suite.cases,
      '  </testsuite>',
    ]),
    '</testsuites>',
    '',
  ].join('\n');
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, one) => total + one, 0);
}

function countCases(tests: number, failures: number): string {
  return `tests="${tests}" failures="${failures}" errors="0" skipped="0"`;
}

function renderCase({ name, place, environments, passed, expected, actual, hint, trace }: TestedCase): string {
  const where = environments.length === 0 ? '' : ` (${environments.join(', ')})`;
  const attributes = `${nameCase(`${name}${where}`, place.file)} line="${place.line}" time="0"`;
  if (passed) return renderTestcase(attributes);
  const message = `expected ${expected}, actual ${actual.join(' or ')}`;
  const lines = [
    formatPlace(place),
    message,
    ...(hint === undefined ? [] : [`hint: ${hint}`]),
    ...(trace ?? '').trimEnd().split('\n'),
  ];
  return renderTestcase(attributes, { type: 'TEST_FAILED', message, lines });
}

function renderLowCoverage({ percent, threshold }: CoverageResult): string {
  const message = `Coverage of ${percent} % is below the threshold of ${threshold} %.`;
  return renderTestcase('name="coverage" classname="coverage" time="0"', {
    type: 'TEST_COVERAGE',
    message,
    lines: [message],
  });
}

function renderTestcase(
  attributes: string,
  failure?: { type: string; message: string; lines: readonly string[] },
): string {
  if (!failure) return `    <testcase ${attributes}/>`;
  const { type, message, lines } = failure;
  const text = lines.map(escapeXml).join('\n');
  return [
    `    <testcase ${attributes}>`,
    `      <failure type="${escapeXml(type)}" message="${escapeXml(message)}">${text}</failure>`,
    '    </testcase>',
  ].join('\n');
}
