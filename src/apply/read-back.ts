import { parseAddress } from '../model/address.js';
import type { LiveResource } from '../model/model.js';
import type { OutcomeError } from '../model/outcome.js';
import type { Change } from '../model/plan.js';
import { toSaved } from './journal.js';
import { compareWithLive, describeFields, type LiveComparison } from './live-comparison.js';
import { type ApplyRun, driverOf, inspectHint, keepRecord, recordOutcome, toOutcomeError } from './run.js';

export type ReadBack =
  | (LiveComparison & { fresh: LiveResource | undefined })
  | { state: 'unreadable'; error: OutcomeError };

/** Pauses (milliseconds) between the reads after an accepted write. */
export const VERIFY_PAUSES_MS: readonly number[] = [500, 1000, 2000];

/** Read once, no retries: for a call that was refused. */
export const READ_ONCE: readonly number[] = [];

/**
 * Reads an object after a write until it is as wanted or the pauses are used up. Ignores the signal on
 * purpose: a write in flight is verified to the end. Never throws for what the tenant does.
 */
export async function readBack(run: ApplyRun, change: Change, pausesMs: readonly number[]): Promise<ReadBack> {
  let seen = await readOnce(run, change);
  for (const pauseMs of pausesMs) {
    if (seen.state === 'after') break;
    await run.context.clock.sleep(pauseMs);
    seen = await readOnce(run, change);
  }
  const found = seen.state === 'unreadable' ? { error: seen.error } : toSaved(change, seen.fresh);
  await keepRecord(run, { step: 'read-back', address: change.address, state: seen.state, ...found });
  return seen;
}

async function readOnce(run: ApplyRun, change: Change): Promise<ReadBack> {
  try {
    const fresh = await readFresh(run, change);
    return { ...compareWithLive(change, fresh, driverOf(run, change)), fresh };
  } catch (thrown) {
    return { state: 'unreadable', error: toOutcomeError(thrown) };
  }
}

/** The live object at head. @throws LimioError */
export function readFresh(run: ApplyRun, change: Change): Promise<LiveResource | undefined> {
  return driverOf(run, change).read(run.context.api, parseAddress(change.address).name, change.live?.id);
}

/** Records an accepted write whose read-back differs from what was sent. */
export function recordUnverified(run: ApplyRun, change: Change, back: ReadBack): void {
  const { address } = change;
  if (back.state === 'unreadable') {
    const message = `${address} was sent, but could not be read back: ${back.error.message}`;
    return recordOutcome(run, change, 'unverified', { error: { code: 'UNVERIFIED', message, hint: inspectHint(run) } });
  }
  if (change.action === 'delete') {
    const message = `${address} still exists, although its deletion was accepted.`;
    return recordOutcome(run, change, 'unverified', { error: { code: 'UNVERIFIED', message, hint: inspectHint(run) } });
  }
  const { fresh, differences } = back;
  const found =
    fresh === undefined
      ? 'does not exist after the write'
      : `differs from what was sent: ${describeFields(differences)}`;
  recordOutcome(run, change, 'unverified', {
    error: {
      code: 'UNVERIFIED',
      message: `${address} ${found}.`,
      hint: 'Declare the live value, or add the field to `ignore` of the environment',
    },
    differences,
  });
}
