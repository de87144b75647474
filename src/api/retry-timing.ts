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
