import { type Address, isCatalogKind } from '../model/address.js';
import { type AppliedObject, type AppliedState, type LastApply, STATE_FORMAT_VERSION } from '../model/drift.js';
import { getOwn, isJsonObject, type JsonObject } from '../model/json.js';
import type { ApplyResult } from '../model/outcome.js';
import type { Change, Plan } from '../model/plan.js';
import type { DeclaredBody } from './list-declared-bodies.js';

export interface StateUpdate {
  command: LastApply['command'];
  run?: string;
  /** ISO 8601. */
  at: string;
  plan: Plan;
  result: ApplyResult;
  /** Every declared object, with what its files want where that was compared; absent when the files of the plan are not at hand, as in a rollback. */
  declared?: ReadonlyMap<Address, DeclaredBody | undefined>;
}

/**
 * The snapshot after an apply or rollback. Pure. Only what was proven moves it: a change that was
 * read back as done, and objects in which files and tenant agree. What did not come through keeps
 * its earlier entry, marked; what was deleted, or is no longer declared, leaves.
 */
export function updateState(previous: AppliedState | undefined, update: StateUpdate): AppliedState {
  const { plan, result, declared } = update;
  const changes = new Map(plan.changes.map((change) => [change.address, change]));
  const kept = Object.entries(previous?.objects ?? {}) as [Address, AppliedObject][];
  const objects = new Map(kept.filter(([address]) => !declared || declared.has(address) || changes.has(address)));
  for (const [address, found] of declared ?? []) {
    if (found?.agrees && !changes.has(address)) objects.set(address, { body: found.body });
  }
  for (const { address, status } of result.outcomes) {
    const change = changes.get(address);
    if (!change) continue;
    const old = objects.get(address);
    if (status !== 'done') {
      const body = old?.body ?? change.before;
      if (body) objects.set(address, { body, open: status });
    } else if (change.action === 'delete') objects.delete(address);
    else objects.set(address, { body: declared?.get(address)?.body ?? layUnits(old?.body, change) });
  }
  return {
    kind: 'limio-sync/state',
    formatVersion: STATE_FORMAT_VERSION,
    environment: plan.environment,
    host: plan.host,
    last: describeLast(update),
    objects: Object.fromEntries([...objects].sort(([a], [b]) => (a < b ? -1 : 1))),
  };
}

function describeLast({ command, run, at, plan, result }: StateUpdate): LastApply {
  const { toolVersion, commit, fingerprint, filesHash } = plan;
  const { interrupted, outcomes, publish } = result;
  return {
    command,
    ...(run === undefined ? {} : { run }),
    at,
    toolVersion,
    ...(commit === undefined ? {} : { commit }),
    fingerprint,
    filesHash,
    complete: !interrupted && outcomes.every(({ status }) => status === 'done'),
    // A page without a URL is skipped and can never be live; a withheld one waits.
    verified:
      !interrupted &&
      publish.pages.every(({ status, withheld }) => status === 'live' || (status === 'skipped' && !withheld)),
  };
}

/** A rollback touches only the units that its run moved; the others are as they were. */
function layUnits(old: JsonObject = {}, { kind, after = {} }: Change): JsonObject {
  if (!isCatalogKind(kind)) return { ...old, ...after };
  const [before, laid] = [old, after]
    .map((body) => getOwn(body, 'attributes'))
    .map((attributes) => (isJsonObject(attributes) ? attributes : {}));
  return { attributes: { ...before, ...laid } };
}
