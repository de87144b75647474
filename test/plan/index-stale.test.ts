import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../src/model/json.js';
import { isEmptyPlan, type Plan } from '../../src/model/plan.js';
import type { BuiltItem, LivePage } from '../../src/model/run.js';
import type { PlanContext } from '../../src/plan/plan-context.js';
import { makePlan } from '../../src/plan/plan.js';
import { TEST_CONTEXT } from '../support/run-scenario.js';
import { createTenantReader, declare } from './support/tenant-reader.js';

const PATH = '/offers2/Monthly';
const MONTHLY = `offer:${PATH}` as const;
const NEW: JsonObject = { display_name__limio: 'Monthly, new' };
const OLD: JsonObject = { display_name__limio: 'Monthly' };
const PAGES = { '/pages/shop': { tags: ['/tags/shop'], offers: [PATH] } };

/** Head is as declared; the published index still has the old copy. */
function planBlocked(
  proofs: LivePage[],
  pages: Record<string, JsonObject> = PAGES,
  context: Partial<PlanContext> = {},
) {
  const reader = createTenantReader({ offers: { [PATH]: NEW }, pages });
  const withVersion = async (path: string) => {
    const item = await reader.readItem(path);
    return item && { ...item, version: 'v2' };
  };
  const blocked = {
    ...reader,
    readItem: withVersion,
    listItems: async (...args: Parameters<typeof reader.listItems>) => {
      const listing = await reader.listItems(...args);
      if (args[0] !== 'offer' || args[1] !== 'published') return listing;
      const items = (await reader.listItems('offer', 'catalog')).items;
      return { ...listing, items: items.map((item) => ({ ...item, attributes: OLD })) };
    },
  };
  const settings = { ...TEST_CONTEXT, ...context, listLivePages: () => proofs };
  return makePlan(blocked, declare({ [MONTHLY]: NEW }), settings);
}

const prove = (item: BuiltItem, rest: Partial<LivePage> = {}): LivePage => ({
  path: '/pages/shop',
  routes: ['/shop/'],
  run: 'run-7',
  shown: new Map([[MONTHLY, item]]),
  ...rest,
});
const listPages = ({ publish }: Plan): string[] => publish.pages.map(({ path }) => path);

describe('an item whose published copy is older', () => {
  test('and that a run proved live as it is now is not published again, with a warning, in an empty plan', async () => {
    const plan = await planBlocked([prove({ version: 'v2' })]);
    expect(isEmptyPlan(plan)).toBe(true);
    expect(plan.warnings).toEqual([
      {
        code: 'INDEX_STALE',
        message:
          'The published index shows an older copy of offer:/offers2/Monthly, but the tenant reported its pages live ' +
          'in the run run-7. The index is stale; those pages are not published again.',
        hint: 'If the shop shows old values, publish the page by name: limio-sync publish --pages <page>',
      },
    ]);
  });

  test.each<[string, LivePage[], Record<string, JsonObject>?]>([
    ['no run proved', []],
    ['changed since', [prove({ version: 'v1' })]],
    ['was proved on another page', [prove({ version: 'v2' }, { path: '/pages/other' })]],
    ['was proved without one of its present routes', [prove({ version: 'v2' }, { routes: ['/old/'] })]],
    ['is not among what the page was published for', [prove({ version: 'v2' }, { shown: new Map() })]],
  ])('that %s is published', async (_, proofs) => {
    const plan = await planBlocked(proofs);
    expect(listPages(plan)).toEqual(['/pages/shop']);
    expect(plan.warnings.filter(({ code }) => code === 'INDEX_STALE')).toEqual([]);
  });

  test('is published on the pages that no run proved', async () => {
    const two = { ...PAGES, '/pages/sale': { tags: ['/tags/sale'], offers: [PATH] } };
    expect(listPages(await planBlocked([prove({ version: 'v2' })], two))).toEqual(['/pages/sale']);
  });

  test('is recognised by its body where a version is missing', async () => {
    expect(listPages(await planBlocked([prove({ body: { name: 'Monthly', attributes: NEW } })]))).toEqual([]);
    expect(listPages(await planBlocked([prove({ body: { name: 'Monthly', attributes: OLD } })]))).toEqual([
      '/pages/shop',
    ]);
  });
});
