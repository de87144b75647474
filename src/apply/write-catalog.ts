import { isCatalogKind } from '../model/address.js';
import { mapConcurrent } from '../model/async.js';
import type { ItemEdit } from '../model/live-api.js';
import type { Change } from '../model/plan.js';
import type { LiveResource } from '../model/resource.js';
import {
  buildItemEdit,
  describeLoneRefusal,
  findRefusal,
  type ReadyItem,
  sendEdits,
  type Sending,
} from './bulk-update.js';
import { createItems } from './creation.js';
import { describeFields } from './live-comparison.js';
import { describeDialectDoubt, type EditTrait, isRewritten, listEditTraits } from './prove-dialect.js';
import { LOOK_ONCE, readBack, type ReadBack, recordUnverified, VERIFY_PAUSES_MS } from './read-back.js';
import { recheckChange } from './recheck.js';
import { type ApplyRun, beginChange, driverOf, findStop, levelsOf, recordOutcome, toOutcomeError } from './run.js';

/**
 * Sends the catalog's changes, level by level: first what is created, one by one, then the updates. The first item of each sort of edit goes out alone and must come back
 * as it was sent before any other does: a tenant that understands bulk-update differently costs one
 * item, not fifty. The rest goes in batches; what counts is each item's read-back, never the answer.
 */
export async function writeCatalog(run: ApplyRun): Promise<void> {
  const proven = new Set<EditTrait>();
  const batchSize = Math.max(1, run.context.dialect.bulkUpdate.maxDiffs);
  for (const level of levelsOf(run, (change) => isCatalogKind(change.kind))) {
    await createItems(
      run,
      level.filter(({ action }) => action === 'create'),
    );
    const batched: Change[] = [];
    for (const change of level.filter(({ action }) => action !== 'create')) {
      const traits = listEditTraits(change);
      if (proven.size > 0 && [...traits].every((trait) => proven.has(trait))) batched.push(change);
      else if (await writeAlone(run, change)) for (const trait of traits) proven.add(trait);
    }
    for (let next = 0; next < batched.length; next += batchSize) {
      const ready = await prepareItems(run, batched.slice(next, next + batchSize));
      if (ready.length > 0) await writeBatch(run, ready);
    }
  }
}

/** True when the item was sent and came back as sent. */
async function writeAlone(run: ApplyRun, change: Change): Promise<boolean> {
  const [ready] = await prepareItems(run, [change]);
  return ready !== undefined && writeCanary(run, ready);
}

async function prepareItems(run: ApplyRun, changes: readonly Change[]): Promise<ReadyItem[]> {
  const begun = changes.filter((change) => beginChange(run, change));
  const prepared = await mapConcurrent(begun, run.concurrency, async (change) => {
    const rechecked = await recheckChange(run, change);
    return rechecked?.fresh && prepareItem(run, change, rechecked.fresh);
  });
  return prepared.filter((item) => item !== undefined);
}

function prepareItem(run: ApplyRun, change: Change, fresh: LiveResource): ReadyItem | undefined {
  let edit: ItemEdit;
  try {
    edit = buildItemEdit(change, fresh, driverOf(run, change));
  } catch (thrown) {
    recordOutcome(run, change, 'failed', { error: toOutcomeError(thrown) });
    return undefined;
  }
  return { change, edit };
}

/** True when the item came back as sent, so that the dialect is proven for edits like it. */
async function writeCanary(run: ApplyRun, item: ReadyItem): Promise<boolean> {
  const { change, edit } = item;
  const sending = await sendEdits(run, [item]);
  if (recordDecision(run, change, sending)) return false;
  const back = await readBack(run, change, sending.accepted || sending.ambiguous ? VERIFY_PAUSES_MS : LOOK_ONCE);
  if (back.state === 'after') {
    recordOutcome(run, change, 'done');
    return true;
  }
  const refusedForItself = !sending.accepted && (back.state === 'before' || back.state === 'unreadable');
  if (refusedForItself) {
    recordOutcome(run, change, 'failed', { error: describeLoneRefusal(sending, edit.path) });
  } else if (back.state === 'unreadable' || isRewritten(back)) {
    recordUnverified(run, change, back);
  } else {
    stopAtDialect(run, change, back);
  }
  return false;
}

