import { describe, expect, test } from 'vitest';
import { LimioError } from '../../src/errors/errors.js';
import type { OpenRun } from '../../src/journal/journal.js';
import type { Address } from '../../src/model/address.js';
import type { JournalEntry } from '../../src/model/run.js';
import { type FollowRequest, followRun } from '../../src/store/follow.js';
import { makeResult } from '../journal/support.js';
import { createHold } from '../end-to-end/support/create-hold.js';
import { createStillClock } from './contract.js';

const A: Address = 'promo_code:A';
const B: Address = 'promo_code:B';
const LATER: Address = 'journey:web';

/** What happened, in order: `disk` of each journal line, `send` of each time the store got the record. */
function openFollowed(more: Partial<FollowRequest> = {}) {
  const events: string[] = [];
  const clock = createStillClock();
  const run: OpenRun = {
    id: 'run',
    journal: { record: async (entry) => void events.push(`disk ${entry.step}`) },
    finish: async () => void events.push('disk result'),
    close: () => Promise.resolve(),
  };
  const followed = followRun(run, {
    plan: { levels: [[A, B], [LATER]] },
    clock,
    guard: async () => void events.push('guard'),
    send: async (result) => void events.push(result ? 'send result' : 'send'),
    ...more,
  });
  let number = 0;
  const write = (on: string, call: 'updatePromoCode' | 'putJourney' | 'publish' = 'updatePromoCode'): Promise<void> =>
    followed.journal.record({ step: 'write', write: (number += 1), call, on: [on] });
  return { followed, events, clock, write };
}

const before = (address: Address): JournalEntry => ({ step: 'before', address, live: null });

describe('a run whose record the store follows', () => {
  test('sends the values before, and the first write of each level, before that is sent to the tenant', async () => {
    const { followed, events, write } = openFollowed();
    await followed.journal.record(before(A));
    await followed.journal.record(before(B));
    await write(A);
    expect(events).toEqual(['disk before', 'disk before', 'disk write', 'guard', 'send']);
    await write(B);
    expect(events.slice(5)).toEqual(['disk write', 'guard']);
    await write('/tags/shop', 'publish');
    await write(LATER, 'putJourney');
    expect(events.slice(7)).toEqual(['disk write', 'guard', 'send', 'disk write', 'guard', 'send']);
    await followed.finish(makeResult(), undefined);
    expect(events.slice(-2)).toEqual(['disk result', 'send result']);
    await followed.close();
  });

  test('sends it again before a write when the last time was 15 seconds ago', async () => {
    const { followed, events, write, clock } = openFollowed();
    await write(A);
    clock.advance(14_000);
    await write(B);
    clock.advance(2_000);
    await write(B);
    expect(events.filter((event) => event === 'send')).toHaveLength(2);
    await followed.close();
  });

  test('writes nothing more when the store does not answer', async () => {
    const silence = new LimioError({ code: 'STORE_UNAVAILABLE', message: 'no answer' });
    let answers = true;
    const { followed, write } = openFollowed({
      send: async () => {
        if (!answers) throw silence;
      },
    });
    await write(A);
    answers = false;
    await expect(write(LATER, 'putJourney')).rejects.toBe(silence);
    await expect(write(LATER, 'putJourney')).rejects.toBe(silence);
    await followed.close();
  });

  test('writes nothing more when the lock is lost', async () => {
    const lost = new LimioError({ code: 'LOCK_LOST', message: 'lost' });
    const { followed, events, write } = openFollowed({ guard: () => Promise.reject(lost) });
    await expect(write(A)).rejects.toBe(lost);
    expect(events).toEqual(['disk write']);
    await followed.close();
  });

  test('lets no write of a level overtake the record that comes before it', async () => {
    const arrival = createHold();
    const { followed, events, write } = openFollowed({ send: () => arrival.stand() });
    const done: string[] = [];
    const writes = [A, B].map((address) => write(address).then(() => done.push(address)));
    await new Promise((resolve) => setImmediate(resolve));
    expect(done).toEqual([]);
    arrival.release();
    await Promise.all(writes);
    expect(done).toEqual([A, B]);
    expect(events.filter((event) => event === 'disk write')).toHaveLength(2);
    await followed.close();
  });
});
