import { type Address, isCatalogKind, type Kind, parseAddress } from '../model/address.js';
import { mapConcurrent } from '../model/async.js';
import { defined, getOwn, isJsonObject, type Json, type JsonObject, parsePointer } from '../model/json.js';
import type { LiveReader } from '../model/live-api.js';
import type { KindDriver, LiveResource } from '../model/model.js';
import type { OutcomeError } from '../model/outcome.js';
import { type Change, type FieldChange, isMove, type Move, type Plan, splitMove } from '../model/plan.js';
import type { Finding, ObjectState, TouchedObject } from '../model/run.js';
import { compareBy } from '../model/words.js';

/** A live object compared with the two ends of a change. */
export interface LiveComparison {
  state: ObjectState;
  /** From the change's `before` to the live value: what changed since the plan. */
  moved: FieldChange[];
  /** From the change's `after` to the live value. */
  differences: FieldChange[];
}

/** Compares a live object with both ends of a change, by the rules of its kind. */
export function compareWithLive(change: Change, live: LiveResource | undefined, driver: KindDriver): LiveComparison {
  if (live === undefined) {
    const absent = { create: 'before', update: 'missing', delete: 'after' } as const;
    const differences = change.after === undefined ? [] : driver.compare(change.after, {});
    return { state: absent[change.action], moved: [], differences };
  }
  if (change.action === 'delete') {
    // The whole object goes, so every field counts: also one that a colleague added.
    const moved = driver.compare(followCounts(driver, change.before ?? {}, live.body), live.body);
    return { state: moved.length === 0 ? 'before' : 'other', moved, differences: [] };
  }
  const body = driver.project(live.body, coverBoth(change.before ?? {}, change.after ?? {}));
  const moved = change.action === 'create' ? [] : driver.compare(change.before ?? {}, body);
  const differences = driver.compare(change.after ?? {}, body);
  if (differences.length === 0) return { state: 'after', moved, differences };
  return { state: change.action === 'update' && moved.length === 0 ? 'before' : 'other', moved, differences };
}

/** The planned body with what the server counted since the plan. */
export function followCounts(driver: KindDriver, planned: JsonObject, live: JsonObject): JsonObject {
  return driver.followCounts?.(planned, live) ?? planned;
}

/** A body with every field of either: a removed field is only in `before`, a new one only in `after`. */
export function coverBoth(before: JsonObject, after: JsonObject): JsonObject {
  const added = Object.entries(after).map(([key, value]): [string, typeof value] => {
    const old = getOwn(before, key);
    return [key, isJsonObject(value) && isJsonObject(old) ? coverBoth(old, value) : value];
  });
  return Object.fromEntries([...Object.entries(before), ...added]);
}

/** The two objects of a move at head. */
export interface MoveSides {
  old: LiveResource | undefined;
  live: LiveResource | undefined;
}

/**
 * Where a move stands. `before`: it can begin, or go on where an earlier run stopped: with the new object parked, or
 * with the old one gone.
 */
export function compareMove(move: Move, { old, live }: MoveSides, driver: KindDriver): LiveComparison {
  const { removal } = splitMove(move);
  const current = compareWithLive(move, live, driver);
  const isParked = live !== undefined && driver.parking?.isParked(live.body) === true;
  if (old === undefined) return isParked ? { ...current, state: 'before' } : current;
  const comparison = compareWithLive(removal, old, driver);
  if (live === undefined || isParked || comparison.state === 'other') return comparison;
  return { state: 'other', moved: driver.compare({}, live.body), differences: current.differences };
}

export async function readMove(move: Move, reader: LiveReader, driver: KindDriver): Promise<MoveSides> {
  const { removal, addition } = splitMove(move);
  return { old: await readLive(removal, reader, driver), live: await readLive(addition, reader, driver) };
}

/** A live object at head, or both of a move, compared with the change. */
async function readAndCompare(change: Change, reader: LiveReader, driver: KindDriver): Promise<LiveComparison> {
  return isMove(change)
    ? compareMove(change, await readMove(change, reader, driver), driver)
    : compareWithLive(change, await readLive(change, reader, driver), driver);
}

export type FreshCheck = { verdict: 'write' } | { verdict: 'already-done' } | { verdict: 'stale'; error: OutcomeError };

/** Decides, from the object as read just before the write, whether the change may still be sent. */
export function checkFresh(change: Change, fresh: LiveResource | undefined, driver: KindDriver): FreshCheck {
  return checkComparison(change, compareWithLive(change, fresh, driver));
}

export function checkComparison(change: Change, { state, moved, differences }: LiveComparison): FreshCheck {
  if (state === 'after') return { verdict: 'already-done' };
  if (state === 'before') return { verdict: 'write' };
  const what =
    state === 'missing'
      ? 'was deleted since the plan'
      : change.action === 'create'
        ? `already exists and differs from the files: ${describeFields(differences)}`
        : `changed since the plan: ${describeFields(moved)}`;
  return { verdict: 'stale', error: { code: 'STALE', message: `${change.address} ${what}.` } };
}

const READS_AT_ONCE = 8;

export interface StaleChange {
  address: Address;
  /** One sentence: which fields changed since the plan, from what to what. */
  message: string;
}

