import { createHash } from 'node:crypto';
import { asObject, canonicalJson, getOwn, type Json, jsonEqual, type JsonObject, pickKeys } from '../../model/json.js';
import { compareBodies } from '../compare.js';
import { JOURNEY_FIELDS } from './document.js';

/**
 * Gives every declared branch the id of its live branch: the one with the same id, else with equal
 * content, else with equal conditions, else at the same position. A new branch gets an id made from the
 * journey's name and its content, so that two plans of the same files agree. All in typed form.
 */
export function matchBranches(journey: string, declared: readonly Json[], live: readonly Json[]): Json[] {
  const free = new Map(live.map((branch, i) => [i, branch]));
  const matched = declared.map((branch) => takeById(free, findOwnId(branch)));
  // The best match first, for all branches: a weaker one must not take a branch that another equals.
  for (const matches of [sameContent, sameConditions, samePosition]) {
    declared.forEach((branch, i) => {
      if (findOwnId(branch) !== undefined) return;
      matched[i] ??= takeFirst(free, (other, position) => matches(branch, other, i, position));
    });
  }
  const used = new Set([...declared, ...matched].map(findOwnId));
  return declared.map((branch, i) => {
    const id = findOwnId(branch) ?? findOwnId(matched[i]) ?? makeBranchId(journey, branch, used);
    used.add(id);
    return { id, ...asObject(branch), ...withoutConditions(branch, matched[i]) };
  });
}

/**
 * A branch that declares no conditions matches every visitor, so the conditions of its live branch, if
 * any, must go.
 */
function withoutConditions(branch: Json, live: Json | undefined): JsonObject {
  const declared = getOwn(asObject(branch), 'conditions');
  const kept = getOwn(asObject(live), 'conditions');
  return declared === undefined && (live === undefined || kept !== undefined) ? { conditions: [] } : {};
}

type Free = Map<number, Json>;

function takeById(free: Free, id: string | undefined): Json | undefined {
  return id === undefined ? undefined : takeFirst(free, (other) => findOwnId(other) === id);
}

function takeFirst(free: Free, matches: (branch: Json, position: number) => boolean): Json | undefined {
  for (const [position, branch] of free) {
    if (!matches(branch, position)) continue;
    free.delete(position);
    return branch;
  }
  return undefined;
}

function findOwnId(branch: Json | undefined): string | undefined {
  const id = getOwn(asObject(branch), 'id');
  return typeof id === 'string' ? id : undefined;
}

type Likeness = (branch: Json, other: Json, position: number, otherPosition: number) => boolean;

const sameContent: Likeness = (branch, other) => equalAsBranches(contentOf(branch), contentOf(other));

/** The same visitors sent elsewhere. Branches for every visitor do not count: they have no conditions to compare. */
const sameConditions: Likeness = (branch, other) => {
  const conditions = getOwn(contentOf(branch), 'conditions') ?? [];
  return !jsonEqual(conditions, []) && equalAsBranches({ conditions }, pickKeys(contentOf(other), ['conditions']));
};

const samePosition: Likeness = (_branch, _other, position, otherPosition) => position === otherPosition;

function equalAsBranches(a: JsonObject, b: JsonObject): boolean {
  return compareBodies({ journeys: [{ id: '', ...a }] }, { journeys: [{ id: '', ...b }] }, JOURNEY_FIELDS).length === 0;
}

/** A uuid of version 8 (made by the client; API reference, section 2), the same for the same input. */
function makeBranchId(journey: string, branch: Json, used: ReadonlySet<string | undefined>): string {
  for (let copy = 0; ; copy += 1) {
    const hex = createHash('sha256')
      .update(canonicalJson([journey, contentOf(branch), copy]))
      .digest('hex');
    const [a, b, c, d] = [hex.slice(0, 8), hex.slice(8, 12), hex.slice(13, 16), hex.slice(17, 20)];
    const id = `${a}-${b}-8${c}-a${d}-${hex.slice(20, 32)}`;
    if (!used.has(id)) return id;
  }
}

function contentOf(branch: Json): JsonObject {
  const source = asObject(branch);
  return { conditions: getOwn(source, 'conditions') ?? [], actions: getOwn(source, 'actions') ?? [] };
}
