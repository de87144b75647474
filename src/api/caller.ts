import { LimioError } from '../errors/errors.js';
import type { Clock } from '../model/async.js';
import { formatPointer, isJsonObject, type Json } from '../model/json.js';
import type { Tries } from '../model/live-api.js';
import type { ApiAnswer, ApiRequest, Attempt, CallApi } from './attempt.js';
import { describeFailure, describeRequest, judgeAttempt, type Verdict } from './failures.js';
import type { Limiter } from './limiter.js';
import type { RetryEvent } from './options.js';

export interface CallerOptions {
  send: (request: ApiRequest, token: string | undefined, signal: AbortSignal | undefined) => Promise<Attempt>;
  /** Of the tenant, with its port. */
  host: string;
  limiter: Limiter;
  /** Late, because the token call itself goes through a caller. */
  tokens: { get(): Promise<string>; discard(token: string): void };
  clock: Clock;
  random: () => number;
  maxAttempts: number;
  budgetMs: number;
  onRetry: (event: RetryEvent) => void;
  redact: (text: string) => string;
  signal?: AbortSignal;
  hurry?: AbortSignal;
}

/** A page that is over the cap stays over it: two attempts tell it from a hiccup. */
const ATTEMPTS_WHEN_TOO_LARGE = 2;

/**
 * The retry loop around one call. The limiter is entered anew for each attempt and left before
 * any wait, and the token is fetched outside it.
 */
export function createCaller(options: CallerOptions): CallApi {
  const { limiter, tokens, clock, random, signal, hurry } = options;

  return async (request) => {
    const startedAtMs = clock.now();
    let attempts = 0;
    let failures = 0;
    let ambiguous = false;
    /** The failure of an attempt that may have been carried out: it outweighs whatever ends the call later, unsent. */
    let doubt: LimioError | undefined;
    let renewed = false;
    try {
      for (;;) {
        signal?.throwIfAborted();
        const token = request.authorised ? await tokens.get() : undefined;
        const current = await fillBody(request, { attempts, doubtful: doubt !== undefined }).catch((error: unknown) => {
          throw doubt ?? error;
        });
        attempts += 1;
        const attempt = await sendOnce(current, token);
        if (isStatus(attempt, 401) && token !== undefined && !renewed) {
          renewed = true;
          tokens.discard(token);
          continue;
        }
        const verdict = judgeAttempt(request, attempt);
        if (verdict.next === 'accept' || verdict.next === 'missing') {
          limiter.recover();
          return readAnswer(verdict, attempt, ambiguous);
        }
        ambiguous ||= verdict.ambiguous;
        failures += 1;
        const failure = describeFailure({
          request,
          attempt,
          host: options.host,
          attempts,
          ambiguous,
          perhapsTooLarge: verdict.perhapsTooLarge,
          redact: options.redact,
        });
        if (ambiguous) doubt = failure;
        const delayMs =
          verdict.next === 'repeat' ? planDelay(request, attempt, verdict, failures, startedAtMs) : undefined;
        if (isStatus(attempt, 429)) limiter.slowDown(delayMs ?? 0);
        if (delayMs === undefined) throw failure;
        options.onRetry({
          method: request.method,
          path: request.path,
          attempt: failures,
          delayMs,
          reason: nameReason(attempt),
        });
        await clock.sleep(delayMs, signal);
        if (hurry?.aborted && request.effect !== 'read') throw doubt ?? giveUp(request, attempts, false);
      }
    } catch (error) {
      if (error instanceof LimioError || signal?.aborted !== true) throw error;
      throw giveUp(request, attempts, ambiguous);
    }
  };

  /** Only reads are cut off by an interruption; a write in flight is waited for. */
  function sendOnce(request: ApiRequest, token: string | undefined): Promise<Attempt> {
    const hasTurn = request.renew !== undefined;
    return limiter.run(
      () => options.send(request, token, request.effect === 'read' ? signal : undefined),
      signal,
      hasTurn,
    );
  }

  /** The turn comes first, so that nothing is waited for between the reading that `renew` does and the write. */
  async function fillBody(request: ApiRequest, tries: Tries): Promise<ApiRequest> {
    if (request.renew) await limiter.takeTurn(signal);
    const json = request.renew ? await request.renew(tries) : request.json;
    const filled = { ...request, ...(json === undefined ? {} : { json }) };
    requireExactNumbers(filled);
    return filled;
  }

  function planDelay(
    request: ApiRequest,
    attempt: Attempt,
    verdict: Verdict,
    failures: number,
    startedAtMs: number,
  ): number | undefined {
    const capped = request.mayBeTooLarge === true && verdict.perhapsTooLarge;
    const nowMs = clock.now();
    const retryAfter = attempt.kind === 'answer' ? attempt.retryAfter : undefined;
    return planDelayMs(
      {
        attempt: failures,
        maxAttempts: capped ? Math.min(ATTEMPTS_WHEN_TOO_LARGE, options.maxAttempts) : options.maxAttempts,
        elapsedMs: nowMs - startedAtMs,
        budgetMs: options.budgetMs,
        retryAfterMs: parseRetryAfterMs(retryAfter, nowMs),
      },
      random,
    );
  }
}

