import { KIND_DEFINITIONS, listNeeds, listReferences } from '../kinds/kinds.js';
import { type Address, formatAddress, formatTagPath, isCatalogKind } from '../model/address.js';
import { type DesiredResource, WRITE_PHASES } from '../model/model.js';
import type { Change } from '../model/plan.js';
import type { ResourceDiff } from './compare.js';

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
  const needed = new Set(changes.flatMap(({ dependsOn }) => dependsOn));
  const isLate = ({ action, address }: Change): boolean => action === 'delete' && !needed.has(address);
  return PHASES.flatMap(({ phase, deletes }) =>
    levelChanges(
      changes.filter((change) => KIND_DEFINITIONS[change.kind].writePhase === phase && isLate(change) === deletes),
    ),
  );
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
  const loose: [Address, Address][] = [];
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
  for (const [from, to] of loose) if (!reaches(edges, to, from)) edges.get(from)?.push(to);
  return [...changes.values()].map((change) => ({
    ...change,
    dependsOn: (edges.get(change.address) ?? []).toSorted(),
  }));
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
