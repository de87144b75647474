import { describe, expect, test } from 'vitest';
import { loadSeed } from '../../src/emulator/seed.js';
import { createKindRules } from '../../src/kinds/kinds.js';
import { DEFAULT_DIALECT } from '../../src/model/dialect.js';
import type { JsonObject } from '../../src/model/json.js';
import { ignoreFields } from '../../src/plan/managed.js';
import { withBench } from '../support/run-scenario.js';
import { writeSeed } from '../support/write-seed.js';
import { charge, declare, planTenant } from './support/tenant-reader.js';

const kinds = createKindRules(DEFAULT_DIALECT);
const prune = (address: string, body: JsonObject, ...ignore: string[]) =>
  ignoreFields(declare({ [address]: body }), ignore, kinds);
const bodyAfter = (address: string, body: JsonObject, ...ignore: string[]) =>
  prune(address, body, ...ignore).desired[0]?.body;

describe('an ignored object', () => {
  test.each([
    ['offer:/offers2/X', true],
    ['offer:/offers2/X*', true],
    ['*', true],
    ['offer:*', true],
    ['offer:/offers2/Y*', false],
    ['promo_code:*', false],
  ])('%s takes offer:/offers2/X out: %s', (pattern, gone) => {
    expect(prune('offer:/offers2/X', { x: 1 }, pattern)).toMatchObject({
      desired: gone ? [] : [{}],
      ignored: gone ? [{ address: 'offer:/offers2/X', path: [] }] : [],
    });
  });

  test('is not changed, not deleted, not required to exist, and is counted as unmanaged', async () => {
    const tenant = {
      offers: { '/offers2/A': { x: 1 } },
      promoCodes: { OLD: { status: true }, HAND1: { status: true } },
    };
    const bodies = { 'offer:/offers2/A': { x: 2 }, 'offer:/offers2/Gone': { x: 1 } };
    const plan = await planTenant(tenant, bodies, {
      scope: { promo_code: ['*'] },
      ignore: ['offer:/offers2/*', 'promo_code:HAND*'],
    });
    expect(plan.changes.map(({ address, action }) => [address, action])).toEqual([['promo_code:OLD', 'delete']]);
    expect(plan.unmanaged).toEqual({ promo_code: ['HAND1'] });
    expect(plan.warnings.filter(({ code }) => code === 'IGNORED')).toEqual([
      {
        code: 'IGNORED',
        message: '2 declared resources have no effect: the environment ignores them.',
      },
    ]);
  });
});