function giveUp(request: ApiRequest, attempts: number, ambiguous: boolean): LimioError {
  return new LimioError({
    code: 'INTERRUPTED',
    message: `${describeRequest(request)} was given up because the run was interrupted.`,
    details: { method: request.method, path: request.path, attempts, ambiguous },
  });
}

function isStatus(attempt: Attempt, status: number): boolean {
  return attempt.kind === 'answer' && attempt.status === status;
}

function readAnswer(verdict: Verdict, attempt: Attempt, ambiguousBefore: boolean): ApiAnswer {
  const missing = verdict.next === 'missing';
  const body = attempt.kind === 'answer' ? attempt.body : undefined;
  return { missing, ambiguousBefore, json: !missing && body !== undefined && 'json' in body ? body.json : undefined };
}

function nameReason(attempt: Attempt): string {
  if (attempt.kind === 'failure') return attempt.reason;
  const success = attempt.status >= 200 && attempt.status < 300;
  return success && 'problem' in attempt.body ? `the body is ${attempt.body.problem}` : String(attempt.status);
}

/** When to try again, as pure functions of what is known: nothing here waits or looks at a clock. */

const BASE_MS = 500;

const CEILING_MS = 20_000;

/** Full jitter: anything between nothing and `500 ms * 2^(attempt-1)`, at most 20 s. */
export function computeBackoffMs(attempt: number, random: () => number): number {
  return Math.floor(random() * Math.min(CEILING_MS, BASE_MS * 2 ** Math.min(attempt - 1, 30)));
}

/**
 * Milliseconds to wait from a Retry-After header, given in seconds or as an HTTP date; undefined
 * when it is absent or makes no sense. A date in the past is 0.
 */
export function parseRetryAfterMs(header: string | undefined, nowMs: number): number | undefined {
  const text = header?.trim() ?? '';
  if (/^\d+(\.\d+)?$/.test(text)) return Math.ceil(Number(text) * 1000);
  // Date.parse takes nearly anything for a date; an HTTP date begins with the day of the week.
  if (!/^[A-Za-z]{3,9},? /.test(text)) return undefined;
  const at = Date.parse(text);
  return Number.isNaN(at) ? undefined : Math.max(0, at - nowMs);
}

export interface RetryFacts {
  /** Attempts that failed and count against the maximum, from 1. */
  attempt: number;
  maxAttempts: number;
  /** Since the call began. */
  elapsedMs: number;
  budgetMs: number;
  retryAfterMs: number | undefined;
}

/**
 * How long to wait before the next attempt; undefined when attempts or budget are used up.
 * A Retry-After is obeyed as far as the budget goes: an absurd one ends in one last attempt.
 */
export function planDelayMs(facts: RetryFacts, random: () => number): number | undefined {
  const leftMs = facts.budgetMs - facts.elapsedMs;
  if (facts.attempt >= facts.maxAttempts || leftMs <= 0) return undefined;
  return Math.min(leftMs, Math.max(facts.retryAfterMs ?? 0, computeBackoffMs(facts.attempt, random)));
}

/**
 * When a token is to be renewed: 60 s before its end, or at half its life when it lives less than
 * two minutes (API reference, section 1).
 */
export function computeRenewAtMs(issuedAtMs: number, lifetimeMs: number): number {
  return issuedAtMs + (lifetimeMs >= 120_000 ? lifetimeMs - 60_000 : lifetimeMs / 2);
}

/**
 * A number beyond 2^53 was rounded when the tenant's JSON was read, and one beyond 1e308 would be
 * sent as null. Objects go back whole, with what no file declares, so such a number is refused
 * before anything is sent.
 * @throws LimioError NUMBER_INEXACT.
 */
export function requireExactNumbers({ method, path, json }: Pick<ApiRequest, 'method' | 'path' | 'json'>): void {
  const found = json === undefined ? undefined : findInexact(json, []);
  if (found === undefined) return;
  const pointer = formatPointer(found);
  throw new LimioError({
    code: 'NUMBER_INEXACT',
    message: `${method} ${path} was not sent: its body holds a number beyond 2^53 (${pointer}), which could not be written back as the tenant has it.`,
    hint: 'Change the object in the web app, or let the tenant hold that number as a text.',
    details: { method, path, pointer, ambiguous: false },
  });
}

/** Where the first such number stands. */
function findInexact(value: Json, at: readonly string[]): readonly string[] | undefined {
  if (typeof value === 'number') return Math.abs(value) > Number.MAX_SAFE_INTEGER ? at : undefined;
  if (Array.isArray(value))
    return findFirst(
      value.map((item, i) => [String(i), item]),
      at,
    );
  return isJsonObject(value) ? findFirst(Object.entries(value), at) : undefined;
}

function findFirst(entries: readonly [string, Json][], at: readonly string[]): readonly string[] | undefined {
  for (const [key, child] of entries) {
    const found = findInexact(child, [...at, key]);
    if (found !== undefined) return found;
  }
  return undefined;
}
