import { LimioError } from '../errors/errors.js';
import type { Clock } from '../model/async.js';
import type { Tries } from '../model/live-api.js';
import type { ApiAnswer, ApiRequest, CallApi } from './api-request.js';
import type { RetryEvent } from './client-options.js';
import type { Limiter } from './create-limiter.js';
import { describeFailure, describeRequest } from './describe-failure.js';
import { judgeAttempt, type Verdict } from './judge-attempt.js';
import { requireExactNumbers } from './require-exact-numbers.js';
import { parseRetryAfterMs, planDelayMs } from './retry-timing.js';
import type { Attempt } from './send-request.js';

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
