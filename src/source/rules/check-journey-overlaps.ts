import { findOverlaps, type Overlap } from '../../routing/branches.js';
import { keyLandings } from '../../routing/compare.js';
import type { LeastVisitor } from '../../routing/least-visitors.js';
import { compileJourney, type Journey, type Landing } from '../../routing/routing.js';
import type { CheckedDocument } from '../checked-document.js';
import type { Finding } from '../finding.js';

/** Branches that would take visitors from those above them. No mistake: the order decides, and may be meant. */
export function checkJourneyOverlaps({ value }: Pick<CheckedDocument, 'value'>): Finding[] {
  const journey = compileJourney('', value);
  return findOverlaps(journey, keyLandings(journey, value)).map((overlap) => ({
    code: 'JOURNEY_OVERLAP',
    path: ['journeys', overlap.index],
    message: explainOverlap(overlap, journey),
    hint: 'The first branch that matches wins. If this one is meant to, move it up.',
  }));
}

function explainOverlap({ index, above, more }: Overlap, { branches }: Journey): string {
  const numbers = above.map((one) => one.index + 1);
  const last = more ? 'others' : numbers.at(-1);
  const others = more ? numbers : numbers.slice(0, -1);
  const who = others.length === 0 ? `Branch ${last} takes` : `Branches ${others.join(', ')} and ${last} take`;
  const [first] = above;
  if (!first) return '';
  const [there, here] = [branches[first.index], branches[index]].map((branch) =>
    branch ? nameLanding(branch.landing) : '',
  );
  return `${who} visitors who meet the conditions of this branch, too. For example ${nameVisitor(first.visitor)}: to ${there}, not to ${here}.`;
}

function nameVisitor({ facts }: LeastVisitor): string {
  return Array.from(
    facts,
    ([type, values]) => `${type === 'raw' ? 'raw condition' : type.replaceAll('_', ' ')} ${[...values].join(' and ')}`,
  ).join(', ');
}

function nameLanding({ shares }: Landing): string {
  return shares.map(({ tag }) => tag ?? 'where a raw action leads').join(' or ') || 'nowhere';
}
