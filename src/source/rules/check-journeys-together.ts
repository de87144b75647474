import type { Position, Problem } from '../../model/problem.js';
import { findLoops, haveHost, locateStep, type LoopStep } from '../../routing/loops.js';
import { compileWorld, type Journey } from '../../routing/routing.js';
import type { Declaration } from '../declaration.js';
import { locatePath } from '../locate-path.js';
import { makeProblem } from '../make-problem.js';
import type { DocumentPath } from '../parsed-file.js';

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
