import { describe, expect, test } from 'vitest';
import { applyPlan } from '../../src/apply/apply.js';
import type { Address } from '../../src/model/address.js';
import type { PublishPage } from '../../src/model/plan.js';
import { change, makeContext, makePage, makePlan } from '../support/apply-fixtures.js';
import { createFakeLiveApi } from '../support/fake-live-api.js';

const GOOD: Address = 'offer:/offers2/Good';
const STALE: Address = 'offer:/offers2/Stale';
const LOST: Address = 'offer:/offers2/Lost';
const HELD: Address = 'offer:/offers2/Held';
const ELSEWHERE: Address = 'offer:/offers2/Elsewhere';

describe('the pages of an apply', () => {
  test.each<[string, PublishPage, boolean, string | undefined]>([
    ['whose item was done', makePage('p', [GOOD]), true, undefined],
    ['with a stale item', makePage('p', [GOOD, STALE]), false, `${STALE} failed`],
    ['with an unverified item', makePage('p', [GOOD, LOST]), false, `${LOST} is unverified`],
    ['where another item is withheld, and so untouched', makePage('p', [GOOD, HELD]), true, undefined],
    ['where every change is withheld', makePage('p', [HELD]), false, 'its changes are withheld'],
    ['not live since earlier', makePage('p', [ELSEWHERE], { reason: 'not-live' }), true, undefined],
    [
      'not live since earlier, with an item that failed now',
      makePage('p', [ELSEWHERE, STALE], { reason: 'not-live' }),
      false,
      `${STALE} failed`,
    ],
  ])('%s', async (_name, page, isBuilt, reason) => {
    const api = createFakeLiveApi({
      items: {
        '/offers2/Good': { p: 1 },
        '/offers2/Stale': { p: 7 },
        '/offers2/Lost': { p: 1 },
        '/offers2/Held': { p: 1 },
      },
      hooks: { takeEdit: ({ path }) => (path === '/offers2/Lost' ? 'lose' : 'store') },
    });
    const plan = makePlan(
      [GOOD, STALE, LOST, HELD].map((address) => change(address, { p: 1 }, { p: 2 })),
      {
        guards: [{ code: 'REMOVAL_UNSUPPORTED', message: 'No.', addresses: [HELD] }],
        publish: { pages: [page], onNoPage: [GOOD, STALE] },
      },
    );
    const context = makeContext(api);
    const result = await applyPlan(plan, context);
    expect(api.writes().includes('startBuild /pages/p')).toBe(isBuilt);
    expect(result.publish.pages).toMatchObject([
      { path: '/pages/p', route: '/p/', status: isBuilt ? 'live' : 'skipped' },
    ]);
    expect(result.publish.pages[0]?.reason).toBe(reason);
    expect(result.publish.onNoPage).toEqual([GOOD]);
    expect(result.summary).toMatchObject({ pagesLive: isBuilt ? 1 : 0, pagesNotLive: isBuilt ? 0 : 1 });
    const ended = context.events.flatMap((event) => (event.type === 'page-end' ? [event.outcome] : []));
    expect(ended).toEqual(result.publish.pages);
  });

  test('are built even if no item changes, and are listed in the order of the plan', async () => {
    const api = createFakeLiveApi();
    const held = makePage('b', [HELD]);
    const pages = [makePage('a', [], { reason: 'not-live' }), held, makePage('c', [], { reason: 'not-live' })];
    const plan = makePlan([change(HELD, { p: 1 }, { p: 2 })], {
      guards: [{ code: 'REMOVAL_UNSUPPORTED', message: 'No.', addresses: [HELD] }],
      publish: { pages, onNoPage: [] },
    });
    const result = await applyPlan(plan, makeContext(api));
    expect(result.publish.pages.map(({ path, status }) => `${path} ${status}`)).toEqual([
      '/pages/a live',
      '/pages/b skipped',
      '/pages/c live',
    ]);
  });
});
