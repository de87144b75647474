import { type Address, isCatalogKind, type Kind } from '../model/address.js';
import { mapConcurrent } from '../model/async.js';
import { getOwn, isJsonObject, type Json, type JsonObject, parsePointer } from '../model/json.js';
import type { LiveReader } from '../model/live-api.js';
import type { OutcomeError } from '../model/outcome.js';
import type { Change, FieldChange, Plan } from '../model/plan.js';
import type { KindDriver, LiveResource } from '../model/resource.js';
import type { Finding } from '../model/run.js';

/** Where a live object stands between a change's two ends. */
export interface Standing {
  /** `missing`: an object to update is not there. */
  state: 'before' | 'after' | 'other' | 'missing';
  /** From the change's `before` to what is live: what moved since the plan. */
  moved: FieldChange[];
  /** From the wanted state to what is live. */
  differences: FieldChange[];
}

/** Compares a live object with both ends of a change, by the rules of its kind. */
export function compareToChange(change: Change, live: LiveResource | undefined, driver: KindDriver): Standing {
  if (live === undefined) {
    const absent = { create: 'before', update: 'missing', delete: 'after' } as const;
    const differences = change.after === undefined ? [] : driver.compare(change.after, {});
    return { state: absent[change.action], moved: [], differences };
  }
  if (change.action === 'delete') {
    // All of it goes, so all of it counts: also what a colleague added since.
    const moved = driver.compare(change.before ?? {}, live.body);
    return { state: moved.length === 0 ? 'before' : 'other', moved, differences: [] };
  }
  const body = driver.project(live.body, coverBoth(change.before ?? {}, change.after ?? {}));
  const moved = change.action === 'create' ? [] : driver.compare(change.before ?? {}, body);
  const differences = driver.compare(change.after ?? {}, body);
  if (differences.length === 0) return { state: 'after', moved, differences };
  return { state: change.action === 'update' && moved.length === 0 ? 'before' : 'other', moved, differences };
}

/**
 * A body that speaks of every field of either: a field that goes away stands only in `before`, one
 * that is new only in `after`, and a look at one of them would overlook the other.
 */
export function coverBoth(before: JsonObject, after: JsonObject): JsonObject {
  const added = Object.entries(after).map(([key, value]): [string, typeof value] => {
    const old = getOwn(before, key);
    return [key, isJsonObject(value) && isJsonObject(old) ? coverBoth(old, value) : value];
  });
  return Object.fromEntries([...Object.entries(before), ...added]);
}

export type FreshCheck = { verdict: 'write' } | { verdict: 'already-done' } | { verdict: 'stale'; error: OutcomeError };

/** Decides, from the object as read just before the write, whether the planned change may still be sent. */
export function checkFresh(change: Change, fresh: LiveResource | undefined, driver: KindDriver): FreshCheck {
  const { state, moved, differences } = compareToChange(change, fresh, driver);
  if (state === 'after') return { verdict: 'already-done' };
  if (state === 'before') return { verdict: 'write' };
  const message =
    state === 'missing'
      ? `${change.address} was deleted since the plan.`
      : change.action === 'create'
        ? `${change.address} exists already and is not as declared: ${describeFields(differences)}.`
        : `${change.address} moved since the plan: ${describeFields(moved)}.`;
  return { verdict: 'stale', error: { code: 'STALE', message } };
}

const CONCURRENCY = 8;

export interface Moved {
  address: Address;
  /** One sentence: which fields moved, from what to what. */
  message: string;
}

/**
 * Reads at head every object that a plan touches, and only those, and answers the ones that are
 * neither as the plan found them nor already as it wants them.
 */
export async function findMoved(plan: Plan, reader: LiveReader, drivers: Record<Kind, KindDriver>): Promise<Moved[]> {
  const checks = await mapConcurrent(plan.changes, CONCURRENCY, (change) =>
    checkOne(change, reader, drivers[change.kind]),
  );
  return checks.flat();
}

async function checkOne(change: Change, reader: LiveReader, driver: KindDriver): Promise<Moved[]> {
  const name = change.address.slice(change.kind.length + 1);
  const check = checkFresh(change, await driver.read(reader, name, change.live?.id), driver);
  return check.verdict === 'stale' ? [{ address: change.address, message: check.error.message }] : [];
}

/**
 * Reads the objects whose writes a crash left without an outcome, and says what is true of each.
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
  return mapConcurrent(changes, CONCURRENCY, (change) => inspectOne(change, reader, drivers[change.kind]));
}

async function inspectOne(change: Change, reader: LiveReader, driver: KindDriver): Promise<Finding> {
  const { address, action, kind } = change;
  const live = await driver.read(reader, address.slice(kind.length + 1), change.live?.id);
  const { state, moved, differences } = compareToChange(change, live, driver);
  if (state === 'after') return { subject: address, verdict: 'took-effect', message: `the ${action} took effect` };
  // A creation is a job (API reference, section 5), which goes on without us.
  const later = action === 'create' && isCatalogKind(kind) ? ' so far; its job may still be running' : '';
  if (state === 'before')
    return { subject: address, verdict: 'no-effect', message: `the ${action} did not take effect${later}` };
  const found =
    state === 'missing'
      ? 'it is gone'
      : `it is neither as before nor as sent: ${describeFields(differences.length > 0 ? differences : moved)}`;
  return { subject: address, verdict: 'something-else', message: found };
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
