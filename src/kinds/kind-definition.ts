import type { Kind } from '../model/address.js';
import type { JsonObject } from '../model/json.js';
import type { Change, FieldChange, Show } from '../model/plan.js';
import type { DesiredResource, KindDriver, LiveResource } from '../model/resource.js';
import type { JourneyCodec } from './journey/codec.js';

/** What one declared resource would change, and what stands against it. */
export interface BodyDiff {
  /** The managed part of the live object, wire form. Empty when there is none. */
  before: JsonObject;
  /** The managed part as it will be, wire form. */
  after: JsonObject;
  fields: FieldChange[];
  /** Journeys: the whole routing with typed elements, as `Change.routing` holds it. */
  routing?: Change['routing'];
  /** Journey element types used without a confirmed wire form. */
  unconfirmed: string[];
  /** Pointers of fields that the change removes but the dialect cannot. */
  unremovable: string[];
}

/** The two sides of a comparison as the planner pairs them, in the form that people read. */
export interface PairedSides {
  /** Only what is declared and managed, element for element as in the document. */
  declared: JsonObject;
  live: JsonObject;
  rules: FieldRules;
}

/** Everything the tool knows of one kind: the driver for apply and the rules for plan. */
export interface KindRules extends KindDriver {
  kind: Kind;
  rows: readonly FieldRule[];
  compareWithLive(desired: DesiredResource, live: LiveResource | undefined, codec: JourneyCodec): BodyDiff;
  /** What `compareWithLive` compares. */
  pairSides(desired: DesiredResource, live: LiveResource, codec: JourneyCodec): PairedSides;
  /** Pointers of what `before` holds and `after` clears, where the dialect cannot clear. */
  listUnremovable(before: JsonObject, after: JsonObject): string[];
  /** A live body as people read it (journeys: typed elements), which is the form that `compare` compares. */
  present(body: JsonObject): JsonObject;
}

/** How the elements of a list are told apart. `set`: order and repetition do not matter. */
export type ListRule = 'ordered' | 'set' | { key: string };

/** Who decides the value of a field after the resource exists. */
export type Owner = 'git' | 'server' | 'server-after-create' | 'identity';

/** One row of the table that `limio-sync explain <kind>` prints and the planner obeys. */
export interface FieldRule {
  /** Segments from the top of the body; `*` stands for any one key or element. */
  path: readonly string[];
  type: string;
  owner: Owner;
  list?: ListRule;
  show?: Show;
  /** An object that is declared all or not at all: absent keys in it are not kept from live. */
  whole?: true;
  note: string;
}

/** All rules of a kind, with a look-up that is cheap inside the compare loop. */
export interface FieldRules {
  rows: readonly FieldRule[];
  find(path: readonly string[]): FieldRule | undefined;
}

/** A later row of the same path wins. */
export function buildFieldRules(rows: readonly FieldRule[]): FieldRules {
  const root: RuleNode = { children: new Map() };
  for (const row of rows) {
    let node = root;
    for (const segment of row.path) {
      const next: RuleNode = node.children.get(segment) ?? { children: new Map() };
      node.children.set(segment, next);
      node = next;
    }
    node.rule = row;
  }
  return { rows, find: (path) => findIn(root, path, 0) };
}

interface RuleNode {
  rule?: FieldRule;
  children: Map<string, RuleNode>;
}

function findIn(node: RuleNode, path: readonly string[], depth: number): FieldRule | undefined {
  const segment = path[depth];
  if (segment === undefined) return node.rule;
  const exact = node.children.get(segment);
  const found = exact && findIn(exact, path, depth + 1);
  if (found) return found;
  const any = node.children.get('*');
  return any && findIn(any, path, depth + 1);
}
