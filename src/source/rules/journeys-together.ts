import type { Position, Problem } from '../../model/problem.js';
import { findOverlaps, type Overlap } from '../../routing/branches.js';
import { keyLandings } from '../../routing/compare.js';
import type { LeastVisitor } from '../../routing/least-visitors.js';
import { findLoops, haveHost, locateStep, type LoopStep } from '../../routing/loops.js';
import { compileJourney, compileWorld, type Journey, type Landing } from '../../routing/routing.js';
import type { CheckedDocument, Declaration, DocumentPath, Finding } from '../documents.js';
import { locatePath } from '../locate.js';
import { makeProblem } from '../problems.js';

/** What is wrong with several journeys at once: they compete, or send visitors in a circle. */
export function checkJourneysTogether(declarations: readonly Declaration[]): Problem[] {
  // Of two with one address, which is reported elsewhere, the first.
  const declared = new Map(
    declarations
      .filter(({ kind }) => kind === 'journey')
      .toReversed()
      .map((one) => [one.address.slice('journey:'.length), one]),
  );
  const world = compileWorld([...declared].map(([name, { value }]) => ({ name, body: value })).toReversed());
  const locate: Locate = (journey, path) => {
    const declaration = declared.get(journey.name);
    return declaration ? locatePath(declaration.document, path) : { file: '', line: 1, col: 1 };
  };
  const { loops, complete } = findLoops(world);
  return [
    ...[...world.byStart.values()].flatMap((journeys) => checkStarts(journeys, locate)),
    ...loops.map((loop) => reportLoop(loop, locate)),
    ...(complete ? [] : reportLimit(world.journeys, locate)),
  ];
}

type Locate = (journey: Journey, path: DocumentPath) => Position & { length?: number };

function checkStarts(journeys: readonly Journey[], locate: Locate): Problem[] {
  return journeys.flatMap((journey, i) => {
    const rival = journeys.slice(0, i).find((other) => other.start === journey.start && haveHost([other, journey]));
    if (!rival) return [];
    const { length: _length, ...place } = locate(rival, ['starting_point']);
    return [
      makeProblem(
        'JOURNEY_SAME_START',
        locate(journey, ['starting_point']),
        `The journey ${rival.name} starts at ${journey.start} of the same host as well: which of the two takes the visitors is not known.`,
        {
          hint: 'Make them one journey with the branches of both, or give them different domains.',
          related: [{ ...place, message: 'The other journey starts here.' }],
        },
      ),
    ];
  });
}

/** Nothing is claimed of ways that were not tried. */
function reportLimit([first]: readonly Journey[], locate: Locate): Problem[] {
  if (!first) return [];
  return [
    makeProblem(
      'JOURNEY_LOOP',
      locate(first, ['starting_point']),
      'Journeys lead to one another in more ways than can be tried: there may be circles that are not told here.',
      { hint: 'Lead fewer of them to pages at which another journey starts.' },
    ),
  ];
}

function reportLoop(loop: readonly LoopStep[], locate: Locate): Problem {
  const places = loop.map((step) => locate(step.journey, locateStep(step)));
  const [first = { file: '', line: 1, col: 1 }, ...others] = places;
  const way = [...loop, ...loop.slice(0, 1)].map(({ journey }) => journey.start).join(' -> ');
  return makeProblem('JOURNEY_LOOP', first, `Journeys lead visitors in a circle: ${way}.`, {
    hint: 'Lead one of them to a page at which no journey starts.',
    related: others.map(({ length: _length, ...place }, i) => ({
      ...place,
      message: `From here it goes on to ${loop[(i + 2) % loop.length]?.journey.start}.`,
    })),
  });
}

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
