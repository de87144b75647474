import { LimioError } from '../errors/errors.js';
import type { Address, Kind } from '../model/address.js';
import type { Clock } from '../model/async.js';
import type { Dialect } from '../model/dialect.js';
import type { LiveApi } from '../model/live-api.js';
import type { EventSink, Outcome, OutcomeError, OutcomeStatus, PageOutcome } from '../model/outcome.js';
import type { Change, Plan, PublishPage } from '../model/plan.js';
import type { KindDriver } from '../model/resource.js';
import type { Journal, JournalEntry } from '../model/run.js';
import { formatCommand } from '../model/text.js';

/** The one mutable thing of an apply: what is known of each change so far. */
export interface ApplyRun {
  readonly plan: Plan;
  readonly context: ApplyContext;
  readonly concurrency: number;
  readonly changes: ReadonlyMap<Address, Change>;
  readonly outcomes: Map<Address, Outcome>;
  /** Once set, nothing further is sent; it becomes the error of everything that had to stay. */
  halt?: OutcomeError;
  /** Something was left undone because of the signal. */
  interrupted: boolean;
  /** Failures in a row that were about the way to the tenant and not about the change. */
  unreachable: number;
  /** What the journal threw first. */
  journalFailure?: { thrown: unknown };
  /** Calls that write, so far; each has a number in the journal. */
  writes: number;
  /** Entries of the journal that nobody waits for, yet. */
  readonly unsettled: Promise<void>[];
}

/** Failures of the line, the time, the quota or the credentials; the next change would meet them too. */
const NOT_ABOUT_THE_CHANGE = new Set(['NETWORK', 'TIMEOUT', 'HTTP_RATE_LIMITED', 'AUTH_REFUSED', 'AUTH_MISSING']);

const MAX_UNREACHABLE = 5;

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
  watchTheLine(run, outcome);
  run.unsettled.push(keepRecord(run, { step: 'outcome', outcome }));
  run.context.emit({ type: 'change-end', outcome });
}

/** What to do about a failure, where nothing better can be said. */
export function goOn({ context }: ApplyRun): string {
  return `Mend that, then run: ${context.again}`;
}

/** Where nobody knows what became of a write. */
export function lookAgain({ plan }: ApplyRun): string {
  return `To see what the tenant holds: ${formatCommand('plan', '--env', plan.environment)}`;
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

/** Announces a change, or records it as blocked and answers false. */
export function beginChange(run: ApplyRun, change: Change): boolean {
  const obstacle = findStop(run) ?? findUndoneDependency(run, change);
  if (obstacle) {
    recordOutcome(run, change, 'blocked', { error: obstacle });
    return false;
  }
  run.context.emit({ type: 'change-start', address: change.address });
  return true;
}

/** Why nothing may be sent any more, if so. Marks the run as interrupted when it is the signal. */
export function findStop(run: ApplyRun): OutcomeError | undefined {
  if (run.context.signal?.aborted) {
    run.interrupted = true;
    return {
      code: 'INTERRUPTED',
      message: 'The run was interrupted before this was sent.',
      hint: `Run: ${run.context.again}`,
    };
  }
  return run.halt;
}

/**
 * Writes an entry into the journal. What must not happen unrecorded waits for it.
 * @throws what the journal threw, now or once before; nothing further is sent then.
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

/** The same for what has happened already, so it is tried even after a failure. Never throws. */
export async function keepRecord(run: ApplyRun, entry: JournalEntry): Promise<void> {
  try {
    await run.context.journal?.record(entry);
  } catch (thrown) {
    run.journalFailure ??= { thrown };
    run.halt ??= toOutcomeError(thrown);
  }
}

export function driverOf(run: ApplyRun, change: Change): KindDriver {
  return run.context.drivers[change.kind];
}

/** A dependency that the plan does not change is as it should be already. */
function findUndoneDependency(run: ApplyRun, change: Change): OutcomeError | undefined {
  for (const address of change.dependsOn) {
    if (!run.changes.has(address)) continue;
    const status = run.outcomes.get(address)?.status;
    if (status === 'done') continue;
    const why = status === undefined ? 'comes later' : status === 'failed' ? 'failed' : `is ${status}`;
    return { code: 'BLOCKED', message: `Blocked by ${address}, which ${why}.` };
  }
  return undefined;
}

function watchTheLine(run: ApplyRun, { status, error }: Outcome): void {
  if (status === 'done') run.unreachable = 0;
  if (status !== 'failed') return;
  run.unreachable = error && NOT_ABOUT_THE_CHANGE.has(error.code) ? run.unreachable + 1 : 0;
  if (run.unreachable < MAX_UNREACHABLE || run.halt) return;
  run.halt = {
    code: 'BLOCKED',
    message: `Not tried: the last ${MAX_UNREACHABLE} changes failed alike, with ${error?.code}: ${error?.message}`,
    hint: goOn(run),
  };
}

/** What an apply is handed. Consent to touch a protected environment at all is the command's business. */
export interface ApplyContext {
  api: LiveApi;
  drivers: Record<Kind, KindDriver>;
  clock: Clock;
  emit: EventSink;
  consents: Consents;
  dialect: Dialect;
  /** The command that a person types to go on after a failure; hints name it. */
  again: string;
  /** `publishPages` of the publish folder: handed in, because only the command joins the parts. */
  publishPages: PublishPages;
  /** Where every step is written down before and after it happens. Absent: nowhere, and no way back. */
  journal?: Journal;
  /** Aborted: writes in flight are finished and read back, nothing new is started. */
  signal?: AbortSignal;
  /** Objects read or written at the same time; 4 when absent. */
  concurrency?: number;
}

/**
 * Flag -> the value given with it: `--allow-delete` -> `3`. A guard is lifted when it asks for exactly
 * that, so a larger plan never rides on an old consent.
 */
export type Consents = ReadonlyMap<string, string>;

export type PublishPages = (
  pages: readonly PublishPage[],
  context: Pick<ApplyContext, 'api' | 'clock' | 'emit' | 'dialect' | 'again' | 'signal'> & { environment: string },
) => Promise<PageOutcome[]>;

/**
 * What was thrown while one change was worked on, as data. Anything but a LimioError is a bug of
 * ours; it costs this one change and not the report of all the others.
 */
export function toOutcomeError(thrown: unknown): OutcomeError {
  if (thrown instanceof LimioError) {
    return { code: thrown.code, message: thrown.message, ...(thrown.hint === undefined ? {} : { hint: thrown.hint }) };
  }
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return { code: 'INTERNAL', message: `A bug in limio-sync: ${message}` };
}

/** True when a failed call may have been carried out all the same (a lost answer, a 502). */
export function isAmbiguous(thrown: unknown): boolean {
  return thrown instanceof LimioError && thrown.details['ambiguous'] === true;
}
