import { expect, test } from 'vitest';
import { createHurriedClock } from '../../src/api/connection.js';
import type { Clock } from '../../src/model/async.js';

/** Sleeps until the signal that it is given is aborted. */
function createSleeper(): Clock & { slept: number[] } {
  const slept: number[] = [];
  return {
    slept,
    now: () => 0,
    sleep: (ms, signal) => {
      slept.push(ms);
      return ms <= 500
        ? Promise.resolve()
        : new Promise((_, reject) => signal?.addEventListener('abort', () => reject(signal.reason as Error)));
    },
  };
}

test('a hurry ends the pause that has begun, and shortens those that follow', async () => {
  const sleeper = createSleeper();
  const hurry = new AbortController();
  const clock = createHurriedClock(sleeper, hurry.signal);
  const pause = clock.sleep(90_000);
  hurry.abort();
  await pause;
  await clock.sleep(90_000);
  expect(sleeper.slept).toEqual([90_000, 500]);
});

test('who ends a pause for good still does', async () => {
  const stop = new AbortController();
  const pause = createHurriedClock(createSleeper(), new AbortController().signal).sleep(90_000, stop.signal);
  stop.abort(new Error('enough'));
  await expect(pause).rejects.toThrow('enough');
});
