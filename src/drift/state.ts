import { z } from 'zod';
import { LimioError } from '../errors/errors.js';
import { type Address, isKind } from '../model/address.js';
import { type AppliedObject, type AppliedState, type LastApply, STATE_FORMAT_VERSION } from '../model/drift.js';
import { canonicalJson, defined, type Json, type JsonObject, type SameType, withKey } from '../model/json.js';
import { toBody, topLevelFields } from '../model/model.js';
import { formatCommand } from '../model/text.js';
import type { ApplyResult } from '../model/outcome.js';
import type { Change, OnceManaged, Plan } from '../model/plan.js';
import type { PendingPublish } from '../model/run.js';
import { compareBy } from '../model/words.js';
import type { ResourceDiff } from '../plan/compare.js';
import type { PlanContext } from '../plan/plan-context.js';
import { parseSaved, type SavedForm } from '../plan/saved-file.js';
import { type DeclaredBody, listDeclaredBodies } from './declared-bodies.js';

export interface StateUpdate {
  command: Exclude<LastApply['command'], 'baseline'>;
  run?: string;
  /** ISO 8601. */
  at: string;
  plan: Plan;
  result: ApplyResult;
  /** Pages that this run or an earlier one changed and none reported live. */
  pending?: readonly PendingPublish[];
  /** Every declared object; with its body where it was compared. Absent in a rollback, which has no files. */
  declared?: ReadonlyMap<Address, DeclaredBody | undefined>;
}

/**
 * The snapshot after an apply or rollback. An entry is updated only by a change that was read back as done, or by an
 * object in which files and tenant agree. A change that was not done keeps its earlier entry, marked as open. Objects
 * that were deleted or are no longer declared are dropped. Pure.
 */
export function updateState(previous: AppliedState | undefined, update: StateUpdate): AppliedState {
  const { plan, result, declared, pending = [] } = update;
  const changes = new Map(plan.changes.map((change) => [change.address, change]));
  // Object.entries() gives strings; the keys are addresses.
  const kept = Object.entries(previous?.objects ?? {}) as [Address, AppliedObject][];
  const moving = new Set(plan.changes.flatMap(({ movedFrom }) => movedFrom?.address ?? []));
  const isKept = (address: Address): boolean => changes.has(address) || moving.has(address);
  const objects = new Map(kept.filter(([address]) => !declared || declared.has(address) || isKept(address)));
  const released = groupReleased(plan.onceManaged ?? []);
  const toEntry = (address: Address, { body, unmanaged }: DeclaredBody): AppliedObject => ({
    body,
    ...(unmanaged.length === 0 ? {} : { unmanaged }),
    ...defined({ released: released.get(address) }),
  });
  for (const [address, found] of declared ?? []) {
    if (found?.agrees && !changes.has(address)) objects.set(address, toEntry(address, found));
  }
  for (const { address, status } of result.outcomes) {
    const change = changes.get(address);
    if (!change) continue;
    const { movedFrom } = change;
    const old = objects.get(address) ?? (movedFrom && objects.get(movedFrom.address));
    if (status !== 'done') {
      // What is only to be deleted was not declared here, unless an entry says so.
      const body = old?.body ?? (change.action === 'delete' ? undefined : change.before);
      if (body) objects.set(address, { ...old, body, open: status });
    } else if (change.action === 'delete') objects.delete(address);
    else {
      if (movedFrom) objects.delete(movedFrom.address);
      const found = declared?.get(address);
      const { open: _open, ...earlier } = old ?? {};
      objects.set(address, found ? toEntry(address, found) : { ...earlier, body: mergeFields(old?.body, change) });
    }
  }
  const settled = new Set(result.outcomes.flatMap(({ address, status }) => (status === 'done' ? [address] : [])));
  const differed = previous?.differed?.filter((one) => !objects.has(one) && !settled.has(one)) ?? [];
  return {
    kind: 'limio-sync/state',
    formatVersion: STATE_FORMAT_VERSION,
    environment: plan.environment,
    host: plan.host,
    last: describeLast(update),
    ...(pending.length === 0 ? {} : { pending: [...pending] }),
    ...(differed.length === 0 ? {} : { differed }),
    objects: Object.fromEntries([...objects].sort(compareBy(([address]) => address))),
  };
}

export interface BaselineInput {
  context: Pick<PlanContext, 'environment' | 'host' | 'toolVersion' | 'commit'>;
  /** ISO 8601. */
  at: string;
  filesHash: string;
  pending: readonly PendingPublish[];
  /** Objects that differ, or that could not be read. */
  differed: readonly Address[];
}

/** A first snapshot, without an apply: what files and tenant agree on. It proves no page live. Pure. */
export function makeBaseline(
  diffs: readonly ResourceDiff[],
  { context: { environment, host, toolVersion, commit }, at, filesHash, pending, differed }: BaselineInput,
): AppliedState {
  const complete = differed.length === 0;
  const objects = [...listDeclaredBodies(diffs)].flatMap(([address, { body, unmanaged, agrees }]) =>
    agrees ? [[address, { body, ...(unmanaged.length === 0 ? {} : { unmanaged }) }] as const] : [],
  );
  return {
    kind: 'limio-sync/state',
    formatVersion: STATE_FORMAT_VERSION,
    environment,
    host,
    // The tenant is at this commit only where nothing differs.
    last: {
      command: 'baseline',
      at,
      toolVersion,
      ...(complete ? defined({ commit }) : {}),
      filesHash,
      complete,
      verified: false,
    },
    ...(pending.length === 0 ? {} : { pending: [...pending] }),
    ...(complete ? {} : { differed: [...new Set(differed)].sort() }),
    objects: Object.fromEntries(objects.sort(compareBy(([address]) => address))),
  };
}

