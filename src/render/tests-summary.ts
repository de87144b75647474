import type { CoveredItem, SuiteReport } from '../model/test-report.js';

export interface CoverageResult {
  reached: number;
  total: number;
  /** Rounded down, so that 100 means all. Of nothing, all is reached. */
  percent: number;
  threshold?: number;
  /** False below the threshold. */
  enough: boolean;
  gaps: readonly CoveredItem[];
}

/** How much of what it should reach a suite reaches; undefined when that was not measured. */
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

/** Whether a suite is as it should be: every case passes, and enough is reached. */
export function suitePasses(report: SuiteReport, threshold?: number): boolean {
  return report.cases.every(({ passed }) => passed) && (measureSuite(report, threshold)?.enough ?? true);
}
