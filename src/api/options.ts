import type { Dispatcher } from 'undici';
import type { Clock } from '../model/async.js';
import type { Dialect } from '../model/dialect.js';
import type { AnswerTiming } from '../model/probes.js';

export interface ClientCredentials {
  clientId: string;
  clientSecret: string;
}

/** One repetition that is about to happen. Never holds headers or bodies. */
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

export interface ClientStats {
  /** HTTP requests sent, the token's and the repeated ones included. */
  requests: number;
  /** Of those, how many repeated a failed one. */
  retries: number;
}

export interface ClientOptions {
  /** `https://host`; `http:` for loopback addresses only. */
  baseUrl: string;
  credentials: ClientCredentials;
  /** Other texts that stand in no message: what servers say may repeat what they were sent. */
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
  /** Hears of every answer, those of failed attempts included. */
  onAnswer?: (timing: AnswerTiming) => void;
  /** Aborts waits and reads. A write in flight is never cut off: nobody could tell what became of it. */
  signal?: AbortSignal;
  /** Aborted: pauses end, and no write is sent again. Reads go on. */
  hurry?: AbortSignal;
}
