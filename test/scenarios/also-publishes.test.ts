import { describe, expect, test } from 'vitest';
import { chooseExitCode } from '../../src/apply/result.js';
import type { Json, JsonObject } from '../../src/model/json.js';
import type { Plan } from '../../src/model/plan.js';
import { DEFAULT_POLICIES } from '../../src/model/policies.js';
import { type Bench, consentToAll, type Emulator, parseFiles, withBench } from '../support/run-scenario.js';

const item = (path: string, type: string, attributes: JsonObject, data: JsonObject = {}): JsonObject => ({
  path,
  name: path.slice(path.lastIndexOf('/') + 1),
  type: 'item',
  data: { record_type: type, attributes, ...data },
});

const price = (value: string): Json => [
  {
    name: 'charge_1',
    value,
    currencyCode: 'GBP',
    type: 'recurring',
    repeat_interval: 1,
    repeat_interval_type: 'months',
  },
];

const MONTHLY = '/offers2/Monthly';
const NEIGHBOUR = '/offers2/Neighbour';

/** A shop with a declared offer and a neighbour that no file declares; everything is live as it is. */
const SHOP: JsonObject[] = [
  item(MONTHLY, 'offer', { display_name__limio: 'Monthly', price__limio: price('9') }, { products: [] }),
  item(NEIGHBOUR, 'offer', { display_price__limio: '£9' }, { products: [] }),
  item('/pages/shop', 'page', {}, { tags: ['/tags/shop'], offers: [MONTHLY, NEIGHBOUR] }),
];

const CAMPAIGN: JsonObject[] = [
  item('/offers/Winter', 'campaign', {}, { tags: ['/tags/winter'] }),
  item('/offers/Winter/Gold', 'offer', { display_name__limio: 'Gold' }, { products: [] }),
  item('/offers/Winter/Silver', 'offer', { display_price__limio: '£9' }, { products: [] }),
];

const PRICED = SHOP.map((one) =>
  one['path'] === NEIGHBOUR ? item(NEIGHBOUR, 'offer', { price__limio: price('9') }, { products: [] }) : one,
);

const declare = (attributes: string, path = MONTHLY) =>
  parseFiles([{ path: 'monthly.yaml', text: `kind: offer\npath: ${path}\nattributes:\n${attributes}` }]);

const RENAMED = declare('  display_name__limio: Renamed\n');

const withShop = (use: (bench: Bench) => Promise<void>, items: JsonObject[] = SHOP): Promise<void> =>
  withBench({ seed: { items } }, use);

const liveNeighbour = (emulator: Emulator): unknown =>
  emulator.state().liveRoutes[0]?.items.find(({ path }) => path === NEIGHBOUR)?.data.attributes;

const alsoOf = ({ publish }: Plan) => publish.pages.flatMap(({ alsoPublishes = [] }) => alsoPublishes);
const codesOf = ({ guards }: Plan): string[] => guards.map(({ code }) => code);

