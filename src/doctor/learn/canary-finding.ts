import type { Address } from '../../model/address.js';
import type { Json } from '../../model/json.js';

/** A dialect setting with the proof for it. */
export interface Learned {
  /** `bulkUpdate.wrapper` */
  setting: string;
  value: Json;
  /** What was sent and what was read back, as one sentence. */
  how: string;
}

export interface NotLearned {
  setting: string;
  why: string;
}

/** What trying on one object came to. */
export interface CanaryFinding {
  address: Address;
  learned: Learned[];
  notLearned: NotLearned[];
  /** Where the object still differs from what it was, by our doing; empty: restored, and read back so. */
  left: string[];
  /** Where somebody else changed it meanwhile; left alone. */
  foreign: string[];
  /** Why trying stopped early. */
  failure?: string;
}

/** One object that is tried on: how it is read, compared, tried and put back. */
export interface Trial {
  address: Address;
  /** What will be sent, for the preview. */
  describe(saved: Json): { steps: string[]; mayStay: string[] };
  /** The whole object, bookkeeping included; undefined when it is not there. */
  read(): Promise<Json | undefined>;
  /** JSON Pointers at which two readings differ, bookkeeping of the server aside. */
  listDifferences(saved: Json, now: Json): string[];
  /** Whether trying may have changed what stands there. */
  isOurs(saved: Json, pointer: string): boolean;
  /** Tries, and puts back what it tried on; `restore` has the last word. Fills `finding` as it goes. */
  run(saved: Json, finding: CanaryFinding, isStopped: () => boolean): Promise<void>;
  /** One attempt to put back what differs. */
  restore(saved: Json, now: Json, finding: CanaryFinding): Promise<void>;
}
