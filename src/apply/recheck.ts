import { LimioError } from '../errors/errors.js';
import { mapConcurrent } from '../model/async.js';
import type { Outcome, OutcomeStatus } from '../model/outcome.js';
import type { Change } from '../model/plan.js';
import type { LiveResource } from '../model/resource.js';
import { formatCommand } from '../model/text.js';
import { toSaved } from './journal.js';
import { checkFresh, type FreshCheck } from './live-comparison.js';
import { readFresh } from './read-back.js';
import { type ApplyRun, driverOf, findStop, isAmbiguous, recordOutcome, requireRecord, toOutcomeError } from './run.js';

/** The object as read just before its write; absent on create. */
export interface Rechecked {
  fresh: LiveResource | undefined;
}

/** What the look decided instead of a write. */
export interface Decision {
  status: OutcomeStatus;
  rest: Pick<Outcome, 'alreadyDone' | 'error'>;
}

/** Reads the object at head; answers undefined when that alone decided the change's outcome. */
export async function recheckChange(run: ApplyRun, change: Change): Promise<Rechecked | undefined> {
  const { fresh, decision } = await lookAtHead(run, change);
  if (decision === undefined) return { fresh };
  recordOutcome(run, change, decision.status, decision.rest);
  return undefined;
}

/** The same without recording anything. */
export async function lookAtHead(run: ApplyRun, change: Change): Promise<Rechecked & { decision?: Decision }> {
  const { fresh, check } = await readAndCheck(run, change);
  if (check.verdict === 'already-done') return { fresh, decision: { status: 'done', rest: { alreadyDone: true } } };
  if (check.verdict !== 'write') {
    const hint = `Review what moved: ${formatCommand('plan', '--env', run.plan.environment)}`;
    const error = check.verdict === 'stale' ? { ...check.error, hint } : check.error;
    return { fresh, decision: { status: 'failed', rest: { error } } };
  }
  const stop = findStop(run);
  return stop === undefined ? { fresh } : { fresh, decision: { status: 'blocked', rest: { error: stop } } };
}

/** A write that an interruption kept from being sent again, and that was certainly not carried out before. */
export function decideGivenUp(run: ApplyRun, thrown: unknown): Decision | undefined {
  const isUnsent = thrown instanceof LimioError && thrown.code === 'INTERRUPTED' && !isAmbiguous(thrown);
  const stop = isUnsent ? findStop(run) : undefined;
  return stop && { status: 'blocked', rest: { error: stop } };
}

interface Reading extends Rechecked {
  check: FreshCheck | { verdict: 'unreadable'; error: ReturnType<typeof toOutcomeError> };
}

async function readAndCheck(run: ApplyRun, change: Change): Promise<Reading> {
  try {
    const fresh = await readFresh(run, change);
    return { fresh, check: checkFresh(change, fresh, driverOf(run, change)) };
  } catch (thrown) {
    return { fresh: undefined, check: { verdict: 'unreadable', error: toOutcomeError(thrown) } };
  }
}

/**
 * Reads every object that may be written and saves it in the journal, ahead of the first write: the
 * way back. An object that cannot be read is not written. Without a journal there is nothing to do.
 * @throws what the journal throws; nothing was sent then.
 */
export async function saveBefore(run: ApplyRun, changes: readonly Change[]): Promise<void> {
  if (run.context.journal === undefined) return;
  await mapConcurrent(changes, run.concurrency, (change) => saveOne(run, change));
}

async function saveOne(run: ApplyRun, change: Change): Promise<void> {
  // Nothing will be written any more, so there is nothing to save.
  if (findStop(run)) return;
  let fresh: LiveResource | undefined;
  try {
    fresh = await readFresh(run, change);
  } catch (thrown) {
    return recordOutcome(run, change, 'failed', { error: toOutcomeError(thrown) });
  }
  await requireRecord(run, { step: 'before', address: change.address, ...toSaved(change, fresh) });
}
