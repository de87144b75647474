import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { resolveEnvironment } from '../../src/config/environments.js';
import { GUARD_CODES } from '../../src/errors/guard-codes.js';
import type { JsonObject } from '../../src/model/json.js';
import { DEFAULT_POLICIES } from '../../src/model/policies.js';
import { TEST_DIALECT } from '../support/run-scenario.js';
import { charge, declare, makeSnapshot, planTenant } from './support/tenant-reader.js';

const PAGE = readFileSync(new URL('../../docs/policies.md', import.meta.url), 'utf8');

const price = (value: string, rest: JsonObject = {}): JsonObject => ({ price__limio: [charge(value, rest)] });
const promo = (discount: number, rest: JsonObject = {}): JsonObject => ({
  status: true,
  applicationLevel: 'wholeBasket',
  promoExpiryDate: '2026-12-31',
  discount: { discountType: 'DiscountPercentage', percentageDiscount: discount },
  ...rest,
});
const freeze = resolveEnvironment(
  {
    environments: {
      prod: {
        tenant: 'a',
        freeze: [
          { from: '2026-11-20T00:00', to: '2026-12-01T08:00', timeZone: 'Europe/London', reason: 'Black Friday' },
        ],
      },
    },
  },
  'prod',
).freeze;
const prod = { environment: 'prod' };
const names = Array.from({ length: 12 }, (_, i) => `/offers2/Offer ${i}`);

/** One plan for each guard that the page shows. */
const PLANS: [string, ReturnType<typeof planTenant>][] = [
  ['FREEZE', planTenant({ offers: { '/offers2/A': { x: 1 } } }, { 'offer:/offers2/A': { x: 2 } }, { ...prod, freeze })],
  [
    'FILES_OLDER',
    planTenant(
      { offers: { '/offers2/A': { x: 1 } } },
      { 'offer:/offers2/A': { x: 2 } },
      {
        filesAge: {
          files: '4f1c2d9a7be08c53d6f0a1b2c3d4e5f60718293a',
          applied: '9b2e0d7c1a5566778899aabbccddeeff00112233',
          at: '2026-11-28T10:00:00.000Z',
          relation: 'older',
        },
      },
    ),
  ],
  [
    'EMPTY_DESIRED',
    planTenant({ promoCodes: { OLD5: promo(5), OLD10: promo(10) } }, [], { scope: { promo_code: ['*'] } }),
  ],
  [
    'PROTECTED_ADDRESS',
    planTenant(
      { offers: { '/offers2/Legacy Gold': { x: 1 } } },
      { 'offer:/offers2/Legacy Gold': { x: 2 } },
      { ...prod, protect: ['offer:/offers2/Legacy*'] },
    ),
  ],
  [
    'CODEC_UNCONFIRMED',
    planTenant(
      {},
      {
        'journey:geo-landing': {
          starting_point: '/landing/',
          journeys: [{ conditions: [{ type: 'country', values: ['US'] }], actions: [] }],
        },
      },
    ),
  ],
  [
    'REMOVAL_UNSUPPORTED',
    planTenant(
      { offers: { '/offers2/A': { badge_text__limio: 'New' } } },
      { 'offer:/offers2/A': { badge_text__limio: null } },
      { dialect: { ...TEST_DIALECT, bulkUpdate: { ...TEST_DIALECT.bulkUpdate, removal: 'unsupported' } } },
    ),
  ],
  [
    'MASS_CHANGE',
    planTenant(
      { offers: Object.fromEntries(names.map((name) => [name, { x: 1 }])) },
      Object.fromEntries(names.map((name) => [`offer:${name}`, { x: 2 }])),
    ),
  ],
  [
    'DELETE_CONSENT',
    planTenant(
      { promoCodes: { OLD5: promo(5), OLD10: promo(10), NEW: promo(5) } },
      { 'promo_code:NEW': promo(5) },
      { scope: { promo_code: ['OLD*'] } },
    ),
  ],
  [
    'OVERWRITES',
    planTenant(
      { offers: { '/offers2/Digital Monthly': { x: 'edited' } } },
      { 'offer:/offers2/Digital Monthly': { x: 'declared' } },
      {
        ...prod,
        protected: true,
        applied: makeSnapshot({ 'offer:/offers2/Digital Monthly': { body: { attributes: { x: 'applied' } } } }),
      },
    ),
  ],
  [
    'PRICE_CHANGE',
    planTenant(
      { offers: { '/offers2/Digital Monthly': price('9.99'), '/offers2/Digital EUR': price('10') } },
      {
        'offer:/offers2/Digital Monthly': price('12.99'),
        'offer:/offers2/Digital EUR': price('10', { currencyCode: 'EUR' }),
      },
    ),
  ],
  [
    'JOURNEY_AT_DEFAULT',
    planTenant(
      { journeys: { home: { starting_point: '/default/', fallback_tag: '/a/' } } },
      { 'journey:home': { fallback_tag: '/b/' } },
    ),
  ],
  [
    'PROMO_BROADER',
    planTenant(
      { promoCodes: { SPRING25: promo(20) } },
      { 'promo_code:SPRING25': promo(25, { promoExpiryDate: null }) },
    ),
  ],
  [
    'ALSO_PUBLISHES',
    planTenant(
      {
        offers: { '/offers2/Monthly': { x: 1 }, '/offers2/Neighbour': { display_price__limio: '£99' } },
        published: { '/offers2/Neighbour': { display_price__limio: '£9' } },
        pages: { '/pages/shop': { tags: ['/tags/shop'], offers: ['/offers2/Monthly', '/offers2/Neighbour'] } },
      },
      { 'offer:/offers2/Monthly': { x: 2 } },
    ),
  ],
];

describe('docs/policies.md', () => {
  test('lists every guard, the most severe first', () => {
    const listed = [...PAGE.matchAll(/^\| \[`(\w+)`\]\(/gm)].map(([, code]) => code);
    expect(listed).toEqual(Object.keys(GUARD_CODES));
  });

  test.each(PLANS)('quotes the message of %s', async (code, planning) => {
    const guard = (await planning).guards.find((one) => one.code === code);
    expect(PAGE).toContain(`### \`${code}\`\n`);
    expect(PAGE).toContain(`withheld ${code}: ${guard?.message}\n  ${guard?.hint}\n`);
  });

  test('lists the default limits', () => {
    const { price: limits, massChange, alsoPublish } = DEFAULT_POLICIES;
    expect(PAGE).toContain(`price: { maxIncrease: ${limits.maxIncrease}, maxDecrease: ${limits.maxDecrease} },`);
    expect(PAGE).toContain(`massChange: { percent: ${massChange.percent}, atLeast: ${massChange.atLeast} },`);
    expect(PAGE).toContain(`alsoPublish: '${alsoPublish}',`);
  });

  test('quotes the warning about an ignored field', async () => {
    const plan = await planTenant({ offers: { '/offers2/A': { x: 1 } } }, declare({ 'offer:/offers2/A': { x: 2 } }), {
      ignore: ['offer:*#/attributes/x'],
    });
    expect(plan.changes).toEqual([]);
    expect(PAGE).toContain(`warning IGNORED: ${plan.warnings[0]?.message}\n`);
  });
});
