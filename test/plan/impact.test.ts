import { describe, expect, test } from 'vitest';
import { LimioError } from '../../src/errors/errors.js';
import type { JsonObject } from '../../src/model/json.js';
import { isActivePromo } from '../../src/plan/impact/impact.js';
import { makePlan } from '../../src/plan/plan.js';
import { TEST_CONTEXT, TEST_DIALECT } from '../support/run-scenario.js';
import { charge, createTenantReader, declare, planTenant, type TenantContent } from './support/tenant-reader.js';

const priced = (value: string, rest: JsonObject = {}): JsonObject => ({ price__limio: [charge(value)], ...rest });
const destination = (path: string): JsonObject => ({ type: 'destination', destination: path, split: 100 });
const assumed = { dialect: { ...TEST_DIALECT, journeyCodec: 'assumed' as const } };

/** Offers on pages by path and by label, with journeys and promo codes that refer to them. */
const TENANT: TenantContent = {
  offers: {
    '/offers2/Monthly': priced('9.99', { label__limio: ['digital'] }),
    '/offers2/Basic': priced('9.99', { label__limio: ['basic'] }),
    '/offers2/Annual': priced('99', { downgrade_offers__limio: [{ path: '/offers2/Monthly', id: 'x' }] }),
  },
  addOns: { '/add_ons/Box': { cross_sell_offers__limio: { items: [{ path: '/offers2/Basic' }] } } },
  pages: {
    '/pages/home': { offers: ['/offers2/Monthly'], tags: ['/tags/home'] },
    '/pages/digital': { referencedLabel: 'digital', tags: ['/tags/digital', '/tags/app'] },
    '/pages/draft': { offers: ['/offers2/Basic'], tags: ['/tags/draft'] },
    '/pages/other': { offers: ['/offers2/Annual'], tags: ['/tags/other'] },
  },
  publishedPages: ['/pages/home', '/pages/digital', '/pages/other'],
  journeys: {
    'by-label': {
      starting_point: '/x/',
      journeys: [{ id: '1', conditions: [], actions: [] }],
      fallback_tag: '/nowhere/',
    },
    'by-page': { starting_point: '/y/', fallback_tag: '/app/', journeys: [] },
    'raw-page': {
      starting_point: '/z/',
      journeys: [{ id: '2', conditions: [{ odd: 'digital' }], actions: [{ odd: { to: '/tags/home' } }] }],
    },
    none: { starting_point: '/home/', fallback_tag: '/other/' },
  },
  promoCodes: {
    ALL: { status: true, applicationLevel: 'wholeBasket' },
    DIGITAL: {
      status: true,
      applicationLevel: 'selectedItems',
      referencedOfferLabel: 'digital',
      promoExpiryDate: '2026-11-22',
    },
    OVER: {
      status: true,
      applicationLevel: 'selectedItems',
      referencedOfferLabel: 'digital',
      promoExpiryDate: '2026-11-21',
    },
    PRINT: { status: true, applicationLevel: 'selectedItems', referencedOfferLabel: 'print' },
  },
};

const REPRICED = {
  'offer:/offers2/Monthly': { price__limio: [charge('11.99')] },
  'offer:/offers2/Basic': { price__limio: [charge('11.99')] },
};

