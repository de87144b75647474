import type { Finding, JournalEntry } from './journal.js';
import type { ApplyResult } from './outcome.js';

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