function stopAtDialect(run: ApplyRun, change: Change, back: Exclude<ReadBack, { state: 'unreadable' }>): void {
  const unchanged = back.state === 'before';
  const found = unchanged
    ? 'it is unchanged'
    : back.fresh === undefined
      ? 'it is gone'
      : describeFields(back.differences);
  const hint = describeDialectDoubt(unchanged, back.differences, run.context.dialect, run.plan.environment);
  recordOutcome(run, change, 'unverified', {
    error: {
      code: 'BULK_UPDATE_DIALECT',
      message: `${change.address} went out alone, as the first edit of its sort, and did not come back as sent: ${found}.`,
      hint,
    },
    differences: back.differences,
  });
  run.halt = {
    code: 'BLOCKED',
    message: `Not sent: the tenant understands bulk-update differently, as ${change.address} showed.`,
    hint,
  };
}

async function writeBatch(run: ApplyRun, batch: readonly ReadyItem[]): Promise<void> {
  const stop = findStop(run);
  if (stop) {
    for (const { change } of batch) recordOutcome(run, change, 'blocked', { error: stop });
    return;
  }
  const sending = await sendEdits(run, batch);
  const pauses = sending.accepted ? VERIFY_PAUSES_MS : LOOK_ONCE;
  const settled = await mapConcurrent(batch, run.concurrency, async (item) => {
    if (recordDecision(run, item.change, sending)) return undefined;
    const back = await readBack(run, item.change, pauses);
    return settleItem(run, item, back, sending, batch.length === 1);
  });
  const again = settled.filter((item) => item !== undefined);
  if (again.length === 0) return;
  if (again.length < batch.length) return writeBatch(run, again);
  // Nothing went through: halve until the bad item is alone and the rest can pass.
  const middle = Math.ceil(again.length / 2);
  await writeBatch(run, again.slice(0, middle));
  await writeBatch(run, again.slice(middle));
}

/** True when a look before a repetition decided the item, so that it was not sent. */
function recordDecision(run: ApplyRun, change: Change, { decisions }: Sending): boolean {
  const decision = decisions.get(change.address);
  if (decision) recordOutcome(run, change, decision.status, decision.rest);
  return decision !== undefined;
}

/** Records an item's outcome, or hands it back to be sent again in smaller company. */
function settleItem(
  run: ApplyRun,
  item: ReadyItem,
  back: ReadBack,
  sending: Sending,
  alone: boolean,
): ReadyItem | undefined {
  const { change, edit } = item;
  if (back.state === 'after') {
    recordOutcome(run, change, 'done');
    return undefined;
  }
  if (sending.accepted || (back.state !== 'before' && back.state !== 'unreadable')) {
    recordUnverified(run, change, back);
    return undefined;
  }
  const named = findRefusal(sending, edit.path);
  if (back.state === 'unreadable' && named === undefined && sending.error === undefined && !alone) {
    // The answer is about others of the batch; of this one nothing is known.
    recordUnverified(run, change, back);
    return undefined;
  }
  const lone = alone || back.state === 'unreadable' || isAboutCredentials(sending);
  if (named === undefined && !lone) return back.fresh && prepareItem(run, change, back.fresh);
  recordOutcome(run, change, 'failed', { error: named ?? describeLoneRefusal(sending, edit.path) });
  return undefined;
}

/** Smaller company does not help credentials that were refused. */
function isAboutCredentials({ error }: Sending): boolean {
  return error !== undefined && (error.code === 'AUTH_REFUSED' || error.code === 'AUTH_MISSING');
}
