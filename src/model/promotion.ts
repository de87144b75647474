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
 * `new-in-source`: files and source have the new value, the target still has the last applied one.
 * `hot-fixed-in-target`: the target changed since its last apply, or may have (`cause: unknown`).
 * `both`: the files changed as well, each to another value.
 */
export type PromotionClass = 'new-in-source' | 'hot-fixed-in-target' | 'both';

export interface PromotedField extends FieldDrift {
  class: PromotionClass;
  /** An overlay, variable or map gives the target its own value, which was not tested in the source. */
  own?: true;
}

/** One object that differs between the target and its files. */
export interface PromotedObject {
  address: Address;
  kind: Kind;
  change: ObjectChange;
  /** The most severe class of its fields. */
  class: PromotionClass;
  fields: PromotedField[];
  /** Not in the plan: it would overwrite a change of the target, or it needs this withheld object. */
  withheld?: 'overwrites' | Address;
  tenant?: { at?: string; by?: string };
}

/** Something that the selection needs and the target lacks. */
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
  /** `last`: time of the last apply to the target, if known. */
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
    /** Fields that differ between the two environments on purpose. */
    intended: number;
    unchanged: number;
    withheld: number;
    /** Declared for only one of the two environments. */
    elsewhere: number;
  };
}
