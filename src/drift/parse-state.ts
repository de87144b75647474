import { z } from 'zod';
import { LimioError } from '../errors/errors.js';
import { isKind } from '../model/address.js';
import { type AppliedState, STATE_FORMAT_VERSION } from '../model/drift.js';
import { parseSaved, type SavedForm } from '../plan/parse-saved.js';

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
    hint: 'Take an earlier version of it, or delete it: the next apply writes a new one.',
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
    message: `${file} tells what ${state.environment} (${state.host}) was; it says nothing of ${place.environment} (${place.host}).`,
    hint: 'Does the environment name another tenant now, delete the file: the next apply writes a new one.',
  });
}
