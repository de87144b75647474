import type { Change } from '../model/change.js';
import type { LiveResource } from '../model/resource.js';
import { type ApplyRun, beginChange, driverOf, lookAgain, recordOutcome } from './apply-run.js';
import { journalWrites } from './journal-writes.js';
import { isAmbiguous, toOutcomeError } from './outcome-error.js';
import { LOOK_ONCE, VERIFY_PAUSES_MS, readBack } from './read-back.js';
import { recheckChange } from './recheck-change.js';
import { recordUnverified } from './record-unverified.js';

/** Carries out one change of a promo code or journey: re-check, write, read back, one outcome. */
export async function writeObject(run: ApplyRun, change: Change): Promise<void> {
  if (!beginChange(run, change)) return;
  const rechecked = await recheckChange(run, change);
  if (rechecked === undefined) return;

  const failure = await send(run, change, rechecked.fresh);
  if (failure === undefined) {
    const back = await readBack(run, change, VERIFY_PAUSES_MS);
    if (back.state === 'after') recordOutcome(run, change, 'done');
    else recordUnverified(run, change, back);
    return;
  }
  const error = toOutcomeError(failure.thrown);
  const ambiguous = isAmbiguous(failure.thrown);
  // A create may not be repeated, so even a refusal is looked at: the refused call can be the
  // client's second try of one that worked, or the second of two calls that make the object.
  if (!ambiguous && change.action !== 'create') return recordOutcome(run, change, 'failed', { error });
  const back = await readBack(run, change, ambiguous ? VERIFY_PAUSES_MS : LOOK_ONCE);
  if (back.state === 'after') return recordOutcome(run, change, 'done');
  const left =
    back.state === 'unreadable'
      ? ' (it could not be read afterwards, so it may have been written)'
      : back.state === 'other'
        ? ' (it was left half written)'
        : '';
  const hint = ambiguous ? { hint: lookAgain(run) } : {};
  recordOutcome(run, change, 'failed', { error: { ...error, ...hint, message: `${error.message}${left}` } });
}

async function send(
  run: ApplyRun,
  change: Change,
  fresh: LiveResource | undefined,
): Promise<{ thrown: unknown } | undefined> {
  const driver = driverOf(run, change);
  try {
    await driver.write?.(journalWrites(run, [change.address]), change, fresh);
    return undefined;
  } catch (thrown) {
    return { thrown };
  }
}
