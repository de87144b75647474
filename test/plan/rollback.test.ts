import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../src/model/json.js';
import type { Change, Plan } from '../../src/model/plan.js';
import type { TouchedObject } from '../../src/model/run.js';
import { parsePlan } from '../../src/plan/plan-file.js';
import { buildRollback } from '../../src/plan/rollback.js';
import { change, makePage, makePlan } from '../support/apply-fixtures.js';
import { TEST_CONTEXT } from '../support/run-scenario.js';

const A = 'offer:/offers2/A';
const item = (attributes: JsonObject): { body: JsonObject } => ({ body: { attributes } });
const price = (value: string): JsonObject => ({
  price__limio: [
    { name: 'c', value, currencyCode: 'GBP', type: 'recurring', repeat_interval: 1, repeat_interval_type: 'months' },
  ],
});
const roll = (changes: Change[], touched: TouchedObject[], rest: Partial<Plan> = {}): Plan =>
  buildRollback({ id: 'run-1', plan: makePlan(changes, rest), touched }, TEST_CONTEXT);

describe('the rollback of an update', () => {
  test('restores only the attributes that the run changed, and clears those it added', () => {
    const forward = change(A, { kept: 'k', text: 'old' }, { kept: 'k', text: 'new', added: 'x' });
    const plan = roll(
      [forward],
      [
        {
          address: A,
          before: item({ kept: 'k', text: 'old', other: 1 }),
          left: item({ kept: 'k', text: 'new', added: 'x', other: 2 }),
          redacted: false,
        },
      ],
    );
    expect(plan.changes).toMatchObject([
      {
        address: A,
        action: 'update',
        before: { attributes: { text: 'new', added: 'x' } },
        after: { attributes: { text: 'old', added: null } },
        fields: [
          { path: '/attributes/text', before: 'new', after: 'old' },
          { path: '/attributes/added', before: 'x' },
        ],
        reason: 'restored to what it was before the run run-1',
      },
    ]);
    expect(parsePlan(JSON.stringify(plan), 'rollback.json').fingerprint).toBe(plan.fingerprint);
  });

  test('restores a cleared attribute, and starts from the value in the tenant, not from the sent one', () => {
    const forward = change(A, { gone: 'x', text: 'old' }, { gone: null, text: 'new' });
    const plan = roll(
      [forward],
      [{ address: A, before: item({ gone: 'x', text: 'old' }), left: item({ text: 'NEW' }), redacted: false }],
    );
    expect(plan.changes[0]).toMatchObject({
      before: { attributes: { text: 'NEW' } },
      after: { attributes: { gone: 'x', text: 'old' } },
    });
  });

  test('assumes that an unread update took effect, and skips one that did not', () => {
    const forward = change(A, { text: 'old' }, { text: 'new' });
    expect(roll([forward], [{ address: A, before: item({ text: 'old' }), redacted: false }]).changes).toMatchObject([
      { before: { attributes: { text: 'new' } }, after: { attributes: { text: 'old' } } },
    ]);
    expect(
      roll([forward], [{ address: A, before: item({ text: 'old' }), left: item({ text: 'old' }), redacted: false }])
        .changes,
    ).toEqual([]);
    expect(roll([forward], []).changes).toEqual([]);
  });

  test('publishes the same pages, but only for restored items', () => {
    const B = 'offer:/offers2/B' as const;
    const publish: Plan['publish'] = {
      pages: [
        makePage('one', [A, B]),
        makePage('two', [B]),
        makePage('three', ['offer:/offers2/C'], { reason: 'not-live' }),
      ],
      onNoPage: [B],
    };
    const plan = roll(
      [change(A, { p: 1 }, { p: 2 }), change(B, { p: 1 }, { p: 2 })],
      [{ address: A, before: item({ p: 1 }), left: item({ p: 2 }), redacted: false }],
      { publish },
    );
    expect(plan.publish).toEqual({ pages: [makePage('one', [A])], onNoPage: [] });
    expect(plan.warnings).toMatchObject([
      { code: 'CANNOT_UNDO', message: expect.stringContaining('Publishing 1 page') as string },
    ]);
  });

  test('warns of what it cannot restore: a secret, and an item that is gone', () => {
    const forward = change(A, { p: 1 }, { p: 2 });
    for (const [touched, message] of [
      [{ address: A, before: item({ p: '(secret)' }), left: item({ p: 2 }), redacted: true }, 'restore it by hand'],
      [{ address: A, before: item({ p: 1 }), left: null, redacted: false }, 'create it in the web app'],
    ] as const) {
      const plan = roll([forward], [touched]);
      expect(plan.changes).toEqual([]);
      expect(plan.warnings).toMatchObject([
        { code: 'CANNOT_UNDO', address: A, message: expect.stringContaining(message) as string },
      ]);
    }
  });
});

