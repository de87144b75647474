import type { WarningCode } from '../errors/codes.js';
import type { GuardCode } from '../errors/guard-codes.js';
import type { Address, Kind } from './address.js';
import type { ChangeCause } from './drift.js';
import type { Json, JsonObject } from './json.js';
import type { Place } from './problem.js';

export const PLAN_FORMAT_VERSION = 1;

/** The options of `apply` that lift a guard. */
export const CONSENT_FLAGS = [
  '--allow-freeze',
  '--allow-older',
  '--allow-dead-route',
  '--allow-lookalike',
  '--allow-mass-change',
  '--allow-delete',
  '--allow-delete-unknown',
  '--allow-overwrite',
  '--allow-price-change',
  '--allow-default-journey',
  '--allow-broader-promo',
  '--allow-also-publish',
] as const;

export type ConsentFlag = (typeof CONSENT_FLAGS)[number];

/** Withholds changes until the user approves them, or for good. */
export interface Guard {
  code: GuardCode;
  /** One sentence with the value, the limit and the counts. */
  message: string;
  /** The measured value and the limit it exceeds, formatted: `41 of 100 (41.0 %)`, `30 %`. */
  value?: string;
  limit?: string;
  /** The changes that the guard withholds. */
  addresses: Address[];
  /** The consent that lifts it; its value must equal this one exactly. */
  consent?: { flag: string; value: string };
  /** What else can be done about it. */
  hint?: string;
  /** The routes that it is about; consent to it is consent to leading visitors there. */
  routes?: string[];
  /** No page is built or published either, even without changes. */
  stopsPublish?: true;
  /** Paths of the pages that are not built or published while the guard applies. */
  pages?: string[];
}

/** An amount as the tenant writes it, with what it is charged for. */
export interface Money {
  /** Decimal text without grouping, `12.99`; as given where it is not a number. */
  amount: string;
  /** ISO 4217. */
  currency: string;
  /** `monthly`, `yearly`, `every 3 months`, `monthly, 6 times`, `once`; of a tier `monthly, 1 to 10 units`. */
  interval: string;
}

/** What a re-pricing means, for all charges that move alike. */
export interface PriceMove {
  /** Absent: the charge is new. */
  before?: Money;
  /** Absent: the charge is removed. */
  after?: Money;
  /** `+30.0`, of the amount; absent where currency or interval differ, or a side is missing. */
  percent?: string;
  addresses: Address[];
  /** Routes of published pages that show one of them. */
  routes: string[];
  /** Journeys that lead to such a page or name such an offer's label. */
  journeys: Address[];
  /** Active promo codes that apply to one of them. */
  promoCodes: Address[];
}

/** What in the tenant refers to an object that the plan deletes or re-prices. */
export interface UsedBy {
  address: Address;
  users: { ref: string; how: string }[];
}

export interface Impact {
  prices: PriceMove[];
  usedBy: UsedBy[];
}

/** A catalog item that a person has to create, because limio-sync may not in this environment. */
export interface ByHandItem {
  address: Address;
  /** Folder of the catalog: `/offers2`. */
  parent: string;
  /** Everything that is declared of it, in the form of the API: name, record_type, path, attributes, ... */
  item: JsonObject;
}

export interface Withheld {
  address: Address;
  action: Action;
  /** The most severe guard that withholds it. */
  reason: GuardCode;
}

export interface PlanWarning {
  code: WarningCode;
  message: string;
  address?: Address;
  hint?: string;
}

/** A live field that an apply of these files set, and that they no longer declare. No change of the plan touches it. */
export interface OnceManaged {
  address: Address;
  /** As in {@link FieldChange}. */
  path: string;
  /** What the last apply that declared it left. */
  applied: Json;
  live: Json;
  /** The line that clears it, and where it goes; absent where the field cannot be cleared. */
  clear?: { file: string; below: string; line: string };
}

