import type { Problem } from '../model/problem.js';
import type { SuiteReport, TestedCase } from '../model/test-report.js';
import { escapeXml } from './escape.js';
import { type CoverageResult, measureSuite } from './tests.js';

/**
 * Problems as a JUnit report, which GitLab and others show as failed tests. Every error is a failed
 * case; every file without an error is a passed one, with its warnings as its output. `files` are
 * the paths that were read.
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
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="limio-sync validate" ${counts(cases.length, errors.length)}>`,
    `  <testsuite name="limio-sync validate" ${counts(cases.length, errors.length)}>`,
    ...cases,
    '  </testsuite>',
    '</testsuites>',
    '',
  ].join('\n');
}

function renderFailure(problem: Problem): string {
  const { file, line, col, code, message } = problem;
  return [
    `    <testcase name="${escapeXml(`${code} at ${file}:${line}:${col}`)}" classname="${escapeXml(file)}" file="${escapeXml(file)}" time="0">`,
    `      <failure type="${escapeXml(code)}" message="${escapeXml(message)}">${escapeXml(describe(problem))}</failure>`,
    '    </testcase>',
  ].join('\n');
}

function renderPass(file: string, warnings: readonly Problem[]): string {
  const open = `    <testcase name="${escapeXml(file)}" classname="${escapeXml(file)}" file="${escapeXml(file)}" time="0"`;
  if (warnings.length === 0) return `${open}/>`;
  const lines = warnings.map((warning) => escapeXml(describe(warning)));
  return `${open}>\n      <system-out>${lines.join('\n')}</system-out>\n    </testcase>`;
}

function describe({ file, line, col, severity, code, message, hint }: Problem): string {
  return `${file}:${line}:${col} ${severity} ${code} ${message}${hint === undefined ? '' : ` Hint: ${hint}`}`;
}

/** Suites of tests as a JUnit report. What is reached too little is one failed case more. */
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
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="limio-sync test" ${counts(sum(suites.map(({ cases }) => cases.length)), sum(suites.map(({ failures }) => failures)))}>`,
    ...suites.flatMap(({ name, cases, failures }) => [
      `  <testsuite name="${escapeXml(name)}" ${counts(cases.length, failures)}>`,
      ...cases,
      '  </testsuite>',
    ]),
    '</testsuites>',
    '',
  ].join('\n');
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, one) => total + one, 0);
}

function counts(tests: number, failures: number): string {
  return `tests="${tests}" failures="${failures}" errors="0" skipped="0"`;
}

function renderCase({ name, place, environments, passed, expected, actual, hint, trace }: TestedCase): string {
  const where = environments.length === 0 ? '' : ` (${environments.join(', ')})`;
  const attributes = `name="${escapeXml(`${name}${where}`)}" classname="${escapeXml(place.file)}" file="${escapeXml(place.file)}" line="${place.line}" time="0"`;
  if (passed) return renderTestcase(attributes);
  const message = `expected ${expected}, actual ${actual.join(' or ')}`;
  const lines = [
    `${place.file}:${place.line}:${place.col}`,
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
  return `    <testcase ${attributes}>\n      <failure type="${type}" message="${escapeXml(message)}">${lines.map(escapeXml).join('\n')}</failure>\n    </testcase>`;
}
