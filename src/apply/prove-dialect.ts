import type { Dialect } from '../model/dialect.js';
import { getOwn, isJsonObject, type Json, jsonEqual, type JsonObject, parsePointer } from '../model/json.js';
import type { Change, FieldChange } from '../model/plan.js';
import { formatCommand } from '../model/text.js';
import type { Standing } from './live-comparison.js';

/** What bulk-update is asked to do to an attribute; tenants may differ in each (API reference, section 4). */
export type EditTrait = 'set' | 'merge' | 'remove';

/** The sorts of edit that a catalog change needs. */
export function listEditTraits(change: Change): Set<EditTrait> {
  const before = attributesOf(change.before && getOwn(change.before, 'attributes'));
  const after = attributesOf(change.after && getOwn(change.after, 'attributes'));
  const traits = new Set<EditTrait>();
  for (const key of new Set([...before.keys(), ...after.keys()])) {
    const from = before.get(key);
    const to = after.get(key);
    if (jsonEqual(from ?? null, to ?? null)) continue;
    if (to === undefined || to === null) traits.add('remove');
    else traits.add(isJsonObject(from) && isJsonObject(to) && dropsKeys(from, to) ? 'merge' : 'set');
  }
  return traits;
}

/** An object that keeps all its keys comes out the same whether it is merged or replaced. */
function dropsKeys(from: JsonObject, to: JsonObject): boolean {
  return Object.entries(from).some(([key, value]) => {
    const wanted = getOwn(to, key);
    return wanted === undefined || (isJsonObject(value) && isJsonObject(wanted) && dropsKeys(value, wanted));
  });
}

function attributesOf(attributes: Json | undefined): Map<string, Json> {
  return new Map(isJsonObject(attributes) ? Object.entries(attributes) : []);
}

/**
 * Whether an item that did not come back as sent was understood all the same: every value that
 * differs was set, to something else of its sort (trimmed, in upper case, in another order). A value
 * that stayed as it was, is missing or is left over speaks of the dialect instead, and so does an object.
 */
export function isRewritten({ state, moved, differences }: Standing): boolean {
  const set = new Set(moved.map(({ path }) => path));
  return (
    state === 'other' &&
    differences.every(
      ({ path, before, after }) => set.has(path) && sortOf(before) !== 'object' && sortOf(before) === sortOf(after),
    )
  );
}

/** A field that is not there is like an object: no value to be rewritten. */
function sortOf(value: Json | undefined): string {
  return value === undefined ? 'object' : Array.isArray(value) ? 'list' : typeof value;
}

/**
 * Which dialect setting to doubt when the first bulk-update did not give what was sent (API
 * reference, section 4). `differences` go from the wanted state to what is live.
 */
export function describeDialectDoubt(
  unchanged: boolean,
  differences: readonly FieldChange[],
  dialect: Pick<Dialect, 'bulkUpdate'>,
  environment: string,
): string {
  const { wrapper, merge, removal } = dialect.bulkUpdate;
  const leftOver = differences.filter(({ before, show }) => before === undefined && show !== 'order');
  const wholeAttributes = leftOver.filter(({ path }) => parsePointer(path).length <= 2);
  const settings = [`dialect.bulkUpdate.wrapper (now ${wrapper})`, `dialect.bulkUpdate.merge (now ${merge})`];
  settings.push(`dialect.bulkUpdate.removal (now ${removal})`);
  // An attribute that should be gone and is not points to removal, a key inside one to merge; but
  // where nothing changed at all, a wrapper that was not understood explains it as well.
  const suspect =
    leftOver.length < differences.length
      ? unchanged
        ? settings[0]
        : undefined
      : wholeAttributes.length === leftOver.length
        ? unchanged
          ? `${settings[0]} or ${settings[2]}`
          : settings[2]
        : wholeAttributes.length === 0
          ? settings[1]
          : undefined;
  const first = suspect === undefined ? '' : `Most likely ${suspect}. `;
  return (
    `${first}Check ${settings.join(', ')} in limio.config.ts, then run: ${formatCommand('plan', '--env', environment)}. ` +
    'If the tenant only spells the value in its own way, declare that value, or name the field under `ignore` of the environment.'
  );
}