/** One page to build and publish (API reference, section 7). */
export interface PublishPage {
  path: string;
  name: string;
  /** Tag paths, `/tags/customers/acme`. Empty: the page has no URL and cannot be published. */
  tags: string[];
  /** The routes of the tags, `/customers/acme/`. */
  routes: string[];
  /** What the build call gets: the page and the campaigns of changed campaign items. */
  buildItems: string[];
  /** The changed items on the page. */
  items: Address[];
  /** `changed`: this plan changes an item on it. `not-live`: its published copy is older. `named`: asked for. */
  reason: 'changed' | 'not-live' | 'named';
  /** For a page that only the journal knows to be older: the run that left it so, as a clause. */
  why?: string;
  /** What the publish makes live besides the changes that the plan names. Absent when there is nothing. */
  alsoPublishes?: AlsoPublish[];
  /**
   * Everything on the page, itself included, as the plan read it at head: apply reads it again before the build.
   * Absent when the page has no route, or the plan was made without reading the tenant.
   */
  shows?: ShownItem[];
}

/** An item whose unpublished edits go live with a page, although the plan does not name them. */
export interface AlsoPublish {
  address: Address;
  /** From the published copy to the working copy. Empty when the item was never published. */
  fields: FieldChange[];
  /** It was never published. */
  firstTime?: true;
  /** Where a price moves for visitors: the item as they see it now, and then, reduced to its charges. */
  prices?: { before?: JsonObject; after: JsonObject };
}

export interface ShownItem {
  address: Address;
  /** SHA-256 of its content, without the fields that the plan changes. Absent for an item that the plan creates. */
  hash?: string;
  /** The plan changes it, and before that its working copy differs from the published copy. */
  isDraft?: true;
}

export interface PublishPlan {
  pages: PublishPage[];
  /** Changed items that are on no page: the apply changes them, but nothing makes them live. */
  onNoPage: Address[];
}

/** What a plan rests on: how the tenant was read, not what is done. */
export interface Basis {
  /** The states of the catalog that its lists showed, as the tenant names them. */
  lists: string[];
  /** Objects that were read at head. */
  atHead: number;
  /** By address, items that the plan publishes and does not change, as they were at head. */
  shown?: Record<string, SeenVersion>;
}

/** Which state of an object was seen. */
export interface SeenVersion {
  version?: string;
  /** SHA-256 (hex) of its body, for tenants without versions. */
  hash: string;
}

export interface PlanSummary {
  create: number;
  update: number;
  delete: number;
  unchanged: number;
  withheld: number;
}

/** What apply will do. Shown and then applied, without being recomputed in between. */
export interface Plan {
  kind: 'limio-sync/plan';
  formatVersion: typeof PLAN_FORMAT_VERSION;
  toolVersion: string;
  environment: string;
  /** Host (and port, when not the default) of the tenant. */
  host: string;
  protected: boolean;
  scope: Partial<Record<Kind, string[]>>;
  /** Commit of the repository that holds the files, when there is one. */
  commit?: string;
  /** The environment that a promotion took the changes from; such a plan covers a part of the files only. */
  promotedFrom?: string;
  /** SHA-256 (hex) of what the files declared for the environment. */
  filesHash: string;
  /** Sorted by address, withheld ones included: `withheld` names those. */
  changes: Change[];
  /** Addresses in write order; addresses of one level do not depend on each other. */
  levels: Address[][];
  publish: PublishPlan;
  withheld: Withheld[];
  /** The environment lets apply run the rest of a plan of which a part is withheld. Absent: apply stops. */
  partial?: 'allow';
  unmanaged: Partial<Record<Kind, string[]>>;
  warnings: PlanWarning[];
  /** What these files set once, and declare no longer. Absent when there is none, or no snapshot of an apply. */
  onceManaged?: OnceManaged[];
  guards: Guard[];
  /** In the order in which they can be created. Absent when there are none. */
  byHand?: ByHandItem[];
  /** What the plan means commercially. */
  impact: Impact;
  /** How many declared objects of each kind need no change. Absent where no files were compared, as in a rollback. */
  unchanged?: Partial<Record<Kind, number>>;
  summary: PlanSummary;
  /** Absent from a plan that compares nothing, such as a rollback. */
  basis?: Basis;
  /**
   * Of every secret that a change refers to: SHA-256 (hex) of its value, by the name of its variable.
   * Absent where the environment has no secrets; only then are texts of bodies spelled as they are.
   */
  secrets?: Record<string, string>;
  /**
   * SHA-256 (hex) over the canonical JSON of all else but `toolVersion`, `commit`, `basis`, `onceManaged`, the `source`
   * and `cause` of changes, and what the clock or the checkout decides: see `makeFingerprint`.
   */
  fingerprint: string;
}

