import { isAmbiguous, LimioError } from '../errors/errors.js';
import { type Address, parseAddress } from '../model/address.js';
import { mapConcurrent } from '../model/async.js';
import { defined } from '../model/json.js';
import type { LiveResource } from '../model/model.js';
import type { Outcome, OutcomeError, OutcomeStatus } from '../model/outcome.js';
import { type Change, isMove, type PublishPage, type ShownItem, splitMove } from '../model/plan.js';
import { formatCommand } from '../model/text.js';
import { countThings } from '../model/words.js';
import { toSaved } from './journal.js';
import { checkFresh, compareWithLive, type FreshCheck } from './live-comparison.js';
import { readFresh } from './read-back.js';
import { type ApplyRun, driverOf, findStop, recordOutcome, requireRecord, resumeHint, toOutcomeError } from './run.js';

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

/**
 * Reads everything on a page again just before its build, which takes it all at its working copy (API reference,
 * section 7). Undefined while it is as the plan saw it, changes of this run aside.
 */
export function createPageCheck(run: ApplyRun): (page: PublishPage) => Promise<OutcomeError | undefined> {
  const hint = `To review what would go live, run: ${formatCommand('plan', '--env', run.plan.environment)}`;
  return async ({ path, shows }) => {
    if (!shows) return undefined;
    try {
      const shown = (await run.context.readShown?.(path)) ?? new Map<Address, LiveResource>();
      const known = new Set(shows.map(({ address }) => address));
      // Lists lag: what this run changed may be in them as it was before.
      const added = [...shown.keys()].filter((address) => !known.has(address) && !run.changes.has(address));
      const moved = await mapConcurrent(shows, run.concurrency, async (item) =>
        (await isAsPlanned(run, item, shown.get(item.address))) ? [] : [item.address],
      );
      const [first, ...more] = [...moved.flat(), ...added];
      if (first === undefined) return undefined;
      const others = more.length === 0 ? '' : ` and ${countThings(more.length, 'other item')}`;
      const message = `${first}${others} changed since the plan, and building ${path} would make that live`;
      return { code: 'STALE', message, hint };
    } catch (thrown) {
      return { hint: resumeHint(run), ...toOutcomeError(thrown) };
    }
  };
}

async function isAsPlanned(
  run: ApplyRun,
  { address, hash }: ShownItem,
  known: LiveResource | undefined,
): Promise<boolean> {
  const { kind, name } = parseAddress(address);
  const driver = run.context.drivers[kind];
  const fresh = known ?? (await driver.read(run.context.api, name));
  if (fresh === undefined) return false;
  const change = run.changes.get(address);
  const wanted = run.outcomes.get(address)?.status === 'done' ? 'after' : 'before';
  if (change && compareWithLive(change, fresh, driver).state !== wanted) return false;
  return hash === undefined || driver.hashShown?.(fresh, change?.after ?? {}) === hash;
}
