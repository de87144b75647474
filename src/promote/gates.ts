import type { Address } from '../model/address.js';
import type { LastApply, ObjectDrift } from '../model/drift.js';
import type { Guard, PublishPage } from '../model/plan.js';
import type { FreezeWindow } from '../model/policies.js';
import type { Gate, Lacking, PriceProof } from '../model/promotion.js';
import type { TestedCase } from '../model/test-report.js';
import { formatCommand } from '../model/text.js';
import { countThings, nameFirst } from '../model/words.js';

/** What the gates of the source look at. */
export interface SourceInput {
  from: string;
  selected: readonly Address[];
  /** The drift of the selection in the source. */
  drift: readonly ObjectDrift[];
  /** The selected objects that the source lacks and that no apply creates there. */
  byHand: readonly Address[];
  /** The source's snapshot: the last apply, and the selected objects that it left open or does not know. */
  applied: { last: LastApply; open: readonly Address[]; unknown: readonly Address[] } | undefined;
  /** Pages of the source that show the selection and are older than it. */
  notLive: readonly PublishPage[];
  /** Lists of the source that may lack such a page, each as one clause. */
  incomplete: readonly string[];
}

export interface GateInput extends SourceInput {
  to: string;
  prices: PriceProof;
  /** Current freezes of the target. */
  freezes: readonly FreezeWindow[];
  lacking: readonly Lacking[];
  /** Guards of the plan for the target; undefined when no plan could be made. */
  guards: readonly Guard[] | undefined;
}

/** Every gate after those of the files, in the order in which a person fixes them. */
export function checkGates(input: GateInput): Gate[] {
  return [
    checkDrift(input),
    checkApply(input),
    checkPages(input),
    checkPrices(input.prices, input.from),
    checkFreeze(input),
    checkReferences(input),
    checkGuards(input),
  ];
}

/** Whether the source matches its files and is live. Before that, its prices prove nothing. */
export function isSourceProven(input: SourceInput): boolean {
  return [checkDrift(input), checkApply(input), checkPages(input)].every(({ status }) => status === 'pass');
}

/** The gates when the files have errors. */
export function listUnchecked(): Gate[] {
  return (['drift', 'apply', 'pages', 'prices', 'freeze', 'references', 'guards'] as const).map((name) => ({
    name,
    status: 'unchecked',
    message: 'not checked, because the files have errors',
  }));
}

function checkDrift({ drift, byHand, from, selected }: SourceInput): Gate {
  const name = 'drift';
  if (drift.length === 0)
    return { name, status: 'pass', message: `${from} matches the files (${selected.length} selected)` };
  const others = drift.filter(({ address }) => !byHand.includes(address));
  const isGit = others.every(({ cause }) => cause === 'git');
  const found = [
    ...(others.length === 0 ? [] : [`differs from the files: ${nameFirst(others.map(({ address }) => address))}`]),
    ...(byHand.length === 0 ? [] : [`does not have ${nameFirst(byHand)}`]),
  ];
  const [apply, pull] = [formatCommand('apply', '--env', from), formatCommand('pull', '--env', from)];
  const settle = isGit ? apply : `${formatCommand('drift', '--env', from, '--all')}, then ${pull} or ${apply}`;
  // Apply stops at what it never creates, so it alone would be no advice.
  const create = byHand.length === 0 ? '' : `create ${nameFirst(byHand)} in ${from} by hand, then `;
  return { name, status: 'fail', message: `${from} ${found.join('; it ')}`, remedy: `${create}${settle}` };
}

function checkApply({ applied, byHand, from }: SourceInput): Gate {
  const name = 'apply';
  const apply = formatCommand('apply', '--env', from);
  const fail = (message: string): Gate => ({
    name,
    status: 'fail',
    message,
    remedy: byHand.length === 0 ? apply : `create what ${from} does not have, then ${apply}`,
  });
  if (!applied) return fail(`${from} has no snapshot of an apply, so nothing is proven there`);
  const { last, open, unknown } = applied;
  if (last.command === 'baseline') return fail(`${from} has only a baseline, which no apply has proven`);
  if (!last.complete) return fail(`the last ${last.command} to ${from} (${last.at}) finished only in part`);
  if (!last.verified)
    return fail(`the last ${last.command} to ${from} (${last.at}) left pages that are not proven live`);
  if (open.length > 0) return fail(`the last ${last.command} to ${from} left unfinished: ${nameFirst(open)}`);
  if (unknown.length > 0) return fail(`never applied to ${from}: ${nameFirst(unknown)}`);
  return {
    name,
    status: 'pass',
    message: `the last ${last.command} to ${from} (${last.at}) was complete and verified`,
  };
}

