import type { Address } from '../model/address.js';
import type { LastApply, ObjectDrift } from '../model/drift.js';
import type { Guard, PublishPage } from '../model/plan.js';
import type { FreezeWindow } from '../model/policies.js';
import type { Gate, Lacking, PriceProof } from '../model/promotion.js';
import type { TestedCase } from '../model/test-report.js';
import { formatCommand } from '../model/text.js';

/** What tells whether the source is as its files say, and live. */
export interface SourceFacts {
  from: string;
  selected: readonly Address[];
  /** Of the selection, in the source. */
  drift: readonly ObjectDrift[];
  /** The source's snapshot: its last apply, and what it knows of the selection. */
  applied: { last: LastApply; open: readonly Address[]; unknown: readonly Address[] } | undefined;
  /** Pages of the source that show the selection and are older than it. */
  notLive: readonly PublishPage[];
  /** Lists of the source that may lack such a page, each as one clause. */
  incomplete: readonly string[];
}

export interface GateFacts extends SourceFacts {
  to: string;
  prices: PriceProof;
  /** Freezes of the target that hold now. */
  freezes: readonly FreezeWindow[];
  lacking: readonly Lacking[];
  /** Of the plan for the target; undefined where none could be made. */
  guards: readonly Guard[] | undefined;
}

const MOST_NAMES = 5;

/** Every gate behind those of the files, in the order in which they are mended. */
export function checkGates(facts: GateFacts): Gate[] {
  return [
    checkDrift(facts),
    checkApply(facts),
    checkPages(facts),
    judgePrices(facts.prices, facts.from),
    checkFreeze(facts),
    checkReferences(facts),
    checkGuards(facts),
  ];
}

/** Whether the source is as its files say and live: before that, what it charges proves nothing. */
export function isSourceProven(facts: SourceFacts): boolean {
  return [checkDrift(facts), checkApply(facts), checkPages(facts)].every(({ status }) => status === 'pass');
}

/** What stands for them when the files have errors. */
export function listUnchecked(): Gate[] {
  return (['drift', 'apply', 'pages', 'prices', 'freeze', 'references', 'guards'] as const).map((name) => ({
    name,
    status: 'unchecked',
    message: 'not checked, because the files have errors',
  }));
}

function checkDrift({ drift, from, selected }: SourceFacts): Gate {
  const name = 'drift';
  if (drift.length === 0)
    return { name, status: 'pass', message: `${from} is as the files say (${selected.length} selected)` };
  const isGit = drift.every(({ cause }) => cause === 'git');
  const message = `${from} is not as the files say: ${listNames(drift.map(({ address }) => address))}`;
  const pull = formatCommand('pull', '--env', from);
  return {
    name,
    status: 'fail',
    message,
    remedy: isGit
      ? formatCommand('apply', '--env', from)
      : `${formatCommand('drift', '--env', from, '--all')}, then ${pull} or ${formatCommand('apply', '--env', from)}`,
  };
}

function checkApply({ applied, from }: SourceFacts): Gate {
  const name = 'apply';
  const fail = (message: string, remedy = formatCommand('apply', '--env', from)): Gate => ({
    name,
    status: 'fail',
    message,
    remedy,
  });
  if (!applied) return fail(`there is no snapshot of an apply to ${from}, so nothing is proven there`);
  const { last, open, unknown } = applied;
  if (!last.complete) return fail(`the last ${last.command} to ${from} (${last.at}) did not do everything`);
  if (!last.verified)
    return fail(
      `the last ${last.command} to ${from} (${last.at}) left pages that are not proved live`,
      formatCommand('apply', '--env', from),
    );
  if (open.length > 0) return fail(`the last ${last.command} to ${from} left open: ${listNames(open)}`);
  if (unknown.length > 0) return fail(`never applied to ${from}: ${listNames(unknown)}`);
  return {
    name,
    status: 'pass',
    message: `the last ${last.command} to ${from} (${last.at}) was complete and verified`,
  };
}

