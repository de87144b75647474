import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../src/model/json.js';
import type { LiveReader } from '../../src/model/live-api.js';
import type { Plan } from '../../src/model/plan.js';
import { makePlan } from '../../src/plan/plan.js';
import { TEST_CONTEXT } from '../support/run-scenario.js';
import { createTenantReader, declare, planTenant } from './support/tenant-reader.js';

const promo = (percentageDiscount: number | string): JsonObject => ({
  status: true,
  applicationLevel: 'wholeBasket',
  productDetails: { product: { path: '/products/Discounts' }, ratePlan: { path: '10% Off' } },
  discount: { discountType: 'DiscountPercentage', percentageDiscount },
});

const withheldBy = ({ guards }: Plan, code: string): string[] =>
  guards.filter((guard) => guard.code === code).flatMap(({ addresses }) => addresses);

describe('INCOMPLETE_READ', () => {
  const tenant = createTenantReader({ promoCodes: { OLD10: promo(10), KNOWN15: promo(15) } });
  const incomplete: LiveReader = {
    ...tenant,
    listPromoCodes: async () => ({ ...(await tenant.listPromoCodes()), complete: false, note: '2 of 3 were read' }),
  };
  const files = declare({ 'promo_code:NEW20': promo(20), 'promo_code:KNOWN15': promo(12) });
  const context = { ...TEST_CONTEXT, scope: { promo_code: ['*'] } };

  test('withholds deletions and new promo codes of an incomplete list, and no updates', async () => {
    expect(withheldBy(await makePlan(incomplete, files, context), 'INCOMPLETE_READ')).toEqual([
      'promo_code:NEW20',
      'promo_code:OLD10',
    ]);
  });

  test('withholds nothing if the list is complete', async () => {
    expect(withheldBy(await makePlan(tenant, files, context), 'INCOMPLETE_READ')).toEqual([]);
  });
});

const journey = (destination: string): JsonObject => ({
  starting_point: '/start/',
  journeys: [{ conditions: [], actions: [{ type: 'destination', destination, split: 100 }] }],
});

test.each([
  ['/default/', 'high'],
  ['/start/', 'low'],
])('a changed journey that starts at %s is of %s risk', async (starting_point, risk) => {
  const body = { ...journey('/a/'), starting_point };
  const plan = await planTenant({}, declare({ 'journey:geo': body }), {
    dialect: { ...TEST_CONTEXT.dialect, journeyCodec: 'assumed' },
  });
  expect(plan.changes.map((change) => change.risk)).toEqual([risk]);
});

describe('PROMO_BROADER', () => {
  test('counts a discount that is no number as broader', async () => {
    const plan = await planTenant(
      { promoCodes: { SPRING25: promo(25) } },
      { 'promo_code:SPRING25': promo('twenty-five') },
    );
    expect(withheldBy(plan, 'PROMO_BROADER')).toEqual(['promo_code:SPRING25']);
  });
});
