import { LimioError } from '../errors/errors.js';
import { type Address, parseAddress } from '../model/address.js';
import { mapConcurrent } from '../model/async.js';
import { getOwn, isJsonObject, type Json, type JsonObject, parsePointer, pickKeys } from '../model/json.js';
import type { ItemEdit, Renew } from '../model/live-api.js';
import type { OutcomeError } from '../model/outcome.js';
import type { Change } from '../model/plan.js';
import type { KindDriver, LiveResource } from '../model/resource.js';
import { journalWrites } from './journal.js';
import { coverBoth } from './live-comparison.js';
import { decideGivenUp, type Decision, lookAtHead } from './recheck.js';
import { type ApplyRun, driverOf, isAmbiguous, toOutcomeError } from './run.js';

/** How one bulk-update call went. It says where to look, never what became of an item. */
export interface Sending {
  /** Neither an error nor an entry in `failed`. */
  accepted: boolean;
  failed: Json[];
  error?: OutcomeError;
  ambiguous: boolean;
  /** Of items that a look before a repetition left out. */
  decisions: ReadonlyMap<Address, Decision>;
}

export async function sendEdits(run: ApplyRun, items: readonly ReadyItem[]): Promise<Sending> {
  const api = journalWrites(
    run,
    items.map(({ change }) => change.address),
  );
  const decisions = new Map<Address, Decision>();
  try {
    const { failed } = await api.updateItems(
      items.map(({ edit }) => edit),
      renewEdits(run, items, decisions),
    );
    return { accepted: failed.length === 0, failed, ambiguous: false, decisions };
  } catch (thrown) {
    const givenUp = decideGivenUp(run, thrown);
    if (givenUp) for (const { change } of items) decisions.set(change.address, givenUp);
    return { accepted: false, failed: [], error: toOutcomeError(thrown), ambiguous: isAmbiguous(thrown), decisions };
  }
}

/**
 * The tenant's reason against one item, when it names that item. Entries of `failed` have no known
 * shape (API reference, section 4): texts and objects with a path are understood, all else is not.
 */
export function findRefusal(sending: Sending, path: string): OutcomeError | undefined {
  const entry = sending.failed.find((candidate) => namesPath(candidate, path));
  return entry === undefined ? undefined : describeRefusal(entry, path);
}

/** The reason against an item that went out alone: whatever the answer says is about it. */
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

/**
 * What bulk-update is asked to do to one item: only the attributes that differ by the rules of the
 * kind, from their value as just read. What is ignored in the diff is not sent either.
 * @throws LimioError INTERNAL when a difference lies outside the attributes.
 */
export function buildItemEdit(change: Change, fresh: LiveResource, driver: KindDriver): ItemEdit {
  const live = driver.project(fresh.body, coverBoth(change.before ?? {}, change.after ?? {}));
  const keys = driver.compare(live, change.after ?? {}).map(({ path }) => nameAttribute(change, path));
  return {
    path: parseAddress(change.address).name,
    before: pickKeys(attributesOf(fresh.body), keys),
    after: pickKeys(attributesOf(change.after ?? {}), keys),
  };
}

function nameAttribute(change: Change, path: string): string {
  const [top, attribute] = parsePointer(path);
  if (top === 'attributes' && attribute !== undefined) return attribute;
  throw new LimioError({
    code: 'INTERNAL',
    message: `${change.address} differs at ${path}, which bulk-update cannot write`,
  });
}

function attributesOf(body: JsonObject): JsonObject {
  const attributes = getOwn(body, 'attributes');
  return isJsonObject(attributes) ? attributes : {};
}
