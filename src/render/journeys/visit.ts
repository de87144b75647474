import type { CoverageItem, ExpectedEnd } from '../../routing/cases.js';
import type { Reason, Visitor } from '../../routing/conditions.js';
import type { JourneyEnd } from '../../model/test-report.js';
import type { Condition, Landing } from '../../routing/routing.js';
import {
  type BranchTrace,
  type ConditionTrace,
  type JourneyTrace,
  pickShares,
  type VisitTrace,
} from '../../routing/visit.js';
import { escapeTerminal } from '../escape.js';
import { PLAIN_STYLE, type Style } from '../terminal.js';
import { wrapText } from '../wrap.js';
import { describeShares, nameCondition } from './visitors.js';

/*
 * The visit of one visitor: as text step by step, as JSON, and in the words of journey tests. People count branches
 * from 1, JSON from 0.
 */

const VERDICTS: Record<BranchTrace['verdict'], string> = {
  yes: 'matches',
  no: 'does not match',
  maybe: 'may match',
  unreached: 'not reached',
};

const DOUBTS: Record<JourneyTrace['doubts'][number], string> = {
  case: 'The path and the starting point differ in letter case: the journey may not start here.',
  host: 'Journeys of other domains also start here: name the host.',
  rival: 'Another journey has the same starting point and domain: which of them applies is unknown.',
  'missing-page': 'The journey starts at the 404 page: it applies only if there is no page at the path.',
};

/** Step by step, with the result last. */
export function renderVisitText(
  trace: VisitTrace,
  { style = PLAIN_STYLE, width = 80 }: { style?: Style; width?: number } = {},
): string {
  const { visitor, journeys } = trace;
  const lines = [
    `Visit ${describeVisitor(visitor)}`,
    ...journeys.flatMap((journey) => ['', ...renderJourney(journey, style)]),
    ...(journeys.length === 0 ? ['', 'No journey starts here.'] : []),
    '',
    ...renderResult(trace, style),
  ];
  return `${wrapText(lines.join('\n'), width)}\n`;
}

function renderResult({ landings, visitor }: VisitTrace, style: Style): string[] {
  const ends = landings.map((landing) => describeLanding(landing, visitor.split));
  if (ends.length === 1) return [style.bold(`Result: ${ends.join('')}`)];
  return [style.bold('Result: uncertain, one of:'), ...ends.map((end) => `  ${end}`)];
}

/** `/us/landing/ (journey geo, branch 1)` */
export function describeLanding(landing: Landing, split?: number): string {
  if (landing.via === 'not-intercepted') return 'not intercepted: the page at the path itself';
  const journey = `journey ${escapeTerminal(landing.journey ?? '')}`;
  if (landing.via === 'nothing') return `no branch and no fallback (${journey})`;
  const from = landing.via === 'fallback' ? 'fallback' : `branch ${(landing.branch ?? 0) + 1}`;
  return `${escapeTerminal(describeShares(pickShares(landing, split)))} (${journey}, ${from})`;
}

function renderJourney({ journey, doubts, branches, fallback }: JourneyTrace, style: Style): string[] {
  const end = { yes: 'takes the visitor', no: 'not reached', maybe: 'may take the visitor' }[fallback];
  const target = journey.fallback.shares[0]?.tag;
  return [
    style.bold(`Journey ${escapeTerminal(journey.name)}, from ${escapeTerminal(journey.start ?? '')}`),
    ...doubts.map((doubt) => `  ${DOUBTS[doubt]}`),
    ...branches.flatMap((branch) => renderBranch(branch, style)),
    `  fallback ${target === undefined || target === null ? '(none declared)' : escapeTerminal(target)}: ${end}`,
  ];
}

function renderBranch({ index, verdict, conditions, landing }: BranchTrace, style: Style): string[] {
  const paint = { yes: style.added, no: style.dim, maybe: style.changed, unreached: style.dim }[verdict];
  const head = `  ${index + 1}. ${paint(VERDICTS[verdict])} -> ${escapeTerminal(describeShares(landing.shares))}`;
  if (verdict === 'unreached') return [head];
  return [head, ...(conditions.length === 0 ? ['     everyone'] : conditions.map(renderCondition))];
}

function renderCondition({ condition, reason, facts }: ConditionTrace): string {
  return `     ${escapeTerminal(nameCondition(condition))}: ${explainReason(reason, facts)}`;
}

