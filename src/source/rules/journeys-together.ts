import type { Place, Problem } from '../../model/problem.js';
import { findOverlaps, type Overlap } from '../../routing/branches.js';
import { keyLandings } from '../../routing/compare.js';
import type { LeastVisitor } from '../../routing/least-visitors.js';
import { findLoops, haveHost, locateStep, type LoopStep } from '../../routing/loops.js';
import { compileJourney, compileWorld, type Journey, type Landing } from '../../routing/routing.js';
import type { CheckedDocument, Declaration, DocumentPath, Finding } from '../documents.js';
import { locatePath } from '../locate.js';
import { makeProblem } from '../problems.js';

/** Journeys that start at the same page, and journeys that lead visitors in a circle. */
export function checkJourneysTogether(declarations: readonly Declaration[]): Problem[] {
  // For a repeated address, which checkDuplicates reports, the first.
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

type Locate = (journey: Journey, path: DocumentPath) => Place & { length?: number };

function checkStarts(journeys: readonly Journey[], locate: Locate): Problem[] {
  return journeys.flatMap((journey, i) => {
    const rival = journeys.slice(0, i).find((other) => other.start === journey.start && haveHost([other, journey]));
    if (!rival) return [];
    const { length: _length, ...place } = locate(rival, ['starting_point']);
    const message =
      `The journey ${rival.name} also starts at ${journey.start} of the same host, ` +
      'and it is unknown which of the two takes the visitors.';
    return [
      makeProblem('JOURNEY_SAME_START', locate(journey, ['starting_point']), message, {
        hint: 'Merge them into one journey, or give them different domains.',
        related: [{ ...place, message: 'The other journey starts here.' }],
      }),
    ];
  });
}

function reportLimit([first]: readonly Journey[], locate: Locate): Problem[] {
  if (!first) return [];
  const message = 'Journeys lead to one another in too many ways to try them all: some circles may not be reported.';
  const hint = 'Send visitors of fewer journeys to pages where another journey starts.';
  return [makeProblem('JOURNEY_LOOP', locate(first, ['starting_point']), message, { hint })];
}

function reportLoop(loop: readonly LoopStep[], locate: Locate): Problem {
  const places = loop.map((step) => locate(step.journey, locateStep(step)));
  const [first = { file: '', line: 1, col: 1 }, ...others] = places;
  const way = [...loop, ...loop.slice(0, 1)].map(({ journey }) => journey.start).join(' -> ');
  return makeProblem('JOURNEY_LOOP', first, `Journeys lead visitors in a circle: ${way}.`, {
    hint: 'Send the visitors of one of them to a page where no journey starts.',
    related: others.map(({ length: _length, ...place }, i) => ({
      ...place,
      message: `From here visitors go to ${loop[(i + 2) % loop.length]?.journey.start}.`,
    })),
  });
}

/** Branches that would take visitors from those above them. This is only a note: the order may be intended. */
export function checkJourneyOverlaps({ value }: Pick<CheckedDocument, 'value'>): Finding[] {
  const journey = compileJourney('', value);
  return findOverlaps(journey, keyLandings(journey, value)).map((overlap) => ({
    code: 'JOURNEY_OVERLAP',
    path: ['journeys', overlap.index],
    message: explainOverlap(overlap, journey),
    hint: 'The first branch that matches wins. If that should be this one, move it up.',
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
  const example = `a visitor with ${nameVisitor(first.visitor)} goes to ${there}, not to ${here}`;
  return `${who} visitors who also meet the conditions of this branch. For example, ${example}.`;
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
