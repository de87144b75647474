import { describe, expect, test } from 'vitest';
import type { Json, JsonObject } from '../../src/model/json.js';
import type { Guard, Plan } from '../../src/model/plan.js';
import { TEST_CONTEXT, TEST_NOW } from '../support/run-scenario.js';
import { type TenantContent, charge, declare, planTenant } from './support/tenant-reader.js';

const find = ({ guards }: Plan, code: string): Guard | undefined => guards.find((guard) => guard.code === code);
const priced = (value: Json, rest: JsonObject = {}): JsonObject => ({ price__limio: [charge(value, rest)] });

const planPrices = (before: JsonObject, after: JsonObject, context = {}) =>
  planTenant(
    { offers: { '/offers2/A': before, '/offers2/B': { x: 1 } } },
    { 'offer:/offers2/A': after, 'offer:/offers2/B': { x: 2 } },
    context,
  );

const charges = (...values: string[]): JsonObject => ({
  price__limio: values.map((value, i) => charge(value, { name: `c${i}` })),
});

describe('PRICE_CHANGE', () => {
  test('names the price, the limit, the counts and the flag, and stops only that item', async () => {
    const plan = await planPrices(priced('9.99'), priced('12.99'));
    expect(plan.guards).toEqual([
      {
        code: 'PRICE_CHANGE',
        message:
          '1 price change on 1 item exceeds the policy (+20 %, -20 %): ' +
          'offer:/offers2/A charge_1: monthly GBP 9.99 -> 12.99 (+30.0 %).',
        value: '1 increase (+30.0 %)',
        limit: '+20 %, -20 %',
        addresses: ['offer:/offers2/A'],
        consent: { flag: '--allow-price-change', value: '1' },
        hint: 'If this is intended, add --allow-price-change=1.',
      },
    ]);
    expect(plan.withheld).toEqual([{ address: 'offer:/offers2/A', action: 'update', reason: 'PRICE_CHANGE' }]);
    expect(plan.changes).toHaveLength(2);
  });

  test.each<[string, JsonObject, JsonObject, string | undefined]>([
    ['a rise to the limit', priced('10'), priced('12'), undefined],
    ['a rise beyond it', priced('10'), priced('12.01'), '1 increase (+20.1 %)'],
    ['a fall to the limit', priced('10'), priced('8'), undefined],
    ['a fall beyond it', priced('10'), priced('7.99'), '1 decrease (-20.1 %)'],
    ['a changed currency', priced('10'), priced('10', { currencyCode: 'USD' }), '1 changed currency'],
    ['a changed interval', priced('10'), priced('10', { repeat_interval: 3 }), '1 changed interval'],
    ['more payments', priced('10', { repeat_count: 3 }), priced('10', { repeat_count: 12 }), '1 changed interval'],
    ['a removed charge', priced('10'), { price__limio: [] }, '1 removed charge'],
    ['a cleared price', priced('10'), { price__limio: null }, '1 removed charge'],
    ['a charge on top', priced('10'), { price__limio: [charge('10'), charge('1', { name: 'fee' })] }, '1 new charge'],
    [
      'a charge of nothing on top',
      priced('10'),
      { price__limio: [charge('10'), charge('0.00', { name: 'fee' })] },
      undefined,
    ],
    ['a renamed charge', priced('10'), priced('10', { name: 'other' }), '1 removed charge, 1 new charge'],
    ['a first price', { price__limio: [] }, priced('10'), undefined],
    ['a price from nothing', priced('0'), priced('10'), '1 amount that cannot be compared'],
    ['an amount that is no number', priced('£10'), priced('10'), '1 amount that cannot be compared'],
    ['an ambiguous amount', priced('1.299'), priced('1299'), '1 amount that cannot be compared'],
    ['an ambiguous amount with a comma', priced('1,299'), priced('1299'), '1 amount that cannot be compared'],
    ['a plain spelling', priced('1,299.00'), priced('1299.00'), undefined],
    ['a spelling that other programs may misread', priced('12.99'), priced('12,99'), '1 amount in another spelling'],
    ['a spelling that stays', priced('12,99'), priced('12,99'), undefined],
    ['another label', priced('10'), priced('10', { label: 'Renamed' }), undefined],
    [
      'a tier beyond the limit',
      priced('', { tiers: [{ starting_unit: '1', price: '10' }] }),
      priced('', { tiers: [{ starting_unit: '1', price: '20' }] }),
      '1 increase (+100.0 %)',
    ],
    ['a price that the file does not declare', priced('10'), { x: 1 }, undefined],
  ])('%s', async (_name, before, after, value) => {
    expect(find(await planPrices(before, after), 'PRICE_CHANGE')?.value).toBe(value);
  });

  test('uses the limits of the environment', async () => {
    const price = { maxIncrease: 30.1, maxDecrease: 0 };
    const policies = { ...TEST_CONTEXT.policies, price };
    expect(find(await planPrices(priced('9.99'), priced('12.99'), { policies }), 'PRICE_CHANGE')).toBeUndefined();
    expect(find(await planPrices(priced('10'), priced('9.99'), { policies }), 'PRICE_CHANGE')?.limit).toBe(
      '+30.1 %, -0 %',
    );
  });

  test('counts prices, not items; names the first five and the largest change', async () => {
    const tenant = { offers: { '/offers2/A': charges('1', '1', '1'), '/offers2/B': charges('1', '1', '1') } };
    const plan = await planTenant(tenant, {
      'offer:/offers2/A': charges('2', '3', '1'),
      'offer:/offers2/B': charges('2', '2', '4'),
    });
    const guard = find(plan, 'PRICE_CHANGE');
    expect(guard).toMatchObject({
      value: '5 increases (up to +300.0 %)',
      consent: { value: '5' },
      addresses: ['offer:/offers2/A', 'offer:/offers2/B'],
    });
    const six = await planTenant(tenant, {
      'offer:/offers2/A': charges('2', '3', '2'),
      'offer:/offers2/B': charges('2', '2', '4'),
    });
    expect(find(six, 'PRICE_CHANGE')?.message).toMatch(/^6 price changes on 2 items .*; 1 more\.$/);
  });
});

