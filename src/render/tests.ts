import { countThings } from '../model/words.js';
import type { CoveredItem, SuiteReport, TestedCase } from '../model/test-report.js';
import { escapeTerminal } from './escape.js';
import { formatPlace } from './problems.js';
import { PLAIN_STYLE, type Style } from './terminal.js';
import { wrapText } from './wrap.js';

/* Suites of tests as text and as JSON, with their coverage. As JUnit: junit.ts. */

const GAPS = {
  branch: 'no case ends here',
  condition: 'no case fails only this condition',
  destination: 'no case leads there',
} as const;

/** Every failed case with its steps, what no case covers, and a last line for each suite. */
export function renderTestsText(
  reports: readonly SuiteReport[],
  { style = PLAIN_STYLE, width = 80, threshold }: { style?: Style; width?: number; threshold?: number } = {},
): string {
  return wrapText(reports.flatMap((report) => renderSuite(report, style, threshold)).join('\n'), width);
}

function renderSuite(report: SuiteReport, style: Style, threshold: number | undefined): string[] {
  const { cases, suite, environments, lookedIn } = report;
  const failed = cases.filter(({ passed }) => !passed);
  const coverage = measureSuite(report, threshold);
  if (cases.length === 0)
    return [
      `No tests of ${suite}: no case in *.test.yaml files of ${lookedIn.map(escapeTerminal).join(', ')}.`,
      ...renderCoverage(coverage, style),
      '',
    ];
  const where = environments.length === 0 ? '' : ` in ${environments.map(escapeTerminal).join(', ')}`;
  const count = countThings(cases.length, `${suite.replace(/s$/, '')} case`);
  return [
    ...failed.flatMap((one) => [...renderFailure(one, environments.length, style), '']),
    failed.length === 0
      ? style.added(`${count} ${cases.length === 1 ? 'passes' : 'pass'}${where}.`)
      : style.removed(`${failed.length} of ${count} ${failed.length === 1 ? 'fails' : 'fail'}${where}.`),
    ...renderCoverage(coverage, style),
    '',
  ];
}

function renderFailure(
  { place, name, environments, expected, actual, hint, trace }: TestedCase,
  all: number,
  style: Style,
): string[] {
  return [
    `${style.bold(formatPlace(place))} ${style.removed('TEST_FAILED')} ${escapeTerminal(name)}`,
    `  expected ${expected}`,
    ...actual.map((text, i) => `  ${i > 0 ? '      or' : actual.length > 1 ? 'possible' : 'actual  '} ${text}`),
    ...(environments.length === all ? [] : [`  in       ${environments.map(escapeTerminal).join(', ')}`]),
    ...(hint === undefined ? [] : [`  hint: ${escapeTerminal(hint)}`]),
    ...(trace === undefined
      ? []
      : trace
          .trimEnd()
          .split('\n')
          .map((line) => (line === '' ? '' : `    ${line}`))),
  ];
}

function renderCoverage(coverage: CoverageResult | undefined, style: Style): string[] {
  if (!coverage) return [];
  const { percent, reached, total, gaps, threshold } = coverage;
  const all = countThings(total, 'branch, condition or destination', 'branches, conditions and destinations');
  const low = coverage.enough
    ? []
    : [style.removed(`error TEST_COVERAGE: ${percent} % is below the threshold of ${threshold} %.`)];
  return [
    '',
    ...gaps.map(({ place, name, what }) => `${style.bold(formatPlace(place))} ${name}: ${GAPS[what]}`),
    ...(gaps.length === 0 ? [] : ['']),
    `Coverage ${percent} %: ${reached} of ${all}.`,
    ...low,
  ];
}

/** For `test --format json`. */
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

export interface CoverageResult {
  reached: number;
  total: number;
  /** Rounded down, so that 100 means all. */
  percent: number;
  threshold?: number;
  /** False below the threshold. */
  enough: boolean;
  gaps: readonly CoveredItem[];
}

/** Undefined when coverage was not measured. */
export function measureSuite({ coverage }: SuiteReport, threshold?: number): CoverageResult | undefined {
  if (!coverage) return undefined;
  const gaps = coverage.filter((item) => !item.reached);
  const total = coverage.length;
  const reached = total - gaps.length;
  const percent = total === 0 ? 100 : Math.floor((reached / total) * 100);
  return {
    reached,
    total,
    percent,
    ...(threshold === undefined ? {} : { threshold }),
    enough: threshold === undefined || percent >= threshold,
    gaps,
  };
}

export function suitePasses(report: SuiteReport, threshold?: number): boolean {
  return report.cases.every(({ passed }) => passed) && (measureSuite(report, threshold)?.enough ?? true);
}
