import { randomBytes } from 'node:crypto';
import { mkdirSync, promises, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { ApplyResult } from '../model/outcome.js';
import type { Plan } from '../model/plan.js';
import type {
  Journal,
  JournalEntry,
  JournalLine,
  ProcessIdentity,
  Recovery,
  RunCommand,
  RunEnd,
  RunHead,
  RunStart,
} from '../model/run.js';
import {
  makeLimioFolder,
  nameRunsFolder,
  refuseUnwritable,
  RUN_FILES,
  syncFolder,
  toFileName,
  writeFileSafely,
} from './files.js';
import { type PendingPublishRequest, readPendingPublishes } from './pending-publish.js';
import { listRuns } from './read-runs.js';

export interface RunRequest {
  command: RunCommand;
  of?: string;
  plan: Plan;
  process: ProcessIdentity;
  /** Milliseconds since the epoch. */
  now: () => number;
  /** Takes secrets out of everything that is written. */
  redact: (text: string) => string;
}

/** A run that is being written down. */
export interface OpenRun {
  id: string;
  journal: Journal;
  /** Writes the result, and the plan that takes the run back where there is one. @throws LimioError JOURNAL_UNWRITABLE. */
  finish(result: ApplyResult, rollback: Plan | undefined): Promise<void>;
  /** Without a `finish` before it, the run counts as crashed. */
  close(): Promise<void>;
}

/**
 * Begins a folder `.limio/runs/<time>-<environment>-<id>` with the plan and the first line of the
 * journal.
 * @throws LimioError JOURNAL_UNWRITABLE
 */
export async function openRun(root: string, request: RunRequest): Promise<OpenRun> {
  const { plan, now, redact } = request;
  const id = makeRunId(now(), plan.environment);
  const folder = join(nameRunsFolder(root), id);
  try {
    makeLimioFolder(root, nameRunsFolder(root));
    mkdirSync(folder);
    writeFileSafely(join(folder, RUN_FILES.plan), redact(toText(plan)));
    const file = await promises.open(join(folder, RUN_FILES.journal), 'ax');
    const writeLine = createLineWriter(file);
    const write = async (line: JournalLine): Promise<void> => {
      try {
        await writeLine(toRedactedLine(line, redact));
      } catch (error) {
        throw refuseUnwritable(join(folder, RUN_FILES.journal), error);
      }
    };
    const stamp = <T extends RunStart | JournalEntry | RunEnd>(line: T): { at: string } & T => ({
      at: new Date(now()).toISOString(),
      ...line,
    });
    await write(stamp(describeStart(id, request)));
    syncFolder(folder);
    syncFolder(nameRunsFolder(root));
    return {
      id,
      journal: { record: (entry) => write(stamp(entry)) },
      async finish(result, rollback) {
        try {
          if (rollback) writeFileSafely(join(folder, RUN_FILES.rollback), redact(toText(rollback)));
          writeFileSafely(join(folder, RUN_FILES.result), redact(toText(result)));
        } catch (error) {
          throw refuseUnwritable(folder, error);
        }
        await write(stamp({ step: 'end', interrupted: result.interrupted }));
      },
      close: () => file.close(),
    };
  } catch (error) {
    throw refuseUnwritable(folder, error);
  }
}

/** Sorts by time: `20261122T174501123Z-prod-3f9a1c`. */
function makeRunId(now: number, environment: string): string {
  const time = new Date(now).toISOString().replace(/[-:.]/g, '');
  return `${time}-${toFileName(environment)}-${randomBytes(3).toString('hex')}`;
}

function describeStart(run: string, { command, of, plan, process }: RunRequest): RunStart {
  const { environment, host, toolVersion, fingerprint } = plan;
  return {
    step: 'start',
    formatVersion: 1,
    run,
    command,
    ...(of === undefined ? {} : { of }),
    environment,
    host,
    toolVersion,
    fingerprint,
    process,
  };
}

/** What lost a value to the redaction says so: a rollback must never write `[redacted]` to a tenant. */
function toRedactedLine(line: JournalLine, redact: (text: string) => string): string {
  const text = JSON.stringify(line);
  const clean = redact(text);
  if (clean === text || (line.step !== 'before' && line.step !== 'read-back')) return clean;
  return redact(JSON.stringify({ ...line, redacted: true }));
}

function toText(value: Plan | ApplyResult): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

/** The part of a file handle that is needed. */
export interface LineFile {
  appendFile(text: string): Promise<unknown>;
  datasync(): Promise<unknown>;
}

/**
 * Appends lines in the order of the calls. Each call resolves when its line is on the disk; lines
 * that come while the disk is busy share one fsync. After a failure the next line begins on a line
 * of its own, since nobody knows how much of the failed one was written.
 */
export function createLineWriter(file: LineFile): (line: string) => Promise<void> {
  let waiting: Waiting[] = [];
  let isDraining = false;
  let torn = false;

  async function drain(): Promise<void> {
    isDraining = true;
    while (waiting.length > 0) {
      const batch = waiting;
      waiting = [];
      try {
        await file.appendFile(`${torn ? '\n' : ''}${batch.map(({ line }) => `${line}\n`).join('')}`);
        await file.datasync();
        torn = false;
        for (const { resolve } of batch) resolve();
      } catch (error) {
        torn = true;
        for (const { reject } of batch) reject(error);
      }
    }
    isDraining = false;
  }

  return (line) =>
    new Promise((resolve, reject) => {
      waiting.push({ line, resolve, reject });
      if (!isDraining) void drain();
    });
}

interface Waiting {
  line: string;
  resolve: () => void;
  reject: (error: unknown) => void;
}

/** Notes what was found after a crash, so that it is told once. @throws LimioError JOURNAL_UNWRITABLE. */
export function recordRecovery(
  { folder }: Pick<RunHead, 'folder'>,
  recovery: Recovery,
  redact: (text: string) => string,
): void {
  const file = join(folder, RUN_FILES.recovery);
  try {
    writeFileSafely(file, redact(`${JSON.stringify(recovery, null, 2)}\n`));
  } catch (error) {
    throw refuseUnwritable(file, error);
  }
}

/**
 * Removes the oldest runs until `keep` are left. Kept in any case: a run that is in flight, a crashed
 * one of which nobody was told yet, and one that owes a page, which would be forgotten with it.
 */
export function pruneRuns(
  root: string,
  keep: number,
  reading: Pick<PendingPublishRequest, 'isRunning' | 'parsePlan'>,
): void {
  const runs = listRuns(root, reading.isRunning);
  const old = runs.slice(0, Math.max(0, runs.length - keep));
  const owing = listOwing(root, old, reading);
  for (const { id, folder, state, start, recovery } of old) {
    if (state === 'running' || (state === 'crashed' && start && !recovery) || owing.has(id)) continue;
    // A file that another program holds open is no reason not to apply.
    try {
      rmSync(folder, { recursive: true, force: true });
    } catch {
      continue;
    }
  }
}

/** Of these runs, those that owe a page to their tenant. */
function listOwing(
  root: string,
  runs: readonly RunHead[],
  reading: Pick<PendingPublishRequest, 'isRunning' | 'parsePlan'>,
): ReadonlySet<string> {
  const tenants = new Map(
    runs.flatMap(({ start }) => (start ? [[`${start.environment} ${start.host}`, start] as const] : [])),
  );
  const owed = [...tenants.values()].flatMap(({ environment, host }) =>
    readPendingPublishes(root, { environment, host, ...reading }),
  );
  return new Set(owed.map(({ run }) => run));
}