const names = (count: number) => Array.from({ length: count }, (_, i) => `/offers2/${String(i).padStart(3, '0')}`);

const basketCode = (status: boolean): JsonObject => ({
  applicationLevel: 'wholeBasket',
  status,
  discount: { discountType: 'DiscountPercentage', percentageDiscount: 5 },
});

const planMass = (managed: number, changed: number, context = {}) =>
  planTenant(
    { offers: Object.fromEntries(names(managed).map((path) => [path, { x: 1 }])) },
    Object.fromEntries(names(managed).map((path, i) => [`offer:${path}`, { x: i < changed ? 2 : 1 }])),
    context,
  );

describe('MASS_CHANGE', () => {
  test.each([
    [100, 30, undefined],
    [100, 31, '31 of 100 offers (31.0 %)'],
    [9, 9, undefined],
    [10, 10, '10 of 10 offers (100.0 %)'],
    [34, 10, undefined],
    [33, 10, '10 of 33 offers (30.3 %)'],
    [100, 0, undefined],
  ])('of %i managed offers, %i change', async (managed, changed, value) => {
    const guard = find(await planMass(managed, changed), 'MASS_CHANGE');
    expect(guard?.value).toBe(value);
    if (value !== undefined) {
      expect(guard).toMatchObject({
        limit: '30 % of a kind, from 10 objects',
        consent: { flag: '--allow-mass-change', value: String(changed) },
      });
      expect(guard?.addresses).toHaveLength(changed);
    }
  });

  test('uses the limits of the environment', async () => {
    const policies = { ...TEST_CONTEXT.policies, massChange: { percent: 50, atLeast: 2 } };
    expect(find(await planMass(4, 2, { policies }), 'MASS_CHANGE')).toBeUndefined();
    expect(find(await planMass(4, 3, { policies }), 'MASS_CHANGE')?.value).toBe('3 of 4 offers (75.0 %)');
  });

  test('counts deletions but no creations, and stops only the kinds that exceed the limit', async () => {
    const codes = Array.from({ length: 10 }, (_, i) => `OLD${i}`);
    const tenant: TenantContent = {
      offers: { '/offers2/A': { x: 1 } },
      promoCodes: Object.fromEntries(codes.map((name) => [name, basketCode(true)])),
    };
    const created = Object.fromEntries(Array.from({ length: 40 }, (_, i) => [`promo_code:NEW${i}`, basketCode(true)]));
    const plan = await planTenant(
      tenant,
      { 'offer:/offers2/A': { x: 2 }, 'promo_code:OLD0': basketCode(false), ...created },
      { scope: { promo_code: ['OLD*'] } },
    );
    expect(plan.summary).toMatchObject({ create: 40, update: 2, delete: 9 });
    expect(find(plan, 'MASS_CHANGE')).toMatchObject({
      value: '10 of 10 promo codes (100.0 %)',
      addresses: codes.slice(1).map((name) => `promo_code:${name}`),
      consent: { flag: '--allow-mass-change', value: '9' },
    });
  });

  test('stops the updates only where they exceed the limit without the deletions, which may be withheld', async () => {
    const codes = Array.from({ length: 20 }, (_, i) => `OLD${String(i).padStart(2, '0')}`);
    const stopAll = async (updates: number) => {
      const tenant = { promoCodes: Object.fromEntries(codes.map((name) => [name, basketCode(true)])) };
      const desired = Object.fromEntries(
        codes.slice(0, updates).map((name) => [`promo_code:${name}`, basketCode(false)]),
      );
      return find(await planTenant(tenant, desired, { scope: { promo_code: ['OLD*'] } }), 'MASS_CHANGE')?.addresses;
    };
    expect(await stopAll(9)).toHaveLength(11);
    expect(await stopAll(10)).toHaveLength(20);
  });
});