describe('the impact of a price', () => {
  test('is one line for all equal price changes, with the routes, journeys and codes that show them', async () => {
    const { impact } = await planTenant(TENANT, REPRICED);
    expect(impact.prices).toEqual([
      {
        before: { amount: '9.99', currency: 'GBP', interval: 'monthly' },
        after: { amount: '11.99', currency: 'GBP', interval: 'monthly' },
        percent: '+20.0',
        addresses: ['offer:/offers2/Basic', 'offer:/offers2/Monthly'],
        routes: ['/app/', '/digital/', '/home/'],
        journeys: ['journey:by-page', 'journey:raw-page'],
        promoCodes: ['promo_code:ALL', 'promo_code:DIGITAL'],
      },
    ]);
  });

  test('names who uses each item, and how', async () => {
    const { impact } = await planTenant(TENANT, REPRICED);
    expect(impact.usedBy).toEqual([
      {
        address: 'offer:/offers2/Basic',
        users: [
          { ref: '/pages/draft', how: 'lists it' },
          { ref: 'add_on:/add_ons/Box', how: 'names it in cross_sell_offers__limio' },
        ],
      },
      {
        address: 'offer:/offers2/Monthly',
        users: [
          { ref: '/pages/digital', how: 'shows the label digital' },
          { ref: '/pages/home', how: 'lists it' },
          { ref: 'journey:by-page', how: 'leads to /app/' },
          { ref: 'journey:raw-page', how: 'asks for the label digital' },
          { ref: 'journey:raw-page', how: 'leads to /home/' },
          { ref: 'offer:/offers2/Annual', how: 'names it in downgrade_offers__limio' },
          { ref: 'promo_code:DIGITAL', how: 'applies to the label digital' },
          { ref: 'promo_code:OVER', how: 'applies to the label digital' },
        ],
      },
    ]);
  });

  test('uses labels, journeys and codes as they are after the plan', async () => {
    const bodies = {
      'offer:/offers2/Basic': { price__limio: [charge('11.99')], label__limio: ['print'] },
      'journey:by-label': {
        journeys: [{ conditions: [{ type: 'offer_label', values: ['print'] }], actions: [destination('/other/')] }],
      },
      'journey:by-page': { fallback_tag: '/draft/' },
      'promo_code:ALL': { status: false },
      'promo_code:NEW': { status: true, applicationLevel: 'wholeBasket' },
    };
    const { impact } = await planTenant(TENANT, bodies, assumed);
    expect(impact.prices[0]).toMatchObject({
      routes: [],
      journeys: ['journey:by-label', 'journey:by-page'],
      promoCodes: ['promo_code:NEW', 'promo_code:PRINT'],
    });
  });

  test('separates different price changes, new and removed charges included', async () => {
    const bodies = {
      'offer:/offers2/Monthly': { price__limio: [charge('11.99'), charge('5', { name: 'fee', type: 'onetime' })] },
      'offer:/offers2/Basic': { price__limio: [charge('12.99')] },
      'offer:/offers2/Annual': { price__limio: [] },
    };
    const { impact } = await planTenant(TENANT, bodies);
    expect(
      impact.prices.map(({ before, after, percent, addresses }) => [before?.amount, after?.amount, percent, addresses]),
    ).toEqual([
      [undefined, '5.00', undefined, ['offer:/offers2/Monthly']],
      ['9.99', '11.99', '+20.0', ['offer:/offers2/Monthly']],
      ['9.99', '12.99', '+30.0', ['offer:/offers2/Basic']],
      ['99.00', undefined, undefined, ['offer:/offers2/Annual']],
    ]);
  });
});

describe('the impact of a deletion', () => {
  test('names the users of a journey and of a promo code', async () => {
    const tenant: TenantContent = {
      offers: { '/offers2/A': {} },
      pages: {
        '/pages/sale': { components: [{ text: 'Use SPRING25 today' }] },
        '/pages/else': { text: 'SPRING250 and spring25' },
      },
      journeys: {
        gone: { starting_point: '/landing/', journeys: [] },
        leads: { starting_point: '/a/', fallback_tag: '/landing/' },
        asks: { starting_point: '/b/', journeys: [{ id: '1', conditions: [{ odd: 'promo=SPRING25' }], actions: [] }] },
      },
      promoCodes: { SPRING25: { status: true }, LONELY: { status: true } },
    };
    const plan = await planTenant(
      tenant,
      { 'offer:/offers2/A': {} },
      { scope: { journey: ['gone'], promo_code: ['*'] } },
    );
    expect(plan.impact).toEqual({
      prices: [],
      usedBy: [
        { address: 'journey:gone', users: [{ ref: 'journey:leads', how: 'leads to /landing/' }] },
        { address: 'promo_code:LONELY', users: [] },
        {
          address: 'promo_code:SPRING25',
          users: [
            { ref: '/pages/sale', how: 'names it in a text' },
            { ref: 'journey:asks', how: 'asks for it in the query string' },
          ],
        },
      ],
    });
  });
});

const readsOf = async (bodies: Record<string, JsonObject>, context = {}): Promise<string[]> => {
  const reader = createTenantReader(TENANT);
  await makePlan(reader, declare(bodies), { ...TEST_CONTEXT, ...context });
  return reader.reads;
};

const refuseWith =
  (what: string, error: LimioError) =>
  (read: string): void => {
    if (read === what) throw error;
  };

