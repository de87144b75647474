import type { Address } from './address.js';
import type { JsonObject } from './json.js';
import type { LiveWriter } from './live-api.js';
import type { ApplyResult, Outcome, OutcomeError, PageOutcome } from './outcome.js';

/** Identifies one process for good: pids are reused, start times are not. */
export interface ProcessIdentity {
  pid: number;
  host: string;
  /** Boot of the machine and start of the process; absent where the system does not report them. */
  start?: string;
}

export type RunCommand = 'apply' | 'rollback' | 'restore' | 'publish' | 'doctor';

/** The first line of a journal. */
export interface RunStart {
  step: 'start';
  formatVersion: 1;
  run: string;
  command: RunCommand;
  /** For a rollback: the run that it undoes. */
  of?: string;
  environment: string;
  host: string;
  toolVersion: string;
  /** Of the plan. */
  fingerprint: string;
  /** Commit of the files, where it is known. */
  commit?: string;
  by?: RunAuthor;
  process: ProcessIdentity;
}

/** Who began a run. */
export interface RunAuthor {
  /** The person: of the CI job where there is one, else of the machine. */
  user?: string;
  /** The page of the CI job. */
  link?: string;
  /** Number of the pull or merge request. */
  pullRequest?: string;
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

/**
 * `running`: its process lives and holds the environment. `crashed`: it ended without a result. `unreadable`: its
 * record is damaged, or a newer version wrote it.
 */
export type RunState = 'complete' | 'interrupted' | 'crashed' | 'running' | 'unreadable';

/** A run without its steps, which may be many. */
export interface RunHead {
  id: string;
  folder: string;
  state: RunState;
  /** Why it is unreadable, as one clause. */
  unreadable?: string;
  /** It is unreadable only for this version of limio-sync. */
  otherVersion?: true;
  /** Absent when it crashed before its journal began, or when that cannot be read. */
  start?: RunStart & { at: string };
  result?: ApplyResult;
  recovery?: Recovery;
  /** It was copied from a shared store: if it crashed, its journal may lack its last seconds. */
  copied?: true;
}

/** A run, read from its folder. */
export interface RunRecord extends RunHead {
  /** Without the first and the last line. */
  entries: ({ at: string } & JournalEntry)[];
  /** Lines that cannot be read: the last one before a crash, or with a full disk. */
  unreadableLines: number;
  /** ISO 8601, of its last line; absent for a run that did not end by itself. */
  endedAt?: string;
  /** `plan.json`, unchecked; absent when it was not written completely. */
  planText?: string;
}

/** One object as it was read at head: whole, in wire form. */
export interface SavedObject {
  body: JsonObject;
  id?: string;
  version?: string;
}

/** A live object compared with the two sides of a change. */
export type ObjectState = 'before' | 'after' | 'other' | 'missing';

/** One step of an apply, in the order in which they happened. */
export type JournalEntry =
  /** An object that may be written, before the first write. `live` is null when it does not exist. */
  | { step: 'before'; address: Address; live: SavedObject | null; redacted?: true }
  /** A call is about to be sent. `on`: addresses; items for a build, tags for a publish. */
  | { step: 'write'; write: number; call: keyof LiveWriter; on: string[] }
  /** The result of that call. `lost`: the tenant may have carried it out. */
  | { step: 'answer'; write: number; answer: 'accepted' | 'refused' | 'lost'; error?: OutcomeError }
  | {
      step: 'read-back';
      address: Address;
      state: ObjectState | 'unreadable';
      live?: SavedObject | null;
      error?: OutcomeError;
      redacted?: true;
    }
  | { step: 'outcome'; outcome: Outcome }
  | { step: 'page'; outcome: PageOutcome };

/**
 * Where apply records what it does. `record` resolves when the entry is on the disk: it survives a
 * crash of the process and of the machine. Entries are kept in the order of the calls.
 * @throws LimioError JOURNAL_UNWRITABLE
 */
export interface Journal {
  record(entry: JournalEntry): Promise<void>;
}

/** An object to which a run sent a write: as it was before, and as the run left it. */
export interface TouchedObject {
  address: Address;
  before: SavedObject | null;
  /** As last read back; null when it did not exist, absent when unknown. */
  left?: SavedObject | null;
  /** One of the two had secrets, which are not in the journal. */
  redacted: boolean;
}

/** What happened to a write without an outcome in the journal of a crashed run. */
export interface Finding {
  /** The address, or the page of a build or publish. */
  subject: string;
  verdict: 'took-effect' | 'no-effect' | 'something-else' | 'unknown';
  /** One sentence. */
  message: string;
}

/**
 * A page that a run changed, or found to be older, and that no run reported live
 * since. The published index has one copy of an item, so it does not show such a page once all items of
 * the page went live on another.
 */
export interface PendingPublish {
  path: string;
  /** The changed items that it shows. */
  items: Address[];
  /** What those runs set in them, by address: `after` of the changes. */
  written?: Record<Address, JsonObject>;
  /** What those runs would have built: the page, and the campaigns of its campaign items. */
  buildItems: string[];
  /** The first of those runs. */
  run: string;
}

/**
 * A page that a run built and that the tenant reported live on all its routes: better evidence than the published
 * index, which one bad document can block for days (API reference, section 7).
 */
export interface LivePage {
  path: string;
  routes: readonly string[];
  /** The last of those runs. */
  run: string;
  /** Of each item for which it was published, the state that the build holds. */
  shown: ReadonlyMap<Address, BuiltItem>;
}

/** Named by its version, else by its body or the SHA-256 (hex) of that. */
export interface BuiltItem {
  version?: string;
  hash?: string;
  body?: JsonObject;
}
