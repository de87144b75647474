import { describe, expect, test } from 'vitest';
import { createJourneyCodec } from '../../src/kinds/journey/codec.js';
import { createKindRules } from '../../src/kinds/kinds.js';
import { DEFAULT_DIALECT } from '../../src/model/dialect.js';
import type { JsonObject } from '../../src/model/json.js';

const rules = createKindRules(DEFAULT_DIALECT);
const codec = createJourneyCodec(undefined, []);

function compare(declared: JsonObject, live?: JsonObject) {
  const of = { address: 'offer:/offers2/X', kind: 'offer', name: '/offers2/X' } as const;
  const desired = { ...of, body: { attributes: declared }, owned: [], source: { file: 'a.yaml', line: 1, col: 1 } };
  const found = live && { ...of, body: { attributes: live }, atHead: true, record: {} };
  const { fields, after } = rules.offer.compareWithLive(desired, found, codec);
  return { fields, after: after['attributes'] };
}

const prices = (...charges: JsonObject[]): JsonObject => ({ price__limio: charges });

const tier = (price: string | number, from: string | number = 0) => ({ starting_unit: from, price });

describe('a number of a charge is compared and written in the type that the tenant holds', () => {
  test('so a text and a number of one amount do not differ, whichever of them is declared', () => {
    expect(compare(prices({ name: 'a', value: '12.50' }), prices({ name: 'a', value: 12.5 })).fields).toEqual([]);
    expect(compare(prices({ name: 'a', value: 12.5 }), prices({ name: 'a', value: '12.50' })).fields).toEqual([]);
    expect(compare(prices({ repeat_interval: '1' }), prices({ repeat_interval: 1 })).fields).toEqual([]);
    const tiers = (price: string | number, from: string | number) => prices({ name: 'a', tiers: [tier(price, from)] });
    expect(compare(tiers('299', '0'), tiers(299, 0)).fields).toEqual([]);
    expect(compare(tiers(299, 0), tiers('299', '0')).fields).toEqual([]);
  });

  test('so the tier that nobody touched keeps its type when another one changes', () => {
    const live = prices({ name: 'a', tiers: [tier(299), tier(499, 101)] });
    const declared = prices({ name: 'a', tiers: [tier('319'), tier('499', 101)] });
    expect(compare(declared, live).after).toEqual(prices({ name: 'a', tiers: [tier(319), tier(499, 101)] }));
  });

  test('so a changed amount becomes a number where the tenant holds one, and a text where it holds a text', () => {
    expect(compare(prices({ name: 'a', value: '13.50' }), prices({ name: 'a', value: 12 })).after).toEqual(
      prices({ name: 'a', value: 13.5 }),
    );
    expect(compare(prices({ name: 'a', value: 13.5 }), prices({ name: 'a', value: '12' })).after).toEqual(
      prices({ name: 'a', value: '13.5' }),
    );
  });

  test('and a new charge or tier in the type of its neighbours', () => {
    const live = prices({ name: 'a', value: 12 });
    expect(compare(prices({ name: 'a', value: '12' }, { name: 'b', value: '5' }), live).after).toEqual(
      prices({ name: 'a', value: 12 }, { name: 'b', value: 5 }),
    );
    const tiered = prices({ name: 'a', tiers: [tier(299)] });
    expect(compare(prices({ name: 'a', tiers: [tier('299'), tier('499', 101)] }), tiered).after).toEqual(
      prices({ name: 'a', tiers: [tier(299), tier(499, 101)] }),
    );
  });

  test('while the first price of an item is a text', () => {
    const declared = prices({ name: 'a', value: 12.5, repeat_interval: 1, tiers: [tier(99)] });
    const written = prices({ name: 'a', value: '12.5', repeat_interval: 1, tiers: [tier('99')] });
    expect(compare(declared).after).toEqual(written);
    expect(compare(declared, {}).after).toEqual(written);
  });

  test('but a text stays one where a number would lose digits, or where it is no number', () => {
    const live = prices({ name: 'a', value: 12 });
    for (const value of ['12345678901234567890.12', '', 'free'])
      expect(compare(prices({ name: 'a', value }), live).after).toEqual(prices({ name: 'a', value }));
  });

  test('and two texts are compared as texts', () => {
    const { fields } = compare(prices({ name: 'a', value: '12.50' }), prices({ name: 'a', value: '12.5' }));
    expect(fields).toMatchObject([{ path: '/attributes/price__limio/a/value', before: '12.5', after: '12.50' }]);
  });
});

test('the numbers of terms, discounts and quantities follow the tenant too', () => {
  const live = {
    term__limio: { length: '12' },
    discount__limio: { value: 30, termLength: '1' },
    default_quantity_options__limio: { quantity: '1', maximum_quantity: 5 },
  };
  const declared = {
    term__limio: { length: 12 },
    discount__limio: { value: '30', termLength: 1 },
    default_quantity_options__limio: { quantity: 1, maximum_quantity: '5' },
  };
  expect(compare(declared, live).fields).toEqual([]);
});

test('other attributes keep the type of the file', () => {
  const { fields } = compare({ own: '5' }, { own: 5 });
  expect(fields).toMatchObject([{ path: '/attributes/own', before: 5, after: '5' }]);
});

test('the amounts of a promo code follow the tenant', () => {
  const of = { address: 'promo_code:A', kind: 'promo_code', name: 'A' } as const;
  const discount = {
    discountType: 'DiscountFixedAmount',
    amountDiscount: '5.00',
    currency: 'GBP',
    durationLength: '3',
  };
  const live = { discount: { ...discount, amountDiscount: 5, durationLength: 3 } };
  const desired = { ...of, body: { discount }, owned: [], source: { file: 'a.yaml', line: 1, col: 1 } };
  expect(
    rules.promo_code.compareWithLive(desired, { ...of, body: live, atHead: true, record: {} }, codec).fields,
  ).toEqual([]);
});
