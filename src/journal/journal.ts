import { randomBytes } from 'node:crypto';
import { mkdirSync, promises, rmSync } from 'node:fs';
import { join } from 'node:path';
import { defined } from '../model/json.js';
import type { ApplyResult } from '../model/outcome.js';
import type { Plan } from '../model/plan.js';
import type {
  Journal,
  JournalEntry,
  JournalLine,
  ProcessIdentity,
  Recovery,
  RunAuthor,
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

/**
 * Records a run in `.limio/runs/<time>-<environment>-<id>`, so that a crash at any point leaves enough to
 * see what happened and to undo it:
 *
 *     plan.json       before anything is sent
 *     journal.jsonl   one line a step, on the disk before the step is taken
 *     result.json     the outcomes, and rollback.json, the plan that undoes the run: at the end
 *     recovery.json   what a later run found after a crash
 *
 * lock.ts keeps a second run away from the environment; read-runs.ts reads runs back, entries.ts what
 * they wrote, pending-publish.ts the pages that they did not get live.
 * @throws LimioError JOURNAL_UNWRITABLE
 */
export async function openRun(root: string, request: RunRequest): Promise<OpenRun> {
  const { plan, now, redact } = request;
  const id = makeRunId(now(), plan.environment);
  const folder = join(nameRunsFolder(root), id);
  try {
    makeLimioFolder(root, nameRunsFolder(root));
    mkdirSync(folder);
    writeFileSafely(root, join(folder, RUN_FILES.plan), redact(toText(plan)));
    const file = await promises.open(join(folder, RUN_FILES.journal), 'ax');
    const writeLine = createLineWriter(file);
    const write = async (entry: RunStart | JournalEntry | RunEnd): Promise<void> => {
      try {
        await writeLine(toRedactedLine({ at: new Date(now()).toISOString(), ...entry }, redact));
      } catch (error) {
        throw refuseUnwritable(join(folder, RUN_FILES.journal), error);
      }
    };
    await write(describeStart(id, request));
    syncFolder(folder);
    syncFolder(nameRunsFolder(root));
    return {
      id,
      journal: { record: write },
      async finish(result, rollback) {
        try {
          if (rollback) writeFileSafely(root, join(folder, RUN_FILES.rollback), redact(toText(rollback)));
          writeFileSafely(root, join(folder, RUN_FILES.result), redact(toText(result)));
        } catch (error) {
          throw refuseUnwritable(folder, error);
        }
        await write({ step: 'end', interrupted: result.interrupted });
      },
      close: () => file.close(),
    };
  } catch (error) {
    throw refuseUnwritable(folder, error);
  }
}

export interface RunRequest {
  command: RunCommand;
  of?: string;
  plan: Plan;
  by?: RunAuthor;
  process: ProcessIdentity;
  /** Milliseconds since the epoch. */
  now: () => number;
  /** Takes secrets out of everything that is written. */
  redact: (text: string) => string;
}

/** A run that is being recorded. */
export interface OpenRun {
  id: string;
  journal: Journal;
  /** Writes the result, and the plan that undoes the run where there is one. @throws LimioError JOURNAL_UNWRITABLE. */
  finish(result: ApplyResult, rollback: Plan | undefined): Promise<void>;
  /** Without a `finish` before it, the run counts as crashed. */
  close(): Promise<void>;
}

/** Sorts by time: `20261122T174501123Z-prod-3f9a1c`. */
function makeRunId(now: number, environment: string): string {
  const time = new Date(now).toISOString().replace(/[-:.]/g, '');
  return `${time}-${toFileName(environment)}-${randomBytes(3).toString('hex')}`;
}

function describeStart(run: string, { command, of, plan, by, process }: RunRequest): RunStart {
  const { environment, host, toolVersion, fingerprint, commit } = plan;
  return {
    step: 'start',
    formatVersion: 1,
    run,
    command,
    ...defined({ of }),
    environment,
    host,
    toolVersion,
    fingerprint,
    ...defined({ commit, by }),
    process,
  };
}

/** A line that lost a value to the redaction is marked: a rollback must never write `[redacted]` to a tenant. */
function toRedactedLine(line: JournalLine, redact: (text: string) => string): string {
  const text = JSON.stringify(line);
  const clean = redact(text);
  if (clean === text || (line.step !== 'before' && line.step !== 'read-back')) return clean;
  return redact(JSON.stringify({ ...line, redacted: true }));
}

function toText(document: Plan | ApplyResult | Recovery): string {
  return `${JSON.stringify(document, null, 2)}\n`;
}

/** The part of a file handle that is needed. */
interface LineFile {
  appendFile(text: string): Promise<unknown>;
  datasync(): Promise<unknown>;
}

interface Waiting {
  line: string;
  resolve: () => void;
  reject: (error: unknown) => void;
}

/**
 * Appends lines in the order of the calls. Each call resolves when its line is on the disk; lines that
 * come while the disk is busy share one sync. After a failure the next line starts with a line break,
 * since part of the failed one may have been written.
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

/** Records what was found after a crash, so that it is reported once. @throws LimioError JOURNAL_UNWRITABLE. */
export function recordRecovery(
  root: string,
  { folder }: Pick<RunHead, 'folder'>,
  recovery: Recovery,
  redact: (text: string) => string,
): void {
  const file = join(folder, RUN_FILES.recovery);
  try {
    writeFileSafely(root, file, redact(toText(recovery)));
  } catch (error) {
    throw refuseUnwritable(file, error);
  }
}

/**
 * The oldest runs, without which `keep` are left. Never a run in flight, a crash that was not
 * reported yet, an unreadable run, a run with a pending publish, which would be forgotten, or the run `inUse`, which a
 * rollback undoes.
 */
export function listPrunable(
  root: string,
  keep: number,
  reading: Pick<PendingPublishRequest, 'isRunning' | 'parsePlan'> & {
    inUse?: string | undefined;
    /** Where a store has a history for each environment: only the runs of this one count. */
    only?: Pick<PendingPublishRequest, 'environment' | 'host'> | undefined;
  },
): RunHead[] {
  const { only } = reading;
  const runs = listRuns(root, reading.isRunning).filter(
    ({ start }) => !only || (start?.environment === only.environment && start.host === only.host),
  );
  const old = runs.slice(0, Math.max(0, runs.length - keep));
  const pending = listPending(root, old, reading);
  return old.filter(({ id, state, start, recovery }) => {
    const isOpen = state === 'running' || state === 'unreadable' || (state === 'crashed' && start && !recovery);
    return !isOpen && id !== reading.inUse && !pending.has(id);
  });
}

/** Removes runs from this checkout. */
export function removeRuns(runs: readonly Pick<RunHead, 'folder'>[]): void {
  for (const { folder } of runs) {
    try {
      rmSync(folder, { recursive: true, force: true });
    } catch {
      // Another program may have a file open: no reason to refuse the next run.
    }
  }
}

/** Of these runs, those with a pending publish. */
function listPending(
  root: string,
  runs: readonly RunHead[],
  reading: Pick<PendingPublishRequest, 'isRunning' | 'parsePlan'>,
): ReadonlySet<string> {
  const tenants = new Map(
    runs.flatMap(({ start }) => (start ? [[`${start.environment} ${start.host}`, start] as const] : [])),
  );
  const pending = [...tenants.values()].flatMap(({ environment, host }) =>
    readPendingPublishes(root, { environment, host, ...reading }),
  );
  return new Set(pending.map(({ run }) => run));
}
