import { LimioError } from '../errors/errors.js';
import type { Address, Kind } from '../model/address.js';
import type { Clock } from '../model/async.js';
import type { Dialect } from '../model/dialect.js';
import { defined } from '../model/json.js';
import type { LiveApi } from '../model/live-api.js';
import type { KindDriver, LiveResource } from '../model/model.js';
import type { EventSink, Outcome, OutcomeError, OutcomeStatus, PageOutcome } from '../model/outcome.js';
import type { Change, Plan, PublishPage } from '../model/plan.js';
import type { Journal, JournalEntry } from '../model/run.js';
import { formatCommand } from '../model/text.js';

/** What an apply is given. Whether a protected environment may be written at all is decided by the command. */
export interface ApplyContext {
  api: LiveApi;
  drivers: Record<Kind, KindDriver>;
  clock: Clock;
  emit: EventSink;
  consents: Consents;
  dialect: Dialect;
  /** The command that resumes after a failure; hints name it. */
  resumeCommand: string;
  /** The run that the plan undoes, for a rollback. */
  rollbackOf?: string;
  /** `publishPages` of publish/, passed in because apply/ may not import it. */
  publishPages: PublishPages;
  /** What a page shows now, at head; passed in like `publishPages`. Without it only what the plan saw is read again. */
  readShown?: (page: string) => Promise<ReadonlyMap<Address, LiveResource>>;
  /** Without one nothing is recorded, and the run cannot be rolled back. */
  journal?: Journal;
  /** Aborted: writes in flight are finished and read back, nothing new is started. */
  signal?: AbortSignal;
  /** Objects read or written at the same time; 4 when absent. */
  concurrency?: number;
}

/**
 * Flag -> the value given with it: `--allow-delete` -> `3`. A guard is lifted only by the exact value
 * that it asks for, so a larger plan never runs on an old consent.
 */
export type Consents = ReadonlyMap<string, string>;

export type PublishPages = (
  pages: readonly PublishPage[],
  context: Pick<ApplyContext, 'api' | 'clock' | 'emit' | 'dialect' | 'resumeCommand' | 'signal'> & {
    environment: string;
    /** Why a page may not be built, from the tenant as it is just before. */
    checkPage: (page: PublishPage) => Promise<OutcomeError | undefined>;
  },
) => Promise<PageOutcome[]>;

/** The state of an apply: the only thing in this folder that changes. */
export interface ApplyRun {
  readonly plan: Plan;
  readonly context: ApplyContext;
  readonly concurrency: number;
  readonly changes: ReadonlyMap<Address, Change>;
  readonly outcomes: Map<Address, Outcome>;
  /** Once set, nothing further is sent; it becomes the error of every change that is left. */
  halt?: OutcomeError;
  /** Something was not done because of the signal. */
  interrupted: boolean;
  /** Connection failures in a row. */
  unreachable: number;
  /** The first error that the journal threw. */
  journalFailure?: { thrown: unknown };
  /** Write calls so far; each has its number in the journal. */
  writes: number;
  /** Journal entries that are still being written. */
  readonly unsettled: Promise<void>[];
}

export function createRun(plan: Plan, context: ApplyContext): ApplyRun {
  return {
    plan,
    context,
    concurrency: Math.max(1, context.concurrency ?? 4),
    changes: new Map(plan.changes.map((change) => [change.address, change])),
    outcomes: new Map(),
    interrupted: false,
    unreachable: 0,
    writes: 0,
    unsettled: [],
  };
}

/** The changes of one phase, level by level, without those that have an outcome already. */
export function levelsOf(run: ApplyRun, wanted: (change: Change) => boolean): Change[][] {
  return run.plan.levels
    .map((level) =>
      level.flatMap((address) => {
        const change = run.changes.get(address);
        return change !== undefined && wanted(change) && !run.outcomes.has(address) ? [change] : [];
      }),
    )
    .filter((level) => level.length > 0);
}

export function driverOf(run: ApplyRun, change: Change): KindDriver {
  return run.context.drivers[change.kind];
}

/** Announces a change, or records it as blocked and returns false. */
export function beginChange(run: ApplyRun, change: Change): boolean {
  const obstacle = findStop(run) ?? findUndoneDependency(run, change);
  if (obstacle) {
    recordOutcome(run, change, 'blocked', { error: obstacle });
    return false;
  }
  run.context.emit({ type: 'change-start', address: change.address });
  return true;
}