describe('the guards of a rollback', () => {
  test('withhold a deletion and a price change beyond the policy until somebody consents', () => {
    const created = change('promo_code:NEW', null, { promoCode: 'NEW', status: true });
    const plan = roll(
      [change(A, price('10'), price('20')), created],
      [
        { address: A, before: item(price('10')), left: item(price('20')), redacted: false },
        {
          address: 'promo_code:NEW',
          before: null,
          left: { body: { promoCode: 'NEW', status: true, usage: {} } },
          redacted: false,
        },
      ],
    );
    expect(plan.guards.map(({ code, consent }) => [code, consent?.value])).toEqual([
      ['DELETE_CONSENT', '1'],
      ['PRICE_CHANGE', '1'],
    ]);
    expect(plan.impact.prices).toMatchObject([{ percent: '-50.0', addresses: [A] }]);
    // The whole object as read back; a part would count as stale.
    expect(plan.changes.find(({ action }) => action === 'delete')?.before).toEqual({
      promoCode: 'NEW',
      status: true,
      usage: {},
    });
  });

  test('report a mass change exactly when the run was one', () => {
    const names = Array.from({ length: 12 }, (_, i) => `offer:/offers2/${i}` as const);
    const changes = names.map((address) => change(address, { p: 1 }, { p: 2 }));
    const touched = names.map((address) => ({
      address,
      before: item({ p: 1 }),
      left: item({ p: 2 }),
      redacted: false,
    }));
    const guard = { code: 'MASS_CHANGE' as const, message: '12 of 20', addresses: [...names] };
    expect(roll(changes, touched).guards).toEqual([]);
    expect(roll(changes, touched, { guards: [guard] }).guards.map(({ code }) => code)).toEqual(['MASS_CHANGE']);
  });

  test('withhold what the policy protects now', () => {
    const plan = buildRollback(
      {
        id: 'run-1',
        plan: makePlan([change(A, { p: 1 }, { p: 2 })]),
        touched: [{ address: A, before: item({ p: 1 }), left: item({ p: 2 }), redacted: false }],
      },
      { ...TEST_CONTEXT, protect: ['offer:*'] },
    );
    expect(plan.withheld).toEqual([{ address: A, action: 'update', reason: 'PROTECTED_ADDRESS' }]);
  });
});

test('the rollback of a deletion and a creation at one start deletes before it creates', () => {
  const data = { starting_point: '/landing/', fallback_tag: '/shop/', domains: [], journeys: [] };
  const forward = [
    change('journey:new', null, data, { dependsOn: ['journey:old'] }),
    change('journey:old', data, null),
  ];
  const plan = roll(forward, [
    { address: 'journey:old', before: { body: data }, left: null, redacted: false },
    { address: 'journey:new', before: null, left: { body: data }, redacted: false },
  ]);
  expect(plan.changes.map(({ address, action, dependsOn }) => [address, action, dependsOn])).toEqual([
    ['journey:new', 'delete', []],
    ['journey:old', 'create', ['journey:new']],
  ]);
  expect(plan.levels).toEqual([['journey:new'], ['journey:old']]);
});
