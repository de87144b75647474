import type { Dialect } from '../model/dialect.js';
import { getOwn, isJsonObject, type Json, jsonEqual, type JsonObject, objectAt, parsePointer } from '../model/json.js';
import type { Change, FieldChange } from '../model/plan.js';
import { formatCommand } from '../model/text.js';
import { describeLoneRefusal, prepareItems, recordDecision, sendEdits } from './bulk-update.js';
import { describeFields, type LiveComparison } from './live-comparison.js';
import { READ_ONCE, readBack, type ReadBack, recordUnverified, VERIFY_PAUSES_MS } from './read-back.js';
import { type ApplyRun, recordOutcome } from './run.js';

/** What bulk-update is asked to do to an attribute; tenants may differ in each (API reference, section 4). */
export type EditTrait = 'set' | 'merge' | 'remove';

/**
 * Sends one item alone. True when it came back as sent, which proves the dialect for edits like it.
 * Otherwise the whole run may stop: a tenant that interprets bulk-update in another way costs one item
 * and not fifty.
 */
export async function proveDialect(run: ApplyRun, change: Change): Promise<boolean> {
  const [item] = await prepareItems(run, [change]);
  if (item === undefined) return false;
  const sending = await sendEdits(run, [item]);
  if (recordDecision(run, change, sending)) return false;
  const back = await readBack(run, change, sending.accepted || sending.ambiguous ? VERIFY_PAUSES_MS : READ_ONCE);
  if (back.state === 'after') {
    recordOutcome(run, change, 'done');
    return true;
  }
  const isRefused = !sending.accepted && (back.state === 'before' || back.state === 'unreadable');
  if (isRefused) recordOutcome(run, change, 'failed', { error: describeLoneRefusal(sending, item.edit.path) });
  else if (back.state === 'unreadable' || isRewritten(back)) recordUnverified(run, change, back);
  else stopAtDialect(run, change, back);
  return false;
}

/** The traits of the edit that a catalog change needs. */
export function listEditTraits(change: Change): Set<EditTrait> {
  const before = objectAt(change.before ?? {}, 'attributes');
  const after = objectAt(change.after ?? {}, 'attributes');
  const traits = new Set<EditTrait>();
  for (const key of new Set([...Object.keys(before), ...Object.keys(after)])) {
    const from = getOwn(before, key) ?? null;
    const to = getOwn(after, key) ?? null;
    if (jsonEqual(from, to)) continue;
    if (to === null) traits.add('remove');
    else traits.add(isJsonObject(from) && isJsonObject(to) && dropsKeys(from, to) ? 'merge' : 'set');
  }
  return traits;
}

/** An object that keeps all its keys is the same whether the tenant merges or replaces it. */
function dropsKeys(from: JsonObject, to: JsonObject): boolean {
  return Object.entries(from).some(([key, value]) => {
    const wanted = getOwn(to, key);
    return wanted === undefined || (isJsonObject(value) && isJsonObject(wanted) && dropsKeys(value, wanted));
  });
}

/**
 * Whether the tenant understood the edit and only normalised values: every value that differs was set,
 * to another value of its type (trimmed, in upper case, in another order). A value that did not change,
 * is missing or is left over points to the dialect, and so does an object.
 */
function isRewritten({ state, moved, differences }: LiveComparison): boolean {
  const set = new Set(moved.map(({ path }) => path));
  return (
    state === 'other' &&
    differences.every(
      ({ path, before, after }) => set.has(path) && typeOf(before) !== 'object' && typeOf(before) === typeOf(after),
    )
  );
}

/** A missing field counts as an object: it is no value that could be rewritten. */
function typeOf(value: Json | undefined): string {
  return value === undefined ? 'object' : Array.isArray(value) ? 'list' : typeof value;
}

function stopAtDialect(run: ApplyRun, change: Change, back: Exclude<ReadBack, { state: 'unreadable' }>): void {
  const { address } = change;
  const isUnchanged = back.state === 'before';
  const found = isUnchanged
    ? 'it is unchanged'
    : back.fresh === undefined
      ? 'it is gone'
      : describeFields(back.differences);
  const hint = describeDialectDoubt(isUnchanged, back.differences, run.context.dialect, run.plan.environment);
  const message = `${address} was sent alone, to check the dialect, and did not come back as sent: ${found}.`;
  recordOutcome(run, change, 'unverified', {
    error: { code: 'BULK_UPDATE_DIALECT', message, hint },
    differences: back.differences,
  });
  const halted = `Not sent: the tenant does not follow the dialect of bulk-update, as ${address} showed.`;
  run.halt = { code: 'BLOCKED', message: halted, hint };
}

/**
 * Which dialect setting to check when an edit did not come back as sent (API reference, section 4).
 * `differences` go from the wanted state to the live one.
 */
export function describeDialectDoubt(
  isUnchanged: boolean,
  differences: readonly FieldChange[],
  { bulkUpdate }: Pick<Dialect, 'bulkUpdate'>,
  environment: string,
): string {
  const name = (key: 'wrapper' | 'merge' | 'removal'): string => `dialect.bulkUpdate.${key} (now ${bulkUpdate[key]})`;
  const [wrapper, merge, removal] = [name('wrapper'), name('merge'), name('removal')] as const;
  const leftOver = differences.filter(({ before, show }) => before === undefined && show !== 'order');
  const wholeAttributes = leftOver.filter(({ path }) => parsePointer(path).length <= 2);
  // A left-over attribute points to removal, a left-over key inside one to merge; a tenant that changed
  // nothing at all may not have understood the wrapper.
  const suspects: string[] = [];
  if (leftOver.length < differences.length) {
    if (isUnchanged) suspects.push(wrapper);
  } else if (wholeAttributes.length === leftOver.length) {
    suspects.push(...(isUnchanged ? [wrapper] : []), removal);
  } else if (wholeAttributes.length === 0) suspects.push(merge);
  const first = suspects.length === 0 ? '' : `Most likely ${suspects.join(' or ')}. `;
  return (
    `${first}Check ${[wrapper, merge, removal].join(', ')} in limio.config.ts, ` +
    `then run: ${formatCommand('plan', '--env', environment)}. ` +
    'If the tenant only normalises the value, declare the normalised value, ' +
    'or add the field to `ignore` of the environment.'
  );
}
