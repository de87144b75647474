import { formatPointer } from '../model/json.js';
import { type Choices, type FindTakers, indexTakers, listChoices, listLeastVisitors } from './least-visitors.js';
import type { Journey, Landing, RoutingWorld } from './routing.js';
import { servesHost } from './visit.js';

/** One step of a loop: the journey leads to the page where the next one starts, the last to the first. */
export interface LoopStep {
  journey: Journey;
  landing: Landing;
  /** Index in the shares of the landing. */
  share: number;
}

/** Path of a step in the typed form of its journey. */
export function locateStep({ landing: { branch }, share }: LoopStep): (string | number)[] {
  return branch === undefined ? ['fallback_tag'] : ['journeys', branch, 'actions', share, 'destination'];
}

/** By the name of a journey: pointers into its typed form, to what closes circles. */
export function indexSteps(loops: readonly (readonly LoopStep[])[]): Map<string, string[]> {
  const index = new Map<string, string[]>();
  for (const step of loops.flat()) {
    const { name } = step.journey;
    index.set(name, [...(index.get(name) ?? []), formatPointer(locateStep(step).map(String))]);
  }
  return index;
}

/** Paths to try, and visitors on each. Journeys that lead to one another have exponentially many. */
const MOST_WAYS = 20_000;

const MOST_VISITORS = 2_000;

/**
 * Journeys that lead some visitor in a circle: there is one who would take every step. A journey
 * that leads to its own starting point shows the page itself and is no loop. One loop for each set
 * of journeys. `complete` is false when there were too many ways to try them all.
 */
export function findLoops(world: RoutingWorld): { loops: LoopStep[][]; complete: boolean } {
  const edges = listEdges(world);
  const journeys = world.journeys.filter((journey) => edges.has(journey));
  const search: Search = {
    edges,
    choices: listChoices(journeys.flatMap(({ branches }) => branches)),
    takers: new Map(journeys.map((journey) => [journey, indexTakers(journey.branches)])),
    left: MOST_WAYS,
    loops: new Map(),
  };
  // A loop is looked for from the first of its journeys alone.
  journeys.forEach((journey, i) =>
    follow(search, listLeadingTo(journey, new Set(journeys.slice(i)), edges), [], journey),
  );
  return { loops: [...search.loops.values()], complete: search.left >= 0 };
}

interface Edge extends LoopStep {
  to: Journey;
}

interface Search {
  edges: ReadonlyMap<Journey, readonly Edge[]>;
  choices: Choices;
  takers: ReadonlyMap<Journey, FindTakers>;
  left: number;
  /** By their journeys. */
  loops: Map<string, LoopStep[]>;
}

/** Those of some journeys from which a way leads to `goal`. */
function listLeadingTo(goal: Journey, among: ReadonlySet<Journey>, edges: Search['edges']): Set<Journey> {
  const from = new Map<Journey, Journey[]>();
  for (const journey of among)
    for (const { to } of edges.get(journey) ?? []) from.set(to, [...(from.get(to) ?? []), journey]);
  const found = new Set([goal]);
  // What is added while it runs is visited, too.
  for (const journey of found) for (const before of from.get(journey) ?? []) found.add(before);
  return found;
}

function follow(search: Search, among: ReadonlySet<Journey>, path: readonly Edge[], journey: Journey): void {
  const { edges, loops } = search;
  const start = path[0]?.journey ?? journey;
  for (const edge of edges.get(journey) ?? []) {
    const isClosed = edge.to === start;
    if (!among.has(edge.to) || (!isClosed && path.some((step) => step.journey === edge.to))) continue;
    const steps = [...path, edge];
    const key = isClosed ? JSON.stringify(steps.map((step) => step.journey.name).sort()) : '';
    if (loops.has(key) || !haveHost(steps.map((step) => step.journey))) continue;
    search.left -= 1;
    if (search.left < 0) return;
    if (!canBeTaken(search, steps)) continue;
    if (isClosed) loops.set(key, steps);
    else follow(search, among, steps, edge.to);
  }
}

/** Whether some visitor takes all of these steps. */
function canBeTaken({ choices, takers }: Search, steps: readonly Edge[]): boolean {
  const conditions = steps.flatMap(({ journey, landing: { branch } }) =>
    branch === undefined ? [] : (journey.branches[branch]?.conditions ?? []),
  );
  let tried = 0;
  for (const visitor of listLeastVisitors(conditions, choices)) {
    if (
      steps.every(({ journey, landing: { branch = Infinity } }) => takers.get(journey)?.(visitor, branch).next().done)
    )
      return true;
    tried += 1;
    if (tried === MOST_VISITORS) return false;
  }
  return false;
}

/** From journey to journey; those that nothing leads to, or that lead nowhere, are in no loop. */
function listEdges({ journeys, byStart }: RoutingWorld): Map<Journey, Edge[]> {
  const edges = new Map(
    journeys.map((journey) => [
      journey,
      [...journey.branches.map(({ landing }) => landing), journey.fallback].flatMap((landing) =>
        listTargets(journey, landing, byStart),
      ),
    ]),
  );
  for (let before = Infinity; edges.size < before;) {
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
    return listOthersAt({ byStart }, tag, journey).map((to) => ({ journey, landing, share, to }));
  });
}

/** Other journeys that start at a tag, `/landing/`, of a host that both serve. */
export function listOthersAt({ byStart }: Pick<RoutingWorld, 'byStart'>, start: string, journey: Journey): Journey[] {
  return (byStart.get(start.toLowerCase()) ?? []).filter(
    (other) => other.start === start && other !== journey && haveHost([journey, other]),
  );
}

/** Whether some host is served by all of them. */
export function haveHost(journeys: readonly Journey[]): boolean {
  const bound = journeys.filter(({ domains }) => domains.size > 0);
  return (
    bound.length === 0 ||
    bound.some(({ domains }) => [...domains].some((host) => bound.every((journey) => servesHost(journey, host))))
  );
}
