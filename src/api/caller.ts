import { LimioError } from '../errors/errors.js';
import { type CallState, computeBackoffMs, type Evaluation, repeatCall, startCall } from '../http/http.js';
import { type Attempt, firstOf } from '../http/send.js';
import type { Clock } from '../model/async.js';
import { formatPointer, isJsonObject, isTooDeep, type Json, MAX_DEPTH } from '../model/json.js';
import { describeFailure, evaluateAttempt, type Verdict } from './failures.js';
import type { Limiter } from './limiter.js';
import { type ApiAnswer, type ApiRequest, type CallApi, describeRequest, refuseBody } from './request.js';

/** A retry that is about to happen. Never contains headers or bodies. */
export interface RetryEvent {
  method: string;
  path: string;
  /** The attempt that failed, from 1. */
  attempt: number;
  /** How long the client waits before the next one. */
  delayMs: number;
  /** What came back: `429`, `502`, `ECONNRESET`, `timeout`, `the body is not JSON`. */
  reason: string;
}

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
  signal?: AbortSignal | undefined;
  /** Aborted: no write is sent again. */
  hurry?: AbortSignal | undefined;
}

/** The rules by which calls of the tenant are repeated. Token and body are made anew for each attempt. */
export function createCaller(options: CallerOptions): CallApi {
  const { limiter, tokens, clock, signal, hurry } = options;

  return async (request) => {
    const state = startCall(clock);
    let token: string | undefined;
    let hasNewToken = false;

    // Neither a token nor a body that cannot be had hides an earlier attempt that may have succeeded.
    const prepare = async (): Promise<() => Promise<Attempt>> => {
      try {
        token = request.authorised === false ? undefined : await tokens.get();
        const filled = await fillBody(request, state);
        return () => sendOnce(filled, token);
      } catch (error) {
        throw state.doubt ?? error;
      }
    };

    const evaluate = (attempt: Attempt): Evaluation<ApiAnswer> => {
      if (isStatus(attempt, 401) && token !== undefined && !hasNewToken) {
        hasNewToken = true;
        tokens.discard(token);
        return { next: 'again' };
      }
      const verdict = evaluateAttempt(request, attempt);
      if (verdict.next === 'accept' || verdict.next === 'missing') {
        limiter.recover();
        return { next: 'done', result: readAnswer(verdict, attempt, state.doubt !== undefined) };
      }
      const ambiguous = state.doubt !== undefined || verdict.ambiguous;
      const { host, redact } = options;
      const { attempts } = state;
      const { perhapsTooLarge } = verdict;
      const error = describeFailure({ request, attempt, host, attempts, ambiguous, perhapsTooLarge, redact });
      const delayMs = verdict.next === 'repeat' ? planDelay(request, attempt, verdict, state) : undefined;
      if (isStatus(attempt, 429)) limiter.slowDown(delayMs ?? 0);
      return { next: 'fail', error, ambiguous, delayMs };
    };

    const onRetry = (attempt: Attempt, delayMs: number): void => {
      const { method, path } = request;
      options.onRetry({ method, path, attempt: state.failures, delayMs, reason: nameReason(attempt) });
    };

    const checkRetry = (): void => {
      if (hurry?.aborted && request.effect !== 'read') throw state.doubt ?? refuseInterrupted(request, state);
    };

    try {
      const answer = await repeatCall({ clock, signal, prepare, evaluate, onRetry, checkRetry }, state);
      if (request.isList !== true) requireShallow(request, answer);
      return answer;
    } catch (error) {
      if (error instanceof LimioError || signal?.aborted !== true) throw error;
      throw refuseInterrupted(request, state);
    }
  };

  /** Only reads are cut off by an interruption; a write in flight is waited for. */
  function sendOnce(request: ApiRequest, token: string | undefined): Promise<Attempt> {
    const hasTurn = request.renew !== undefined;
    const cut = request.effect === 'read' ? signal : undefined;
    return limiter.run(() => options.send(request, token, cut), signal, hasTurn);
  }

  /** The turn comes first, so that nothing is waited for between the reading that `renew` does and the write. */
  async function fillBody(request: ApiRequest, { attempts, doubt }: CallState): Promise<ApiRequest> {
    if (request.renew) await limiter.takeTurn(signal);
    const json = request.renew ? await request.renew({ attempts, doubtful: doubt !== undefined }) : request.json;
    const filled = { ...request, ...(json !== undefined && { json }) };
    requireExactNumbers(filled);
    return filled;
  }

  function planDelay(request: ApiRequest, attempt: Attempt, verdict: Verdict, state: CallState): number | undefined {
    const { maxAttempts, budgetMs, random } = options;
    const isCapped = request.mayBeTooLarge === true && verdict.perhapsTooLarge;
    const nowMs = clock.now();
    const retryAfter = attempt.kind === 'answer' ? firstOf(attempt.headers, 'retry-after') : undefined;
    return planDelayMs(
      {
        attempt: state.failures + 1,
        maxAttempts: isCapped ? Math.min(ATTEMPTS_WHEN_TOO_LARGE, maxAttempts) : maxAttempts,
        elapsedMs: nowMs - state.startedAtMs,
        budgetMs,
        retryAfterMs: parseRetryAfterMs(retryAfter, nowMs),
      },
      random,
    );
  }
}

