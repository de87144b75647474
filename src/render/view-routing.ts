import { canonicalJson, getOwn, isJsonObject, type JsonObject } from '../model/json.js';
import type { Change } from '../model/plan.js';
import { compileJourney } from '../routing/compile-journey.js';
import { findUnreachable } from '../routing/find-unreachable.js';
import type { Journey } from '../routing/journey-model.js';
import { describeConditions, type Destination, listDestinations } from './describe-routing.js';
import { shortenId } from './shorten-id.js';

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