/** Once the files are applied without a field, only this remembers that they set it. */
function groupReleased(fields: readonly OnceManaged[]): Map<Address, JsonObject> {
  const groups = new Map<Address, JsonObject>();
  for (const { address, path, applied } of fields)
    groups.set(address, withKey(groups.get(address) ?? {}, path, applied));
  return groups;
}

function describeLast({ command, run, at, plan, result, pending = [] }: StateUpdate): LastApply {
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
      pending.length === 0 &&
      publish.pages.every(
        ({ status, route, withheld }) =>
          status === 'live' || (status === 'skipped' && route === undefined && !withheld),
      ),
  };
}

/** A rollback changes only the fields that its run changed; the others stay. */
function mergeFields(old: JsonObject | undefined, { kind, after }: Change): JsonObject {
  return toBody(kind, { ...topLevelFields(kind, old), ...topLevelFields(kind, after) });
}

const address = z.custom<Address>(
  (text) => typeof text === 'string' && isKind(text.slice(0, Math.max(text.indexOf(':'), 0))),
  'it must be kind:name',
);

/** Unknown keys are allowed: a later tool of the same format version may add them. */
const stateSchema = z.object({
  kind: z.literal('limio-sync/state'),
  formatVersion: z.literal(STATE_FORMAT_VERSION),
  environment: z.string(),
  host: z.string(),
  last: z.object({
    command: z.enum(['apply', 'rollback', 'restore', 'baseline']),
    run: z.exactOptional(z.string()),
    at: z.iso.datetime(),
    toolVersion: z.string(),
    commit: z.exactOptional(z.string()),
    fingerprint: z.exactOptional(z.string()),
    filesHash: z.string(),
    complete: z.boolean(),
    verified: z.boolean(),
  }),
  pending: z.exactOptional(
    z.array(
      z.object({
        path: z.string(),
        items: z.array(address),
        written: z.exactOptional(z.record(address, z.record(z.string(), z.json()))),
        buildItems: z.array(z.string()),
        run: z.string(),
      }),
    ),
  ),
  differed: z.exactOptional(z.array(address)),
  objects: z.record(
    address,
    z.object({
      body: z.record(z.string(), z.json()),
      unmanaged: z.exactOptional(z.array(z.string())),
      released: z.exactOptional(z.record(z.string(), z.json())),
      open: z.exactOptional(z.enum(['failed', 'unverified', 'blocked', 'withheld'])),
    }),
  ),
});

/** `never`, which does not compile below, unless schema and type describe the same. */
type ParsedState = SameType<AppliedState, z.infer<typeof stateSchema>> extends true ? AppliedState : never;

const STATE_FORM: Omit<SavedForm, 'invalid'> = {
  kind: 'limio-sync/state',
  formatVersion: STATE_FORMAT_VERSION,
  schema: stateSchema,
  name: 'snapshot',
  otherVersion: {
    code: 'STATE_VERSION',
    hint:
      'Use the version of limio-sync that wrote it. ' +
      'Without a shared store you can also delete the file, and run: limio-sync drift --baseline',
  },
};

/** A damaged snapshot in a shared store comes back after its copy was deleted. */
export function hintDamaged(environment: string): string {
  return (
    'To remove it, in the shared store too if there is one: ' +
    `${formatCommand('state', 'prune', '--damaged', '--env', environment)}. ` +
    `Then record a new one: ${formatCommand('drift', '--baseline', '--env', environment)}`
  );
}

/** Where a snapshot must come from. */
export interface StatePlace {
  environment: string;
  host: string;
}

/**
 * The snapshot in a file.
 * @throws LimioError STATE_INVALID when it is not a snapshot, STATE_VERSION when it has another format version,
 * STATE_ELSEWHERE when it belongs to another environment or tenant.
 */
export function parseState(text: string, file: string, place: StatePlace): AppliedState {
  // The schema has checked it.
  const invalid = { code: 'STATE_INVALID', hint: hintDamaged(place.environment) } as const;
  const state = parseSaved(text, file, { ...STATE_FORM, invalid }) as unknown as ParsedState;
  if (state.environment === place.environment && state.host === place.host) return state;
  throw new LimioError({
    code: 'STATE_ELSEWHERE',
    message:
      `${file} is the snapshot of ${state.environment} (${state.host}), ` +
      `not of ${place.environment} (${place.host}).`,
    hint: 'If the environment now names another tenant, delete the file and run: limio-sync drift --baseline',
  });
}

/** The text of a snapshot, sorted at every depth so that `git diff` shows only what changed. */
export function formatState({ last, pending, differed, objects, ...head }: AppliedState): string {
  // Objects are JSON, which an interface cannot say.
  const sorted: Json = JSON.parse(canonicalJson(objects as unknown as Json)) as Json;
  return `${JSON.stringify({ ...head, last, pending, differed, objects: sorted }, null, 2)}\n`;
}