/** Reads the live state of every object that a plan changes, and lists the changes that may no longer be sent. */
export async function findStaleChanges(
  plan: Plan,
  reader: LiveReader,
  drivers: Record<Kind, KindDriver>,
): Promise<StaleChange[]> {
  return (await checkChanges(plan, reader, drivers)).stale;
}

/** The same, with the objects that are already as the plan wants them. */
export async function checkChanges(
  plan: Plan,
  reader: LiveReader,
  drivers: Record<Kind, KindDriver>,
): Promise<{ stale: StaleChange[]; alreadyDone: Address[] }> {
  const stale: StaleChange[] = [];
  const alreadyDone: Address[] = [];
  await mapConcurrent(plan.changes, READS_AT_ONCE, async (change) => {
    const driver = drivers[change.kind];
    const { address } = change;
    const check = checkComparison(change, await readAndCompare(change, reader, driver));
    if (check.verdict === 'stale') stale.push({ address, message: check.error.message });
    if (check.verdict === 'already-done') alreadyDone.push(address);
  });
  return { stale: stale.sort(compareBy(({ address }) => address)), alreadyDone };
}

/**
 * The objects of a run, with those that it never read back as they are now, where that is one end of their change: the
 * tenant may have added fields of its own to what it was sent.
 */
export async function readUnknown(
  plan: Pick<Plan, 'changes'>,
  touched: readonly TouchedObject[],
  reader: LiveReader,
  drivers: Record<Kind, KindDriver>,
): Promise<TouchedObject[]> {
  const halves = plan.changes.flatMap((change) => (isMove(change) ? Object.values(splitMove(change)) : [change]));
  const changes = new Map(halves.map((change) => [change.address, change]));
  return mapConcurrent(touched, READS_AT_ONCE, async (object) => {
    const change = changes.get(object.address);
    if (object.left !== undefined || change === undefined) return object;
    const driver = drivers[change.kind];
    const live = await readLive(change, reader, driver);
    const { state } = compareWithLive(change, live, driver);
    // A move that was stopped leaves its new object parked.
    const isParked = live !== undefined && driver.parking?.isParked(live.body) === true;
    if (state !== 'before' && state !== 'after' && !isParked) return object;
    return { ...object, left: live ? { body: live.body, ...defined({ id: live.id, version: live.version }) } : null };
  });
}

/**
 * Reads the objects whose writes a crash left without an outcome, and says what became of each.
 * @throws LimioError when an object cannot be read.
 */
export async function inspectInFlight(
  plan: Pick<Plan, 'changes'>,
  addresses: readonly string[],
  reader: LiveReader,
  drivers: Record<Kind, KindDriver>,
): Promise<Finding[]> {
  const wanted = new Set(addresses);
  const changes = plan.changes.filter(({ address }) => wanted.has(address));
  return mapConcurrent(changes, READS_AT_ONCE, async (change) => {
    const driver = drivers[change.kind];
    return describeFinding(change, await readAndCompare(change, reader, driver));
  });
}

function readLive(change: Change, reader: LiveReader, driver: KindDriver): Promise<LiveResource | undefined> {
  return driver.read(reader, parseAddress(change.address).name, change.live?.id);
}

function describeFinding({ address, action, kind }: Change, { state, moved, differences }: LiveComparison): Finding {
  switch (state) {
    case 'after':
      return { subject: address, verdict: 'took-effect', message: `the ${action} took effect` };
    case 'before': {
      // A creation is a job (API reference, section 5), which runs on without us.
      const later = action === 'create' && isCatalogKind(kind) ? ' so far; its job may still be running' : '';
      return { subject: address, verdict: 'no-effect', message: `the ${action} did not take effect${later}` };
    }
    case 'missing':
      return { subject: address, verdict: 'something-else', message: 'the object was deleted' };
    case 'other': {
      const fields = describeFields(differences.length > 0 ? differences : moved);
      const message = `it matches neither the old nor the new state: ${fields}`;
      return { subject: address, verdict: 'something-else', message };
    }
  }
}

const MAX_FIELDS = 5;
const MAX_VALUE_LENGTH = 60;

/** Field changes as one clause: `starting_point from "/a/" to "/b/"; cta_text__limio from nothing to "Buy"`. */
export function describeFields(fields: readonly FieldChange[]): string {
  const named = fields.slice(0, MAX_FIELDS).map(describeField);
  const rest = fields.length - named.length;
  return [...named, ...(rest > 0 ? [`and ${rest} more`] : [])].join('; ');
}

function describeField({ path, before, after, show }: FieldChange): string {
  const segments = parsePointer(path);
  const name = (segments[0] === 'attributes' && segments.length > 1 ? segments.slice(1) : segments).join('.');
  const what = show === 'order' ? `the order of ${name}` : name;
  return `${what} from ${describeValue(before)} to ${describeValue(after)}`;
}

function describeValue(value: Json | undefined): string {
  if (value === undefined || value === null) return 'nothing';
  const text = JSON.stringify(value);
  return text.length <= MAX_VALUE_LENGTH ? text : `${text.slice(0, MAX_VALUE_LENGTH)}...`;
}
