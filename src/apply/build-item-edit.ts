import { LimioError } from '../errors/errors.js';
import { parseAddress } from '../model/address.js';
import { getOwn, isJsonObject, type JsonObject, parsePointer, pickKeys } from '../model/json.js';
import type { ItemEdit } from '../model/live-api.js';
import type { Change } from '../model/plan.js';
import type { KindDriver, LiveResource } from '../model/resource.js';
import { coverBoth } from './compare-to-change.js';

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
