import { getOwn, isJsonObject, type Json, jsonEqual, type JsonObject } from '../model/json.js';
import type { Change } from '../model/plan.js';

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
