import { type Json, isJsonObject } from './json.js';

/**
 * JSON Merge Patch (RFC 7396, section 2): objects are merged key by key, `null` takes a key out, and
 * anything else, lists included, replaces what was there. Neither argument is changed; keys keep
 * their order, new ones come last.
 */
export function mergePatch(target: Json | undefined, patch: Json): Json {
  if (!isJsonObject(patch)) return patch;
  // A Map, since a key may be called `__proto__`.
  const merged = new Map(isJsonObject(target) ? Object.entries(target) : []);
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) merged.delete(key);
    else merged.set(key, mergePatch(merged.get(key), value));
  }
  return Object.fromEntries(merged);
}
