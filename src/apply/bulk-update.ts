import { isAmbiguous, LimioError } from '../errors/errors.js';
import { type Address, parseAddress } from '../model/address.js';
import { mapConcurrent } from '../model/async.js';
import { getOwn, isJsonObject, type Json, objectAt, parsePointer, pickKeys } from '../model/json.js';
import type { ItemEdit, Renew } from '../model/live-api.js';
import type { KindDriver, LiveResource } from '../model/model.js';
import { patchLive } from '../model/patch.js';
import type { OutcomeError } from '../model/outcome.js';
import type { Change } from '../model/plan.js';
import { journalWrites } from './journal.js';
import { coverBoth } from './live-comparison.js';
import { decideGivenUp, type Decision, readAndDecide, recheckChange } from './recheck.js';
import { type ApplyRun, beginChange, driverOf, recordOutcome, toOutcomeError } from './run.js';

/** An item that was read just now and is as the plan says. */
export interface ReadyItem {
  change: Change;
  edit: ItemEdit;
}

/** Re-checks changes and prepares what is to be sent; those that are decided without a write are left out. */
export async function prepareItems(run: ApplyRun, changes: readonly Change[]): Promise<ReadyItem[]> {
  const begun = changes.filter((change) => beginChange(run, change));
  const prepared = await mapConcurrent(begun, run.concurrency, async (change) => {
    const rechecked = await recheckChange(run, change);
    return rechecked?.fresh && prepareItem(run, change, rechecked.fresh);
  });
  return prepared.filter((item) => item !== undefined);
}

export function prepareItem(run: ApplyRun, change: Change, fresh: LiveResource): ReadyItem | undefined {
  try {
    return { change, edit: buildItemEdit(change, fresh, driverOf(run, change)) };
  } catch (thrown) {
    recordOutcome(run, change, 'failed', { error: toOutcomeError(thrown) });
    return undefined;
  }
}

/**
 * The attributes that differ by the rules of the kind, from their live values. What the comparison
 * ignores is not sent.
 * @throws LimioError INTERNAL when a difference lies outside the attributes; STALE as patchLive.
 */
function buildItemEdit(change: Change, fresh: LiveResource, driver: KindDriver): ItemEdit {
  const { address, before = {}, after = {} } = change;
  const live = driver.project(fresh.body, coverBoth(before, after));
  const keys = driver.compare(live, after).map(({ path }) => {
    const [top, attribute] = parsePointer(path);
    if (top === 'attributes' && attribute !== undefined) return attribute;
    const message = `${address} differs at ${path}, which bulk-update cannot write`;
    throw new LimioError({ code: 'INTERNAL', message });
  });
  return {
    path: parseAddress(address).name,
    before: pickKeys(objectAt(fresh.body, 'attributes'), keys),
    after: pickKeys(objectAt(patchLive(change, fresh.body, driver), 'attributes'), keys),
  };
}

/** How one bulk-update call went. What became of each item is decided by its read-back. */
export interface Sending {
  /** Neither an error nor an entry in `failed`. */
  accepted: boolean;
  failed: Json[];
  error?: OutcomeError;
  ambiguous: boolean;
  /** Items that were decided before a repetition, and left out of it. */
  decisions: ReadonlyMap<Address, Decision>;
}

export async function sendEdits(run: ApplyRun, items: readonly ReadyItem[]): Promise<Sending> {
  const addresses = items.map(({ change }) => change.address);
  const edits = items.map(({ edit }) => edit);
  const decisions = new Map<Address, Decision>();
  try {
    const { failed } = await journalWrites(run, addresses).updateItems(edits, renewEdits(run, items, decisions));
    return { accepted: failed.length === 0, failed, ambiguous: false, decisions };
  } catch (thrown) {
    const givenUp = decideGivenUp(run, thrown);
    if (givenUp) for (const address of addresses) decisions.set(address, givenUp);
    return { accepted: false, failed: [], error: toOutcomeError(thrown), ambiguous: isAmbiguous(thrown), decisions };
  }
}

/**
 * The edits of each attempt. A repetition reads its items again and leaves out those that changed
 * meanwhile. Where no attempt can have been carried out, that decides the item and is put into
 * `decisions`; otherwise its read-back does.
 */
function renewEdits(
  run: ApplyRun,
  items: readonly ReadyItem[],
  decisions: Map<Address, Decision>,
): Renew<readonly ItemEdit[]> {
  return async ({ attempts, doubtful }) => {
    if (attempts === 0) return items.map(({ edit }) => edit);
    const open = items.filter(({ change }) => !decisions.has(change.address));
    const edits = await mapConcurrent(open, run.concurrency, async ({ change }) => {
      const { fresh, decision } = await readAndDecide(run, change);
      if (fresh && decision === undefined) return buildItemEdit(change, fresh, driverOf(run, change));
      if (decision && !doubtful) decisions.set(change.address, decision);
      return undefined;
    });
    const left = edits.filter((edit) => edit !== undefined);
    if (left.length > 0) return left;
    throw new LimioError({ code: 'BLOCKED', message: 'None of the items can be sent any more.' });
  };
}

/** Records the outcome of an item that was decided before a repetition; true when it was. */
export function recordDecision(run: ApplyRun, change: Change, { decisions }: Sending): boolean {
  const decision = decisions.get(change.address);
  if (decision) recordOutcome(run, change, decision.status, decision.rest);
  return decision !== undefined;
}

/**
 * The tenant's reason against one item, when it names that item. The shape of `failed` is unknown (API
 * reference, section 4): texts and objects with a path are understood, nothing else.
 */
export function findRefusal(sending: Sending, path: string): OutcomeError | undefined {
  const entry = sending.failed.find((candidate) => namesPath(candidate, path));
  return entry === undefined ? undefined : describeRefusal(entry, path);
}

/** The reason against an item that was sent alone: whatever the answer says is about it. */
export function describeLoneRefusal(sending: Sending, path: string): OutcomeError {
  return sending.error ?? describeRefusal(sending.failed[0] ?? 'no reason given', path);
}

function describeRefusal(entry: Json, path: string): OutcomeError {
  const text = typeof entry === 'string' ? entry : JSON.stringify(entry);
  return { code: 'HTTP_STATUS', message: `Bulk-update refused ${path}: ${text.slice(0, 300)}` };
}

function namesPath(entry: Json, path: string): boolean {
  const named = isJsonObject(entry) ? getOwn(entry, 'path') : entry;
  return typeof named === 'string' && trimSlashes(named) === trimSlashes(path);
}

function trimSlashes(path: string): string {
  return path.replace(/^\/|\/$/g, '');
}