const journey = (start: string, fallback: string): JsonObject => ({
  starting_point: start,
  fallback_tag: fallback,
  journeys: [],
});

describe('JOURNEY_AT_DEFAULT', () => {
  test.each<[string, JsonObject | undefined, JsonObject, boolean]>([
    ['created there', undefined, journey('/default/', '/a/'), true],
    ['changed there', journey('/default', '/a/'), journey('/default', '/b/'), true],
    ['moved there', journey('/a/', '/x/'), journey('default/', '/x/'), true],
    ['moved away', journey('/default/', '/x/'), journey('/a/', '/x/'), true],
    ['changed there by a file without a starting point', journey('/default/', '/a/'), { fallback_tag: '/b/' }, true],
    ['unchanged there', journey('/default/', '/a/'), journey('/default/', '/a/'), false],
    ['changed elsewhere', journey('/default-offers/', '/a/'), journey('/default-offers/', '/b/'), false],
  ])('a journey %s', async (_name, live, declared, stopped) => {
    const plan = await planTenant(
      { journeys: live ? { home: live } : {}, pages: { '/pages/all': { tags: ['/tags/a', '/tags/b', '/tags/x'] } } },
      { 'journey:home': declared },
    );
    const guard = find(plan, 'JOURNEY_AT_DEFAULT');
    expect(guard !== undefined).toBe(stopped);
    if (guard)
      expect(guard).toMatchObject({
        addresses: ['journey:home'],
        consent: { flag: '--allow-default-journey', value: '1' },
      });
    expect(plan.warnings).toEqual([]);
  });

  test('a deleted journey requires consent to the deletion as well', async () => {
    const plan = await planTenant(
      { journeys: { home: journey('/default/', '/a/') }, offers: { '/offers2/A': {} } },
      { 'offer:/offers2/A': {} },
      { scope: { journey: ['*'] } },
    );
    expect(plan.guards.map(({ code }) => code)).toEqual(['DELETE_CONSENT', 'JOURNEY_AT_DEFAULT']);
  });
});

