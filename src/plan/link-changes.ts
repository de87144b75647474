import { listNeeds, listReferences } from '../kinds/references.js';
import { type Address, isCatalogKind, type Kind } from '../model/address.js';
import type { Change } from '../model/plan.js';
import type { Compared } from './compare-desired.js';
import { formatRoute } from './page-routes.js';

const RANK: Record<Kind, number> = { tag: 0, product: 0, add_on: 1, offer: 2, page: 3, promo_code: 4, journey: 5 };

/**
 * Every change with the changes of the same plan that must be done before it: what it refers to of a
 * kind that is written earlier, and everything that has to be made first, the tag above a tag
 * included. References of items to one another may form circles (an upgrade and its downgrade); the
 * one that closes a circle orders nothing, so `dependsOn` is acyclic.
 */
export function linkChanges(compared: readonly Compared[]): Change[] {
  const changes = new Map(compared.flatMap(({ change }) => (change ? [[change.address, change] as const] : [])));
  const edges = new Map<Address, Address[]>();
  const loose: [Address, Address][] = [];
  for (const { desired, live, change } of compared) {
    if (!change) continue;
    const needs = new Set([
      ...listNeeds(desired, live !== undefined).map(({ address }) => address),
      ...listTagNeeds(desired, changes),
    ]);
    needs.delete(change.address);
    const firm: Address[] = [];
    for (const address of needs) {
      const other = changes.get(address);
      if (!other) continue;
      if (RANK[other.kind] < RANK[change.kind] || isParent(other, change)) firm.push(address);
      else if (isCreation(other)) loose.push([change.address, address]);
    }
    edges.set(change.address, firm);
  }
  for (const [from, to] of loose) if (!reaches(edges, to, from)) edges.get(from)?.push(to);
  return [...changes.values()].map((change) => ({
    ...change,
    dependsOn: (edges.get(change.address) ?? []).toSorted(),
  }));
}

/** Journeys name tags by their route; what this plan makes of them must be there first. */
function listTagNeeds(desired: Compared['desired'], changes: ReadonlyMap<Address, Change>): Address[] {
  if (isCatalogKind(desired.kind)) return [];
  return listReferences(desired).flatMap((reference) => {
    const address: Address | undefined =
      'tag' in reference ? `tag:/tags${formatRoute(reference.tag).slice(0, -1)}` : undefined;
    return address !== undefined && changes.has(address) ? [address] : [];
  });
}

function isParent(other: Change, { address, kind }: Change): boolean {
  return kind === 'tag' && other.kind === 'tag' && address.startsWith(`${other.address}/`);
}

function isCreation({ kind, action }: Change): boolean {
  return action === 'create' && isCatalogKind(kind);
}

function reaches(edges: ReadonlyMap<Address, readonly Address[]>, from: Address, to: Address): boolean {
  const seen = new Set<Address>([from]);
  const stack = [from];
  for (let at = stack.pop(); at !== undefined; at = stack.pop()) {
    if (at === to) return true;
    for (const next of edges.get(at) ?? []) {
      if (seen.has(next)) continue;
      seen.add(next);
      stack.push(next);
    }
  }
  return false;
}
