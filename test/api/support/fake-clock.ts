import type { Clock } from '../../../src/model/async.js';

/** Sleeps at once, moves its own hands, and remembers every wait. */
export interface FakeClock extends Clock {
  waits: number[];
  advance(ms: number): void;
}

export function createFakeClock(startMs = 1_700_000_000_000): FakeClock {
  let nowMs = startMs;
  const waits: number[] = [];
  return {
    waits,
    now: () => nowMs,
    advance: (ms) => {
      nowMs += ms;
    },
    sleep: async (ms, signal) => {
      signal?.throwIfAborted();
      waits.push(ms);
      nowMs += ms;
      await Promise.resolve();
    },
  };
}
