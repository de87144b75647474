import type { Condition, Landing, Share } from '../routing/journey-model.js';
import { pickShares } from '../routing/pick-share.js';
import type { Reason } from '../routing/judge-condition.js';
import type { BranchTrace, ConditionTrace, JourneyTrace, VisitTrace } from '../routing/explain-visit.js';
import type { Visitor } from '../routing/visitor.js';
import { escapeTerminal } from './escape-terminal.js';
import { PLAIN_STYLE, type Style } from './style.js';
import { wrapText } from './wrap-text.js';
import { writeJson } from './write-json.js';

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
