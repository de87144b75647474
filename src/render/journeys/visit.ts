import type { CoverageItem, ExpectedEnd } from '../../routing/cases.js';
import type { Reason, Visitor } from '../../routing/conditions.js';
import type { Condition, Landing, Share } from '../../routing/routing.js';
import {
  type BranchTrace,
  type ConditionTrace,
  type JourneyTrace,
  pickShares,
  type VisitTrace,
} from '../../routing/visit.js';
import { escapeTerminal } from '../escape.js';
import { PLAIN_STYLE, type Style, wrapText } from '../terminal.js';
import { writeJson } from '../words.js';

const VERDICTS: Record<BranchTrace['verdict'], string> = {
  yes: 'matches',
  no: 'does not match',
  maybe: 'may match',
  unreached: 'not reached',
};

const DOUBTS: Record<JourneyTrace['doubts'][number], string> = {
  case: 'The path differs from its starting point in letter case: whether it starts here is not known.',
  host: 'Journeys of other domains start here as well: give the host.',
  rival: 'Another journey has the same starting point and domain: which of them wins is not known.',
  'missing-page': 'It starts at the 404 page: the visit is its own if no page stands at the path.',
};

/** A visit step by step, and where it ends. */
export function renderVisitText(
  trace: VisitTrace,
  { style = PLAIN_STYLE, width = 80 }: { style?: Style; width?: number } = {},
): string {
  const journeys = trace.journeys.flatMap((journey) => ['', ...renderJourney(journey, style)]);
  const none = trace.journeys.length === 0 ? ['', 'No journey starts here.'] : [];
  return `${wrapText([`Visit ${describeVisitor(trace.visitor)}`, ...journeys, ...none, '', ...renderEnd(trace, style)].join('\n'), width)}\n`;
}

function renderEnd({ landings, visitor }: VisitTrace, style: Style): string[] {
  const ends = landings.map((landing) => describeLanding(landing, visitor.split));
  const [only] = ends;
  if (ends.length === 1 && only !== undefined) return [style.bold(`Result: ${only}`)];
  return [style.bold('Result: not certain. Possible are:'), ...ends.map((end) => `  ${end}`)];
}

/** `/us/landing/ (journey geo, branch 1)`. Branches count from 1 for people. */
export function describeLanding(landing: Landing, split?: number): string {
  if (landing.via === 'not-intercepted') return 'not intercepted: the page at the path itself';
  const journey = `journey ${escapeTerminal(landing.journey ?? '')}`;
  if (landing.via === 'nothing') return `no branch and no fallback (${journey})`;
  const shares = pickShares(landing, split);
  const where =
    shares.length === 0 ? 'nowhere' : shares.map((share) => describeShare(share, shares.length > 1)).join(', ');
  return `${where} (${journey}, ${landing.via === 'fallback' ? 'fallback' : `branch ${(landing.branch ?? 0) + 1}`})`;
}

function describeShare({ tag, percent }: Share, several: boolean): string {
  const text = tag === null ? 'where a raw action leads' : escapeTerminal(tag);
  return several ? `${text} ${Number(percent.toFixed(2))} %` : text;
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
  const marks = { yes: style.added, no: style.dim, maybe: style.changed, unreached: style.dim };
  const shares = landing.shares.map((share) => describeShare(share, landing.shares.length > 1)).join(', ') || 'nowhere';
  const head = `  ${index + 1}. ${marks[verdict](VERDICTS[verdict])} -> ${shares}`;
  if (verdict === 'unreached') return [head];
  return [
    head,
    ...(conditions.length === 0
      ? ['     everybody']
      : conditions.map((condition) => `     ${describeCondition(condition)}`)),
  ];
}

function describeCondition({ condition, reason, facts }: ConditionTrace): string {
  return `${nameCondition(condition)}: ${explainReason(reason, facts)}`;
}

export function nameCondition(condition: Condition): string {
  return condition.form === 'raw'
    ? `raw ${escapeTerminal(writeJson(condition.raw))}`
    : `${condition.type} ${[...condition.values].map(escapeTerminal).join(', ')}`;
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
      return 'perhaps, of the visitor it is not known';
    case 'case':
      return `perhaps, the visitor has ${list}, which differs in letter case`;
    case 'some':
      return `perhaps, the visitor has ${list}; whether all must be there is not known`;
    default:
      return 'perhaps, a raw condition cannot be read';
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

/** `/landing/, country US, cookies none; unknown: city`. */
export function describeVisitor(visitor: Visitor): string {
  const known = FACTS.flatMap(([key, name]) => {
    const fact = visitor[key];
    if (fact === undefined) return [];
    const list = typeof fact === 'string' ? [fact] : [...(fact ?? [])];
    // What a visitor does not carry is the usual case and needs no word.
    return list.length === 0 ? [] : [`${name} ${list.map(escapeTerminal).join(' ')}`];
  });
  const unknown = FACTS.filter(([key]) => visitor[key] === undefined).map(([, name]) => name);
  const where = `${visitor.host === undefined ? '' : escapeTerminal(visitor.host)}${escapeTerminal(visitor.path)}`;
  const split = visitor.split === undefined ? [] : [`split ${visitor.split}`];
  return `${[where, ...known, ...split].join(', ')}${unknown.length === 0 ? '' : `; unknown: ${unknown.join(', ')}`}`;
}

/** The answer of `journeys simulate --format json`. Branches count from 0, as in the file. */
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

const WORDS = {
  fallback: 'the fallback',
  not_intercepted: 'not intercepted',
  nowhere: 'nowhere',
  raw_action: 'where a raw action leads',
} as const;

/** `/us/landing/`, `/a/ 60 %, /b/ 40 %`, or `one of: /stay/; the fallback`. */
export function describeExpectation(expected: readonly ExpectedEnd[]): string {
  const ends = expected.map(describeEnd);
  return ends.length === 1 ? (ends[0] ?? '') : `one of: ${ends.join('; ')}`;
}

function describeEnd(expected: ExpectedEnd): string {
  if ('end' in expected) return WORDS[expected.end];
  const [only] = expected.shares;
  if (expected.shares.length === 1 && only) return escapeTerminal(only.tag);
  return expected.shares.map(({ tag, percent }) => `${escapeTerminal(tag)} ${percent} %`).join(', ');
}

/** `web-campus, branch 3, city Cambridge, Oxford`. Branches count from 1 for people. */
export function nameCoverageItem({ what, journey, branch, condition, tag }: CoverageItem): string {
  const where = `${escapeTerminal(journey)}, ${branch === undefined ? 'fallback' : `branch ${branch + 1}`}`;
  if (what === 'branch') return where;
  if (condition) return `${where}, ${nameCondition(condition)}`;
  return `${where}, ${typeof tag === 'string' ? escapeTerminal(tag) : 'a raw action'}`;
}
