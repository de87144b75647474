import type { Address, Kind } from '../model/address.js';
import type { Change } from '../model/change.js';
import { isLikelySlip } from '../model/is-likely-slip.js';
import { suggestNearest } from '../model/suggest-nearest.js';
import type { LiveState } from '../resources/live-state.js';
import { listTags } from './page-routes.js';

export interface Lookalike {
  address: Address;
  /** The path in the tenant. */
  nearest: string;
  /** The two read like one name misspelt, and not like two names of a series (`Plan 1` and `Plan 2`). */
  likely: boolean;
}

/** Items to create whose path is close to one that the tenant holds. */
export function findLookalikes(creations: readonly Pick<Change, 'address' | 'kind'>[], state: LiveState): Lookalike[] {
  const known = new Map<Kind, string[]>();
  const listKnown = (kind: Kind): string[] => {
    const names = known.get(kind) ?? listNames(kind, state);
    known.set(kind, names);
    return names;
  };
  return creations.flatMap(({ address, kind }) => {
    const path = address.slice(kind.length + 1);
    const names = listKnown(kind);
    const meant = suggestNearest(path, names.filter((name) => isLikely(path, name)));
    const nearest = meant ?? suggestNearest(path, names);
    return nearest === undefined ? [] : [{ address, nearest, likely: meant !== undefined }];
  });
}

/** Tags have no list of their own; pages tell which there are. */
function listNames(kind: Kind, { resources, pages }: LiveState): string[] {
  const names = [...resources.values()].filter((live) => live.kind === kind).map(({ name }) => name);
  return kind === 'tag' ? [...new Set([...names, ...(pages?.items ?? []).flatMap(listTags)])] : names;
}

function isLikely(path: string, name: string): boolean {
  return isLikelySlip(name, path) || lastPart(path) === lastPart(name);
}

function lastPart(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1).toLowerCase();
}
