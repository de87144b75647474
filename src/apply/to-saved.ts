import { isCatalogKind } from '../model/address.js';
import { getOwn, isJsonObject, type Json, jsonEqual, type JsonObject } from '../model/json.js';
import type { Change } from '../model/plan.js';
import type { LiveResource } from '../model/resource.js';
import type { SavedObject } from '../model/run.js';
import { SECRET_OPENING } from '../model/text.js';

/**
 * An object as the journal holds it. Where the change has a secret, a value that is neither end of
 * the change may be an older secret, which nobody could tell by looking; it is left out.
 */
export function toSaved(change: Change, live: LiveResource | undefined): { live: SavedObject | null; redacted?: true } {
  if (live === undefined) return { live: null };
  const { id, version } = live;
  const body = hideBody(change, live.body);
  const saved: SavedObject = {
    body,
    ...(id === undefined ? {} : { id }),
    ...(version === undefined ? {} : { version }),
  };
  return { live: saved, ...(body === live.body ? {} : { redacted: true }) };
}

function hideBody(change: Change, body: JsonObject): JsonObject {
  if (!isCatalogKind(change.kind)) return hideUnits(body, change.before, change.after);
  const [attributes, before, after] = [body, change.before, change.after].map((one) =>
    asObject(getOwn(one ?? {}, 'attributes')),
  );
  const hidden = hideUnits(attributes ?? {}, before, after);
  return hidden === attributes ? body : { ...body, attributes: hidden };
}

function hideUnits(units: JsonObject, before: JsonObject = {}, after: JsonObject = {}): JsonObject {
  let isHidden = false;
  const entries = Object.entries(units).map(([key, value]): [string, Json] => {
    const ends = [getOwn(before, key), getOwn(after, key)];
    if (!ends.some(holdsSecret) || ends.some((end) => jsonEqual(end, value))) return [key, value];
    isHidden = true;
    return [key, '(secret)'];
  });
  return isHidden ? Object.fromEntries(entries) : units;
}

function holdsSecret(value: Json | undefined): boolean {
  const text = value === undefined ? '' : JSON.stringify(value);
  return text
    .split(SECRET_OPENING)
    .slice(1)
    .some((rest) => !rest.startsWith('}'));
}

function asObject(value: Json | undefined): JsonObject {
  return isJsonObject(value) ? value : {};
}
