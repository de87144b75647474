import { isCatalogKind } from '../model/address.js';
import { getOwn, isJsonObject, type Json, type JsonObject } from '../model/json.js';
import type { Change } from '../model/plan.js';

/** The whole body as it is after the plan: what the change sends laid over what is live. Undefined when deleted. */
export function effectiveBody(live: JsonObject, change: Change | undefined): JsonObject | undefined {
  if (!change) return live;
  if (change.action === 'delete') return undefined;
  const { after = {} } = change;
  if (!isCatalogKind(change.kind)) return merge(live, after);
  return { ...live, attributes: merge(asObject(getOwn(live, 'attributes')), asObject(getOwn(after, 'attributes'))) };
}

/** Null clears. */
function merge(live: JsonObject, after: JsonObject): JsonObject {
  const merged = new Map([...Object.entries(live), ...Object.entries(after)]);
  return Object.fromEntries([...merged].filter(([, value]) => value !== null));
}

function asObject(value: Json | undefined): JsonObject {
  return isJsonObject(value) ? value : {};
}
