import type { KindRules } from '../kinds/kind-definition.js';
import { makePromoCodeId } from '../kinds/promo-code/promo-code.js';
import { isCatalogKind, parseAddress } from '../model/address.js';
import { getOwn, isJsonObject, type Json, type JsonObject } from '../model/json.js';
import type { Change } from '../model/plan.js';
import type { LiveResource } from '../model/resource.js';
import type { SavedObject, TouchedObject } from '../model/run.js';
import { type ResourceDiff, describeLive, effectiveBody, toPatch } from './compare.js';
import { hashJson } from './fingerprint.js';

/** What takes one change back. Undefined where nothing of it took effect. */
export type Reversed = { compared: ResourceDiff; live?: LiveResource } | { deletion: Change; live: LiveResource };

export interface ReverseContext {
  run: string;
  rules: KindRules;
}

/** From what the run left to what was there before; where nobody read what it left, it is taken to be what was sent. */
export function reverseChange(change: Change, touched: TouchedObject, context: ReverseContext): Reversed | undefined {
  const saved = touched.before;
  const left = touched.left === undefined ? assumeLeft(change, saved) : touched.left;
  if (left === null) return saved === null ? undefined : { compared: recreate(change, saved, context) };
  const live = toLive(change, left);
  if (saved === null) return { deletion: remove(change, live, context), live };
  const compared = setBack(change, saved, live, context);
  return compared && { compared, live };
}

function assumeLeft(change: Change, saved: SavedObject | null): SavedObject | null {
  const body = effectiveBody(saved?.body ?? {}, change);
  return body === undefined ? null : { ...saved, body };
}

function toLive({ address, kind }: Change, { body, id, version }: SavedObject): LiveResource {
  const { name } = parseAddress(address);
  return {
    address,
    kind,
    name,
    body,
    ...(id === undefined ? {} : { id }),
    ...(version === undefined ? {} : { version }),
    atHead: true,
    record: {},
  };
}

/** Only the units that the run moved: what others edit beside them stays theirs. */
function setBack(
  change: Change,
  saved: SavedObject,
  live: LiveResource,
  context: ReverseContext,
): ResourceDiff | undefined {
  const { rules, run } = context;
  const units = listUnits(change).filter(
    (unit) => rules.compare(pickUnits(change, live.body, [unit]), pickUnits(change, saved.body, [unit])).length > 0,
  );
  if (units.length === 0) return undefined;
  const before = pickUnits(change, live.body, units);
  const after = pickUnits(change, saved.body, units, true);
  const fields = rules.compare(before, after);
  const reversed: Change = {
    ...identify(change),
    action: 'update',
    reason: `set back to what it was before the run ${run}`,
    before,
    after,
    fields,
    patch: toPatch(before, after),
    live: describeLive(live, before),
    dependsOn: [],
    risk: change.risk,
  };
  const routing =
    change.kind === 'journey'
      ? { before: rules.present(live.body), after: rules.present(effectiveBody(live.body, reversed) ?? {}) }
      : undefined;
  return toCompared({ ...reversed, ...(routing ? { routing } : {}) }, live, rules.listUnremovable(before, after));
}

function recreate(change: Change, { body, id }: SavedObject, context: ReverseContext): ResourceDiff {
  const { name } = parseAddress(change.address);
  const shown = context.rules.present(body);
  const ownId = change.kind === 'promo_code' && id !== undefined && id !== makePromoCodeId(name);
  return toCompared({
    ...identify(change),
    action: 'create',
    reason: `deleted by the run ${context.run}`,
    after: body,
    fields: context.rules.compare({}, body),
    ...(change.kind === 'journey' ? { routing: { after: shown } } : {}),
    patch: toPatch(undefined, body),
    ...(ownId ? { live: { id, hash: hashJson({}) } } : {}),
    dependsOn: [],
    risk: change.risk,
  });
}

function remove(change: Change, live: LiveResource, context: ReverseContext): Change {
  return {
    ...identify(change),
    action: 'delete',
    reason: `created by the run ${context.run}`,
    before: live.body,
    fields: context.rules.compare(live.body, {}),
    ...(change.kind === 'journey' ? { routing: { before: context.rules.present(live.body) } } : {}),
    patch: toPatch(live.body, undefined),
    live: describeLive(live, live.body),
    dependsOn: [],
    risk: 'high',
  };
}

function identify({ address, kind }: Change): Pick<Change, 'address' | 'kind'> {
  return { address, kind };
}

/** A change of a rollback in the shape in which the planner judges changes of files. */
function toCompared(change: Change, live?: LiveResource, unremovable: string[] = []): ResourceDiff {
  const { address, kind, before = {}, after = {}, fields } = change;
  const { name } = parseAddress(address);
  return {
    desired: { address, kind, name, body: after, owned: [], source: { file: '', line: 1, col: 1 } },
    ...(live ? { live } : {}),
    diff: { before, after, fields, unconfirmed: [], unremovable },
    change,
    notLive: false,
  };
}

/** What one write replaces whole: attributes of a catalog item, keys of other objects. */
function listUnits(change: Change): string[] {
  const parts = [change.before, change.after].map((body) => unitsOf(change, body ?? {}));
  return [...new Set(parts.flatMap((part) => Object.keys(part)))];
}

function unitsOf({ kind }: Change, body: JsonObject): JsonObject {
  if (!isCatalogKind(kind)) return body;
  const attributes = getOwn(body, 'attributes');
  return isJsonObject(attributes) ? attributes : {};
}

/** With `clear`, units that the body lacks are null. */
function pickUnits(change: Change, body: JsonObject, units: readonly string[], clear = false): JsonObject {
  const own = unitsOf(change, body);
  const picked = Object.fromEntries(
    units.flatMap((unit): [string, Json][] => {
      const value = getOwn(own, unit) ?? null;
      return value === null && !clear ? [] : [[unit, value]];
    }),
  );
  return isCatalogKind(change.kind) ? { attributes: picked } : picked;
}
