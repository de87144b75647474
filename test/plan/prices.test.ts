import { describe, expect, test } from 'vitest';
import type { Json, JsonObject } from '../../src/model/json.js';
import type { Money } from '../../src/model/plan.js';
import { comparePrices } from '../../src/plan/prices.js';
import { change } from '../support/apply-fixtures.js';
import { charge } from './support/tenant-reader.js';

const compare = (before: Json, after: Json) =>
  comparePrices(change('offer:/offers2/A', { price__limio: before }, { price__limio: after }));
const show = (money: Money | undefined) => money && `${money.interval} ${money.currency} ${money.amount}`;
const list = (before: Json, after: Json) =>
  compare(before, after).map((step) => [step.charge, show(step.before), show(step.after), step.percent]);
const intervalOf = (rest: JsonObject): string | undefined => compare([charge('1', rest)], [])[0]?.before?.interval;
const nameless = (value: string) => ({ value, currencyCode: 'GBP', type: 'onetime' });
const tiers = (...prices: string[]) =>
  charge('', {
    type: 'recurringVolume',
    tiers: prices.map((price, i) => ({
      price_format: 'FlatFee',
      starting_unit: String(i * 10 + 1),
      ...(i < prices.length - 1 ? { ending_unit: String(i * 10 + 10) } : {}),
      price,
    })),
  });

describe('the interval of a charge', () => {
  test.each<[JsonObject, string]>([
    [{}, 'monthly'],
    [{ repeat_interval: 1, repeat_interval_type: 'month' }, 'monthly'],
    [{ repeat_interval: '3' }, 'every 3 months'],
    [{ repeat_interval: 12 }, 'yearly'],
    [{ repeat_interval: 1, repeat_interval_type: 'years' }, 'yearly'],
    [{ repeat_interval: 2, repeat_interval_type: 'years' }, 'every 2 years'],
    [{ repeat_interval: 18 }, 'every 18 months'],
    [{ repeat_interval: 7, repeat_interval_type: 'days' }, 'weekly'],
    [{ repeat_interval: 4, repeat_interval_type: 'weeks' }, 'every 4 weeks'],
    [{ repeat_interval: 1, repeat_interval_type: 'days' }, 'daily'],
    [{ repeat_interval: 10, repeat_interval_type: 'days' }, 'every 10 days'],
    [{ repeat_count: 6 }, 'monthly, 6 times'],
    [{ repeat_count: 0 }, 'monthly'],
    [{ type: 'onetime' }, 'once'],
    [{ type: 'one-time' }, 'once'],
    [{ repeat_interval: 2, repeat_interval_type: 'fortnights' }, 'every 2 fortnights'],
    [{ repeat_interval: 1, repeat_interval_type: 'constructor' }, 'every 1 constructor'],
    [{ repeat_interval: null, repeat_interval_type: null }, 'recurring'],
  ])('%j is %s', (rest, expected) => {
    expect(intervalOf(rest)).toBe(expected);
  });
});

describe('prices that change', () => {
  test('are named by their charge, in any order', () => {
    const a = charge('1.00', { name: 'a' });
    const b = charge('2.00', { name: 'b' });
    expect(list([a, b], [charge('3.00', { name: 'b' }), a])).toEqual([
      ['b', 'monthly GBP 2.00', 'monthly GBP 3.00', '+50.0'],
    ]);
  });

  test('are named by position when the charge has no name', () => {
    expect(list([nameless('1'), nameless('2')], [nameless('1'), nameless('4')])).toEqual([
      ['1', 'once GBP 2.00', 'once GBP 4.00', '+100.0'],
    ]);
  });

  test.each<[string, Json, Json, unknown[]]>([
    ['nothing', [charge('12.9')], [charge('12.90', { label: 'Renamed', trigger: 'subscription_start' })], []],
    ['an added charge', [], [charge('5')], [['charge_1', undefined, 'monthly GBP 5.00', undefined]]],
    ['a removed charge', [charge('5')], [], [['charge_1', 'monthly GBP 5.00', undefined, undefined]]],
    ['all charges cleared', [charge('5')], null, [['charge_1', 'monthly GBP 5.00', undefined, undefined]]],
    [
      'another currency',
      [charge('5')],
      [charge('5', { currencyCode: 'EUR' })],
      [['charge_1', 'monthly GBP 5.00', 'monthly EUR 5.00', undefined]],
    ],
    [
      'another interval',
      [charge('5')],
      [charge('5', { repeat_interval_type: 'weeks' })],
      [['charge_1', 'monthly GBP 5.00', 'weekly GBP 5.00', undefined]],
    ],
    [
      'the same interval in other words',
      [charge('5', { repeat_interval: 12 })],
      [charge('5', { repeat_interval_type: 'years' })],
      [],
    ],
    [
      'a currency as an object',
      [{ value: '5', type: 'onetime', currency: { id: 'gbp' } }],
      [{ value: '6', type: 'onetime', currency: { id: 'gbp' } }],
      [['0', 'once GBP 5.00', 'once GBP 6.00', '+20.0']],
    ],
    [
      'a price that the billing system sets',
      [charge('5')],
      [charge('5', { use_external_price: true })],
      [['charge_1', 'monthly GBP 5.00', 'monthly GBP external 5', undefined]],
    ],
    [
      'an object instead of a list',
      charge('5'),
      [charge('50')],
      [['charge_1', 'monthly GBP 5.00', 'monthly GBP 50.00', '+900.0']],
    ],
    ['a text instead of a list', 'free', ['5'], [['0', 'recurring  free', 'recurring  5.00', undefined]]],
    ['an empty object instead of a list', {}, [charge('5')], [['charge_1', undefined, 'monthly GBP 5.00', undefined]]],
    ['an element that is no object', ['5'], ['6'], [['0', 'recurring  5.00', 'recurring  6.00', '+20.0']]],
  ])('%s', (_name, before, after, expected) => {
    expect(list(before, after)).toEqual(expected);
  });

  test('include the price of every tier', () => {
    expect(list([tiers('99', '199')], [tiers('99', '299')])).toEqual([
      [
        'charge_1 tier 2',
        'monthly, 11 units and more (FlatFee) GBP 199.00',
        'monthly, 11 units and more (FlatFee) GBP 299.00',
        '+50.3',
      ],
    ]);
    expect(list([tiers('99', '199')], [tiers('99')])).toEqual([
      [
        'charge_1 tier 1',
        'monthly, 1 to 10 units (FlatFee) GBP 99.00',
        'monthly, 1 units and more (FlatFee) GBP 99.00',
        undefined,
      ],
      ['charge_1 tier 2', 'monthly, 11 units and more (FlatFee) GBP 199.00', undefined, undefined],
    ]);
  });

  test('are none when the price is not managed', () => {
    expect(comparePrices(change('offer:/offers2/A', { x: 1 }, { x: 2 }))).toEqual([]);
    expect(comparePrices(change('promo_code:A', { x: 1 }, null))).toEqual([]);
  });
});