describe('PROMO_BROADER', () => {
  const base: JsonObject = {
    applicationLevel: 'selectedItems',
    referencedOfferLabel: 'digital',
    status: true,
    promoStartDate: '2026-10-01',
    promoExpiryDate: '2026-12-31',
    usage: { availableQuantity: 100 },
    discount: { discountType: 'DiscountPercentage', percentageDiscount: 20, durationLength: 3, durationType: 'Months' },
  };
  const discount = (changes: JsonObject): JsonObject => ({
    discount: { ...(base['discount'] as JsonObject), ...changes },
  });

  test.each<[string, JsonObject, JsonObject, string | undefined]>([
    ['a higher discount', base, discount({ percentageDiscount: 25 }), 'percentageDiscount 20 -> 25'],
    ['a lower discount', base, discount({ percentageDiscount: 15 }), undefined],
    ['a longer duration', base, discount({ durationLength: 4 }), 'duration 3 Months -> 4 Months'],
    [
      'a longer duration in another unit',
      base,
      discount({ durationLength: 1, durationType: 'Years' }),
      'duration 3 Months -> 1 Years',
    ],
    ['a shorter duration in another unit', base, discount({ durationLength: 4, durationType: 'Weeks' }), undefined],
    ['a duration without end', base, discount({ durationLength: null }), 'duration 3 Months -> forever'],
    [
      'an end to the duration',
      { ...base, discount: { discountType: 'DiscountPercentage', percentageDiscount: 20 } },
      discount({}),
      undefined,
    ],
    ['an unknown unit', base, discount({ durationType: 'Moons' }), 'duration 3 Months -> 3 Moons'],
    [
      'another type of discount',
      base,
      discount({ discountType: 'DiscountFixedAmount', percentageDiscount: null, amountDiscount: 5, currency: 'GBP' }),
      'discountType DiscountPercentage -> DiscountFixedAmount, currency none -> GBP, amountDiscount none -> 5',
    ],
    ['no expiry', base, { promoExpiryDate: null }, 'expires 2026-12-31 -> never'],
    ['a later expiry', base, { promoExpiryDate: '2027-01-01' }, 'expires 2026-12-31 -> 2027-01-01'],
    ['an earlier expiry', base, { promoExpiryDate: '2026-12-30' }, undefined],
    ['an earlier start', base, { promoStartDate: '2026-09-30' }, 'starts 2026-10-01 -> 2026-09-30'],
    ['no start', base, { promoStartDate: null }, 'starts 2026-10-01 -> immediately'],
    ['a later start', base, { promoStartDate: '2026-10-02' }, undefined],
    ['a higher quantity', base, { usage: { availableQuantity: 101 } }, 'quantity 100 -> 101'],
    ['a lower quantity', base, { usage: { availableQuantity: 99 } }, undefined],
    ['no quantity', base, { usage: null }, 'quantity 100 -> unlimited'],
    ['the whole basket', base, { applicationLevel: 'wholeBasket' }, 'applies to selectedItems -> the whole basket'],
    [
      'selected items only',
      { ...base, applicationLevel: 'wholeBasket' },
      { applicationLevel: 'selectedItems' },
      undefined,
    ],
    ['another label', base, { referencedOfferLabel: 'print' }, 'applies to the label digital -> print'],
    ['switched on', { ...base, status: false }, { status: true }, 'switched on'],
    ['switched off', base, { status: false }, undefined],
    ['a higher discount while it is off', { ...base, status: false }, discount({ percentageDiscount: 90 }), undefined],
    ['a higher discount and switched off', base, { ...discount({ percentageDiscount: 90 }), status: false }, undefined],
    [
      'a higher discount in a file with no other field',
      base,
      discount({ percentageDiscount: 90 }),
      'percentageDiscount 20 -> 90',
    ],
    ['another description', base, { description: 'for colleagues' }, undefined],
  ])('%s', async (_name, live, declared, ways) => {
    const plan = await planTenant(
      { promoCodes: { SPRING: live } },
      declare({ 'promo_code:SPRING': declared }, ['usage.availableQuantity']),
    );
    expect(plan.summary.update).toBe(1);
    const guard = find(plan, 'PROMO_BROADER');
    expect(guard?.message).toBe(
      ways === undefined ? undefined : `1 promo code gets broader: promo_code:SPRING: ${ways}.`,
    );
    if (guard)
      expect(guard).toMatchObject({
        addresses: ['promo_code:SPRING'],
        consent: { flag: '--allow-broader-promo', value: '1' },
      });
  });

  test('does not stop a new code', async () => {
    expect(find(await planTenant({}, { 'promo_code:SPRING': base }), 'PROMO_BROADER')).toBeUndefined();
  });
});