/** Why nothing more may be sent, if so. Marks the run as interrupted when the signal is the reason. */
export function findStop(run: ApplyRun): OutcomeError | undefined {
  if (!run.context.signal?.aborted) return run.halt;
  run.interrupted = true;
  return {
    code: 'INTERRUPTED',
    message: 'The run was interrupted before this was sent.',
    hint: `To resume, run: ${run.context.resumeCommand}`,
  };
}

/** A dependency that the plan does not change is already as required. `ready`: those that are about to be done. */
export function findUndoneDependency(
  run: ApplyRun,
  change: Change,
  ready: ReadonlySet<Address> = new Set(),
): OutcomeError | undefined {
  for (const address of change.dependsOn) {
    if (!run.changes.has(address) || ready.has(address)) continue;
    const status = run.outcomes.get(address)?.status;
    if (status === 'done') continue;
    const why = status === undefined ? 'has not run yet' : status === 'failed' ? 'failed' : `is ${status}`;
    return { code: 'BLOCKED', message: `Blocked by ${address}, which ${why}.` };
  }
  return undefined;
}

/** @throws RangeError when the change has an outcome already: each has exactly one. */
export function recordOutcome(
  run: ApplyRun,
  change: Change,
  status: OutcomeStatus,
  rest: Omit<Outcome, 'address' | 'action' | 'status'> = {},
): void {
  if (run.outcomes.has(change.address)) throw new RangeError(`${change.address} has an outcome already`);
  const outcome: Outcome = { address: change.address, action: change.action, status, ...rest };
  run.outcomes.set(change.address, outcome);
  haltWhenUnreachable(run, outcome);
  run.unsettled.push(keepRecord(run, { step: 'outcome', outcome }));
  run.context.emit({ type: 'change-end', outcome });
}

/** Connection, time, quota and credentials: the next change would fail in the same way. */
const CONNECTION_FAILURES = new Set(['NETWORK', 'TIMEOUT', 'HTTP_RATE_LIMITED', 'AUTH_REFUSED', 'AUTH_MISSING']);
const MAX_UNREACHABLE = 5;

function haltWhenUnreachable(run: ApplyRun, { status, error }: Outcome): void {
  if (status === 'done') run.unreachable = 0;
  if (status !== 'failed') return;
  run.unreachable = error && CONNECTION_FAILURES.has(error.code) ? run.unreachable + 1 : 0;
  if (run.unreachable < MAX_UNREACHABLE || run.halt) return;
  run.halt = {
    code: 'BLOCKED',
    message: `Not tried: the last ${MAX_UNREACHABLE} changes failed in the same way, ${error?.code}: ${error?.message}`,
    hint: resumeHint(run),
  };
}

/**
 * Writes an entry into the journal, for steps that must not happen unrecorded.
 * @throws what the journal throws, or threw before; nothing further is sent then.
 */
export async function requireRecord(run: ApplyRun, entry: JournalEntry): Promise<void> {
  if (run.journalFailure) throw run.journalFailure.thrown;
  try {
    await run.context.journal?.record(entry);
  } catch (thrown) {
    run.journalFailure = { thrown };
    run.halt ??= toOutcomeError(thrown);
    throw thrown;
  }
}

/** The same for steps that have happened: tried even after a failure, never throws. */
export async function keepRecord(run: ApplyRun, entry: JournalEntry): Promise<void> {
  try {
    await run.context.journal?.record(entry);
  } catch (thrown) {
    run.journalFailure ??= { thrown };
    run.halt ??= toOutcomeError(thrown);
  }
}

/** A thrown error as data. Anything but a LimioError is our bug; it costs this change and not the whole result. */
export function toOutcomeError(thrown: unknown): OutcomeError {
  if (thrown instanceof LimioError) {
    return { code: thrown.code, message: thrown.message, ...defined({ hint: thrown.hint }) };
  }
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return { code: 'INTERNAL', message: `A bug in limio-sync: ${message}` };
}

/** The hint for a failure that has no better one. */
export function resumeHint({ context }: ApplyRun): string {
  return `Fix the cause, then run: ${context.resumeCommand}`;
}

/** The hint for a write of unknown outcome. */
export function inspectHint({ plan }: ApplyRun): string {
  return `To see the live state, run: ${formatCommand('plan', '--env', plan.environment)}`;
}
