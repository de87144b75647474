import type { Address } from './address.js';
import type { JsonObject } from './json.js';
import type { LiveWriter } from './live-api.js';
import type { Outcome, OutcomeError, PageOutcome } from './outcome.js';

/** One object as it was read at head: whole, in wire form. */
export interface SavedObject {
  body: JsonObject;
  id?: string;
  version?: string;
}

/** Where a live object stands between the two ends of a change. */
export type Standpoint = 'before' | 'after' | 'other' | 'missing';

/** One step of an apply. What happened stands in the order in which it happened. */
export type JournalEntry =
  /** An object that may be written, ahead of the first write. `live` is null when it is not there. */
  | { step: 'before'; address: Address; live: SavedObject | null; redacted?: true }
  /** A call is about to be sent. `on`: addresses; items for a build, tags for a publish. */
  | { step: 'write'; write: number; call: keyof LiveWriter; on: string[] }
  /** What came back of the call of that number. `lost`: it may have been carried out all the same. */
  | { step: 'answer'; write: number; answer: 'accepted' | 'refused' | 'lost'; error?: OutcomeError }
  | {
      step: 'read-back';
      address: Address;
      state: Standpoint | 'unreadable';
      live?: SavedObject | null;
      error?: OutcomeError;
      redacted?: true;
    }
  | { step: 'outcome'; outcome: Outcome }
  | { step: 'page'; outcome: PageOutcome };

/**
 * Where apply writes down what it does. `record` resolves when the entry is safe: it outlives the
 * process and the power. Entries are kept in the order of the calls.
 * @throws LimioError JOURNAL_UNWRITABLE
 */
export interface Journal {
  record(entry: JournalEntry): Promise<void>;
}

/** An object to which a run sent a write: as it was before, and as the run left it. */
export interface TouchedObject {
  address: Address;
  before: SavedObject | null;
  /** As last read back; null when it was not there, absent when nobody knows. */
  left?: SavedObject | null;
  /** Something in one of the two was a secret and is not in the journal. */
  redacted: boolean;
}

/** What became of a write of which a crashed run recorded no outcome. */
export interface Finding {
  /** The address, or the page of a build or publish. */
  subject: string;
  verdict: 'took-effect' | 'no-effect' | 'something-else' | 'unknown';
  /** One sentence. */
  message: string;
}