describe('reading for the impact', () => {
  /** The pages to publish and what else they show. */
  const FOR_PAGES = [
    'listItems add_on catalog',
    'listItems campaign catalog',
    'listItems page catalog',
    'listItems page published',
    'readItem /pages/digital',
    'readItem /pages/home',
  ];

  test('happens only when a price moves or something is deleted', async () => {
    const renamed = await readsOf({ 'offer:/offers2/Monthly': { display_name__limio: 'Renamed' } });
    expect(renamed.filter((read) => !read.includes('offer')).sort()).toEqual(FOR_PAGES);
    const respelt = await readsOf({ 'offer:/offers2/Monthly': { price__limio: [charge('09.99')] } });
    expect(respelt.filter((read) => !read.includes('offer')).sort()).toEqual(FOR_PAGES);
  });

  test('reads nothing twice', async () => {
    const reads = await readsOf(REPRICED);
    expect(reads.filter((read) => !read.includes('offer')).sort()).toEqual([
      'listItems add_on catalog',
      'listItems campaign catalog',
      'listItems page catalog',
      'listItems page published',
      'listJourneys',
      'listPromoCodes',
      'readItem /pages/digital',
      'readItem /pages/draft',
      'readItem /pages/home',
      'readPromoCode promo_code_v2-ALL',
      'readPromoCode promo_code_v2-DIGITAL',
      'readPromoCode promo_code_v2-OVER',
      'readPromoCode promo_code_v2-PRINT',
    ]);
    const declared = await readsOf({
      ...REPRICED,
      'promo_code:ALL': { status: true },
      'journey:none': { fallback_tag: '/other/' },
    });
    expect(declared.filter((read) => read.includes('romo') || read.includes('ourney')).sort()).toEqual([
      'listJourneys',
      'listPromoCodes',
      'readJourney none',
      'readPromoCode promo_code_v2-ALL',
      'readPromoCode promo_code_v2-DIGITAL',
      'readPromoCode promo_code_v2-OVER',
      'readPromoCode promo_code_v2-PRINT',
    ]);
  });

  test('gives a warning and still a plan when a read is refused', async () => {
    const plan = await makePlan(
      createTenantReader(
        TENANT,
        refuseWith(
          'listPromoCodes',
          new LimioError({ code: 'AUTH_REFUSED', message: 'GET /promo_codes was refused.' }),
        ),
      ),
      declare(REPRICED),
      TEST_CONTEXT,
    );
    expect(plan.impact.prices[0]?.promoCodes).toEqual([]);
    expect(plan.impact.prices[0]?.routes).toHaveLength(3);
    expect(plan.warnings).toContainEqual({
      code: 'IMPACT_INCOMPLETE',
      message: 'The impact may be incomplete: the promo codes could not all be read (GET /promo_codes was refused).',
    });
  });

  test('fails when the tenant cannot be reached', async () => {
    await expect(
      makePlan(
        createTenantReader(
          TENANT,
          refuseWith('listJourneys', new LimioError({ code: 'NETWORK', message: 'The tenant could not be reached.' })),
        ),
        declare(REPRICED),
        TEST_CONTEXT,
      ),
    ).rejects.toMatchObject({ code: 'NETWORK' });
  });
});

describe('a promo code is active', () => {
  test.each<[string, JsonObject, boolean]>([
    ['when it is on', { status: true }, true],
    ['not when it is off', { status: false }, false],
    ['not when nothing is said', {}, false],
    ['on its first day', { status: true, promoStartDate: '2026-11-22' }, true],
    ['not before', { status: true, promoStartDate: '2026-11-23' }, false],
    ['on its last day', { status: true, promoExpiryDate: '2026-11-22' }, true],
    ['not after', { status: true, promoExpiryDate: '2026-11-21' }, false],
    ['until a moment', { status: true, promoExpiryDate: '2026-11-22T11:59:59Z' }, false],
    ['with some left', { status: true, usage: { availableQuantity: 1 } }, true],
    ['not when it is used up', { status: true, usage: { availableQuantity: 0 } }, false],
    [
      'with null, which is unlimited',
      { status: true, usage: { availableQuantity: null }, promoExpiryDate: null, promoStartDate: null },
      true,
    ],
  ])('%s', (_name, body, expected) => {
    expect(isActivePromo(body, Date.parse('2026-11-22T12:00:00Z'))).toBe(expected);
  });
});
