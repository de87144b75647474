import type { Journey, Landing, RoutingWorld } from './journey-model.js';
import { servesHost } from './select-journeys.js';
import { type Effort, findReach } from './split-region.js';
import { type Region, type VisitorSpace, buildVisitorSpace } from './visitor-space.js';

/** One step of a loop: the journey leads to the page where the next one starts, the last to the first. */
export interface LoopStep {
  journey: Journey;
  landing: Landing;
  /** Index in the shares of the landing. */
  share: number;
}

const MOST_SPLITS = 20_000;

/**
 * Journeys that lead some visitor in a circle: there is one who would take every step. A journey
 * that leads to its own starting point shows the page itself and is no loop. One loop for each set of journeys.
 */
export function findLoops(world: RoutingWorld): LoopStep[][] {
  const edges = listEdges(world);
  if (edges.size === 0) return [];
  const journeys = world.journeys.filter((journey) => edges.has(journey));
  const search: Search = { space: buildVisitorSpace(journeys), journeys, edges, effort: { left: MOST_SPLITS }, loops: new Map() };
  for (const journey of journeys) follow(search, [], journey, search.space.everybody);
  return [...search.loops.values()];
}

interface Edge extends LoopStep {
  to: Journey;
}

interface Search {
  space: VisitorSpace;
  journeys: readonly Journey[];
  edges: ReadonlyMap<Journey, readonly Edge[]>;
  effort: Effort;
  loops: Map<string, LoopStep[]>;
}

function follow(search: Search, path: readonly Edge[], journey: Journey, region: Region): void {
  const { space, journeys, edges, effort, loops } = search;
  const start = path[0]?.journey ?? journey;
  for (const edge of edges.get(journey) ?? []) {
    // A loop is looked for from the first of its journeys alone.
    if (journeys.indexOf(edge.to) < journeys.indexOf(start)) continue;
    const steps = [...path, edge];
    const isClosed = edge.to === start;
    if (!isClosed && steps.some((step) => step.journey === edge.to)) continue;
    if (!haveHost(steps.map((step) => step.journey))) continue;
    const key = steps.map((step) => journeys.indexOf(step.journey)).sort((a, b) => a - b).join();
    for (const reached of findReach(space, region, journey, edge.landing, effort)) {
      if (!isClosed) follow(search, steps, edge.to, reached);
      else if (!loops.has(key)) loops.set(key, steps);
    }
  }
}

/** From journey to journey; those that nothing leads to, or that lead nowhere, are in no loop. */
function listEdges({ journeys, byStart }: RoutingWorld): Map<Journey, Edge[]> {
  const edges = new Map(journeys.map((journey) => [journey, [...journey.branches.map(({ landing }) => landing), journey.fallback].flatMap((landing) => listTargets(journey, landing, byStart))]));
  for (let before = Infinity; edges.size < before; ) {
    before = edges.size;
    const targets = new Set([...edges.values()].flat().map(({ to }) => to));
    for (const [journey, out] of edges) {
      const kept = out.filter(({ to }) => edges.has(to));
      if (kept.length === 0 || !targets.has(journey)) edges.delete(journey);
      else edges.set(journey, kept);
    }
  }
  return edges;
}

function listTargets(journey: Journey, landing: Landing, byStart: RoutingWorld['byStart']): Edge[] {
  return landing.shares.flatMap(({ tag, percent }, share) => {
    if (tag === null || percent === 0) return [];
    const others = (byStart.get(tag.toLowerCase()) ?? []).filter((other) => other.start === tag && other !== journey && haveHost([journey, other]));
    return others.map((to) => ({ journey, landing, share, to }));
  });
}

/** Whether some host is served by all of them. */
export function haveHost(journeys: readonly Journey[]): boolean {
  const bound = journeys.filter(({ domains }) => domains.size > 0);
  return bound.length === 0 || bound.some(({ domains }) => [...domains].some((host) => bound.every((journey) => servesHost(journey, host))));
}
