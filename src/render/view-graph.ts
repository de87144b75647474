import type { JsonObject } from '../model/json.js';
import { compileWorld } from '../routing/compile-journey.js';
import { findLoops, haveHost } from '../routing/find-loops.js';
import type { Journey, RoutingWorld } from '../routing/journey-model.js';
import { normalisePath } from '../routing/normalise-place.js';
import { type DestinationView, type RoutingView, viewSide } from './view-routing.js';

/** Journeys in one picture, with what ends or goes round in a circle; every text is the tenant's and unescaped. */
export interface GraphView {
  journeys: readonly NamedRouting[];
}

export interface NamedRouting extends RoutingView {
  name: string;
}

/** Journeys in typed form. Loops are looked for among all of them, those with a name of `shown` are in the picture. */
export function viewGraph(journeys: readonly { name: string; body: JsonObject }[], shown?: readonly string[]): GraphView {
  const world = compileWorld(journeys);
  const inLoops = new Set(findLoops(world).loops.flatMap((loop) => loop.map(({ journey, landing, share }) => keyOf(journey.name, landing.branch, share))));
  const inPicture = journeys.filter(({ name }) => !shown || shown.includes(name));
  const numbers = new Map(inPicture.map(({ name }, i) => [name, i]));
  return {
    journeys: inPicture.map(({ name, body }) => {
      const view = viewSide(body);
      const journey = world.journeys.find((one) => one.name === name);
      const mark = (target: DestinationView, branch: number | undefined, share: number): DestinationView => {
        const next = journey && !target.mark ? findStart(world, journey, target.tag) : undefined;
        if (!next) return target;
        const to = numbers.get(next.name);
        const isLoop = inLoops.has(keyOf(name, branch, share));
        return { ...target, ...(isLoop ? { mark: 'loop' } : {}), note: `${isLoop ? 'loop, ' : ''}starts ${next.name}`, ...(to === undefined ? {} : { to }) };
      };
      return {
        ...view,
        name,
        branches: view.branches.map((branch, i) => ({ ...branch, destinations: branch.destinations.map((target, k) => mark(target, i, k)) })),
        ...(view.fallback ? { fallback: mark(view.fallback, undefined, 0) } : {}),
      };
    }),
  };
}

function keyOf(journey: string, branch: number | undefined, share: number): string {
  return JSON.stringify([journey, branch ?? null, share]);
}

/** Another journey that starts at a destination; one that leads to its own start shows the page itself. */
function findStart({ byStart }: RoutingWorld, journey: Journey, tag: string): Journey | undefined {
  const start = normalisePath(tag);
  return (byStart.get(start.toLowerCase()) ?? []).find((other) => other.start === start && other !== journey && haveHost([journey, other]));
}
