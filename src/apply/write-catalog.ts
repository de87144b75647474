import { isCatalogKind } from '../model/address.js';
import { mapConcurrent } from '../model/async.js';
import type { Change } from '../model/plan.js';
import {
  describeLoneRefusal,
  findRefusal,
  prepareItem,
  prepareItems,
  type ReadyItem,
  recordDecision,
  sendEdits,
  type Sending,
} from './bulk-update.js';
import { createItems } from './creation.js';
import { type EditTrait, listEditTraits, proveDialect } from './prove-dialect.js';
import { READ_ONCE, readBack, type ReadBack, recordUnverified, VERIFY_PAUSES_MS } from './read-back.js';
import { type ApplyRun, findStop, levelsOf, recordOutcome } from './run.js';

/**
 * Writes the catalog's changes, level by level: first creations, one by one, then updates. The first
 * update of each trait is sent alone and must come back as sent (prove-dialect.ts); the others go in
 * batches. Each item's read-back decides its outcome, never the tenant's answer.
 */
export async function writeCatalog(run: ApplyRun): Promise<void> {
  const proven = new Set<EditTrait>();
  const batchSize = Math.max(1, run.context.dialect.bulkUpdate.maxDiffs);
  for (const level of levelsOf(run, ({ kind }) => isCatalogKind(kind))) {
    const creations = level.filter(({ action }) => action === 'create');
    await createItems(run, creations);
    const batched: Change[] = [];
    for (const change of level.filter(({ action }) => action !== 'create')) {
      const traits = listEditTraits(change);
      if (proven.size > 0 && [...traits].every((trait) => proven.has(trait))) batched.push(change);
      else if (await proveDialect(run, change)) for (const trait of traits) proven.add(trait);
    }
    for (let next = 0; next < batched.length; next += batchSize) {
      const ready = await prepareItems(run, batched.slice(next, next + batchSize));
      if (ready.length > 0) await writeBatch(run, ready);
    }
  }
}

async function writeBatch(run: ApplyRun, batch: readonly ReadyItem[]): Promise<void> {
  const stop = findStop(run);
  if (stop) {
    for (const { change } of batch) recordOutcome(run, change, 'blocked', { error: stop });
    return;
  }
  const sending = await sendEdits(run, batch);
  const pauses = sending.accepted ? VERIFY_PAUSES_MS : READ_ONCE;
  const settled = await mapConcurrent(batch, run.concurrency, async (item) => {
    if (recordDecision(run, item.change, sending)) return undefined;
    const back = await readBack(run, item.change, pauses);
    return settleItem(run, item, back, sending, batch.length === 1);
  });
  const repeated = settled.filter((item) => item !== undefined);
  if (repeated.length === 0) return;
  if (repeated.length < batch.length) return writeBatch(run, repeated);
  // Nothing was written: halve the batch until the bad item is alone and the others pass.
  const middle = Math.ceil(repeated.length / 2);
  await writeBatch(run, repeated.slice(0, middle));
  await writeBatch(run, repeated.slice(middle));
}

/** Records an item's outcome, or returns it to be sent again in a smaller batch. */
function settleItem(
  run: ApplyRun,
  item: ReadyItem,
  back: ReadBack,
  sending: Sending,
  isAlone: boolean,
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
  if (back.state === 'unreadable' && named === undefined && sending.error === undefined && !isAlone) {
    // The refusal names other items, and this one cannot be read.
    recordUnverified(run, change, back);
    return undefined;
  }
  const isFinal = isAlone || back.state === 'unreadable' || isAboutCredentials(sending);
  if (named === undefined && !isFinal) return back.fresh && prepareItem(run, change, back.fresh);
  recordOutcome(run, change, 'failed', { error: named ?? describeLoneRefusal(sending, edit.path) });
  return undefined;
}

/** A smaller batch does not help credentials that were refused. */
function isAboutCredentials({ error }: Sending): boolean {
  return error !== undefined && (error.code === 'AUTH_REFUSED' || error.code === 'AUTH_MISSING');
}