describe('PROTECTED_ADDRESS', () => {
  const tenant: TenantContent = {
    offers: { '/offers2/Legacy Gold': { x: 1 }, '/offers2/New': { x: 1 } },
    promoCodes: { OLD: { status: true } },
  };

  test('stops what a pattern matches, offers no consent, and names the setting to edit', async () => {
    const plan = await planTenant(
      tenant,
      { 'offer:/offers2/Legacy Gold': { x: 2 }, 'offer:/offers2/New': { x: 2 } },
      { protect: ['offer:/offers2/Legacy*', 'journey:*'] },
    );
    expect(plan.guards).toEqual([
      {
        code: 'PROTECTED_ADDRESS',
        message: '1 change to an object that test protects: offer:/offers2/Legacy Gold.',
        value: '1',
        limit: '0',
        addresses: ['offer:/offers2/Legacy Gold'],
        hint:
          'No flag overrides this. Undo the change in the files, or remove "offer:/offers2/Legacy*" from ' +
          'environments.test.protect in limio.config and have that reviewed.',
      },
    ]);
  });

  test('stops deletions too, but not objects without changes', async () => {
    const plan = await planTenant(
      tenant,
      { 'offer:/offers2/Legacy Gold': { x: 1 }, 'promo_code:NEW': { status: true } },
      { protect: ['offer:*', 'promo_code:OLD'], scope: { promo_code: ['*'] } },
    );
    expect(find(plan, 'PROTECTED_ADDRESS')?.addresses).toEqual(['promo_code:OLD']);
  });
});

describe('EMPTY_DESIRED', () => {
  test('stops every deletion when nothing is declared', async () => {
    const plan = await planTenant({ promoCodes: { OLD: { status: true } } }, [], { scope: { promo_code: ['*'] } });
    expect(plan.guards.map(({ code, addresses, consent }) => [code, addresses, consent?.value])).toEqual([
      ['EMPTY_DESIRED', ['promo_code:OLD'], undefined],
      ['DELETE_CONSENT', ['promo_code:OLD'], '1'],
    ]);
    expect(plan.withheld).toEqual([{ address: 'promo_code:OLD', action: 'delete', reason: 'EMPTY_DESIRED' }]);
  });
});

describe('guards together', () => {
  test('are sorted by severity for any order of the files, and the plan still lists every change', async () => {
    const tenant: TenantContent = {
      offers: { '/offers2/A': priced('1'), '/offers2/B': priced('1'), '/offers2/C': { x: 1 } },
      journeys: { home: { starting_point: '/default/', fallback_tag: '/a/' }, gone: { starting_point: '/gone/' } },
      promoCodes: { ONE: { status: false }, TWO: { status: false } },
    };
    const declared = declare({
      'promo_code:TWO': { status: true },
      'promo_code:ONE': { status: true },
      'offer:/offers2/C': { x: 2 },
      'offer:/offers2/B': priced('2'),
      'offer:/offers2/A': priced('2'),
      'journey:home': {
        starting_point: '/default/',
        journeys: [
          { conditions: [{ type: 'country', values: ['GB'] }], actions: [{ type: 'destination', destination: '/b/' }] },
        ],
      },
    });
    const freeze = [{ fromMs: TEST_NOW, toMs: TEST_NOW + 1, shown: 'now', reason: 'Sale' }];
    const context = { scope: { journey: ['*'] }, protect: ['offer:/offers2/C'], freeze };
    const plan = await planTenant(tenant, declared, context);
    expect(plan.guards.map(({ code }) => code)).toEqual([
      'FREEZE',
      'PROTECTED_ADDRESS',
      'CODEC_UNCONFIRMED',
      'ROUTE_NOT_LIVE',
      'DELETE_CONSENT',
      'PRICE_CHANGE',
      'JOURNEY_AT_DEFAULT',
      'PROMO_BROADER',
    ]);
    expect(plan.changes).toHaveLength(7);
    expect(plan.levels.flat()).toHaveLength(7);
    expect(plan.withheld).toHaveLength(7);

    const turned = await planTenant(tenant, declared.toReversed(), context);
    expect(turned.guards).toEqual(plan.guards);
    expect(turned.fingerprint).toBe(plan.fingerprint);
    expect(Object.isFrozen(plan.guards[0])).toBe(true);
  });
});
