import type { KindRules } from '../kinds/kind-definition.js';
import { makePromoCodeId } from '../kinds/promo-code/promo-code.js';
import { parseAddress } from '../model/address.js';
import { getOwn, type Json, type JsonObject } from '../model/json.js';
import { type LiveResource, toBody, topLevelFields } from '../model/model.js';
import { toPatch } from '../model/patch.js';
import type { Change } from '../model/plan.js';
import type { SavedObject, TouchedObject } from '../model/run.js';
import { describeLive, effectiveBody, type ResourceDiff } from './compare.js';
import { hashJson } from './fingerprint.js';

/** What undoes one change. */
export type Reversed = { diff: ResourceDiff; live?: LiveResource } | { deletion: Change; live: LiveResource };

export interface ReverseContext {
  run: string;
  /** The last of several runs that are undone as one. */
  lastRun: string;
  rules: KindRules;
}

/** From what the run left to what was there before. Undefined when nothing took effect. */
export function reverseChange(change: Change, touched: TouchedObject, context: ReverseContext): Reversed | undefined {
  const saved = touched.before;
  const left = touched.left === undefined ? assumeLeft(change, saved) : touched.left;
  if (left === null) return saved === null ? undefined : { diff: recreate(change, saved, context) };
  const live = toLive(change, left);
  if (saved === null) return { deletion: remove(change, live, context), live };
  const diff = restore(change, saved, live, context);
  return diff && { diff, live };
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

/** Only the fields that the run changed: other people's edits beside them stay. */
function restore(
  change: Change,
  saved: SavedObject,
  live: LiveResource,
  context: ReverseContext,
): ResourceDiff | undefined {
  const { rules, run } = context;
  const names = listFields(change).filter(
    (name) => rules.compare(pickFields(change, live.body, [name]), pickFields(change, saved.body, [name])).length > 0,
  );
  if (names.length === 0) return undefined;
  const before = pickFields(change, live.body, names);
  const after = pickFields(change, saved.body, names, true);
  const fields = rules.compare(before, after);
  const reversed: Change = {
    ...identify(change),
    action: 'update',
    reason: `restored to what it was before the run ${run}`,
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
  return toDiff({ ...reversed, ...(routing ? { routing } : {}) }, live, rules.listUnremovable(before, after));
}

function recreate(change: Change, { body, id }: SavedObject, context: ReverseContext): ResourceDiff {
  const { name } = parseAddress(change.address);
  const shown = context.rules.present(body);
  const ownId = change.kind === 'promo_code' && id !== undefined && id !== makePromoCodeId(name);
  return toDiff({
    ...identify(change),
    action: 'create',
    reason: `deleted by the run ${context.lastRun}`,
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

/** A change of a rollback in the form in which the planner evaluates changes of files. */
function toDiff(change: Change, live?: LiveResource, unremovable: string[] = []): ResourceDiff {
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

/** The top-level fields that the change sends. */
function listFields({ kind, before, after }: Change): string[] {
  return [...new Set([before, after].flatMap((body) => Object.keys(topLevelFields(kind, body))))];
}

/** With `clear`, fields that the body lacks are null. */
function pickFields({ kind }: Change, body: JsonObject, names: readonly string[], clear = false): JsonObject {
  const fields = topLevelFields(kind, body);
  const picked = names.flatMap((name): [string, Json][] => {
    const value = getOwn(fields, name) ?? null;
    return value === null && !clear ? [] : [[name, value]];
  });
  return toBody(kind, Object.fromEntries(picked));
}
