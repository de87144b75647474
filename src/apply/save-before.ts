import { mapConcurrent } from '../model/async.js';
import type { Change } from '../model/plan.js';
import type { LiveResource } from '../model/resource.js';
import { type ApplyRun, findStop, recordOutcome, requireRecord } from './apply-run.js';
import { toOutcomeError } from './outcome-error.js';
import { readFresh } from './read-back.js';
import { toSaved } from './to-saved.js';

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
