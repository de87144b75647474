import { z } from 'zod';
import { LimioError } from '../errors/errors.js';
import { type Address, isKind } from '../model/address.js';
import { type AppliedObject, type AppliedState, type LastApply, STATE_FORMAT_VERSION } from '../model/drift.js';
import { canonicalJson, type JsonObject } from '../model/json.js';
import type { ApplyResult } from '../model/outcome.js';
import type { Change, Plan } from '../model/plan.js';
import { toBody, topLevelFields } from '../model/resource.js';
import { parseSaved, type SavedForm } from '../plan/plan-file.js';
import type { DeclaredBody } from './declared-bodies.js';

export interface StateUpdate {
  command: LastApply['command'];
  run?: string;
  /** ISO 8601. */
  at: string;
  plan: Plan;
  result: ApplyResult;
  /** Every declared object, with what its files want where that was compared. Absent in a rollback: no files. */
  declared?: ReadonlyMap<Address, DeclaredBody | undefined>;
}

/**
 * The snapshot after an apply or rollback. Pure. Only proof updates it: a change that was read back as done, or an
 * object in which files and tenant agree. A change that was not done keeps its earlier entry, marked as open; objects
 * that were deleted or are no longer declared are dropped.
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
    else objects.set(address, { body: declared?.get(address)?.body ?? mergeFields(old?.body, change) });
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

/** A rollback changes only the fields that its run changed; the others stay. */
function mergeFields(old: JsonObject | undefined, { kind, after }: Change): JsonObject {
  return toBody(kind, { ...topLevelFields(kind, old), ...topLevelFields(kind, after) });
}

const address = z
  .string()
  .refine((text) => isKind(text.slice(0, Math.max(text.indexOf(':'), 0))), 'it must be kind:name');

/** Loose: a later tool of the same format version may add keys. */
const stateSchema = z.looseObject({
  environment: z.string(),
  host: z.string(),
  last: z.looseObject({
    command: z.enum(['apply', 'rollback']),
    run: z.string().optional(),
    at: z.iso.datetime(),
    toolVersion: z.string(),
    commit: z.string().optional(),
    fingerprint: z.string(),
    filesHash: z.string(),
    complete: z.boolean(),
    verified: z.boolean(),
  }),
  objects: z.record(
    address,
    z.looseObject({
      body: z.record(z.string(), z.json()),
      open: z.enum(['failed', 'unverified', 'blocked', 'withheld']).optional(),
    }),
  ),
});

const STATE_FORM: SavedForm = {
  kind: 'limio-sync/state',
  formatVersion: STATE_FORMAT_VERSION,
  schema: stateSchema,
  name: 'snapshot',
  invalid: {
    code: 'STATE_INVALID',
    hint: 'Restore an earlier version of the file, or delete it: the next apply writes a new one.',
  },
  otherVersion: {
    code: 'STATE_VERSION',
    hint: 'Use the version of limio-sync that wrote it, or delete the file: the next apply writes a new one.',
  },
};

/** Which tenant a snapshot must be of. */
export interface StatePlace {
  environment: string;
  host: string;
}

/**
 * The snapshot that a file holds.
 * @throws LimioError STATE_INVALID when it is none, STATE_VERSION when it is of another format,
 * STATE_ELSEWHERE when it is of another environment or tenant.
 */
export function parseState(text: string, file: string, place: StatePlace): AppliedState {
  const state = parseSaved(text, file, STATE_FORM) as unknown as AppliedState;
  if (state.environment === place.environment && state.host === place.host) return state;
  throw new LimioError({
    code: 'STATE_ELSEWHERE',
    message:
      `${file} is the snapshot of ${state.environment} (${state.host}), ` +
      `not of ${place.environment} (${place.host}).`,
    hint: 'If the environment now names another tenant, delete the file: the next apply writes a new one.',
  });
}

/** The text of a snapshot, sorted at every depth so that a git diff shows only what changed. */
export function formatState({ last, objects, ...head }: AppliedState): string {
  const sorted = JSON.parse(canonicalJson(objects as unknown as JsonObject)) as JsonObject;
  return `${JSON.stringify({ ...head, last, objects: sorted }, null, 2)}\n`;
}
