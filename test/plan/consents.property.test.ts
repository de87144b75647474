import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { selectRunnable } from '../../src/apply/select.js';
import type { JsonObject } from '../../src/model/json.js';
import { findPlanStop } from '../../src/model/plan-stop.js';
import { consentToAll, TEST_CONTEXT, TEST_NOW } from '../support/run-scenario.js';
import { charge, declare, planTenant, type TenantContent } from './support/tenant-reader.js';

/** Tenants and files that trigger every guard with a consent in some runs. */
const world = fc.record({
  offers: fc.array(fc.tuple(fc.constantFrom('9.99', '10', 'free'), fc.constantFrom('9.99', '11', '99', '0')), {
    maxLength: 4,
  }),
  codes: fc.array(fc.record({ before: fc.boolean(), after: fc.option(fc.boolean()) }), { maxLength: 4 }),
  journeys: fc.array(fc.record({ start: fc.constantFrom('/default/', '/a/'), changed: fc.option(fc.boolean()) }), {
    maxLength: 3,
  }),
  frozen: fc.boolean(),
  seed: fc.integer(),
});

type World = typeof world extends fc.Arbitrary<infer T> ? T : never;

function build({ offers, codes, journeys }: World): { tenant: TenantContent; bodies: Record<string, JsonObject> } {
  const tenant: TenantContent = {
    offers: Object.fromEntries([
      ['/offers2/fixed', {}],
      ...offers.map(([before], i) => [`/offers2/${i}`, { price__limio: [charge(before)] }] as const),
    ]),
    promoCodes: Object.fromEntries(codes.map(({ before }, i) => [`CODE${i}`, { status: before }])),
    journeys: Object.fromEntries(
      journeys.map(({ start }, i) => [`j${i}`, { starting_point: start, fallback_tag: '/x/' }]),
    ),
  };
  const bodies: [string, JsonObject][] = [
    ['offer:/offers2/fixed', {}],
    ...offers.map(([, after], i): [string, JsonObject] => [`offer:/offers2/${i}`, { price__limio: [charge(after)] }]),
    ...codes.flatMap(({ after }, i): [string, JsonObject][] =>
      after === null ? [] : [[`promo_code:CODE${i}`, { status: after }]],
    ),
    ...journeys.flatMap(({ changed }, i): [string, JsonObject][] =>
      changed === null ? [] : [[`journey:j${i}`, { fallback_tag: changed ? '/y/' : '/x/' }]],
    ),
  ];
  return { tenant, bodies: Object.fromEntries(bodies) };
}

const context = ({ frozen }: World) => ({
  scope: { promo_code: ['*'], journey: ['*'] },
  policies: { ...TEST_CONTEXT.policies, massChange: { percent: 50, atLeast: 2 } },
  freeze: frozen ? [{ fromMs: TEST_NOW, toMs: TEST_NOW + 1, shown: 'now', reason: 'Sale' }] : [],
});

describe('for any tenant and files', () => {
  test('every change runs with all consents; a missing or wrong one withholds what its guard names', async () => {
    const seen = new Set<string>();
    await fc.assert(
      fc.asyncProperty(world, async (one) => {
        const { tenant, bodies } = build(one);
        const plan = await planTenant(tenant, bodies, context(one));
        const consents = consentToAll(plan);
        expect(consents.size, 'every guard has a flag of its own').toBe(plan.guards.length);
        expect(selectRunnable(plan, consents).runnable).toEqual(plan.changes);
        expect([...selectRunnable(plan, new Map()).withheld.keys()].sort()).toEqual(
          plan.withheld.map(({ address }) => address),
        );
        for (const { code, addresses, consent } of plan.guards) {
          seen.add(code);
          if (!consent) throw new Error('this world holds only guards with a consent');
          expect(addresses).toEqual(addresses.toSorted());
          for (const value of [`${consent.value}0`, '0', '', undefined]) {
            const others = new Map(
              [...consents].flatMap(([flag, given]): [string, string][] =>
                flag !== consent.flag ? [[flag, given]] : value === undefined ? [] : [[flag, value]],
              ),
            );
            expect([...selectRunnable(plan, others).withheld.keys()].sort()).toEqual(addresses);
            expect(findPlanStop(plan, others)?.reasons).toEqual(
              code === 'DELETE_CONSENT' ? undefined : [{ code, changes: addresses.length }],
            );
          }
        }
      }),
      { numRuns: 200 },
    );
    expect([...seen].sort()).toEqual([
      'DELETE_CONSENT',
      'FREEZE',
      'JOURNEY_AT_DEFAULT',
      'MASS_CHANGE',
      'PRICE_CHANGE',
      'PROMO_BROADER',
      'ROUTE_NOT_LIVE',
    ]);
  });

  test('the order of the files does not change the plan', async () => {
    await fc.assert(
      fc.asyncProperty(
        world.chain((one) =>
          fc.tuple(
            fc.constant(one),
            fc.shuffledSubarray(Object.keys(build(one).bodies), { minLength: Object.keys(build(one).bodies).length }),
          ),
        ),
        async ([one, order]) => {
          const { tenant, bodies } = build(one);
          const desired = declare(bodies);
          const shuffled = order
            .map((address) => desired.find((resource) => resource.address === address))
            .filter((resource) => resource !== undefined);
          const [plan, other] = [
            await planTenant(tenant, desired, context(one)),
            await planTenant(tenant, shuffled, context(one)),
          ];
          expect(other).toEqual(plan);
        },
      ),
      { numRuns: 100 },
    );
  });
});
