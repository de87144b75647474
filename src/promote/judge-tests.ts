import type { Gate, PriceProof } from '../model/promotion.js';
import type { TestedCase } from '../model/test-report.js';
import { formatCommand } from '../model/text.js';

/** Cases of one suite that ran. */
export interface RanSuite {
  /** `journeys` */
  suite: string;
  cases: readonly TestedCase[];
}

/** The gate of the tests that need no tenant. */
export function judgeTests(suites: readonly RanSuite[]): Gate {
  const name = 'tests';
  const ran = suites.filter(({ cases }) => cases.length > 0);
  if (ran.length === 0)
    return {
      name,
      status: 'unchecked',
      message: `not checked, because there are no tests of ${suites.map(({ suite }) => suite).join(' or ')}`,
    };
  const failed = ran.filter(({ cases }) => cases.some(({ passed }) => !passed));
  if (failed.length === 0) return { name, status: 'pass', message: `${ran.map(countTests).join(' and ')} passed` };
  return {
    name,
    status: 'fail',
    message: `${failed.map(countFailed).join(' and ')} failed, first ${nameFirst(failed)}`,
    mend: 'limio-sync test',
  };
}

/** The gate of what the source charges. */
export function judgePrices(prices: PriceProof, from: string): Gate {
  const name = 'prices';
  if ('unchecked' in prices) return { name, status: 'unchecked', message: `not checked, because ${prices.unchecked}` };
  const mend = formatCommand('test', 'prices', '--live', '--env', from);
  if ('failure' in prices)
    return { name, status: 'fail', message: `${from} does not tell what it charges: ${prices.failure}`, mend };
  const ran = { suite: 'prices', cases: prices.cases };
  if (prices.cases.every(({ passed }) => passed))
    return { name, status: 'pass', message: `${countTests(ran)} passed in ${from}, as it is published` };
  return { name, status: 'fail', message: `${countFailed(ran)} failed in ${from}, first ${nameFirst([ran])}`, mend };
}

/** `5 tests of prices` */
function countTests({ suite, cases }: RanSuite): string {
  return `${cases.length} ${cases.length === 1 ? 'test' : 'tests'} of ${suite}`;
}

function countFailed(ran: RanSuite): string {
  return `${ran.cases.filter(({ passed }) => !passed).length} of ${countTests(ran)}`;
}

function nameFirst(suites: readonly RanSuite[]): string {
  const first = suites.flatMap(({ cases }) => cases).find(({ passed }) => !passed);
  return first ? `${first.place.file}:${first.place.line}:${first.place.col} ${first.name}` : '';
}
