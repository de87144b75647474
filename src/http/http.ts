import type { LimioError } from '../errors/errors.js';
import type { Clock } from '../model/async.js';
import type { Attempt } from './send.js';

/**
 * A call over HTTP: attempts (send.ts) until the rules accept one or give up. The rules of the tenant are
 * in api/caller.ts, those of GitHub and GitLab in ci/rest.ts.
 */
export async function repeatCall<R>(rules: CallRules<R>, state: CallState): Promise<R> {
  const { clock, signal } = rules;
  for (;;) {
    signal?.throwIfAborted();
    const send = await rules.prepare();
    state.attempts += 1;
    const attempt = await send();
    const evaluation = rules.evaluate(attempt);
    if (evaluation.next === 'done') return evaluation.result;
    if (evaluation.next === 'again') continue;
    const { error, ambiguous, delayMs } = evaluation;
    state.failures += 1;
    if (ambiguous) state.doubt = error;
    if (delayMs === undefined) throw error;
    rules.onRetry(attempt, delayMs);
    await clock.sleep(delayMs, signal);
    rules.checkRetry?.();
  }
}

export interface CallState {
  startedAtMs: number;
  /** Requests sent. */
  attempts: number;
  /** Failed attempts; one that only needed a new token does not count. */
  failures: number;
  /** The failure of an attempt that may have been carried out; reported in preference to later ones. */
  doubt?: LimioError;
}

/** What an attempt means for its call. */
export type Evaluation<R> =
  | { next: 'done'; result: R }
  /** Sent again at once, and not counted as a failure. */
  | { next: 'again' }
  /** Sent again after `delayMs`; without one, `error` ends the call. */
  | { next: 'fail'; error: LimioError; ambiguous: boolean; delayMs: number | undefined };

/** How one caller sends its requests and evaluates the answers. */
export interface CallRules<R> {
  clock: Clock;
  /** When aborted, the wait or the next attempt throws its reason. */
  signal?: AbortSignal | undefined;
  /** Prepares an attempt, for example its token, and returns the function that sends it. */
  prepare(): Promise<() => Promise<Attempt>>;
  evaluate(attempt: Attempt): Evaluation<R>;
  onRetry(attempt: Attempt, delayMs: number): void;
  /** Called after a wait; an error of it ends the call. */
  checkRetry?(): void;
}

export function startCall(clock: Clock): CallState {
  return { startedAtMs: clock.now(), attempts: 0, failures: 0 };
}

/** Full jitter: between 0 and `baseMs * 2^(attempt-1)`, at most the ceiling. */
export function computeBackoffMs(
  attempt: number,
  random: () => number,
  { baseMs, ceilingMs }: { baseMs: number; ceilingMs: number },
): number {
  return Math.floor(random() * Math.min(ceilingMs, baseMs * 2 ** Math.min(attempt - 1, 30)));
}