describe('an ignored field', () => {
  test.each<[string, JsonObject, string[], JsonObject]>([
    ['an attribute', { a: 1, b: 2 }, ['/attributes/a'], { attributes: { b: 2 } }],
    ['attributes by pattern', { badge_a: 1, badge_b: 2, c: 3 }, ['/attributes/badge_*'], { attributes: { c: 3 } }],
    ['every attribute', { a: 1, b: 2 }, ['/attributes/*'], {}],
    [
      'a part of an attribute',
      { term__limio: { length: 12, type: 'months' } },
      ['/attributes/term__limio/length'],
      { attributes: { term__limio: { type: 'months' } } },
    ],
    [
      'all that is declared of an attribute',
      { term__limio: { length: 12 }, b: 2 },
      ['/attributes/term__limio/length'],
      { attributes: { b: 2 } },
    ],
    [
      'a part of every charge',
      { price__limio: [charge('1', { name: 'a' }), charge('2', { name: 'b' })] },
      ['/attributes/price__limio/*/value'],
      { attributes: { price__limio: ['a', 'b'].map((name) => without(charge('', { name }), 'value')) } },
    ],
    [
      'a part of one charge',
      {
        price__limio: [
          { name: 'a', label: 'A' },
          { name: 'b', label: 'B' },
        ],
      },
      ['/attributes/price__limio/b/label'],
      { attributes: { price__limio: [{ name: 'a', label: 'A' }, { name: 'b' }] } },
    ],
    [
      'the key of a charge, which tells charges apart',
      { price__limio: [{ name: 'a', label: 'A' }] },
      ['/attributes/price__limio/*/name'],
      { attributes: { price__limio: [{ name: 'a', label: 'A' }] } },
    ],
    [
      'a part of a list of its own order: the list',
      { mine: [{ a: 1 }, { a: 2 }], b: 1 },
      ['/attributes/mine/*/a'],
      { attributes: { b: 1 } },
    ],
    [
      'an element of a set: the set',
      { label__limio: ['x', 'y'], b: 1 },
      ['/attributes/label__limio/0'],
      { attributes: { b: 1 } },
    ],
    ['a field with a slash in its name', { 'a/b': 1, c: 2 }, ['/attributes/a~1b'], { attributes: { c: 2 } }],
    ['a field that does not exist', { a: 1 }, ['/attributes/x/y/z'], { attributes: { a: 1 } }],
    [
      'a hostile name',
      JSON.parse('{"__proto__": 1, "a": 2}') as JsonObject,
      ['/attributes/__proto__'],
      { attributes: { a: 2 } },
    ],
  ])('%s', (_name, attributes, pointers, expected) => {
    expect(
      bodyAfter('offer:/offers2/X', attributes, ...pointers.map((pointer) => `offer:/offers2/*#${pointer}`)),
    ).toEqual(expected);
  });

  test('of a promo code may lie deep, and is never the code itself', () => {
    const body = { promoCode: 'A', status: true, discount: { percentageDiscount: 5, durationLength: 1 } };
    expect(bodyAfter('promo_code:A', body, 'promo_code:*#/discount/percentageDiscount')).toEqual({
      promoCode: 'A',
      status: true,
      discount: { durationLength: 1 },
    });
    expect(bodyAfter('promo_code:A', body, 'promo_code:*#/*')).toEqual({ promoCode: 'A' });
  });

  test('of a journey is a whole top-level field, because a write replaces it', () => {
    const body = { starting_point: '/a/', journeys: [{ id: 'x', conditions: [], actions: [] }] };
    expect(bodyAfter('journey:a', body, '*#/journeys/*/conditions')).toEqual({ starting_point: '/a/' });
  });

  test('applies only to addresses that match its pattern', () => {
    expect(bodyAfter('offer:/offers2/X', { a: 1 }, 'offer:/offers2/Y#/attributes/a')).toEqual({ attributes: { a: 1 } });
  });

  test('does not hide another field of the same object from guards', async () => {
    const tenant = { offers: { '/offers2/A': { price__limio: [charge('1', { label: 'live' })] } } };
    const plan = await planTenant(
      tenant,
      { 'offer:/offers2/A': { price__limio: [charge('2', { label: 'file' })] } },
      { ignore: ['offer:*#/attributes/price__limio/*/label'] },
    );
    expect(plan.changes[0]?.fields.map(({ path }) => path)).toEqual(['/attributes/price__limio/charge_1/value']);
    expect(plan.guards.map(({ code }) => code)).toEqual(['PRICE_CHANGE']);
    const ignored = await planTenant(
      tenant,
      { 'offer:/offers2/A': { price__limio: [charge('2')] } },
      { ignore: ['offer:*#/attributes/price__limio'] },
    );
    expect([ignored.changes, ignored.guards]).toEqual([[], []]);
  });

  test('keeps its live value when an apply sends its neighbours', async () => {
    const live = {
      badge_text__limio: 'By hand',
      term__limio: { length: 1, type: 'months' },
      price__limio: [charge('10', { label: 'By hand' })],
      x: 1,
    };
    const declared = {
      badge_text__limio: 'File',
      term__limio: { length: 12, type: 'years' },
      price__limio: [charge('11', { label: 'File' })],
      x: 2,
    };
    const item = {
      path: '/offers2/A',
      name: 'A',
      type: 'item',
      data: { record_type: 'offer', products: [], attributes: live },
    };
    const ignore = ['/badge_text__limio', '/term__limio/length', '/price__limio/*/label'].map(
      (pointer) => `offer:/offers2/*#/attributes${pointer}`,
    );
    await withBench({ seed: await loadSeed(writeSeed([item as JsonObject])) }, async (bench) => {
      const desired = declare({ 'offer:/offers2/A': declared });
      const plan = await bench.plan(desired, {}, { ignore });
      expect(plan.changes[0]?.fields.map(({ path }) => path).sort()).toEqual([
        '/attributes/price__limio/charge_1/value',
        '/attributes/term__limio/type',
        '/attributes/x',
      ]);
      expect(Object.keys(plan.changes[0]?.after?.['attributes'] ?? {}).sort()).toEqual([
        'price__limio',
        'term__limio',
        'x',
      ]);
      const result = await bench.apply(plan);
      expect(result.summary).toMatchObject({ done: 1, failed: 0 });
      expect(bench.emulator.state().items.find(({ path }) => path === '/offers2/A')?.data['attributes']).toEqual({
        badge_text__limio: 'By hand',
        term__limio: { length: 1, type: 'years' },
        price__limio: [charge('11', { label: 'By hand' })],
        x: 2,
      });
      expect((await bench.plan(desired, {}, { ignore })).changes).toEqual([]);
    });
  });
});

function without(object: JsonObject, key: string): JsonObject {
  return Object.fromEntries(Object.entries(object).filter(([one]) => one !== key));
}
