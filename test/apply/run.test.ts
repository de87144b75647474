import { describe, expect, test } from 'vitest';
import { applyPlan } from '../../src/apply/apply.js';
import { chooseExitCode } from '../../src/apply/result.js';
import { LimioError } from '../../src/errors/errors.js';
import { DEFAULT_DIALECT } from '../../src/model/dialect.js';
import type { Plan } from '../../src/model/plan.js';
import { change, makeContext, makePage, makePlan } from '../support/apply-fixtures.js';
import { createFakeLiveApi, type FakeCall, type FakeSeed } from '../support/fake-live-api.js';

const SEED: FakeSeed = {
  items: { '/offers2/A': { p: 1 }, '/offers2/B': { p: 1 }, '/offers2/C': { p: 1 } },
  journeys: { old: { x: 1 } },
};

function makeTestPlan(): Plan {
  return makePlan(
    [
      change('offer:/offers2/A', { p: 1 }, { p: 2 }),
      change('offer:/offers2/B', { p: 1 }, { p: 2 }),
      change('offer:/offers2/C', { p: 1 }, { p: 2 }),
      change('promo_code:NEW', null, { x: 1 }),
      change('journey:new', null, { x: 1 }),
      change('journey:old', { x: 1 }, null),
    ],
    { publish: { pages: [makePage('home', ['offer:/offers2/A'])], onNoPage: [] } },
  );
}

/** `givesUp`: the client was about to repeat that call, which had been refused. */
async function applyUntil(isMoment: (call: FakeCall) => boolean, givesUp = false) {
  const stop = new AbortController();
  const before = (call: FakeCall): void => {
    if (!isMoment(call)) return;
    stop.abort(new Error('SIGINT'));
    if (givesUp)
      throw new LimioError({ code: 'INTERRUPTED', message: 'It was given up.', details: { ambiguous: false } });
  };
  const api = createFakeLiveApi({ ...SEED, hooks: { before } });
  const context = makeContext(api, { signal: stop.signal });
  const result = await applyPlan(makeTestPlan(), context);
  const notDone = result.outcomes.filter(({ status }) => status !== 'done');
  return { api, result, done: result.summary.done, notDone };
}

describe('an interrupted apply', () => {
  test.each<[string, (call: FakeCall) => boolean, number]>([
    ['the first bulk-update', ({ method }) => method === 'updateItems', 0],
    ['a later one', ({ method, args }) => method === 'updateItems' && String(args[0]).includes('B'), 1],
    ['a deletion', ({ method }) => method === 'deleteJourney', 5],
  ])('in the pause before %s is repeated reports it as not sent', async (_name, isMoment, done) => {
    const { result, notDone, done: count } = await applyUntil(isMoment, true);
    expect(count).toBe(done);
    for (const outcome of notDone)
      expect(outcome).toMatchObject({
        status: 'blocked',
        error: { code: 'INTERRUPTED', message: 'The run was interrupted before this was sent.' },
      });
    expect(chooseExitCode(result)).toBe(130);
  });

  test.each<[string, (call: FakeCall) => boolean, string[]]>([
    ['before the first write', ({ method }) => method === 'readItem', []],
    ['during the first write', ({ method }) => method === 'updateItems', ['updateItems /offers2/A']],
    [
      'during a batch',
      ({ method, args }) => method === 'updateItems' && String(args[0]).includes('B'),
      ['updateItems /offers2/A', 'updateItems /offers2/B,/offers2/C'],
    ],
    [
      'during the build',
      ({ method }) => method === 'startBuild',
      ['updateItems /offers2/A', 'updateItems /offers2/B,/offers2/C', 'startBuild /pages/home'],
    ],
    [
      'between the two calls that make a journey',
      ({ method }) => method === 'createJourney',
      [
        'updateItems /offers2/A',
        'updateItems /offers2/B,/offers2/C',
        'startBuild /pages/home',
        'publish home',
        'createPromoCode promo_code_v2-NEW',
        'createJourney new',
        'putJourney new',
      ],
    ],
  ])('%s finishes and reads back what is in flight, and starts nothing more', async (_name, isMoment, writes) => {
    const { api, result, done, notDone } = await applyUntil(isMoment);
    expect(api.writes()).toEqual(writes);
    expect(result.interrupted).toBe(true);
    expect(result.outcomes).toHaveLength(6);
    expect(done + notDone.length).toBe(6);
    for (const outcome of notDone) expect(outcome).toMatchObject({ status: 'blocked', error: { code: 'INTERRUPTED' } });
    expect(result.publish.pages).toHaveLength(1);
    expect(chooseExitCode(result)).toBe(130);
    const sentItems = new Set(
      writes.filter((write) => write.startsWith('update')).flatMap((write) => write.slice(12).split(',')),
    );
    for (const { address, status } of result.outcomes.filter((outcome) => outcome.address.startsWith('offer:'))) {
      expect([address, status]).toEqual([address, sentItems.has(address.slice(6)) ? 'done' : 'blocked']);
    }
  });

  test('is not called so when the last write was in flight', async () => {
    const { result, done } = await applyUntil(({ method }) => method === 'deleteJourney');
    expect(done).toBe(6);
    expect(result.interrupted).toBe(false);
    expect(chooseExitCode(result)).toBe(0);
  });

  test('converges when it is applied again, wherever it stopped', async () => {
    for (let at = 0; at < 60; at += 1) {
      const stop = new AbortController();
      let count = 0;
      const api = createFakeLiveApi({
        ...SEED,
        hooks: {
          before: () => {
            if ((count += 1) === at) stop.abort();
          },
        },
      });
      await applyPlan(makeTestPlan(), makeContext(api, { signal: stop.signal }));
      const again = await applyPlan(makeTestPlan(), makeContext(api));
      expect([at, again.summary.done, again.summary.pagesLive]).toEqual([at, 6, 1]);
    }
  });
});

describe('a plan that cannot be carried out', () => {
  const offer = change('offer:/offers2/A', { p: 1 }, { p: 2 });
  test.each<[string, Plan, string]>([
    [
      'changes an address twice',
      makePlan([offer, { ...offer }], { levels: [[offer.address]] }),
      'changes an address twice',
    ],
    ['has no level for a change', makePlan([offer], { levels: [] }), 'has no level for offer:/offers2/A'],
    [
      'lists a change twice',
      makePlan([offer], { levels: [[offer.address], [offer.address]] }),
      'lists offer:/offers2/A in two levels',
    ],
    [
      'lists what it does not change',
      makePlan([offer], { levels: [[offer.address, 'journey:x']] }),
      'lists journey:x in a level, but does not change it',
    ],
    [
      'deletes a catalog item',
      makePlan([change('offer:/offers2/A', { p: 2 }, null)]),
      'deletes offer:/offers2/A; catalog items are never deleted',
    ],
  ])('because it %s is refused before anything is sent', async (_name, plan, message) => {
    const api = createFakeLiveApi(SEED);
    const dialect = DEFAULT_DIALECT;
    await expect(applyPlan(plan, makeContext(api, { dialect }))).rejects.toThrow(
      new LimioError({ code: 'INTERNAL', message: `The plan ${message}; nothing was sent` }),
    );
    expect(api.calls).toEqual([]);
  });
});
