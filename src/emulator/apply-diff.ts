import type { Dialect } from '../model/dialect.js';
import { getOwn, isJsonObject, type Json, type JsonObject } from '../model/json.js';
import { getAttributes, type ItemRecord } from './item-record.js';

type Rules = Dialect['bulkUpdate'];

/** Fields that no diff can move: without them the tenant could not find the item again. */
const FIXED = new Set(['path', 'name', 'id', 'type', 'version', 'record_type', 'created', 'modified']);

/**
 * The item with a bulk-update diff applied as this tenant understands it (API reference, sections 4
 * and 11). A diff in another wrapper is not refused: its keys land one level too high or too low,
 * which is what a client has to find out by reading back.
 */
export function applyDiff(item: ItemRecord, diff: JsonObject, rules: Rules): ItemRecord {
  if (rules.wrapper === 'bare') return withAttributes(item, diff, rules);
  if (rules.wrapper === 'attributes') return applyToData(item, diff, rules);
  const inner = getOwn(diff, 'data');
  const outer = mergeInto(item, omit(diff, 'data'), rules);
  // FIXED keys cannot have moved, so it still is an item; a key that null removed is gone.
  return applyToData({ ...(outer as ItemRecord), data: item.data }, isJsonObject(inner) ? inner : {}, rules);
}

function applyToData(item: ItemRecord, diff: JsonObject, rules: Rules): ItemRecord {
  const data = mergeInto(item.data, omit(diff, 'attributes'), rules);
  const attributes = getOwn(diff, 'attributes');
  return withAttributes({ ...item, data }, isJsonObject(attributes) ? attributes : {}, rules);
}

function withAttributes(item: ItemRecord, changes: JsonObject, rules: Rules): ItemRecord {
  return { ...item, data: { ...item.data, attributes: mergeKeys(getAttributes(item), changes, rules) } };
}

function mergeInto(target: JsonObject, changes: JsonObject, rules: Rules): JsonObject {
  return mergeKeys(target, Object.fromEntries(Object.entries(changes).filter(([key]) => !FIXED.has(key))), rules);
}

/** Null removes a key, or changes nothing where removal is unsupported. */
function mergeKeys(target: JsonObject, changes: JsonObject, rules: Rules): JsonObject {
  const merged = new Map(Object.entries(target));
  for (const [key, value] of Object.entries(changes)) {
    if (value !== null) merged.set(key, mergeValue(merged.get(key), value, rules));
    else if (rules.removal === 'null') merged.delete(key);
  }
  return Object.fromEntries(merged);
}

/** Deep: objects are merged at every depth; arrays are always replaced whole. */
function mergeValue(old: Json | undefined, value: Json, rules: Rules): Json {
  if (rules.merge === 'shallow' || !isJsonObject(value)) return value;
  return mergeKeys(isJsonObject(old) ? old : {}, value, rules);
}

function omit(object: JsonObject, key: string): JsonObject {
  return Object.fromEntries(Object.entries(object).filter(([k]) => k !== key));
}
