import { KIND_DEFINITIONS, listNeeds, listReferences } from '../kinds/kinds.js';
import { type Address, formatAddress, formatTagPath, isCatalogKind } from '../model/address.js';
import { type DesiredResource, WRITE_PHASES } from '../model/model.js';
import type { Change } from '../model/plan.js';
import type { ResourceDiff } from './compare.js';
import { listJourneyRoutes } from './pages/routes.js';

/** The phases of writing, with the picture in kinds/kinds.ts; within a phase the order comes from references. */
const PHASES = [
  ...WRITE_PHASES.map((phase) => ({ phase, deletes: false })),
  // Items of the catalog are never deleted.
  ...WRITE_PHASES.filter((phase) => phase !== 'catalog')
    .toReversed()
    .map((phase) => ({ phase, deletes: true })),
];

/**
 * Addresses level by level; those of one level do not depend on one another. A deletion that a write waits for belongs
 * to the phase of that write.
 */
export function orderChanges(changes: readonly Change[]): Address[][] {
  const needed = listNeeded(changes);
  const isLate = ({ action, address }: Change): boolean => action === 'delete' && !needed.has(address);
  return PHASES.flatMap(({ phase, deletes }) =>
    levelChanges(
      changes.filter((change) => KIND_DEFINITIONS[change.kind].writePhase === phase && isLate(change) === deletes),
    ),
  );
}

/** What writes wait for, directly or behind the deletions that they wait for. */
function listNeeded(changes: readonly Change[]): Set<Address> {
  const deletions = new Map(changes.filter(({ action }) => action === 'delete').map((one) => [one.address, one]));
  const needed = new Set(changes.flatMap(({ action, dependsOn }) => (action === 'delete' ? [] : dependsOn)));
  // What is added while it runs is visited, too.
  for (const address of needed) for (const other of deletions.get(address)?.dependsOn ?? []) needed.add(other);
  return needed;
}

/** `dependsOn` is acyclic: see {@link linkChanges}. */
function levelChanges(changes: readonly Change[]): Address[][] {
  const inPhase = new Map(changes.map((change) => [change.address, change]));
  const depths = new Map<Address, number>();
  const depthOf = (address: Address): number => {
    const known = depths.get(address);
    if (known !== undefined) return known;
    const before = (inPhase.get(address)?.dependsOn ?? []).filter((other) => inPhase.has(other));
    const depth = before.reduce((most, other) => Math.max(most, depthOf(other) + 1), 0);
    depths.set(address, depth);
    return depth;
  };
  const levels: Address[][] = [];
  for (const { address } of changes) (levels[depthOf(address)] ??= []).push(address);
  return levels;
}

/**
 * Every change with the changes of the same plan that must be done before it: those it refers to of a kind that is
 * written earlier, and everything that must be created first, the tag above a tag included. Items may refer to one
 * another in a circle (an upgrade and its downgrade); the reference that closes a circle is ignored, so `dependsOn` is
 * acyclic.
 */
export function linkChanges(diffs: readonly ResourceDiff[]): Change[] {
  const changes = new Map(diffs.flatMap(({ change }) => (change ? [[change.address, change] as const] : [])));
  const edges = new Map<Address, Address[]>();
  const loose: Wait[] = [];
  for (const { desired, live, change } of diffs) {
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
      if (isWrittenEarlier(other, change) || isParent(other, change)) firm.push(address);
      else if (isCreation(other)) loose.push([change.address, address]);
    }
    edges.set(change.address, firm);
  }
  const linked = [...changes.values()].map((change) => ({
    ...change,
    dependsOn: (edges.get(change.address) ?? []).toSorted(),
  }));
  return addDependencies(linked, loose);
}

/** Which change waits for which. */
export type Wait = readonly [waiting: Address, other: Address];

/** A wait that would close a circle is ignored. */
export function addDependencies(changes: readonly Change[], waits: readonly Wait[]): Change[] {
  const edges = new Map(changes.map(({ address, dependsOn }) => [address, [...dependsOn]]));
  for (const [from, to] of waits)
    if (!edges.get(from)?.includes(to) && !reaches(edges, to, from)) edges.get(from)?.push(to);
  return changes.map((change) => ({ ...change, dependsOn: (edges.get(change.address) ?? []).toSorted() }));
}

/**
 * Adds to each journey the routes that it needs. A starting point is given up, by a deletion or a move, only after the
 * changed journeys that led to it lead elsewhere or are gone: until then it may be all that visitors find there. A move
 * does not wait for a deletion, which may lack its consent.
 */
export function linkJourneys(changes: readonly Change[]): Change[] {
  const journeys = changes.flatMap((change) =>
    change.kind === 'journey'
      ? [
          {
            ...change,
            was: listJourneyRoutes(change.routing?.before ?? {}),
            is: listJourneyRoutes(change.routing?.after ?? {}),
          },
        ]
      : [],
  );
  const waits = journeys.flatMap(({ address, action, was: { start }, is }): Wait[] => {
    if (start === undefined || start === is.start) return [];
    return journeys
      .filter(
        (other) =>
          other.address !== address &&
          other.was.leads.includes(start) &&
          !other.is.leads.includes(start) &&
          (other.action !== 'delete' || action === 'delete'),
      )
      .map((other) => [address, other.address]);
  });
  const routes = new Map(journeys.map(({ address, is: { start, leads } }) => [address, sortRoutes(start, leads)]));
  return addDependencies(changes, waits).map((change) => {
    const needed = change.action === 'delete' ? undefined : routes.get(change.address);
    return needed ? { ...change, routes: needed } : change;
  });
}

function sortRoutes(start: string | undefined, leads: readonly string[]): string[] {
  return [...new Set(start === undefined ? leads : [start, ...leads])].sort();
}

/** Journeys name tags by their route; tags of this plan must exist before them. */
function listTagNeeds(desired: DesiredResource, changes: ReadonlyMap<Address, Change>): Address[] {
  if (isCatalogKind(desired.kind)) return [];
  return listReferences(desired)
    .flatMap((reference) => ('tag' in reference ? [formatAddress('tag', formatTagPath(reference.tag))] : []))
    .filter((address) => changes.has(address));
}

function isWrittenEarlier(a: Change, b: Change): boolean {
  return KIND_DEFINITIONS[a.kind].writeRank < KIND_DEFINITIONS[b.kind].writeRank;
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
