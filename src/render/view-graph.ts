import type { JsonObject } from '../model/json.js';
import { compileWorld } from '../routing/compile-journey.js';
import { findLoops, indexSteps, listOthersAt } from '../routing/find-loops.js';
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
export function viewGraph(
  journeys: readonly { name: string; body: JsonObject }[],
  shown?: readonly string[],
): GraphView {
  const world = compileWorld(journeys);
  const loops = indexSteps(findLoops(world).loops);
  const inPicture = journeys.filter(({ name }) => !shown || shown.includes(name));
  const numbers = new Map(inPicture.map(({ name }, i) => [name, i]));
  return {
    journeys: inPicture.map(({ name, body }) => {
      const view = viewSide(body, undefined, loops.get(name));
      const journey = world.journeys.find((one) => one.name === name);
      const link = (target: DestinationView): DestinationView => {
        const [next] = journey && target.mark !== 'dead' ? listOthersAt(world, normalisePath(target.tag), journey) : [];
        if (!next) return target;
        const to = numbers.get(next.name);
        return {
          ...target,
          note: `${target.note === undefined ? '' : `${target.note}, `}starts ${next.name}`,
          ...(to === undefined ? {} : { to }),
        };
      };
      return {
        ...view,
        name,
        branches: view.branches.map((branch) => ({ ...branch, destinations: branch.destinations.map(link) })),
        ...(view.fallback ? { fallback: link(view.fallback) } : {}),
      };
    }),
  };
}
