import { type Dispatcher, Pool } from 'undici';
import { createRedactor } from '../errors/errors.js';
import { firstOf, type HttpRequest, sendRequest } from '../http/send.js';
import type { Clock } from '../model/async.js';
import type { Dialect } from '../model/dialect.js';
import type { AnswerTiming } from '../model/doctor.js';
import { createCaller, type RetryEvent } from './caller.js';
import { createLimiter } from './limiter.js';
import { parseBaseUrl } from './paths.js';
import type { ApiRequest, CallApi } from './request.js';
import { type ClientCredentials, createTokenSource } from './token.js';

export interface ClientStats {
  /** HTTP requests sent, including retries and the token's. */
  requests: number;
  /** Of those, how many repeated a failed one. */
  retries: number;
}

export interface ClientOptions {
  /** `https://host`; `http:` for loopback addresses only. */
  baseUrl: string;
  credentials: ClientCredentials;
  /** Other texts to redact from messages: servers may repeat what they were sent. */
  secrets?: readonly string[];
  dialect: Dialect;
  clock: Clock;
  /** Uniform in [0, 1). */
  random: () => number;
  /** Instead of an own pool; the client does not close it. */
  dispatcher?: Dispatcher;
  /** Most requests in flight, 8 by default. */
  concurrency?: number;
  /**
   * Most requests a second after a burst of three seconds' worth; 200 by default. No limit is
   * documented (API reference, section 1), so this is a courtesy: it halves on a 429 and recovers.
   */
  ratePerSecond?: number;
  /** For one request from first byte out to last byte in; 60,000 by default. */
  timeoutMs?: number;
  /** For one call with all its repetitions and waits; 120,000 by default. */
  budgetMs?: number;
  /** For one call; 5 by default. */
  maxAttempts?: number;
  onRetry?: (event: RetryEvent) => void;
  /** Called for every answer, those of failed attempts included. */
  onAnswer?: (timing: AnswerTiming) => void;
  /** Aborts waits and reads. A write in flight is never cut off: its outcome would be unknown. */
  signal?: AbortSignal;
  /** Aborted: pauses end, and no write is sent again. Reads go on. */
  hurry?: AbortSignal;
}

export interface Connection {
  call: CallApi;
  dialect: Dialect;
  /** Takes the secrets and every token issued so far out of a text. */
  redact: (text: string) => string;
  stats(): ClientStats;
  close(): Promise<void>;
}

const BURST_SECONDS = 3;

/**
 * One undici pool with token, limiter and repetition. No cache: live state must be live.
 * @throws LimioError CONFIG_INVALID for a base URL that would show the credentials to the network.
 */
export function openConnection(options: ClientOptions): Connection {
  const origin = parseBaseUrl(options.baseUrl);
  const { credentials, random, dialect, signal, hurry } = options;
  const clock = hurry === undefined ? options.clock : createHurriedClock(options.clock, hurry);
  const concurrency = options.concurrency ?? 8;
  const ratePerSecond = options.ratePerSecond ?? 200;
  const timeoutMs = options.timeoutMs ?? 60_000;
  const dispatcher =
    options.dispatcher ??
    new Pool(origin, { connections: concurrency, pipelining: 1, connect: { timeout: Math.min(timeoutMs, 10_000) } });
  const context = { dispatcher, origin, timeoutMs };
  const limiter = createLimiter({
    concurrency,
    ratePerSecond,
    burst: Math.max(1, ratePerSecond * BURST_SECONDS),
    clock,
  });
  const stats = { requests: 0, retries: 0 };

  const redact = (text: string): string =>
    createRedactor([credentials.clientSecret, ...(options.secrets ?? []), ...tokens.issued()])(text);

  const call: CallApi = createCaller({
    send: async (request, token, cut) => {
      stats.requests += 1;
      const sentAtMs = clock.now();
      const attempt = await sendRequest(context, toHttp(request, token), cut);
      if (attempt.kind === 'answer')
        options.onAnswer?.(describeTiming(firstOf(attempt.headers, 'date'), sentAtMs, clock.now()));
      return attempt;
    },
    host: new URL(origin).host,
    limiter,
    tokens: { get: () => tokens.get(), discard: (token) => tokens.discard(token) },
    clock,
    random,
    maxAttempts: options.maxAttempts ?? 5,
    budgetMs: options.budgetMs ?? 120_000,
    onRetry: (event) => {
      stats.retries += 1;
      options.onRetry?.(event);
    },
    redact,
    signal,
    hurry,
  });
  const tokens = createTokenSource(credentials, clock, async (request) => (await call(request)).json);

  return Object.freeze({
    call,
    dialect,
    redact,
    stats: () => ({ ...stats }),
    close: async () => {
      if (options.dispatcher !== undefined) return;
      // After an interruption nothing is worth waiting for.
      await (signal?.aborted === true ? dispatcher.destroy() : dispatcher.close());
    },
  });
}

function toHttp({ method, path, json, form }: ApiRequest, token: string | undefined): HttpRequest {
  const type = json !== undefined ? 'application/json' : form && 'application/x-www-form-urlencoded';
  const headers = {
    accept: 'application/json',
    ...(token !== undefined && { authorization: `Bearer ${token}` }),
    ...(type !== undefined && { 'content-type': type }),
  };
  const fields = form && new URLSearchParams(form.map(([name, value]): [string, string] => [name, value])).toString();
  return { method, path, headers, body: fields ?? (json === undefined ? undefined : JSON.stringify(json)) };
}

function describeTiming(date: string | undefined, sentAtMs: number, receivedAtMs: number): AnswerTiming {
  const dateMs = Date.parse(date ?? '');
  return { elapsedMs: receivedAtMs - sentAtMs, receivedAtMs, ...(!Number.isNaN(dateMs) && { dateMs }) };
}

/** The longest pause after an interruption: the remaining reads may still need a second attempt. */
const SHORT_MS = 500;

/** A clock whose pauses end when `hurry` is aborted; later ones are short. */
export function createHurriedClock(clock: Clock, hurry: AbortSignal): Clock {
  return {
    now: () => clock.now(),
    async sleep(ms, signal) {
      if (hurry.aborted || ms <= SHORT_MS) return clock.sleep(Math.min(ms, SHORT_MS), signal);
      try {
        await clock.sleep(ms, signal === undefined ? hurry : AbortSignal.any([hurry, signal]));
      } catch (thrown) {
        if (!hurry.aborted || signal?.aborted) throw thrown;
      }
    },
  };
}
