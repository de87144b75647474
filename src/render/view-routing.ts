import type { Change } from '../model/change.js';
import { type JsonObject, canonicalJson, getOwn, isJsonObject } from '../model/json.js';
import { type Destination, describeConditions, listDestinations } from './describe-routing.js';
import { shortenId } from './shorten-id.js';

/** A journey as a picture needs it; every text is the tenant's and unescaped. */
export interface RoutingView {
  start: string;
  fallback?: string;
  branches: readonly BranchView[];
}

export interface BranchView {
  id: string;
  /** `country US, CA and device mobile`, or `everyone`. */
  who: string;
  destinations: readonly Destination[];
  /** Beside the other side of the change. */
  state: 'same' | 'changed' | 'only';
}

type Branches = ReadonlyMap<string, string>;

export function viewRouting({ before, after }: NonNullable<Change['routing']>): { before?: RoutingView; after?: RoutingView } {
  const old = indexBranches(before);
  const wanted = indexBranches(after);
  return {
    ...(before ? { before: viewSide(before, wanted) } : {}),
    ...(after ? { after: viewSide(after, old) } : {}),
  };
}

function viewSide(body: JsonObject, other: Branches): RoutingView {
  const start = getOwn(body, 'starting_point');
  const fallback = getOwn(body, 'fallback_tag');
  return {
    start: typeof start === 'string' ? start : '(no starting point)',
    ...(typeof fallback === 'string' ? { fallback } : {}),
    branches: listBranches(body).map((branch) => ({
      id: shortenId(idOf(branch)),
      who: describeConditions(branch),
      destinations: listDestinations(branch),
      state: compareBranch(branch, other),
    })),
  };
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
