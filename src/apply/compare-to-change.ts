import { getOwn, isJsonObject, type JsonObject } from '../model/json.js';
import type { Change, FieldChange } from '../model/plan.js';
import type { KindDriver, LiveResource } from '../model/resource.js';

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
