import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../src/model/json.js';
import type { Plan } from '../../src/model/plan.js';
import type { PlanContext } from '../../src/plan/plan-context.js';
import { makePlan } from '../../src/plan/plan.js';
import { renderPlanHtml } from '../../src/render/plan/html.js';
import { renderPlanMarkdown } from '../../src/render/plan/markdown.js';
import { renderPlanText } from '../../src/render/plan/text.js';
import { PLAIN_STYLE } from '../../src/render/terminal.js';
import { TEST_CONTEXT } from '../support/run-scenario.js';
import { createTenantReader, declare, type TenantContent, type TenantReader } from './support/tenant-reader.js';

const name = (display: string): JsonObject => ({ display_name__limio: display });
const MONTHLY = 'offer:/offers2/Monthly';
const ANNUAL = 'offer:/offers2/Annual';
const SAME = { [MONTHLY]: name('Monthly'), [ANNUAL]: name('Annual') };
const SHOP = { tags: ['/tags/shop'], offers: ['/offers2/Monthly', '/offers2/Annual'] };
const TENANT: TenantContent = {
  offers: { '/offers2/Monthly': name('Monthly'), '/offers2/Annual': name('Annual') },
  pages: { '/pages/shop': SHOP },
};
const LISTED_AT = '0a1b2c3d4e5f60718293a4b5c6d7e8f901234567';

/** Lists show `tenant`; head is newer: `moved` by path. */
function createLagging(tenant: TenantContent, moved: Record<string, JsonObject>, commit = LISTED_AT): TenantReader {
  const listed = createTenantReader(tenant);
  const head = createTenantReader({ ...tenant, offers: { ...tenant.offers, ...moved } });
  return {
    ...listed,
    listItems: async (...args) => ({ ...(await listed.listItems(...args)), commit }),
    readItem: (path) => {
      listed.reads.push(`readItem ${path}`);
      return head.readItem(path);
    },
  };
}

const plan = (reader: TenantReader, bodies: Record<string, JsonObject>, context: Partial<PlanContext> = {}) =>
  makePlan(reader, declare(bodies), { ...TEST_CONTEXT, ...context });
const listChanged = ({ changes }: Plan): string[] => changes.map(({ address }) => address);
const listHeads = ({ reads }: TenantReader): string[] =>
  reads.filter((read) => read.startsWith('readItem')).map((read) => read.slice('readItem '.length));

describe('a list that lags behind head and looks as declared', () => {
  test('does not hide an object of which an earlier run does not know the outcome', async () => {
    const reader = createLagging(TENANT, { '/offers2/Monthly': name('Left half done') });
    expect(listChanged(await plan(reader, SAME, { unsettled: [MONTHLY] }))).toEqual([MONTHLY]);
    expect(listHeads(reader)).toEqual(['/offers2/Monthly', '/offers2/Annual', '/pages/shop']);
  });

  test('does not keep an item that head has no more', async () => {
    const reader = createLagging(TENANT, {});
    const readItem: typeof reader.readItem = async (path) =>
      path === '/offers2/Monthly' ? undefined : reader.readItem(path);
    const { changes } = await plan({ ...reader, readItem }, { ...SAME, [MONTHLY]: name('Monthly, new') });
    expect(changes.map(({ address, action }) => [address, action])).toEqual([[MONTHLY, 'create']]);
  });

  test('does not hide an item of a page that is about to be built', async () => {
    const reader = createLagging(TENANT, { '/offers2/Annual': name('Edited by a colleague') });
    const made = await plan(reader, { ...SAME, [MONTHLY]: name('Monthly, new') });
    expect(listChanged(made)).toEqual([ANNUAL, MONTHLY]);
  });

  test('does not hide an item of a page that is built because of an item that only head shows as changed', async () => {
    const two: TenantContent = {
      offers: { ...TENANT.offers, '/offers2/Weekly': name('Weekly') },
      pages: {
        '/pages/shop': SHOP,
        '/pages/week': { tags: ['/tags/week'], offers: ['/offers2/Annual', '/offers2/Weekly'] },
      },
    };
    const reader = createLagging(two, { '/offers2/Annual': name('Edited'), '/offers2/Weekly': name('Edited, too') });
    const made = await plan(reader, {
      [MONTHLY]: name('Monthly, new'),
      [ANNUAL]: name('Annual'),
      'offer:/offers2/Weekly': name('Weekly'),
    });
    expect(listChanged(made)).toEqual([ANNUAL, MONTHLY, 'offer:/offers2/Weekly']);
    expect(made.publish.pages.map(({ path }) => path)).toEqual(['/pages/shop', '/pages/week']);
  });

  test('costs no read of an object that no page about to be built shows', async () => {
    const reader = createLagging(
      { ...TENANT, offers: { ...TENANT.offers, '/offers2/Elsewhere': name('Elsewhere') } },
      {},
    );
    const made = await plan(reader, {
      ...SAME,
      [MONTHLY]: name('Monthly, new'),
      'offer:/offers2/Elsewhere': name('Elsewhere'),
    });
    expect(listChanged(made)).toEqual([MONTHLY]);
    expect(listHeads(reader).toSorted()).toEqual(['/offers2/Annual', '/offers2/Monthly', '/pages/shop']);
    expect(reader.reads.filter((read) => read === 'listItems page catalog')).toHaveLength(1);
  });

  test('costs no read at all where nothing differs, and hides the edit', async () => {
    const reader = createLagging(TENANT, { '/offers2/Monthly': name('Edited by a colleague') });
    expect(listChanged(await plan(reader, SAME))).toEqual([]);
    expect(listHeads(reader)).toEqual([]);
  });

  test('hides nothing from --refresh, which reads every declared object at head', async () => {
    const reader = createLagging(TENANT, { '/offers2/Monthly': name('Edited by a colleague') });
    expect(listChanged(await plan(reader, SAME, { refresh: true }))).toEqual([MONTHLY]);
    expect(listHeads(reader).toSorted()).toEqual(['/offers2/Annual', '/offers2/Monthly', '/pages/shop']);
  });
});

