import type { Address } from './address.js';
import type { JsonObject } from './json.js';
import type { LiveWriter } from './live-api.js';
import type { ApplyResult, Outcome, OutcomeError, PageOutcome } from './outcome.js';

/** Names one process for good: numbers are used again, start times are not. */
export interface ProcessIdentity {
  pid: number;
  host: string;
  /** Boot of the machine and start of the process within it; absent where the system does not tell. */
  start?: string;
}

export type RunCommand = 'apply' | 'rollback' | 'publish' | 'doctor';

/** The first line of a journal. */
export interface RunStart {
  step: 'start';
  formatVersion: 1;
  run: string;
  command: RunCommand;
  /** For a rollback: the run whose changes it takes back. */
  of?: string;
  environment: string;
  /** Host of the tenant. */
  host: string;
  toolVersion: string;
  /** Of the plan. */
  fingerprint: string;
  process: ProcessIdentity;
}

/** The last line of a journal that was closed. */
export interface RunEnd {
  step: 'end';
  interrupted: boolean;
}

/** A line of `journal.jsonl`: an entry with the time of its writing (ISO 8601). */
export type JournalLine = { at: string } & (RunStart | JournalEntry | RunEnd);

/** `recovery.json` of a crashed run: what the next run of the environment found. */
export interface Recovery {
  at: string;
  findings: Finding[];
}

/** `running`: its process lives and holds the environment. `crashed`: it ended without a result. */
export type RunState = 'complete' | 'interrupted' | 'crashed' | 'running';

/** What a run comes to, without its steps: they may be many. */
export interface RunHead {
  id: string;
  folder: string;
  state: RunState;
  /** Absent when it ended before its journal began. */
  start?: RunStart & { at: string };
  result?: ApplyResult;
  recovery?: Recovery;
}

/** A run as its folder tells it. */
export interface RunRecord extends RunHead {
  /** Without the first and the last line. */
  entries: ({ at: string } & JournalEntry)[];
  /** Lines that cannot be read: the last one of a crash, or of a disk that was full. */
  unreadableLines: number;
  /** `plan.json`, not yet checked; absent when it was not written to its end. */
  planText?: string;
}

/** One object as it was read at head: whole, in wire form. */
export interface SavedObject {
  body: JsonObject;
  id?: string;
  version?: string;
}

/** Where a live object stands between the two ends of a change. */
export type LiveState = 'before' | 'after' | 'other' | 'missing';

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
      state: LiveState | 'unreadable';
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

/**
 * A page that a run of this checkout changed, or found to be older, and that no run reported live
 * since. The published index holds one copy of an item, so it cannot tell of such a page when all
 * that the page shows went live on another.
 */
export interface PendingPublish {
  path: string;
  /** The items for whose sake it was to be published. */
  items: Address[];
  /** What those runs would have built: the page, and campaigns of such items. */
  buildItems: string[];
  /** The first of those runs. */
  run: string;
}
