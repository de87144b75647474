import { randomBytes } from 'node:crypto';
import { mkdirSync, promises } from 'node:fs';
import { join } from 'node:path';
import type { ApplyResult } from '../model/outcome.js';
import type { Plan } from '../model/plan.js';
import type {
  Journal,
  JournalEntry,
  JournalLine,
  ProcessIdentity,
  RunCommand,
  RunEnd,
  RunStart,
} from '../model/run.js';
import { createLineWriter } from './create-line-writer.js';
import { makeLimioFolder, nameRunsFolder, toFileName } from './limio-folder.js';
import { refuseUnwritable } from './refuse-unwritable.js';
import { RUN_FILES } from './run-files.js';
import { syncFolder, writeFileSafely } from './write-file-safely.js';

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