function checkPages({ notLive, incomplete, from }: SourceFacts): Gate {
  const name = 'pages';
  if (incomplete.length > 0)
    return {
      name,
      status: 'fail',
      message: `it cannot be told, because ${incomplete.join('; ')}`,
      remedy: formatCommand('doctor', '--env', from),
    };
  if (notLive.length === 0) return { name, status: 'pass', message: `no page of ${from} is older than the selection` };
  return {
    name,
    status: 'fail',
    message: `not live in ${from}: ${listNames(notLive.map(({ path }) => path))}`,
    remedy: formatCommand('publish', '--env', from),
  };
}

function checkFreeze({ freezes, to }: GateFacts): Gate {
  const name = 'freeze';
  if (freezes.length === 0) return { name, status: 'pass', message: `${to} is not frozen` };
  const windows = freezes.map(({ shown, reason }) => `${shown} (${reason})`).join('; ');
  return {
    name,
    status: 'fail',
    message: `${to} is frozen: ${windows}`,
    remedy: `promote after it; in an emergency: ${formatCommand('apply', '--env', to, `--allow-freeze=${to}`)}`,
  };
}

function checkReferences({ lacking, to }: GateFacts): Gate {
  const name = 'references';
  const missing = lacking.filter(({ blocks }) => blocks);
  if (missing.length === 0)
    return { name, status: 'pass', message: `${to} has, or gets, everything that the selection refers to` };
  return {
    name,
    status: 'fail',
    message: `${to} lacks ${listNames(missing.map(({ what }) => what))}`,
    remedy: missing.map(({ what, todo }) => `${what}: ${todo}`).join('; '),
  };
}

/** What only withholds a part is told with the plan; what a freeze or a consent lifts is asked of the apply. */
const TOLD = new Set(['FREEZE', 'CREATE_BY_HAND', 'ROUTE_NOT_LIVE']);

function checkGuards({ guards, to }: GateFacts): Gate {
  const name = 'guards';
  if (!guards)
    return { name, status: 'unchecked', message: 'not checked, because no plan can be made without what is lacking' };
  const hard = guards.filter(({ code, consent }) => consent === undefined && !TOLD.has(code));
  if (hard.length > 0)
    return {
      name,
      status: 'fail',
      message: hard.map(({ code, message }) => `${code}: ${message}`).join(' '),
      remedy: hard.map(({ hint, code }) => hint ?? `see docs/errors.md, ${code}`).join(' '),
    };
  const flags = guards.flatMap(({ code, consent }) =>
    consent && code !== 'FREEZE' ? [`${consent.flag}=${consent.value}`] : [],
  );
  return {
    name,
    status: 'pass',
    message: flags.length === 0 ? `no guard of ${to} forbids the plan` : `apply will ask for ${flags.join(' ')}`,
  };
}

function listNames(names: readonly string[]): string {
  return [
    ...names.slice(0, MOST_NAMES),
    ...(names.length > MOST_NAMES ? [`${names.length - MOST_NAMES} more`] : []),
  ].join(', ');
}

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
    remedy: 'limio-sync test',
  };
}

/** The gate of what the source charges. */
export function judgePrices(prices: PriceProof, from: string): Gate {
  const name = 'prices';
  if ('unchecked' in prices) return { name, status: 'unchecked', message: `not checked, because ${prices.unchecked}` };
  const remedy = formatCommand('test', 'prices', '--live', '--env', from);
  if ('failure' in prices)
    return { name, status: 'fail', message: `${from} does not tell what it charges: ${prices.failure}`, remedy };
  const ran = { suite: 'prices', cases: prices.cases };
  if (prices.cases.every(({ passed }) => passed))
    return { name, status: 'pass', message: `${countTests(ran)} passed in ${from}, as it is published` };
  return { name, status: 'fail', message: `${countFailed(ran)} failed in ${from}, first ${nameFirst([ran])}`, remedy };
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
