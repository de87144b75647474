import type { ErrorCode } from '../errors/codes.js';
import { z } from 'zod';
import { type Address, isKind } from '../model/address.js';
import { isJsonObject, type Json, type JsonObject, type SameType } from '../model/json.js';
import type { ApplyResult, Outcome, OutcomeError, PageOutcome, RollbackReport } from '../model/outcome.js';
import type { FieldChange } from '../model/plan.js';
import type { JournalLine, ProcessIdentity, Recovery, SavedObject } from '../model/run.js';

/**
 * The documents of a run as schemas; each compiles only while it describes exactly the type that the
 * program uses. Unknown keys are allowed, since a later version may write them. Everything was parsed
 * as JSON, so values inside bodies need no check.
 */
function describe<T>(): <S extends z.ZodType<T>>(
  schema: SameType<T, z.infer<S>> extends true ? S : never,
) => z.ZodType<T> {
  return (schema) => schema;
}

const json = z.custom<Json>((value) => value !== undefined);
const body = z.custom<JsonObject>(isJsonObject);
const address = z.custom<Address>((value) => typeof value === 'string' && isKind(value.split(':', 1)[0] ?? ''));
const text = z.string();
const count = z.int().min(0);
/** Another version may know other codes. */
const code = z.custom<ErrorCode>((value) => typeof value === 'string');

const error = describe<OutcomeError>()(z.object({ code, message: text, hint: z.exactOptional(text) }));

const field = describe<FieldChange>()(
  z.object({
    path: text,
    before: z.exactOptional(json),
    after: z.exactOptional(json),
    show: z.enum(['value', 'text', 'html', 'set', 'order', 'routing']),
  }),
);

const outcome = describe<Outcome>()(
  z.object({
    address,
    action: z.enum(['create', 'update', 'delete']),
    status: z.enum(['done', 'failed', 'unverified', 'blocked', 'withheld']),
    alreadyDone: z.exactOptional(z.boolean()),
    undo: z.exactOptional(z.enum(['restored', 'already-as-before'])),
    error: z.exactOptional(error),
    differences: z.exactOptional(z.array(field)),
  }),
);

const page = describe<PageOutcome>()(
  z.object({
    path: text,
    route: z.exactOptional(text),
    status: z.enum(['live', 'omitted', 'failed', 'skipped']),
    build: z.enum(['none', 'accepted', 'finished']),
    withheld: z.exactOptional(z.boolean()),
    code: z.exactOptional(code),
    reason: z.exactOptional(text),
    hint: z.exactOptional(text),
  }),
);

const rollback = describe<RollbackReport>()(
  z.object({
    of: text,
    complete: z.boolean(),
    notUndone: z.array(z.object({ address, message: text })),
    resumeCommand: z.exactOptional(text),
  }),
);

const resultDocument = describe<ApplyResult>()(
  z.object({
    kind: z.literal('limio-sync/result'),
    formatVersion: z.literal(1),
    environment: text,
    host: text,
    fingerprint: text,
    outcomes: z.array(outcome),
    publish: z.object({ pages: z.array(page), onNoPage: z.array(address), withheld: z.exactOptional(error) }),
    summary: z.object({
      done: count,
      failed: count,
      unverified: count,
      blocked: count,
      withheld: count,
      pagesBuilt: count,
      pagesLive: count,
      pagesNotLive: count,
      unread: z.exactOptional(count),
      unreadLists: z.exactOptional(count),
    }),
    interrupted: z.boolean(),
    rollback: z.exactOptional(rollback),
  }),
);

const recoveryDocument = describe<Recovery>()(
  z.object({
    at: text,
    findings: z.array(
      z.object({
        subject: text,
        verdict: z.enum(['took-effect', 'no-effect', 'something-else', 'unknown']),
        message: text,
      }),
    ),
  }),
);

const process = { pid: z.int(), host: text, start: z.exactOptional(text) };

/** Who holds an environment, as the lock file says. */
export interface LockOwner extends ProcessIdentity {
  /** `apply`, `rollback` or `publish`. */
  command: string;
  environment: string;
  /** ISO 8601. */
  since: string;
  /** The person, where the system knows. */
  user?: string;
  /** Tells two locks of one process apart. */
  nonce: string;
  /** The CI run, where there is one. */
  link?: string;
  /** ISO 8601; of a lock in a shared store, which is renewed until then. */
  expiresAt?: string;
}

const lockDocument = describe<LockOwner>()(
  z.object({
    ...process,
    command: text,
    environment: text,
    since: text,
    user: z.exactOptional(text),
    nonce: text,
    link: z.exactOptional(text),
    expiresAt: z.exactOptional(text),
  }),
);

const saved = describe<SavedObject>()(
  z.object({ body, id: z.exactOptional(text), version: z.exactOptional(text) }),
).nullable();
const redacted = z.exactOptional(z.literal(true));
const write = z.int().min(1);

const journalLine = describe<JournalLine>()(
  z.discriminatedUnion('step', [
    z.object({
      at: text,
      step: z.literal('start'),
      formatVersion: z.literal(1),
      run: text,
      command: z.enum(['apply', 'rollback', 'restore', 'publish', 'doctor']),
      of: z.exactOptional(text),
      environment: text,
      host: text,
      toolVersion: text,
      fingerprint: text,
      commit: z.exactOptional(text),
      by: z.exactOptional(
        z.object({ user: z.exactOptional(text), link: z.exactOptional(text), pullRequest: z.exactOptional(text) }),
      ),
      process: z.object(process),
    }),
    z.object({ at: text, step: z.literal('before'), address, live: saved, redacted }),
    z.object({
      at: text,
      step: z.literal('write'),
      write,
      call: z.enum([
        'updateItems',
        'createItem',
        'createJourney',
        'putJourney',
        'deleteJourney',
        'createPromoCode',
        'updatePromoCode',
        'deletePromoCode',
        'startBuild',
        'publish',
        'readJob',
      ]),
      on: z.array(text),
    }),
    z.object({
      at: text,
      step: z.literal('answer'),
      write,
      answer: z.enum(['accepted', 'refused', 'lost']),
      error: z.exactOptional(error),
    }),
    z.object({
      at: text,
      step: z.literal('read-back'),
      address,
      state: z.enum(['before', 'after', 'other', 'missing', 'unreadable']),
      live: z.exactOptional(saved),
      error: z.exactOptional(error),
      redacted,
    }),
    z.object({ at: text, step: z.literal('outcome'), outcome }),
    z.object({ at: text, step: z.literal('page'), outcome: page }),
    z.object({ at: text, step: z.literal('end'), interrupted: z.boolean() }),
  ]),
);

/** The document in a text, as it was written; undefined when the text is something else. */
function parseAs<T>(schema: z.ZodType<T>, source: string | undefined): T | undefined {
  try {
    const value: unknown = JSON.parse(source ?? '');
    // The value and not zod's copy, which would lose a key `__proto__`.
    return schema.safeParse(value).success ? (value as T) : undefined;
  } catch {
    return undefined;
  }
}

export const parseResult = (source: string | undefined): ApplyResult | undefined => parseAs(resultDocument, source);
export const parseRecovery = (source: string | undefined): Recovery | undefined => parseAs(recoveryDocument, source);
export const parseLockOwner = (source: string | undefined): LockOwner | undefined => parseAs(lockDocument, source);
export const parseJournalLine = (source: string | undefined): JournalLine | undefined => parseAs(journalLine, source);
