import { LimioError } from '../errors/errors.js';
import type { Address } from '../model/address.js';
import { mapConcurrent } from '../model/async.js';
import type { ItemEdit, Renew } from '../model/live-api.js';
import type { Change } from '../model/plan.js';
import { type ApplyRun, driverOf } from './apply-run.js';
import { buildItemEdit } from './build-item-edit.js';
import { type Decision, lookAtHead } from './recheck-change.js';

/** An item that was read just now and is as the plan says it is. */
export interface ReadyItem {
  change: Change;
  edit: ItemEdit;
}

/**
 * What a bulk-update holds at each attempt. A repetition reads its items once more and leaves out
 * those that are no longer as the plan found them. Where no attempt can have been carried out, that
 * look decides the change and is put into `decisions`; else the read-back decides.
 */
export function renewEdits(
  run: ApplyRun,
  items: readonly ReadyItem[],
  decisions: Map<Address, Decision>,
): Renew<readonly ItemEdit[]> {
  return async ({ attempts, doubtful }) => {
    if (attempts === 0) return items.map(({ edit }) => edit);
    const open = items.filter(({ change }) => !decisions.has(change.address));
    const edits = await mapConcurrent(open, run.concurrency, async ({ change }) => {
      const { fresh, decision } = await lookAtHead(run, change);
      if (fresh && decision === undefined) return buildItemEdit(change, fresh, driverOf(run, change));
      if (decision && !doubtful) decisions.set(change.address, decision);
      return undefined;
    });
    const left = edits.filter((edit) => edit !== undefined);
    if (left.length === 0)
      throw new LimioError({ code: 'BLOCKED', message: 'None of the items may be sent any more.' });
    return left;
  };
}
