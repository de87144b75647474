import { parseAddress } from '../model/address.js';
import type { OutcomeError } from '../model/outcome.js';
import type { Change } from '../model/plan.js';
import type { LiveResource } from '../model/resource.js';
import { toSaved } from './journal.js';
import { compareToChange, describeFields, type Standing } from './live-comparison.js';
import { type ApplyRun, driverOf, keepRecord, lookAgain, recordOutcome, toOutcomeError } from './run.js';

export type ReadBack = (Standing & { fresh: LiveResource | undefined }) | { state: 'unreadable'; error: OutcomeError };

/** Pauses (milliseconds) between the reads after an accepted write. */
export const VERIFY_PAUSES_MS: readonly number[] = [500, 1000, 2000];

/** One look, no second: for a call that was refused outright. */
export const LOOK_ONCE: readonly number[] = [];

/** The object at head now. @throws LimioError */
export function readFresh(run: ApplyRun, change: Change): Promise<LiveResource | undefined> {
  return driverOf(run, change).read(run.context.api, parseAddress(change.address).name, change.live?.id);
}

/**
 * Reads an object after a write until it is as wanted or the pauses are used up. The signal is left
 * out on purpose: a write in flight is seen to its end. Never throws for what the tenant does.
 */
export async function readBack(run: ApplyRun, change: Change, pausesMs: readonly number[]): Promise<ReadBack> {
  let seen = await look(run, change);
  for (const pauseMs of pausesMs) {
    if (seen.state === 'after') break;
    await run.context.clock.sleep(pauseMs);
    seen = await look(run, change);
  }
  const { address } = change;
  await keepRecord(
    run,
    seen.state === 'unreadable'
      ? { step: 'read-back', address, state: seen.state, error: seen.error }
      : { step: 'read-back', address, state: seen.state, ...toSaved(change, seen.fresh) },
  );
  return seen;
}

async function look(run: ApplyRun, change: Change): Promise<ReadBack> {
  try {
    const fresh = await readFresh(run, change);
    return { ...compareToChange(change, fresh, driverOf(run, change)), fresh };
  } catch (thrown) {
    return { state: 'unreadable', error: toOutcomeError(thrown) };
  }
}

/** Records an accepted write whose read-back is not what was sent. */
export function recordUnverified(run: ApplyRun, change: Change, back: ReadBack): void {
  if (back.state === 'unreadable') {
    recordOutcome(run, change, 'unverified', {
      error: {
        code: 'UNVERIFIED',
        message: `${change.address} was sent, but could not be read back: ${back.error.message}`,
        hint: lookAgain(run),
      },
    });
    return;
  }
  if (change.action === 'delete') {
    recordOutcome(run, change, 'unverified', {
      error: {
        code: 'UNVERIFIED',
        message: `${change.address} is still there after its deletion was accepted.`,
        hint: lookAgain(run),
      },
    });
    return;
  }
  const kept =
    back.fresh === undefined ? 'is not there' : `kept another value than was sent: ${describeFields(back.differences)}`;
  recordOutcome(run, change, 'unverified', {
    error: {
      code: 'UNVERIFIED',
      message: `${change.address} ${kept}.`,
      hint: 'Declare that value, or name the field under `ignore` of the environment',
    },
    differences: back.differences,
  });
}