/** A page over the cap stays over it; a second attempt rules out a hiccup. */
const ATTEMPTS_WHEN_TOO_LARGE = 2;

const BACKOFF = { baseMs: 500, ceilingMs: 20_000 };

interface DelayInput {
  /** Attempts that failed and count against the maximum, from 1. */
  attempt: number;
  maxAttempts: number;
  /** Since the call began. */
  elapsedMs: number;
  budgetMs: number;
  retryAfterMs: number | undefined;
}

/**
 * How long to wait before the next attempt; undefined when attempts or budget are used up. A Retry-After
 * is obeyed as far as the budget goes: an absurd one ends in one last attempt.
 */
export function planDelayMs(input: DelayInput, random: () => number): number | undefined {
  const leftMs = input.budgetMs - input.elapsedMs;
  if (input.attempt >= input.maxAttempts || leftMs <= 0) return undefined;
  return Math.min(leftMs, Math.max(input.retryAfterMs ?? 0, computeBackoffMs(input.attempt, random, BACKOFF)));
}

/**
 * Milliseconds to wait from a Retry-After header, given in seconds or as an HTTP date; undefined when it
 * is absent or makes no sense. A date in the past is 0.
 */
export function parseRetryAfterMs(header: string | undefined, nowMs: number): number | undefined {
  const text = header?.trim() ?? '';
  if (/^\d+(\.\d+)?$/.test(text)) return Math.ceil(Number(text) * 1000);
  // Date.parse takes nearly anything for a date; an HTTP date begins with the day of the week.
  if (!/^[A-Za-z]{3,9},? /.test(text)) return undefined;
  const at = Date.parse(text);
  return Number.isNaN(at) ? undefined : Math.max(0, at - nowMs);
}

/**
 * A number beyond 2^53 was rounded when the tenant's JSON was read, and one beyond 1e308 would be sent as
 * null. Objects are written back whole, with fields that no file declares, so such a number is refused.
 * @throws LimioError NUMBER_INEXACT.
 */
function requireExactNumbers({ method, path, json }: ApiRequest): void {
  const found = json === undefined ? undefined : findInexact(json, []);
  if (found === undefined) return;
  const pointer = formatPointer(found);
  throw new LimioError({
    code: 'NUMBER_INEXACT',
    message:
      `${method} ${path} was not sent: its body contains a number beyond 2^53 (${pointer}), ` +
      'which cannot be written back exactly.',
    hint: 'Change the object in the web app, or store that number as text.',
    details: { method, path, pointer, ambiguous: false },
  });
}

/** The path of the first such number. */
function findInexact(value: Json, at: readonly string[]): readonly string[] | undefined {
  if (typeof value === 'number') return Math.abs(value) > Number.MAX_SAFE_INTEGER ? at : undefined;
  if (!Array.isArray(value) && !isJsonObject(value)) return undefined;
  for (const [key, part] of Object.entries(value)) {
    const found = findInexact(part, [...at, key]);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Whatever walks a deeper value would exhaust the stack. @throws LimioError HTTP_BAD_BODY. */
function requireShallow(request: ApiRequest, { json }: ApiAnswer): void {
  if (!isTooDeep(json)) return;
  const isWrite = request.effect !== 'read';
  throw refuseBody(request, `JSON nested deeper than ${MAX_DEPTH} levels`, isWrite ? { ambiguous: true } : {});
}

function refuseInterrupted(request: ApiRequest, { attempts, doubt }: CallState): LimioError {
  const { method, path } = request;
  return new LimioError({
    code: 'INTERRUPTED',
    message: `${describeRequest(request)} was cancelled because the run was interrupted.`,
    details: { method, path, attempts, ambiguous: doubt !== undefined },
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
  const isSuccess = attempt.status >= 200 && attempt.status < 300;
  return isSuccess && 'problem' in attempt.body ? `the body is ${attempt.body.problem}` : String(attempt.status);
}
