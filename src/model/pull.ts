import type { Address, Kind } from './address.js';
import type { Json } from './json.js';
import type { Position } from './problem.js';

/** Why a value of the tenant does not go into a file. Each is a code of docs/errors.md. */
export type PullConflictCode = 'PULL_TEMPLATE' | 'PULL_SECRET' | 'PULL_UNWRITABLE';

/** A value that was left as the file has it, although the tenant has another. */
export interface PullConflict {
  code: PullConflictCode;
  address: Address;
  /** JSON Pointer into the document; list elements by their index. */
  pointer: string;
  source: Position;
  /** What stands in the file, with its references to variables. */
  template?: string;
  /** What the file says once they are filled in; absent where it says nothing. */
  declared?: Json;
  /** What the tenant has; absent where it has nothing. */
  live?: Json;
  /** One sentence, where the code alone does not say enough. */
  reason?: string;
}

export interface PulledChange {
  address: Address;
  /** JSON Pointers of the fields that were brought in, as a plan names them. */
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

/** A field of an adopted object that its new file does not hold. */
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
  /** The configuration leaves it out, and no pattern names it in full: as it should be. */
  intended?: true;
}

/** What a pull does, complete before anything is written. */
export interface Pull {
  environment: string;
  host: string;
  /** Sorted by path. */
  files: PulledFile[];
  /** Declared objects that were looked at and are as the files say. */
  unchanged: number;
  conflicts: PullConflict[];
  adopted: Adoption[];
  /** Objects that were to be adopted and cannot be. */
  refused: Refusal[];
  /** Patterns that were to adopt something and match no object at all. */
  unmatched: string[];
  /** Declared, selected and not in the tenant; their files stay. */
  absent: Address[];
  /** Lists that could not be read to their proven end. */
  incomplete: { kind: Kind; note: string }[];
  /** Other environments for which the files say something else of declared objects now, too, or declare new ones (`added`). */
  alsoChanges: { environment: string; addresses: Address[]; added: Address[] }[];
}
