import { canonicalJson, getOwn, isJsonObject, type Json, type JsonObject, listAt, textAt } from '../../model/json.js';
import type { Change } from '../../model/plan.js';
import { findUnreachable } from '../../routing/branches.js';
import { findLoops, indexSteps, listOthersAt } from '../../routing/loops.js';
import { compileJourney, compileWorld, type Journey, normalisePath } from '../../routing/routing.js';
import { shortenId, writeJson } from '../render.js';

/*
 * Journeys as every picture shows them, with dead ends and loops: one journey of a plan (viewRouting), several in
 * one graph (viewGraph). Bodies are in typed form. Every text is the tenant's and unescaped.
 */

export interface RoutingView {
  start: string;
  /** Absent when a branch takes everybody. */
  fallback?: DestinationView;
  branches: readonly BranchView[];
}

/** `dead`: a dead end, or a branch that nobody reaches. `loop`: the way leads back. */
interface Marked {
  mark?: 'dead' | 'loop';
  /** `never reached` */
  note?: string;
}

interface Destination {
  tag: string;
  /** `60 %` */
  share: string;
}

export interface DestinationView extends Destination, Marked {
  /** In a graph: the index of the journey that starts here. */
  to?: number;
}

export interface BranchView extends Marked {
  id: string;
  /** `country US, CA and device mobile`, or `everyone` */
  who: string;
  /** At least one. */
  destinations: readonly DestinationView[];
  /** Compared with the other side of the change. */
  state: 'same' | 'changed' | 'only';
}

/** The label of the fallback. */
export const EVERYONE_ELSE = 'everyone else';

/** The label of a line to a destination; empty where it is the only one. */
export function nameShare({ share }: DestinationView): string {
  return share === '100 %' ? '' : share;
}

/** Canonical JSON of each branch, by id. */
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

/** `other` is the side that it is compared with, `loops` are pointers to the destinations that close a loop. */
function viewSide(body: JsonObject, other?: Branches, loops: readonly string[] = []): RoutingView {
  const journey = compileJourney('', body);
  const unreachable = new Set(findUnreachable(journey).map(({ index }) => index));
  // Pictures skip branches that are no mappings; indexes count them.
  const branches = listAt(body, 'journeys').flatMap((branch, index): BranchView[] => {
    if (!isJsonObject(branch)) return [];
    const targets = listDestinations(branch).map((target, i) =>
      markLoop(target, `/journeys/${index}/actions/${i}/destination`, loops),
    );
    return [
      {
        id: shortenId(textAt(branch, 'id') ?? ''),
        who: describeConditions(branch),
        destinations: targets.length === 0 ? [NOWHERE] : targets,
        state: other ? compareBranch(branch, other) : 'same',
        ...(unreachable.has(index) ? ({ mark: 'dead', note: 'never reached' } as const) : {}),
      },
    ];
  });
  return {
    start: textAt(body, 'starting_point') ?? '(no starting point)',
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
  const tag = textAt(body, 'fallback_tag');
  if (tag !== undefined) return { fallback: markLoop({ tag, share: '' }, '/fallback_tag', loops) };
  return branches.some(({ conditions }) => conditions.length === 0)
    ? {}
    : { fallback: { ...NOWHERE, note: 'no fallback' } };
}

function markLoop(target: Destination, pointer: string, loops: readonly string[]): DestinationView {
  return loops.includes(pointer) ? { ...target, mark: 'loop', note: 'loop' } : target;
}

function compareBranch(branch: JsonObject, other: Branches): BranchView['state'] {
  const twin = other.get(textAt(branch, 'id') ?? '');
  return twin === undefined ? 'only' : twin === canonicalJson(branch) ? 'same' : 'changed';
}

function indexBranches(body: JsonObject = {}): Branches {
  const branches = listAt(body, 'journeys').filter(isJsonObject);
  return new Map(branches.map((branch) => [textAt(branch, 'id') ?? '', canonicalJson(branch)]));
}

export interface GraphView {
  journeys: readonly NamedRouting[];
}

export interface NamedRouting extends RoutingView {
  name: string;
}

/** Shows the journeys named in `shown`, all by default; finds loops among all of them. */
export function viewGraph(
  journeys: readonly { name: string; body: JsonObject }[],
  shown?: readonly string[],
): GraphView {
  const world = compileWorld(journeys);
  const loops = indexSteps(findLoops(world).loops);
  const inPicture = journeys.filter(({ name }) => !shown || shown.includes(name));
  const numbers = new Map(inPicture.map(({ name }, i) => [name, i]));
  const byName = new Map(world.journeys.map((journey) => [journey.name, journey]));
  const link = (target: DestinationView, from: string): DestinationView => {
    const journey = byName.get(from);
    const [next] = journey && target.mark !== 'dead' ? listOthersAt(world, normalisePath(target.tag), journey) : [];
    if (!next) return target;
    const to = numbers.get(next.name);
    const notes = [...(target.note === undefined ? [] : [target.note]), `starts ${next.name}`];
    return { ...target, note: notes.join(', '), ...(to === undefined ? {} : { to }) };
  };
  return {
    journeys: inPicture.map(({ name, body }) => {
      const { start, branches, fallback } = viewSide(body, undefined, loops.get(name));
      return {
        name,
        start,
        branches: branches.map((branch) => ({
          ...branch,
          destinations: branch.destinations.map((target) => link(target, name)),
        })),
        ...(fallback ? { fallback: link(fallback, name) } : {}),
      };
    }),
  };
}

/** Branches, a branch, a condition or an action. */
export function describeRouting(value: Json): string[] {
  const parts = Array.isArray(value) ? value : [value];
  return parts.length === 0 ? ['none'] : parts.map((one) => (isJsonObject(one) ? describeOne(one) : writeJson(one)));
}

function describeOne(value: JsonObject): string {
  const isBranch = Object.hasOwn(value, 'actions') || Object.hasOwn(value, 'conditions');
  return isBranch ? describeBranch(value) : describeElement(value);
}

/** `country US, CA and device mobile -> /us/a/ 60 %, /us/b/ 40 %` */
function describeBranch(branch: JsonObject): string {
  const targets = listAt(branch, 'actions').filter(isJsonObject).map(describeElement).join(', ');
  return `${describeConditions(branch)} -> ${targets || 'nowhere'}`;
}

function describeConditions(branch: JsonObject): string {
  return listAt(branch, 'conditions').filter(isJsonObject).map(describeElement).join(' and ') || 'everyone';
}

/** `country US, CA`, `/us/a/ 60 %`, or `raw {...}` for what has no typed form. */
function describeElement(element: JsonObject): string {
  const target = readDestination(element);
  if (target) return `${target.tag} ${target.share}`;
  const type = textAt(element, 'type');
  const values = getOwn(element, 'values');
  if (type !== undefined && Array.isArray(values)) return `${type} ${values.map(toPlainText).join(', ')}`;
  return `raw ${writeJson(getOwn(element, 'raw') ?? element)}`;
}

/** An action of unknown form is shown as it is. */
function listDestinations(branch: JsonObject): Destination[] {
  const actions = listAt(branch, 'actions').filter(isJsonObject);
  return actions.map((action) => readDestination(action) ?? { tag: describeElement(action), share: '' });
}

function readDestination(element: JsonObject): Destination | undefined {
  const tag = textAt(element, 'destination');
  return tag === undefined ? undefined : { tag, share: `${toPlainText(getOwn(element, 'split') ?? 100)} %` };
}

function toPlainText(value: Json): string {
  return typeof value === 'string' ? value : writeJson(value);
}
