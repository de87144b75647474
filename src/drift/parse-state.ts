import { z } from 'zod';
import { LimioError } from '../errors/limio-error.js';
import { isKind } from '../model/address.js';
import { type AppliedState, STATE_FORMAT_VERSION } from '../model/applied-state.js';
import { type Json, getOwn, isJsonObject } from '../model/json.js';

const address = z.string().refine((text) => isKind(text.slice(0, Math.max(text.indexOf(':'), 0))), 'it must be kind:name');

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
  const value = parseJson(text, file);
  if (!isJsonObject(value) || getOwn(value, 'kind') !== 'limio-sync/state') throw refuse(file, 'it is no snapshot of limio-sync');
  const version = getOwn(value, 'formatVersion');
  if (version !== STATE_FORMAT_VERSION) {
    throw new LimioError({
      code: 'STATE_VERSION',
      message: `${file} has the format version ${JSON.stringify(version) ?? 'none'}; this limio-sync reads version ${STATE_FORMAT_VERSION}.`,
      hint: 'Use the version of limio-sync that wrote it, or delete the file: the next apply writes a new one.',
    });
  }
  const parsed = stateSchema.safeParse(value);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw refuse(file, issue === undefined ? 'its shape is not that of a snapshot' : `${issue.path.map(String).join('.')}: ${issue.message}`);
  }
  const state = value as unknown as AppliedState;
  if (state.environment === place.environment && state.host === place.host) return state;
  throw new LimioError({
    code: 'STATE_ELSEWHERE',
    message: `${file} tells what ${state.environment} (${state.host}) was; it says nothing of ${place.environment} (${place.host}).`,
    hint: 'Does the environment name another tenant now, delete the file: the next apply writes a new one.',
  });
}

function parseJson(text: string, file: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    throw refuse(file, 'it is not JSON');
  }
}

function refuse(file: string, why: string): LimioError {
  return new LimioError({ code: 'STATE_INVALID', message: `${file} cannot be used: ${why}.`, hint: 'Take an earlier version of it, or delete it: the next apply writes a new one.' });
}
