import type { Clock } from '../model/async.js';

/** The longest pause once there is a hurry: what is left to do may still have to be tried twice. */
const SHORT_MS = 500;

/** A clock whose pauses end when `hurry` is aborted; those that begin later are short. */
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