function explainReason(reason: Reason, facts: readonly string[] | undefined): string {
  const list = (facts ?? []).map(escapeTerminal).join(', ');
  switch (reason) {
    case 'meets':
      return `yes, the visitor has ${list}`;
    case 'differs':
      return `no, the visitor has ${list}`;
    case 'none':
      return 'no, the visitor has none';
    case 'unknown':
      return 'maybe, unknown for this visitor';
    case 'case':
      return `maybe, the visitor has ${list} (different letter case)`;
    case 'some':
      return `maybe, the visitor has ${list} (unknown whether all are required)`;
    case 'raw':
      return 'maybe, a raw condition cannot be evaluated';
  }
}

const FACTS = [
  ['country', 'country'],
  ['region', 'region'],
  ['city', 'city'],
  ['billingCountry', 'billing country'],
  ['subscriptionStatus', 'subscription status'],
  ['device', 'device'],
  ['query', 'query'],
  ['cookies', 'cookies'],
  ['segments', 'segments'],
  ['offerLabels', 'offer labels'],
] as const satisfies readonly (readonly [keyof Visitor, string])[];

/** `/landing/, country US, cookies none; unknown: city` */
function describeVisitor(visitor: Visitor): string {
  const known = FACTS.flatMap(([key, name]) => {
    const fact = visitor[key];
    if (fact === undefined) return [];
    const list = typeof fact === 'string' ? [fact] : [...(fact ?? [])];
    // Having none is the usual case.
    return list.length === 0 ? [] : [`${name} ${list.map(escapeTerminal).join(' ')}`];
  });
  const unknown = FACTS.filter(([key]) => visitor[key] === undefined).map(([, name]) => name);
  const where = `${visitor.host === undefined ? '' : escapeTerminal(visitor.host)}${escapeTerminal(visitor.path)}`;
  const split = visitor.split === undefined ? [] : [`split ${visitor.split}`];
  return `${[where, ...known, ...split].join(', ')}${unknown.length === 0 ? '' : `; unknown: ${unknown.join(', ')}`}`;
}

/** For `journeys simulate --format json`. */
export function toSimulationReport({ visitor, landings, journeys }: VisitTrace) {
  return {
    kind: 'limio-sync/journey-simulation',
    formatVersion: 1,
    visitor: Object.fromEntries(
      Object.entries(visitor).map(([key, fact]) => [key, fact instanceof Set ? [...fact] : fact]),
    ),
    certain: landings.length === 1,
    landings: landings.map((landing) => ({
      ...landing,
      shares: pickShares(landing, visitor.split),
      text: describeLanding(landing, visitor.split),
    })),
    journeys: journeys.map(({ journey, doubts, branches, fallback }) => ({
      name: journey.name,
      doubts,
      branches: branches.map(toBranch),
      fallback,
    })),
  } as const;
}

function toBranch({ index, verdict, conditions, landing }: BranchTrace) {
  return {
    index,
    verdict,
    conditions: conditions.map(({ condition, reason, facts }) => ({ ...toCondition(condition), reason, facts })),
    shares: landing.shares,
  };
}

function toCondition(condition: Condition) {
  return condition.form === 'raw' ? { raw: condition.raw } : { type: condition.type, values: [...condition.values] };
}

const ENDS = {
  fallback: 'the fallback',
  not_intercepted: 'not intercepted',
  nowhere: 'nowhere',
  raw_action: 'where a raw action leads',
} as const satisfies Record<JourneyEnd, string>;

/** `/us/landing/`, `/a/ 60 %, /b/ 40 %`, or `one of: /stay/; the fallback` */
export function describeExpectation(expected: readonly ExpectedEnd[]): string {
  const ends = expected.map(describeEnd);
  return ends.length === 1 ? ends.join('') : `one of: ${ends.join('; ')}`;
}

function describeEnd(expected: ExpectedEnd): string {
  if ('end' in expected) return ENDS[expected.end];
  const [only] = expected.shares;
  if (expected.shares.length === 1 && only) return escapeTerminal(only.tag);
  return expected.shares.map(({ tag, percent }) => `${escapeTerminal(tag)} ${percent} %`).join(', ');
}

/** `web-campus, branch 3, city Cambridge, Oxford` */
export function nameCoverageItem({ what, journey, branch, condition, tag }: CoverageItem): string {
  const where = `${escapeTerminal(journey)}, ${branch === undefined ? 'fallback' : `branch ${branch + 1}`}`;
  if (what === 'branch') return where;
  if (condition) return `${where}, ${escapeTerminal(nameCondition(condition))}`;
  return `${where}, ${typeof tag === 'string' ? escapeTerminal(tag) : 'a raw action'}`;
}
