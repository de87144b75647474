import type { z } from 'zod';
import type { Address, Kind } from '../model/address.js';
import type { Dialect } from '../model/dialect.js';
import type { JsonObject } from '../model/json.js';
import type { LiveReader } from '../model/live-api.js';
import type { DesiredResource, KindDriver, LiveResource, WritePhase } from '../model/model.js';
import type { Change, FieldChange, Show } from '../model/plan.js';
import type { JourneyCodec } from './journey/codec.js';
import type { LiveState } from './read-live.js';
import { readOrNote } from './odd-answers.js';
import type { Reference } from './references.js';

/**
 * Everything about one kind that is the same in every tenant; `kinds.ts` lists all kinds. What depends
 * on the tenant's dialect is in the {@link KindRules} that `createRules` returns.
 */
export interface KindDefinition {
  kind: Kind;
  /** The key of a document that holds the name of the resource. */
  identityKey: 'path' | 'promoCode' | 'name';
  /** The schema of one document of a file. */
  document: KindDocument;
  /** Type, owner and comparison of each field, as `limio-sync explain <kind>` prints them. */
  fields: FieldRules;
  /** The checks of one document that `validate` runs, in this order. */
  checks: readonly CheckName[];
  /** Kinds are written phase by phase, and within a phase by rank: see the picture in kinds.ts. */
  writePhase: WritePhase;
  writeRank: number;
  /** Folders of the tenant's catalog that hold this kind; none for kinds outside the catalog. */
  tenantFolders: readonly string[];
  /** Where new files go: below the folder of the catalog files or of the journeys. */
  fileFolder: { base: 'catalog' | 'journeys'; name: string };
  /** The key of `scope` in limio.config, for kinds that limio-sync may delete. */
  scopeKey?: 'journeys' | 'promo_codes';
  /** A document that passed every check, as the body of the resource that it declares. */
  toBody(document: JsonObject, name: string): JsonObject;
  /** Everything that a declared body refers to, except inside raw journey elements: their form is unknown. */
  listReferences(body: JsonObject): Reference[];
  /** What must exist before the tenant can create the resource, besides its references. */
  listParents?(name: string): Address[];
  /** What a creation requires and the body lacks, in words. */
  listMissing(body: JsonObject): string[];
  /** Why a policy cannot name this field (segments from the top of the body); undefined when it can. */
  findPolicyFault(field: readonly string[]): { message: string; hint: string } | undefined;
  createRules(dialect: Dialect): KindRules;
  /** Reads the objects of this kind that a plan needs into `state`. */
  readLive(reader: LiveReader, input: ReadKindInput, state: LiveState): Promise<void>;
}

/** The constant `kind` says which document it is. */
export type KindDocument = z.ZodObject<{ kind: z.ZodLiteral<Kind> }>;

/** One check of a document; `src/source/rules` implements each. */
export type CheckName =
  | 'shape'
  | 'text'
  | 'unusual'
  | 'countries'
  | 'catalog-path'
  | 'prices'
  | 'labels'
  | 'references'
  | 'create-only'
  | 'promo-code-syntax'
  | 'promo-code-dates'
  | 'promo-code-numbers'
  | 'promo-code-discount'
  | 'promo-code-label'
  | 'conditions'
  | 'journey-branches'
  | 'journey-splits'
  | 'journey-reach'
  | 'journey-fallback'
  | 'journey-tags'
  | 'journey-domains';

export interface ReadKindInput {
  declared: readonly DesiredResource[];
  /** Patterns of names that this repository owns. */
  scope: readonly string[];
  rules: KindRules;
  /** Whether an object must be read at head, whatever a list shows. */
  needsHead: (address: Address) => boolean;
}

/** One kind under the dialect of a tenant: the driver for apply and the comparison for plan. */
export interface KindRules extends KindDriver {
  fields: FieldRules;
  compareWithLive(desired: DesiredResource, live: LiveResource | undefined, codec: JourneyCodec): BodyDiff;
  /** What `compareWithLive` compares. */
  pairSides(desired: DesiredResource, live: LiveResource, codec: JourneyCodec): PairedSides;
  /** Pointers of what `before` holds and `after` clears, where the dialect cannot clear. */
  listUnremovable(before: JsonObject, after: JsonObject): string[];
  /** A live body as people read it (journeys: with typed elements), the form that `compare` compares. */
  present(body: JsonObject): JsonObject;
}

/** Reads objects of one kind at head, which counts more than any list. */
export async function readHeads(
  reader: LiveReader,
  objects: readonly Pick<DesiredResource, 'address' | 'name'>[],
  rules: KindRules,
  { resources, unreadable }: LiveState,
): Promise<void> {
  await Promise.all(
    objects.map(async ({ address, name }) => {
      const head = await readOrNote(unreadable, address, () => rules.read(reader, name));
      if (unreadable.has(address)) return;
      if (head) resources.set(head.address, head);
      else resources.delete(address);
    }),
  );
}

/** What one declared resource would change, and what prevents it. */
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

/** The two sides of a comparison in the form that people read. */
export interface PairedSides {
  /** Only the declared and managed part, element for element as in the document. */
  declared: JsonObject;
  live: JsonObject;
  rules: FieldRules;
}

/** How the elements of a list are compared. `set`: order and repetition do not matter. */
export type ListRule = 'ordered' | 'set' | { key: string };

/** Who owns the value of a field once the resource exists. */
export type Owner = 'git' | 'server' | 'server-after-create' | 'identity';

/** One row of the table that `limio-sync explain <kind>` prints and the planner obeys. */
export interface FieldRule {
  /** Segments from the top of the body; `*` matches any one key or element. */
  path: readonly string[];
  type: string;
  owner: Owner;
  list?: ListRule;
  show?: Show;
  /** An object that is declared whole: keys that are absent do not keep their live value. */
  whole?: true;
  /** A number that tenants hold as a JSON number or as a text. The type of a new one: a text, or as the file has it. */
  number?: 'text' | 'as declared';
  note: string;
}

export function toNumberRow(path: readonly string[], number: NonNullable<FieldRule['number']>): FieldRule {
  const created =
    number === 'text' ? 'Text where the tenant holds none yet.' : 'As declared where the tenant holds none.';
  const note = `Compared and written in the type that the tenant holds. ${created}`;
  return { path, type: 'number or text', owner: 'git', number, note };
}

/** All rules of a kind, with a cheap look-up for the comparison. */
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
