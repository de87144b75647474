import { createJourneyCodec } from '../kinds/journey/codec.js';
import { createKindRules, KIND_DEFINITIONS } from '../kinds/kinds.js';
import { createLiveState } from '../kinds/read-live.js';
import { listUndeclaredParts } from '../kinds/released-fields.js';
import { hideInKinds } from '../kinds/secrets/hide-in-kinds.js';
import { hideSecrets } from '../kinds/secrets/secrets.js';
import type { Address } from '../model/address.js';
import { mapConcurrent } from '../model/async.js';
import type { AppliedState } from '../model/drift.js';
import { getOwn, type Json, type JsonObject } from '../model/json.js';
import type { LiveReader } from '../model/live-api.js';
import { type DesiredResource, toBody, topLevelFields } from '../model/model.js';
import type { Change } from '../model/plan.js';
import { compareDesired, type ResourceDiff } from '../plan/compare.js';
import { READS_AT_ONCE } from '../plan/incomplete-reads.js';
import { ignoreFields } from '../plan/managed.js';
import type { PlanContext } from '../plan/plan-context.js';

/**
 * `listDeclaredBodies` for the apply of a saved plan, which has no comparison. Reads at head, and only objects that the
 * plan does not change and that the snapshot does not already know as declared. Undefined for all others. Never lists.
 */
export async function readDeclaredBodies(
  tenant: LiveReader,
  declared: readonly DesiredResource[],
  {
    changes,
    previous,
    context,
  }: { changes: readonly Change[]; previous: AppliedState | undefined; context: PlanContext },
): Promise<Map<Address, DeclaredBody | undefined>> {
  const reader = hideSecrets(tenant, context.secrets);
  const kinds = hideInKinds(createKindRules(context.dialect), context.secrets);
  const codec = createJourneyCodec(context.dialect.journeyCodec, []);
  const { desired } = ignoreFields(declared, context.ignore, kinds, context.ownership);
  const changed = new Set(changes.map(({ address }) => address));
  const isKnown = (resource: DesiredResource): boolean => {
    const { address, kind, name } = resource;
    const known = previous?.objects[address];
    if (changed.has(address) || !known) return changed.has(address);
    const live = { address, kind, name, body: known.body, atHead: true, record: {} };
    return known.open === undefined && kinds[kind].compareWithLive(resource, live, codec).fields.length === 0;
  };
  const unknown = desired.filter((resource) => !isKnown(resource));
  const compared = await mapConcurrent(unknown, READS_AT_ONCE, async (resource) => {
    const live = await kinds[resource.kind].read(reader, resource.name);
    return compareDesired(resource, createLiveState(live ? [live] : []), kinds[resource.kind], codec);
  });
  const bodies = listDeclaredBodies(compared);
  return new Map(desired.map(({ address }) => [address, bodies.get(address)]));
}

/** An object as declared, for the snapshot. */
export interface DeclaredBody {
  /** Every declared top-level field in wire form; null when it is cleared. */
  body: JsonObject;
  /** See {@link AppliedObject.unmanaged}. */
  unmanaged: string[];
  /** True when the tenant has exactly that. */
  agrees: boolean;
}

/** The bodies that a complete apply leaves behind. Pure. */
export function listDeclaredBodies(diffs: readonly ResourceDiff[]): Map<Address, DeclaredBody> {
  return new Map(
    diffs.map((one) => {
      const { address, kind, body: declared } = one.desired;
      const body = fillFields(one);
      const unmanaged = listUndeclaredParts(kind, body, declared, KIND_DEFINITIONS[kind].fields);
      return [address, { body, unmanaged, agrees: one.change === undefined }];
    }),
  );
}

/** Adds declared fields that `after` lacks: create-only ones, and absent ones that count as equal. */
function fillFields({ desired: { kind, body }, live, diff }: ResourceDiff): JsonObject {
  const after = topLevelFields(kind, diff.after);
  const held = topLevelFields(kind, live?.body);
  const left = Object.keys(topLevelFields(kind, body)).filter((name) => !Object.hasOwn(after, name));
  const filled = left.map((name): [string, Json] => [name, getOwn(held, name) ?? null]);
  return toBody(kind, Object.fromEntries([...Object.entries(after), ...filled]));
}
