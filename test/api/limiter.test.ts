import { expect, test } from 'vitest';
import { createLimiter } from '../../src/api/limiter.js';
import { createFakeClock } from './support/fake-clock.js';

/** Lets everything that can move, move. */
async function settle(): Promise<void> {
  for (let i = 0; i < 50; i += 1) await Promise.resolve();
}

function createGate(): { opened: Promise<void>; open: () => void } {
  const gate: { open?: () => void } = {};
  const opened = new Promise<void>((resolve) => {
    gate.open = resolve;
  });
  return { opened, open: () => gate.open?.() };
}

test('no more calls run at once than there are slots, and they go in order', async () => {
  const limiter = createLimiter({ concurrency: 2, ratePerSecond: 1000, burst: 1000, clock: createFakeClock() });
  const gates = [0, 1, 2, 3].map(createGate);
  const started: number[] = [];
  const runs = gates.map((gate, i) =>
    limiter.run(async () => {
      started.push(i);
      await gate.opened;
    }),
  );
  await settle();
  expect(started).toEqual([0, 1]);
  gates[1]?.open();
  await settle();
  expect(started).toEqual([0, 1, 2]);
  for (const gate of gates) gate.open();
  await Promise.all(runs);
  expect(started).toEqual([0, 1, 2, 3]);
});

test('a call that throws gives its slot back', async () => {
  const limiter = createLimiter({ concurrency: 1, ratePerSecond: 10, burst: 10, clock: createFakeClock() });
  await expect(limiter.run(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
  await expect(limiter.run(() => Promise.resolve('next'))).resolves.toBe('next');
});

test('a burst goes at once, and after it one call an interval', async () => {
  const clock = createFakeClock();
  const start = clock.now();
  const limiter = createLimiter({ concurrency: 1, ratePerSecond: 10, burst: 3, clock });
  const at: number[] = [];
  for (let i = 0; i < 6; i += 1) await limiter.run(async () => void at.push(clock.now() - start));
  expect(at).toEqual([0, 0, 0, 100, 200, 300]);
});

test('the bucket fills again in a quiet time, never above the burst', async () => {
  const clock = createFakeClock();
  const limiter = createLimiter({ concurrency: 1, ratePerSecond: 10, burst: 3, clock });
  for (let i = 0; i < 3; i += 1) await limiter.run(() => Promise.resolve());
  clock.advance(60_000);
  for (let i = 0; i < 4; i += 1) await limiter.run(() => Promise.resolve());
  expect(clock.waits).toEqual([100]);
});

test('a 429 pauses everybody, halves the rate once for calls refused together, and the rate recovers', async () => {
  const clock = createFakeClock();
  const limiter = createLimiter({ concurrency: 4, ratePerSecond: 10, burst: 5, clock });
  limiter.slowDown(2000);
  limiter.slowDown(1000);
  expect(limiter.rate()).toBe(5);
  await limiter.run(() => Promise.resolve());
  await limiter.run(() => Promise.resolve());
  expect(clock.waits[0]).toBe(2000);
  for (let i = 0; i < 50; i += 1) limiter.recover();
  expect(limiter.rate()).toBe(10);
});

test('while the rate grows back, no call waits longer than the slowest rate asks', async () => {
  const clock = createFakeClock();
  const limiter = createLimiter({ concurrency: 4, ratePerSecond: 200, burst: 600, clock });
  for (let i = 0; i < 4; i += 1) {
    clock.advance(1000);
    limiter.slowDown(0);
  }
  for (let i = 0; i < 20; i += 1) {
    await limiter.run(() => Promise.resolve());
    limiter.recover();
  }
  expect(Math.max(...clock.waits)).toBeLessThanOrEqual(1000 / 12.5);
});

test('a call that has its turn already waits for a slot alone', async () => {
  const clock = createFakeClock();
  const limiter = createLimiter({ concurrency: 1, ratePerSecond: 1, burst: 1, clock });
  await limiter.takeTurn();
  // What is read in between waits for its own.
  await limiter.run(() => Promise.resolve());
  expect(clock.waits).toEqual([1000]);
  await limiter.run(() => Promise.resolve(), undefined, true);
  expect(clock.waits).toEqual([1000]);
});

test('a call that was waiting for its turn when the pause began waits for its end', async () => {
  const clock = createFakeClock();
  const limiter = createLimiter({ concurrency: 1, ratePerSecond: 1000, burst: 1000, clock });
  const start = clock.now();
  const gate = createGate();
  const first = limiter.run(() => gate.opened);
  const second = limiter.run(async () => clock.now() - start);
  await settle();
  limiter.slowDown(5000);
  gate.open();
  await first;
  await expect(second).resolves.toBeGreaterThanOrEqual(5000);
});

test('a clock that does not move cannot hang it', async () => {
  const limiter = createLimiter({
    concurrency: 1,
    ratePerSecond: 1,
    burst: 1,
    clock: { now: () => 0, sleep: async () => {} },
  });
  for (let i = 0; i < 20; i += 1) await limiter.run(() => Promise.resolve());
  limiter.slowDown(1000);
  await expect(limiter.run(() => Promise.resolve('done'))).resolves.toBe('done');
});

test('whoever waits for a slot leaves the queue when aborted, and the others move up', async () => {
  const limiter = createLimiter({ concurrency: 1, ratePerSecond: 1000, burst: 1000, clock: createFakeClock() });
  const gate = createGate();
  const abort = new AbortController();
  const first = limiter.run(() => gate.opened);
  const second = limiter.run(() => Promise.resolve('second'), abort.signal);
  const third = limiter.run(() => Promise.resolve('third'));
  abort.abort(new Error('stop'));
  await expect(second).rejects.toThrow('stop');
  gate.open();
  await first;
  await expect(third).resolves.toBe('third');
});
