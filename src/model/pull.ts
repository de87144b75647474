import type { Address, Kind } from './address.js';
import type { Json } from './json.js';
import type { Place } from './problem.js';

/** Why pull does not write a value of the tenant into a file. */
export type PullConflictCode = 'PULL_TEMPLATE' | 'PULL_SECRET' | 'PULL_SHARED' | 'PULL_UNWRITABLE';

/** A value that pull left as it is in the file, although the tenant has another. */
export interface PullConflict {
  code: PullConflictCode;
  address: Address;
  /** JSON Pointer into the document; list elements by their index. */
  pointer: string;
  source: Place;
  /** The text of the file, with its references to variables. */
  template?: string;
  /** The value of the file with variables filled in; absent when the file has none. */
  declared?: Json;
  /** Absent when the tenant has none. */
  live?: Json;
  /** One sentence, when the code does not explain it. */
  reason?: string;
}

export interface PulledChange {
  address: Address;
  /** JSON Pointers of the pulled fields, as in a plan. */
  fields: string[];
}

/** One file as it is and as it will be. */
export interface PulledFile {
  path: string;
  /** Absent for a new file. */
  before?: string;
  after: string;
  changes: PulledChange[];
}

/** A field of an adopted object that pull does not write into its new file. */
export interface LeftOut {
  pointer: string;
  reason: string;
}

export interface Adoption {
  address: Address;
  file: string;
  leftOut: LeftOut[];
}

export interface Refusal {
  address: Address;
  reason: string;
  /** Ignored by the configuration, and no pattern names it in full: nothing is wrong. */
  intended?: true;
}

/** What a pull will write. Complete before the first file is written. */
export interface Pull {
  environment: string;
  host: string;
  /** Sorted by path. */
  files: PulledFile[];
  /** Text files that no `!file` tag names any more; pull keeps them. */
  unused: string[];
  /** Declared objects that do not differ from the files. */
  unchanged: number;
  conflicts: PullConflict[];
  adopted: Adoption[];
  /** Objects that cannot be adopted. */
  refused: Refusal[];
  /** Patterns of `--adopt` that match no object. */
  unmatched: string[];
  /** Declared and selected, but not in the tenant; their files stay. */
  absent: Address[];
  /** Lists that may be incomplete. */
  incomplete: { kind: Kind; note: string }[];
  /** Other environments whose declared objects these files change as well, or that get new ones (`added`). */
  alsoChanges: { environment: string; addresses: Address[]; added: Address[] }[];
}
