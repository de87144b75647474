import type { Address, Kind } from './address.js';
import type { FieldDrift, ObjectChange } from './drift.js';
import type { Plan } from './plan.js';
import type { TestedCase } from './test-report.js';

/** One condition of a promotion. One that fails stops it. */
export interface Gate {
  name: 'files' | 'tests' | 'drift' | 'apply' | 'pages' | 'prices' | 'freeze' | 'references' | 'guards';
  status: 'pass' | 'fail' | 'unchecked';
  /** One sentence: what was found, or why it was not checked. */
  message: string;
  /** The command or action that fixes it. */
  remedy?: string;
}

/** Price tests of the selected items, run in the source; or why they were not run, or failed to run. */
export type PriceProof = { cases: readonly TestedCase[] } | { unchecked: string } | { failure: string };

/**
 * `new-in-source`: the files hold it, the source is as they say, and the target is as it was last
 * applied. `hot-fixed-in-target`: the target moved since, or may have (`cause: unknown`). `both`:
 * the files moved as well, each to another value.
 */
export type PromotionClass = 'new-in-source' | 'hot-fixed-in-target' | 'both';

export interface PromotedField extends FieldDrift {
  class: PromotionClass;
  /** True where overlay, variable or map give the target a value of its own, which the source cannot have proven. */
  own?: true;
}

/** One object that the target has otherwise than its files say. */
export interface PromotedObject {
  address: Address;
  kind: Kind;
  change: ObjectChange;
  /** Of fields the gravest. */
  class: PromotionClass;
  fields: PromotedField[];
  /** Left out of the plan: it would overwrite, or it needs what is left out. */
  withheld?: 'overwrites' | Address;
  tenant?: { at?: string; by?: string };
}

/** What the selection needs and the target does not have. */
export interface Lacking {
  /** An address, or `label x`, or `a page at /us/`. */
  what: string;
  neededBy: Address[];
  todo: string;
  /** True when no plan can be made without it. */
  blocks: boolean;
}

export interface Promotion {
  kind: 'limio-sync/promotion';
  formatVersion: 1;
  from: { environment: string; host: string };
  /** `last`: when the target was last applied, as far as it is known. */
  to: { environment: string; host: string; last?: string };
  gates: Gate[];
  /** Absent where the files have errors. */
  content?: PromotionContent;
  /** Absent when a gate failed. */
  plan?: Plan;
}

export interface PromotionContent {
  selected: Address[];
  /** Selected because something selected needs them. */
  added: { address: Address; neededBy: Address }[];
  /** Sorted by address. */
  objects: PromotedObject[];
  lacking: Lacking[];
  summary: {
    newInSource: number;
    hotFixed: number;
    both: number;
    /** Fields that the two environments have otherwise on purpose. */
    intended: number;
    unchanged: number;
    withheld: number;
    /** Declared for one of the two environments only. */
    elsewhere: number;
  };
}
