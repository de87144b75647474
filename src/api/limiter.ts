import type { Clock } from '../model/async.js';

export interface LimiterOptions {
  concurrency: number;
  ratePerSecond: number;
  /** How many may start at once after a pause. */
  burst: number;
  clock: Clock;
}

export interface Limiter {
  /**
   * Runs one HTTP call when a slot and a token are free. The call must not use the limiter itself: once
   * such calls hold every slot, all of them wait forever.
   * `hasTurn`: the token was taken before, with {@link Limiter.takeTurn}.
   */
  run<T>(call: () => Promise<T>, signal?: AbortSignal, hasTurn?: boolean): Promise<T>;
  /**
   * Waits for a token and the end of a pause without holding a slot: for a call that first reads
   * something through this limiter, and must be sent at once after that.
   */
  takeTurn(signal?: AbortSignal): Promise<void>;
  /** After a 429: nothing starts for `pauseMs`, the rate halves, the burst is used up. */
  slowDown(pauseMs: number): void;
  /** After a success: the rate grows back, fully after fifty. */
  recover(): void;
  /** The current limit of requests a second. */
  rate(): number;
}

/**
 * Concurrency slots plus one token bucket. The bucket may be overdrawn, which reserves a start, so each
 * caller sleeps once and a clock that jumps cannot hang it.
 */
export function createLimiter({ concurrency, ratePerSecond, burst, clock }: LimiterOptions): Limiter {
  const slots = createSlots(concurrency);
  let rate = ratePerSecond;
  let tokens = burst;
  let filledAt = clock.now();
  let pausedUntil = -Infinity;
  let slowedAt = -Infinity;

  /** Brings the bucket up to now; called before every change of the rate. */
  const fill = (): void => {
    const now = clock.now();
    tokens = Math.min(burst, tokens + (Math.max(0, now - filledAt) * rate) / 1000);
    filledAt = now;
  };

  const takeTurn = async (signal?: AbortSignal): Promise<void> => {
    fill();
    tokens -= 1;
    const waitMs = (-tokens * 1000) / rate;
    if (waitMs > 0) await clock.sleep(waitMs, signal);
    let knownPause = -Infinity;
    while (pausedUntil > knownPause) {
      knownPause = pausedUntil;
      const pauseMs = pausedUntil - clock.now();
      if (pauseMs > 0) await clock.sleep(pauseMs, signal);
    }
  };

  return Object.freeze({
    async run<T>(call: () => Promise<T>, signal?: AbortSignal, hasTurn = false): Promise<T> {
      await slots.take(signal);
      try {
        if (!hasTurn) await takeTurn(signal);
        signal?.throwIfAborted();
        return await call();
      } finally {
        slots.free();
      }
    },
    takeTurn,
    slowDown(pauseMs: number): void {
      fill();
      const now = filledAt;
      // Calls in flight together are refused together: they count once.
      if (now - slowedAt >= 1000) {
        rate = Math.max(rate / 2, Math.min(1, ratePerSecond));
        slowedAt = now;
      }
      tokens = Math.min(tokens, 1);
      pausedUntil = Math.max(pausedUntil, now + pauseMs);
    },
    recover(): void {
      fill();
      rate = Math.min(ratePerSecond, rate + ratePerSecond / 50);
    },
    rate: () => rate,
  });
}

interface Slots {
  take(signal?: AbortSignal): Promise<void>;
  free(): void;
}

function createSlots(count: number): Slots {
  let open = count;
  const queue: (() => void)[] = [];
  return {
    take(signal) {
      // `reason` is typed `any`; a signal of this program is aborted with an error.
      if (signal?.aborted === true) return Promise.reject(signal.reason as Error);
      if (open > 0) {
        open -= 1;
        return Promise.resolve();
      }
      return new Promise((resolve, reject) => {
        const leave = (): void => {
          const index = queue.indexOf(enter);
          if (index >= 0) queue.splice(index, 1);
          reject(signal?.reason as Error);
        };
        const enter = (): void => {
          signal?.removeEventListener('abort', leave);
          resolve();
        };
        queue.push(enter);
        signal?.addEventListener('abort', leave, { once: true });
      });
    },
    free() {
      // The slot goes to the next in line without becoming open, so no other call can take it.
      const next = queue.shift();
      if (next === undefined) open += 1;
      else next();
    },
  };
}