/** Nothing to write and nothing to publish. */
export function isEmptyPlan({ changes, publish }: Pick<Plan, 'changes' | 'publish'>): boolean {
  return changes.length === 0 && publish.pages.length === 0;
}

export type Action = 'create' | 'update' | 'delete';

/**
 * How a field is best shown to people. `order`: the keys of a list whose elements moved.
 * `routing`: branches of a journey, or one branch, condition or action.
 */
export type Show = 'value' | 'text' | 'html' | 'set' | 'order' | 'routing';

/** One difference between two bodies. */
export interface FieldChange {
  /**
   * A JSON Pointer into the body. An element of a keyed array is named by its key
   * (`/attributes/price__limio/charge_1/value`), of any other array by its index.
   */
  path: string;
  /** Absent when the field is added. */
  before?: Json;
  /** Absent when the field is removed. */
  after?: Json;
  show: Show;
}

/** A field of a change. */
export interface PlannedField extends FieldChange {
  /**
   * Where the files write it, for lines that several resources share: of a template, with the cell that fills them in,
   * or of a base. Differs between checkouts of the same content, so no part of the fingerprint.
   */
  source?: Place;
}

export interface PatchOperation {
  op: 'add' | 'remove' | 'replace' | 'move' | 'copy' | 'test';
  path: string;
  from?: string;
  value?: Json;
}

export interface Change {
  address: Address;
  kind: Kind;
  action: Action;
  /** Why the change is in the plan, as one clause: `price differs`, `not in the tenant`. */
  reason: string;
  /** The managed part of the live object in wire form; absent on create. */
  before?: JsonObject;
  /** The managed part as it will be, in wire form; absent on delete. */
  after?: JsonObject;
  fields: PlannedField[];
  /**
   * A journey's whole routing, the parts that are not managed too, with typed elements: for pictures.
   * `loops`: pointers into `after`, to the destinations that close a circle of journeys.
   */
  routing?: { before?: JsonObject; after?: JsonObject; loops?: string[] };
  /** Of a created or updated journey: where it will start and where it will lead, sorted. */
  routes?: string[];
  /**
   * RFC 6902: turns `before` into `after` (null and a missing body count as `{}`), and tests each value that it
   * replaces or removes. An update sends the live object with this patch applied.
   */
  patch: PatchOperation[];
  /**
   * The object takes the place of this one, which the change deletes: a new name for the same object. `before` is the
   * managed part of the old object, `body` all of it; there is no `live`.
   */
  movedFrom?: { address: Address; body: JsonObject; live: { id?: string; version?: string; hash: string } };
  /** What the change was computed from; absent on create. */
  live?: { id?: string; version?: string; hash: string };
  /** Of a deletion: nothing at hand shows that this repository ever declared the object. */
  neverDeclared?: true;
  /** Of another deletion: where it shows, as one clause. Differs between checkouts, so no part of the fingerprint. */
  lastDeclared?: string;
  /** Absent where it is unknown: without a snapshot of the last apply. No part of the fingerprint either. */
  cause?: ChangeCause;
  /** Addresses of other changes of this plan that must be done first. */
  dependsOn: Address[];
  /** Where the file declares it; with the row of a template that makes it. */
  source?: Place;
  risk: 'low' | 'high';
}

/** A change that gives an object another name. */
export type Move = Change & Required<Pick<Change, 'movedFrom'>>;

export function isMove(change: Change): change is Move {
  return change.movedFrom !== undefined;
}

/** The two halves of a move as changes of their own: each object is compared, saved and undone like any other. */
export function splitMove({ movedFrom, ...change }: Move): { removal: Change; addition: Change } {
  const { address, body, live } = movedFrom;
  const shared = { kind: change.kind, reason: change.reason, fields: [], patch: [], dependsOn: [], risk: change.risk };
  const after = Object.fromEntries(Object.entries({ ...body, ...change.after }).filter(([, value]) => value !== null));
  return {
    removal: { ...shared, address, action: 'delete', before: body, live },
    addition: { ...shared, address: change.address, action: 'create', after },
  };
}