describe('an object about to be deleted', () => {
  const CODES: TenantContent = {
    promoCodes: { OLD5: { status: true } },
    journeys: { 'web-old': { starting_point: '/old/' } },
  };
  const SCOPE = { promo_code: ['*'], journey: ['web-*'] };

  test('is read at head, not taken from a list', async () => {
    const reader = createTenantReader(CODES);
    expect(listChanged(await plan(reader, {}, { scope: SCOPE }))).toEqual(['journey:web-old', 'promo_code:OLD5']);
    expect(reader.reads).toEqual(expect.arrayContaining(['readJourney web-old', 'readPromoCode promo_code_v2-OLD5']));
  });

  test('that a list does not show yet is deleted where an earlier run does not know the outcome of its creation', async () => {
    const reader = createTenantReader(CODES);
    const lagging: TenantReader = {
      ...reader,
      listPromoCodes: async () => ({ items: [], complete: true }),
      listJourneys: async () => ({ items: [], complete: true, shape: 'array' }),
    };
    const unsettled = ['promo_code:OLD5', 'journey:web-old', 'promo_code:NEVER1'] as const;
    expect(listChanged(await plan(lagging, {}, { scope: SCOPE, unsettled }))).toEqual([
      'journey:web-old',
      'promo_code:OLD5',
    ]);
    expect(listChanged(await plan(lagging, {}, { scope: { journey: ['web-*'] }, unsettled }))).toEqual([
      'journey:web-old',
    ]);
  });
});

const make = (): Promise<Plan> =>
  plan(createLagging(TENANT, {}), { ...SAME, [MONTHLY]: name('Monthly, new') }, { refresh: true });

describe('what a plan rests on', () => {
  test('is in the plan and in the summary of every rendering', async () => {
    const made = await make();
    expect(made.basis).toMatchObject({ lists: [LISTED_AT], atHead: 3 });
    const sentence = 'rom the list as of 0a1b2c3d4e5f, 3 read at head';
    expect(renderPlanText(made, { style: PLAIN_STYLE })).toContain(`F${sentence}`);
    expect(renderPlanMarkdown(made)).toContain('from the list as of `0a1b2c3d4e5f`, 3 read at head');
    expect(renderPlanHtml(made)).toContain('from the list as of <code>0a1b2c3d4e5f</code>, 3 read at head');
  });

  test('is not part of the fingerprint: it says how the tenant was read, not what is done', async () => {
    const other = await plan(createLagging(TENANT, {}, 'f'.repeat(40)), { ...SAME, [MONTHLY]: name('Monthly, new') });
    expect(other.basis?.lists).toEqual(['f'.repeat(40)]);
    expect((await make()).fingerprint).toBe(other.fingerprint);
  });
});