function checkPages({ notLive, incomplete, from }: SourceInput): Gate {
  const name = 'pages';
  if (incomplete.length > 0)
    return {
      name,
      status: 'fail',
      message: `cannot be checked, because ${incomplete.join('; ')}`,
      remedy: formatCommand('doctor', '--env', from),
    };
  if (notLive.length === 0) return { name, status: 'pass', message: `no page of ${from} is older than the selection` };
  return {
    name,
    status: 'fail',
    message: `not live in ${from}: ${nameFirst(notLive.map(({ path }) => path))}`,
    remedy: formatCommand('publish', '--env', from),
  };
}

function checkFreeze({ freezes, to }: GateInput): Gate {
  const name = 'freeze';
  if (freezes.length === 0) return { name, status: 'pass', message: `${to} is not frozen` };
  const windows = freezes.map(({ shown, reason }) => `${shown} (${reason})`).join('; ');
  return {
    name,
    status: 'fail',
    message: `${to} is frozen: ${windows}`,
    remedy: `promote after the freeze; in an emergency: ${formatCommand('apply', '--env', to, `--allow-freeze=${to}`)}`,
  };
}

function checkReferences({ lacking, to }: GateInput): Gate {
  const name = 'references';
  const missing = lacking.filter(({ blocks }) => blocks);
  if (missing.length === 0)
    return { name, status: 'pass', message: `${to} has, or will get, everything that the selection refers to` };
  return {
    name,
    status: 'fail',
    message: `${to} lacks ${nameFirst(missing.map(({ what }) => what))}`,
    remedy: missing.map(({ what, todo }) => `${what}: ${todo}`).join('; '),
  };
}

/** Guards that do not fail the gate: they withhold only part of the plan, or have a gate of their own. */
const NOT_BLOCKING = new Set(['FREEZE', 'CREATE_BY_HAND']);

function checkGuards({ guards, to }: GateInput): Gate {
  const name = 'guards';
  if (!guards)
    return {
      name,
      status: 'unchecked',
      message: 'not checked, because no plan can be made until the references exist',
    };
  const hard = guards.filter(({ code, consent }) => consent === undefined && !NOT_BLOCKING.has(code));
  if (hard.length > 0)
    return {
      name,
      status: 'fail',
      message: hard.map(({ code, message }) => `${code}: ${message}`).join(' '),
      remedy: hard.map(({ hint, code }) => hint ?? `see docs/errors.md, ${code}`).join(' '),
    };
  const flagsOf = (wanted: (code: string) => boolean): string =>
    guards
      .flatMap(({ code, consent }) => (consent && wanted(code) ? [`${consent.flag}=${consent.value}`] : []))
      .join(' ');
  const flags = flagsOf((code) => code !== 'FREEZE' && code !== 'ROUTE_NOT_LIVE');
  const dead = flagsOf((code) => code === 'ROUTE_NOT_LIVE');
  const required = [
    ...(flags === '' ? [] : [`apply will require ${flags}`]),
    ...(dead === '' ? [] : [`journeys wait until their pages are published in ${to}, or for ${dead}`]),
  ];
  return {
    name,
    status: 'pass',
    message: required.length === 0 ? `no guard of ${to} stops the plan` : required.join('; '),
  };
}

/** The cases of one suite that ran. */
export interface RanSuite {
  /** `journeys` */
  suite: string;
  cases: readonly TestedCase[];
}

/** The gate of the tests that need no tenant. */
export function checkTests(suites: readonly RanSuite[]): Gate {
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
    message: `${failed.map(countFailed).join(' and ')} failed, first ${describeFirst(failed)}`,
    remedy: 'limio-sync test',
  };
}

/** The gate of the prices that the source charges. */
function checkPrices(prices: PriceProof, from: string): Gate {
  const name = 'prices';
  if ('unchecked' in prices) return { name, status: 'unchecked', message: `not checked, because ${prices.unchecked}` };
  const remedy = formatCommand('test', 'prices', '--live', '--env', from);
  if ('failure' in prices)
    return { name, status: 'fail', message: `cannot read the prices of ${from}: ${prices.failure}`, remedy };
  const ran = { suite: 'prices', cases: prices.cases };
  if (prices.cases.every(({ passed }) => passed))
    return { name, status: 'pass', message: `${countTests(ran)} passed in ${from}, as published` };
  return {
    name,
    status: 'fail',
    message: `${countFailed(ran)} failed in ${from}, first ${describeFirst([ran])}`,
    remedy,
  };
}

/** `5 price tests` */
function countTests({ suite, cases }: RanSuite): string {
  return countThings(cases.length, `${suite.replace(/s$/, '')} test`);
}

function countFailed(ran: RanSuite): string {
  return `${ran.cases.filter(({ passed }) => !passed).length} of ${countTests(ran)}`;
}

function describeFirst(suites: readonly RanSuite[]): string {
  const first = suites.flatMap(({ cases }) => cases).find(({ passed }) => !passed);
  return first ? `${first.place.file}:${first.place.line}:${first.place.col} ${first.name}` : '';
}
