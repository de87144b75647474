import type { LiveState } from '../kinds/read-live.js';
import type { Address, Kind } from '../model/address.js';
import type { Change } from '../model/plan.js';
import { isLikelySlip, suggestNearest } from '../model/spelling.js';
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
    const found = findNearest(path, listKnown(kind));
    return found ? [{ address, ...found }] : [];
  });
}

/** By the last part of the path: what all paths of a kind begin with would make strangers look alike. */
function findNearest(path: string, names: readonly string[]): Omit<Lookalike, 'address'> | undefined {
  const { folder, last } = splitPath(path);
  const siblings = names
    .map(splitPath)
    .filter((one) => one.folder === folder)
    .map((one) => one.last);
  const meant = suggestNearest(
    last,
    siblings.filter((name) => isLikelySlip(name, last)),
  );
  if (meant !== undefined) return { nearest: `${folder}/${meant}`, likely: true };
  const elsewhere = names.find((name) => isSameElsewhere(splitPath(name), { folder, last }));
  if (elsewhere !== undefined) return { nearest: elsewhere, likely: true };
  const near = suggestNearest(last, siblings);
  return near === undefined ? undefined : { nearest: `${folder}/${near}`, likely: false };
}

/** Tags have no list of their own; pages tell which there are. */
function listNames(kind: Kind, { resources, pages }: LiveState): string[] {
  const names = [...resources.values()].filter((live) => live.kind === kind).map(({ name }) => name);
  return kind === 'tag' ? [...new Set([...names, ...(pages?.items ?? []).flatMap(listTags)])] : names;
}

/** The same name below a folder that is misspelt, or among the offers of the other generation. */
function isSameElsewhere(a: SplitPath, b: SplitPath): boolean {
  const areOffers = a.folder.startsWith('/offers') && b.folder.startsWith('/offers');
  return (
    a.last.toLowerCase() === b.last.toLowerCase() &&
    (areOffers || (isLikelySlip(a.folder, b.folder) && suggestNearest(a.folder, [b.folder]) !== undefined))
  );
}

interface SplitPath {
  folder: string;
  last: string;
}

function splitPath(path: string): SplitPath {
  const at = path.lastIndexOf('/');
  return { folder: path.slice(0, at), last: path.slice(at + 1) };
}
