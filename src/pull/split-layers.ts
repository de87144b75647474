import { type Json, type JsonObject, getOwn, isJsonObject, jsonEqual, withKey } from '../model/json.js';

/** Where differences go that no overlay supplies so far. */
export type PullInto = 'base' | 'overlay';

/** A base and its overlay, which is merged over it by RFC 7396. */
export interface LayerValues {
  base: JsonObject;
  overlay: JsonObject;
}

/**
 * The two layers that merge to `wanted` in place of `merged`: each difference goes where the value
 * comes from, or all `into` the overlay, which leaves the base to other environments. Null in an overlay takes a key out of the base, so what the tenant has cleared is then
 * no longer managed in that environment.
 */
export function splitLayers(
  layers: LayerValues,
  merged: JsonObject,
  wanted: JsonObject,
  into: PullInto = 'base',
): LayerValues {
  let { base, overlay } = layers;
  for (const key of new Set([...Object.keys(merged), ...Object.keys(wanted)])) {
    const value = getOwn(wanted, key);
    const before = getOwn(merged, key);
    if (jsonEqual(before, value)) continue;
    const below = getOwn(base, key);
    const above = getOwn(overlay, key);
    if (above === undefined && into === 'base') {
      base = setKey(base, key, value);
    } else if (
      (above === undefined || isJsonObject(above)) &&
      isJsonObject(below) &&
      isJsonObject(before) &&
      isJsonObject(value)
    ) {
      const inner = splitLayers({ base: below, overlay: above ?? {} }, before, value, into);
      base = setKey(base, key, inner.base);
      overlay = setKey(overlay, key, inner.overlay);
    } else {
      overlay = setKey(overlay, key, value ?? (below === undefined || below === null ? undefined : null));
    }
  }
  return { base, overlay };
}

/** In its place where the key is there already. */
function setKey(object: JsonObject, key: string, value: Json | undefined): JsonObject {
  if (value === undefined) return Object.fromEntries(Object.entries(object).filter(([k]) => k !== key));
  if (!Object.hasOwn(object, key)) return withKey(object, key, value);
  return Object.fromEntries(Object.entries(object).map(([k, old]) => [k, k === key ? value : old]));
}
