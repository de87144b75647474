import { describe, expect, test } from 'vitest';
import type { CatalogItem, Listing } from '../../src/model/live-api.js';
import type { PendingPublish } from '../../src/model/run.js';
import { makePlan } from '../../src/plan/plan.js';
import { renderPlanText } from '../../src/render/plan/text.js';
import { chooseStyle } from '../../src/render/terminal.js';
import { TEST_CONTEXT } from '../support/run-scenario.js';
import { createTenantReader, declare, planTenant, type TenantContent } from './support/tenant-reader.js';

const OFFER = '/offers2/Monthly';
const TENANT: TenantContent = {
  offers: { [OFFER]: { display_name__limio: 'Monthly' } },
  pages: {
    '/pages/shop': { tags: ['/tags/shop'], offers: [OFFER] },
    '/pages/front': { tags: ['/tags/front'], offers: [OFFER] },
    '/pages/loose': { offers: [OFFER] },
  },
};
const AS_IT_IS = { [`offer:${OFFER}`]: { display_name__limio: 'Monthly' } };
const CHANGED = { [`offer:${OFFER}`]: { display_name__limio: 'Monthly, new' } };
const leave = (path: string, rest: Partial<PendingPublish> = {}): PendingPublish => ({
  path,
  items: [`offer:${OFFER}`],
  buildItems: [path],
  run: 'run-1',
  ...rest,
});

describe('a page that an earlier run left pending', () => {
  test('is planned with the run as reason and with the campaigns of that run', async () => {
    const { publish } = await planTenant(TENANT, AS_IT_IS, {
      pendingPublishes: [leave('/pages/front', { buildItems: ['/pages/front', '/offers/Spring'] })],
    });
    expect(publish.pages).toEqual([
      {
        path: '/pages/front',
        name: 'front',
        tags: ['/tags/front'],
        routes: ['/front/'],
        buildItems: ['/pages/front', '/offers/Spring'],
        items: [`offer:${OFFER}`],
        reason: 'not-live',
        shows: expect.any(Array) as unknown[],
        why: 'not reported live since the run run-1',
      },
    ]);
  });

  test('is shown in the text of the plan', async () => {
    const text = renderPlanText(await planTenant(TENANT, AS_IT_IS, { pendingPublishes: [leave('/pages/front')] }), {
      style: chooseStyle(false),
    });
    expect(text).toContain(`/pages/front -> /front/  not reported live since the run run-1: offer:${OFFER}`);
  });

  test.each<[string, PendingPublish, object]>([
    ['that is gone is dropped', leave('/pages/gone'), {}],
    ['that has lost its tag is dropped', leave('/pages/loose'), {}],
    ['of which the policy protects every item is dropped', leave('/pages/front'), { protect: ['offer:*'] }],
  ])('%s', async (_name, owed, context) => {
    expect((await planTenant(TENANT, AS_IT_IS, { pendingPublishes: [owed], ...context })).publish.pages).toEqual([]);
  });

  test('on which something changes is planned for the change', async () => {
    const { publish } = await planTenant(TENANT, CHANGED, { pendingPublishes: [leave('/pages/front')] });
    expect(publish.pages.map(({ path, reason, why }) => [path, reason, why])).toEqual([
      ['/pages/front', 'changed', undefined],
      ['/pages/loose', 'changed', undefined],
      ['/pages/shop', 'changed', undefined],
    ]);
  });
});

test('an incomplete list of pages stops every publish, and no item counts as on no page', async () => {
  const reader = createTenantReader({ ...TENANT, pages: {} });
  const cut = {
    ...reader,
    listItems: async (...args: Parameters<typeof reader.listItems>): Promise<Listing<CatalogItem>> => ({
      ...(await reader.listItems(...args)),
      ...(args[0] === 'page' ? { complete: false, note: '14 pages were read and the tenant counts 17' } : {}),
    }),
  };
  const plan = await makePlan(cut, declare(CHANGED), TEST_CONTEXT);
  expect(plan.publish).toEqual({ pages: [], onNoPage: [] });
  expect(plan.guards).toEqual([
    {
      code: 'INCOMPLETE_PAGES',
      message:
        'The list of pages is incomplete (14 pages were read and the tenant counts 17), ' +
        'so a page that shows a change may be missing: no page is built or published.',
      addresses: [],
      hint: 'Run the command again, or name the pages to publish: limio-sync publish --env test --pages <path>',
      stopsPublish: true,
    },
  ]);
});
