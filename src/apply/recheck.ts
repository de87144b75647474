import { isAmbiguous, LimioError } from '../errors/errors.js';
import { mapConcurrent } from '../model/async.js';
import { defined } from '../model/json.js';
import type { LiveResource } from '../model/model.js';
import type { Outcome, OutcomeStatus } from '../model/outcome.js';
import { type Change, isMove, splitMove } from '../model/plan.js';
import { formatCommand } from '../model/text.js';
import { toSaved } from './journal.js';
import { checkFresh, type FreshCheck } from './live-comparison.js';
import { readFresh } from './read-back.js';
import { type ApplyRun, driverOf, findStop, recordOutcome, requireRecord, toOutcomeError } from './run.js';

/**
 * Saves the live state of every object that may be written in the journal, ahead of the first write:
 * the way back. An object that cannot be read is not written.
 * @throws what the journal throws; nothing has been sent then.
 */
export async function saveBefore(run: ApplyRun, changes: readonly Change[]): Promise<void> {
  if (run.context.journal === undefined) return;
  await mapConcurrent(changes, run.concurrency, (change) => saveObjects(run, change));
}

async function saveObjects(run: ApplyRun, change: Change): Promise<void> {
  for (const one of isMove(change) ? Object.values(splitMove(change)) : [change]) {
    if (findStop(run)) return;
    let fresh: LiveResource | undefined;
    try {
      fresh = await readFresh(run, one);
    } catch (thrown) {
      return recordOutcome(run, change, 'failed', { error: toOutcomeError(thrown) });
    }
    await requireRecord(run, { step: 'before', address: one.address, ...toSaved(one, fresh) });
  }
}

/** The object as read just before its write; undefined on create. */
export interface Rechecked {
  fresh: LiveResource | undefined;
}

/** The outcome of a change that is decided without a write. */
export interface Decision {
  status: OutcomeStatus;
  rest: Pick<Outcome, 'alreadyDone' | 'error'>;
}

/** Reads the object just before its write. Undefined when that decided the outcome, which is recorded then. */
export async function recheckChange(run: ApplyRun, change: Change): Promise<Rechecked | undefined> {
  const { fresh, decision } = await readAndDecide(run, change);
  if (decision === undefined) return { fresh };
  recordOutcome(run, change, decision.status, decision.rest);
  return undefined;
}

/** The same without recording. */
export async function readAndDecide(run: ApplyRun, change: Change): Promise<Rechecked & { decision?: Decision }> {
  let fresh: LiveResource | undefined;
  let check: FreshCheck;
  try {
    fresh = await readFresh(run, change);
    check = checkFresh(change, fresh, driverOf(run, change));
  } catch (thrown) {
    return { fresh: undefined, decision: { status: 'failed', rest: { error: toOutcomeError(thrown) } } };
  }
  return { fresh, ...defined({ decision: decideCheck(run, check) }) };
}

/** Undefined when the change is to be sent. */
export function decideCheck(run: ApplyRun, check: FreshCheck): Decision | undefined {
  switch (check.verdict) {
    case 'already-done':
      return { status: 'done', rest: { alreadyDone: true } };
    case 'stale': {
      const hint = `To review what changed, run: ${formatCommand('plan', '--env', run.plan.environment)}`;
      return { status: 'failed', rest: { error: { ...check.error, hint } } };
    }
    case 'write': {
      const stop = findStop(run);
      return stop && { status: 'blocked', rest: { error: stop } };
    }
  }
}

/** For a write that an interruption stopped before its next attempt, and that was certainly not carried out. */
export function decideGivenUp(run: ApplyRun, thrown: unknown): Decision | undefined {
  const isUnsent = thrown instanceof LimioError && thrown.code === 'INTERRUPTED' && !isAmbiguous(thrown);
  const stop = isUnsent ? findStop(run) : undefined;
  return stop && { status: 'blocked', rest: { error: stop } };
}
