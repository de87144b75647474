import { Pool } from 'undici';
import { createRedactor } from '../errors/redact.js';
import type { Dialect } from '../model/dialect.js';
import type { AnswerTiming } from '../model/probes.js';
import type { CallApi } from './api-request.js';
import type { ClientOptions, ClientStats } from './client-options.js';
import { createCaller } from './create-caller.js';
import { createHurriedClock } from './create-hurried-clock.js';
import { createLimiter } from './create-limiter.js';
import { createTokenSource } from './create-token-source.js';
import { parseBaseUrl } from './parse-base-url.js';
import { sendRequest } from './send-request.js';

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
 * One undici pool with everything that stands between a call and the wire: token, limiter,
 * repetition. No cache: live state must be live.
 *
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
      const attempt = await sendRequest(context, request, token, cut);
      if (attempt.kind === 'answer') options.onAnswer?.(describeTiming(attempt.date, sentAtMs, clock.now()));
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
    ...(signal === undefined ? {} : { signal }),
    ...(hurry === undefined ? {} : { hurry }),
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

function describeTiming(date: string | undefined, sentAtMs: number, receivedAtMs: number): AnswerTiming {
  const dateMs = Date.parse(date ?? '');
  return { elapsedMs: receivedAtMs - sentAtMs, receivedAtMs, ...(Number.isNaN(dateMs) ? {} : { dateMs }) };
}
