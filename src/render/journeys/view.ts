import { canonicalJson, getOwn, isJsonObject, type Json, type JsonObject } from '../../model/json.js';
import type { Change } from '../../model/plan.js';
import { findUnreachable } from '../../routing/branches.js';
import { findLoops, indexSteps, listOthersAt } from '../../routing/loops.js';
import { compileJourney, compileWorld, type Journey, normalisePath } from '../../routing/routing.js';
import { shortenId, writeJson } from '../words.js';

/** A journey as every picture needs it; every text is the tenant's and unescaped. */
export interface RoutingView {
  start: string;
  /** For visitors whom no branch takes; absent: a branch takes everybody. */
  fallback?: DestinationView;
  branches: readonly BranchView[];
}

/** `dead`: a dead end, or a branch that nobody reaches. `loop`: part of a circle of journeys. */
interface Marked {
  mark?: 'dead' | 'loop';
  /** In words: `never reached`. */
  note?: string;
}

export interface DestinationView extends Destination, Marked {
  /** Of a picture of several journeys: which of them starts here. */
  to?: number;
}

export interface BranchView extends Marked {
  id: string;
  /** `country US, CA and device mobile`, or `everyone`. */
  who: string;
  /** At least one. */
  destinations: readonly DestinationView[];
  /** Beside the other side of the change. */
  state: 'same' | 'changed' | 'only';
}

type Branches = ReadonlyMap<string, string>;

export function viewRouting({ before, after, loops }: NonNullable<Change['routing']>): {
  before?: RoutingView;
  after?: RoutingView;
} {
  const old = indexBranches(before);
  const wanted = indexBranches(after);
  return {
    ...(before ? { before: viewSide(before, wanted) } : {}),
    ...(after ? { after: viewSide(after, old, loops) } : {}),
  };
}

/** One journey (typed form) with its dead ends; `other` is what a plan compares it to, `loops` what closes a circle. */
export function viewSide(body: JsonObject, other?: Branches, loops: readonly string[] = []): RoutingView {
  const start = getOwn(body, 'starting_point');
  const journey = compileJourney('', body);
  const unreachable = new Set(findUnreachable(journey).map(({ index }) => index));
  // The model counts branches that are no mappings, which no picture shows.
  const branches = listBranches(body).map((branch): BranchView => {
    const targets = listDestinations(branch).map((target, i) =>
      markLoop(target, `/journeys/${indexOf(body, branch)}/actions/${i}/destination`, loops),
    );
    return {
      id: shortenId(idOf(branch)),
      who: describeConditions(branch),
      destinations: targets.length === 0 ? [NOWHERE] : targets,
      state: other ? compareBranch(branch, other) : 'same',
      ...(unreachable.has(indexOf(body, branch)) ? ({ mark: 'dead', note: 'never reached' } as const) : {}),
    };
  });
  return {
    start: typeof start === 'string' ? start : '(no starting point)',
    ...viewFallback(body, journey, loops),
    branches,
  };
}

const NOWHERE: DestinationView = { tag: 'nowhere', share: '', mark: 'dead', note: 'dead end' };

function viewFallback(
  body: JsonObject,
  { branches }: Journey,
  loops: readonly string[],
): Pick<RoutingView, 'fallback'> {
  const tag = getOwn(body, 'fallback_tag');
  if (typeof tag === 'string') return { fallback: markLoop({ tag, share: '' }, '/fallback_tag', loops) };
  return branches.some(({ conditions }) => conditions.length === 0)
    ? {}
    : { fallback: { ...NOWHERE, note: 'no fallback' } };
}

function markLoop(target: Destination, pointer: string, loops: readonly string[]): DestinationView {
  return loops.includes(pointer) ? { ...target, mark: 'loop', note: 'loop' } : target;
}

function indexOf(body: JsonObject, branch: JsonObject): number {
  const branches = getOwn(body, 'journeys');
  return Array.isArray(branches) ? branches.indexOf(branch) : -1;
}

function compareBranch(branch: JsonObject, other: Branches): BranchView['state'] {
  const twin = other.get(idOf(branch));
  return twin === undefined ? 'only' : twin === canonicalJson(branch) ? 'same' : 'changed';
}

function indexBranches(body: JsonObject | undefined): Branches {
  return new Map(listBranches(body ?? {}).map((branch) => [idOf(branch), canonicalJson(branch)]));
}

function listBranches(body: JsonObject): JsonObject[] {
  const branches = getOwn(body, 'journeys');
  return Array.isArray(branches) ? branches.filter(isJsonObject) : [];
}

function idOf(branch: JsonObject): string {
  const id = getOwn(branch, 'id');
  return typeof id === 'string' ? id : '';
}

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

/** Branches, one branch, a condition or an action of a journey (typed form), as people read them. */
export function describeRouting(value: Json): string[] {
  if (Array.isArray(value))
    return value.length === 0 ? ['none'] : value.map((one) => (isJsonObject(one) ? describeOne(one) : writeJson(one)));
  return [isJsonObject(value) ? describeOne(value) : writeJson(value)];
}

function describeOne(value: JsonObject): string {
  return Object.hasOwn(value, 'actions') || Object.hasOwn(value, 'conditions')
    ? describeBranch(value)
    : describeElement(value);
}

/** `country US, CA and device mobile -> /us/a/ 60 %, /us/b/ 40 %`. */
function describeBranch(branch: JsonObject): string {
  return `${describeConditions(branch)} -> ${listObjects(getOwn(branch, 'actions')).map(describeElement).join(', ') || 'nowhere'}`;
}

export function describeConditions(branch: JsonObject): string {
  return listObjects(getOwn(branch, 'conditions')).map(describeElement).join(' and ') || 'everyone';
}

/** `country US, CA`, `/us/a/ 60 %`, or `raw {...}` for what has no typed form. */
function describeElement(element: JsonObject): string {
  const target = readDestination(element);
  if (target) return `${target.tag} ${target.share}`;
  const type = getOwn(element, 'type');
  const values = getOwn(element, 'values');
  if (typeof type === 'string' && Array.isArray(values)) return `${type} ${values.map(plain).join(', ')}`;
  return `raw ${writeJson(getOwn(element, 'raw') ?? element)}`;
}

export interface Destination {
  tag: string;
  /** `60 %`. */
  share: string;
}

/** Where a branch leads; an action of no known form is shown as it is. */
export function listDestinations(branch: JsonObject): Destination[] {
  return listObjects(getOwn(branch, 'actions')).map(
    (action) => readDestination(action) ?? { tag: describeElement(action), share: '' },
  );
}

function readDestination(element: JsonObject): Destination | undefined {
  const tag = getOwn(element, 'destination');
  return typeof tag === 'string' ? { tag, share: `${plain(getOwn(element, 'split') ?? 100)} %` } : undefined;
}

function plain(value: Json): string {
  return typeof value === 'string' ? value : writeJson(value);
}

function listObjects(list: Json | undefined): JsonObject[] {
  return Array.isArray(list) ? list.filter(isJsonObject) : [];
}