describe('a publish makes live only what the plan names', () => {
  test('a draft beside the change is listed, and withholds the page until somebody consents to it', () =>
    withShop(async ({ emulator, plan, apply }) => {
      emulator.edit.item(NEIGHBOUR, { display_price__limio: '£99' });
      const first = await plan(RENAMED);
      expect(alsoOf(first)).toEqual([
        {
          address: `offer:${NEIGHBOUR}`,
          fields: [{ path: '/attributes/display_price__limio', before: '£9', after: '£99', show: 'html' }],
        },
      ]);
      expect(first.guards).toMatchObject([
        {
          code: 'ALSO_PUBLISHES',
          consent: { flag: '--allow-also-publish', value: '1' },
          pages: ['/pages/shop'],
          message:
            'Publishing /pages/shop also makes unpublished edits of 1 item live: offer:/offers2/Neighbour. ' +
            'With --allow-partial, 1 change would be written and not live there: offer:/offers2/Monthly.',
        },
      ]);
      const refused = await apply(first, new Map([['--allow-also-publish', '2']]));
      expect(refused.publish.pages).toMatchObject([{ status: 'skipped', withheld: true, code: 'ALSO_PUBLISHES' }]);
      expect(chooseExitCode(refused)).toBe(4);
      expect(liveNeighbour(emulator)).toMatchObject({ display_price__limio: '£9' });

      const second = await plan(RENAMED);
      expect(second.publish.pages).toMatchObject([{ reason: 'not-live', alsoPublishes: alsoOf(first) }]);
      const published = await apply(second, consentToAll(second));
      expect(published.publish.pages).toMatchObject([{ status: 'live' }]);
      expect(chooseExitCode(published)).toBe(0);
      expect(liveNeighbour(emulator)).toMatchObject({ display_price__limio: '£99' });
      expect(codesOf(await plan(RENAMED))).toEqual([]);
    }));

  test('a draft is part of the fingerprint', () =>
    withShop(async ({ emulator, plan }) => {
      const before = await plan(RENAMED);
      emulator.edit.item(NEIGHBOUR, { display_price__limio: '£99' });
      expect((await plan(RENAMED)).fingerprint).not.toBe(before.fingerprint);
    }));

  test('an environment can do without the consent, not without the lines', () =>
    withShop(async ({ emulator, plan, apply }) => {
      emulator.edit.item(NEIGHBOUR, { display_price__limio: '£99' });
      const policies = { ...DEFAULT_POLICIES, alsoPublish: 'report' as const };
      const reported = await plan(RENAMED, {}, { policies });
      expect(codesOf(reported)).toEqual([]);
      expect(alsoOf(reported)).toHaveLength(1);
      expect((await apply(reported)).publish.pages).toMatchObject([{ status: 'live' }]);
    }));

  test('without drafts nobody is asked, and nothing is read when no page is published', () =>
    withShop(async ({ emulator, plan }) => {
      const clean = await plan(RENAMED);
      expect(codesOf(clean)).toEqual([]);
      expect(alsoOf(clean)).toEqual([]);
      emulator.edit.item(NEIGHBOUR, { display_price__limio: '£99' });
      emulator.edit.clearLog();
      expect(codesOf(await plan(declare('  display_name__limio: Monthly\n')))).toEqual([]);
      expect(emulator.log().filter(({ path }) => path.includes('/limio/catalogs/'))).toEqual([]);
    }));

  test('an undeclared field of the changed offer counts, the declared ones do not', () =>
    withShop(async ({ emulator, plan }) => {
      emulator.edit.item(MONTHLY, { display_name__limio: 'Draft', cta_text__limio: 'Try' });
      expect(alsoOf(await plan(RENAMED))).toEqual([
        {
          address: `offer:${MONTHLY}`,
          fields: [{ path: '/attributes/cta_text__limio', after: 'Try', show: 'value' }],
        },
      ]);
    }));

  test('a price that goes live with a page is in the impact and under the price policy', () =>
    withShop(async ({ emulator, plan, apply }) => {
      emulator.edit.item(NEIGHBOUR, { price__limio: price('99') });
      const planned = await plan(RENAMED);
      expect(planned.impact.prices).toMatchObject([
        {
          before: { amount: '9.00' },
          after: { amount: '99.00' },
          addresses: [`offer:${NEIGHBOUR}`],
          routes: ['/shop/'],
        },
      ]);
      expect(codesOf(planned)).toEqual(['PRICE_CHANGE', 'ALSO_PUBLISHES']);
      const refused = await apply(planned, new Map([['--allow-also-publish', '1']]));
      expect(refused.publish.pages).toMatchObject([{ status: 'skipped', code: 'PRICE_CHANGE' }]);
      const second = await plan(RENAMED);
      expect((await apply(second, consentToAll(second))).publish.pages).toMatchObject([{ status: 'live' }]);
    }, PRICED));

  test.each([
    [
      'names by the label that it shows',
      { referencedLabel: 'digital' },
      '/offers2/Other',
      { label__limio: ['digital'] },
    ],
    ['names by its campaign', { offers: [MONTHLY, '/offers/Sale'] }, '/offers/Sale/Other', {}],
    ['names by its path', { offers: [MONTHLY, '/offers2/Other'] }, '/offers2/Other', {}],
  ])('an offer that was never published and that a page %s counts', (_, page, path, attributes) =>
    withShop(
      async ({ emulator, plan }) => {
        emulator.edit.addItem(item(path, 'offer', attributes, { products: [] }));
        expect(alsoOf(await plan(RENAMED))).toEqual([{ address: `offer:${path}`, fields: [], firstTime: true }]);
      },
      [...SHOP.slice(0, 2), item('/pages/shop', 'page', {}, { tags: ['/tags/shop'], offers: [MONTHLY], ...page })],
    ),
  );

  test('a draft beside a changed offer of a campaign, and one of the campaign itself, count as on a page', () =>
    withBench({ seed: { items: CAMPAIGN, routes: ['/winter/'] } }, async ({ emulator, plan, apply }) => {
      emulator.edit.item('/offers/Winter/Silver', { display_price__limio: '£99' });
      emulator.edit.itemData('/offers/Winter', { validTo: '2027-01-31' });
      const planned = await plan(declare('  display_name__limio: Renamed\n', '/offers/Winter/Gold'));
      expect(planned.publish.pages.map(({ path, routes, reason }) => [path, routes, reason])).toEqual([
        ['/offers/Winter', ['/winter/'], 'changed'],
      ]);
      expect(alsoOf(planned)).toMatchObject([
        { address: 'campaign:/offers/Winter', fields: [{ path: '/validTo', after: '2027-01-31' }] },
        { address: 'offer:/offers/Winter/Silver', fields: [{ path: '/attributes/display_price__limio' }] },
      ]);
      expect(codesOf(planned)).toEqual(['ALSO_PUBLISHES']);
      expect((await apply(planned)).publish.pages).toMatchObject([{ status: 'skipped', code: 'ALSO_PUBLISHES' }]);
      const next = await plan(declare('  display_name__limio: Renamed\n', '/offers/Winter/Gold'));
      expect((await apply(next, consentToAll(next))).publish.pages).toMatchObject([
        { path: '/offers/Winter', route: '/winter/', status: 'live' },
      ]);
    }));

  test('a draft of the page itself counts, wherever its components keep it', () =>
    withShop(async ({ emulator, plan }) => {
      emulator.edit.itemData('/pages/shop', { sections: [{ title: 'Sale' }] });
      expect(alsoOf(await plan(RENAMED))).toMatchObject([
        { address: 'page:/pages/shop', fields: [{ path: '/sections', after: [{ title: 'Sale' }] }] },
      ]);
    }));

  test('the draft of a product counts on every page of the offers that hold it', () =>
    withShop(
      async ({ emulator, plan }) => {
        emulator.edit.item('/products/Digital', { product_code__limio: 'D2' });
        expect(alsoOf(await plan(RENAMED))).toMatchObject([{ address: 'product:/products/Digital' }]);
      },
      [
        ...SHOP.slice(1),
        item(MONTHLY, 'offer', { display_name__limio: 'Monthly' }, { products: ['/products/Digital'] }),
        item('/products/Digital', 'product', { product_code__limio: 'D1' }),
      ],
    ));

  test('an item that moved since the plan makes the page stale: it is not built', () =>
    withShop(async ({ emulator, plan, apply }) => {
      const planned = await plan(RENAMED);
      emulator.edit.item(NEIGHBOUR, { display_price__limio: '£99' });
      const { publish } = await apply(planned);
      expect(publish.pages).toMatchObject([
        {
          status: 'failed',
          build: 'none',
          code: 'STALE',
          reason: 'offer:/offers2/Neighbour changed since the plan, and building /pages/shop would make that live',
        },
      ]);
      expect(emulator.state().builds).toEqual([]);
      expect(liveNeighbour(emulator)).toMatchObject({ display_price__limio: '£9' });
    }));

  test('an offer that got the label of a page since the plan makes the page stale', () =>
    withShop(
      async ({ emulator, plan, apply }) => {
        const planned = await plan(RENAMED);
        emulator.edit.item(NEIGHBOUR, { label__limio: ['digital'] });
        const { publish } = await apply(planned);
        expect(publish.pages).toMatchObject([
          { status: 'failed', code: 'STALE', reason: expect.stringContaining(`offer:${NEIGHBOUR} changed`) as string },
        ]);
        expect(emulator.state().builds).toEqual([]);
      },
      [
        ...SHOP.slice(0, 2),
        item('/offers2/Labelled', 'offer', { label__limio: ['digital'] }, { products: [] }),
        item('/pages/shop', 'page', {}, { tags: ['/tags/shop'], offers: [MONTHLY], referencedLabel: 'digital' }),
      ],
    ));

  test('an approved draft that moved again since the plan is not published either', () =>
    withShop(async ({ emulator, plan, apply }) => {
      emulator.edit.item(NEIGHBOUR, { display_price__limio: '£10' });
      const planned = await plan(RENAMED);
      emulator.edit.item(NEIGHBOUR, { display_price__limio: '£99' });
      const { publish } = await apply(planned, consentToAll(planned));
      expect(publish.pages).toMatchObject([{ status: 'failed', code: 'STALE' }]);
      expect(liveNeighbour(emulator)).toMatchObject({ display_price__limio: '£9' });
    }));

  test('a withheld change leaves its draft on no page that goes live', () =>
    withShop(async ({ emulator, plan, apply }) => {
      emulator.edit.item(MONTHLY, { price__limio: price('99') });
      const desired = [
        ...declare('  price__limio:\n    - name: charge_1\n      value: "9"\n'),
        ...declare('  display_price__limio: £8\n', NEIGHBOUR),
      ];
      const planned = await plan(desired);
      expect(codesOf(planned)).toEqual(['PRICE_CHANGE']);
      const { publish, outcomes } = await apply(planned);
      expect(outcomes).toMatchObject([{ status: 'withheld' }, { status: 'done' }]);
      expect(publish.pages).toMatchObject([
        { status: 'skipped', reason: expect.stringContaining('withheld') as string },
      ]);
      expect(emulator.state().builds).toEqual([]);
    }));

  test('what an earlier run wrote counts as its own, and an edit on top of it does not', () =>
    withShop(async ({ emulator, plan }) => {
      emulator.edit.item(NEIGHBOUR, { display_price__limio: '£8', cta_text__limio: 'Try' });
      const pendingPublishes = [
        {
          path: '/pages/shop',
          items: [`offer:${NEIGHBOUR}` as const],
          written: { [`offer:${NEIGHBOUR}`]: { attributes: { display_price__limio: '£8' } } },
          buildItems: ['/pages/shop'],
          run: 'run-1',
        },
      ];
      const owed = await plan(RENAMED, {}, { pendingPublishes });
      expect(alsoOf(owed).flatMap(({ fields }) => fields.map(({ path }) => path))).toEqual([
        '/attributes/cta_text__limio',
      ]);
      emulator.edit.item(NEIGHBOUR, { display_price__limio: '£99', cta_text__limio: null });
      const edited = await plan(RENAMED, {}, { pendingPublishes });
      expect(alsoOf(edited).flatMap(({ fields }) => fields)).toMatchObject([{ before: '£9', after: '£99' }]);
    }));
});
