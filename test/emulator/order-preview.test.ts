import { describe, expect, it } from 'vitest';
import type { Json, JsonObject } from '../../src/model/json.js';
import { connect } from './connect.js';

const MONTHLY: JsonObject = {
  name: 'charge_1',
  value: '12.99',
  currencyCode: 'GBP',
  type: 'recurring',
  repeat_interval: 1,
  repeat_interval_type: 'months',
};

interface Order {
  /** `price__limio` of the one offer. */
  charges: JsonObject[];
  attributes?: JsonObject;
  quantity?: Json;
  body?: JsonObject;
  path?: string;
  products?: JsonObject[];
}

async function preview({
  charges,
  attributes = {},
  quantity = 1,
  body = {},
  path = '/api/order/preview',
  products = [],
}: Order) {
  const data = { record_type: 'offer', products, attributes: { price__limio: charges, ...attributes } };
  const item = { path: '/offers2/One', data };
  const { call, emulator } = await connect({ seed: { items: [item], published: ['/offers2/One'] } });
  const [offer] = emulator.state().published;
  const order = {
    order_type: 'new',
    orderItems: [{ offer: { id: offer?.id ?? '', version: offer?.version ?? '' }, quantity }],
    billingDetails: {},
    orderDate: '2026-01-31T00:00:00Z',
    ...body,
  };
  return call('POST', path, order);
}

async function listDue(order: Order): Promise<[date: Json | undefined, amount: Json | undefined][]> {
  const { json, status } = await preview(order);
  expect(status).toBe(200);
  return (json['schedule'] as JsonObject[]).map(({ date, amount }) => [date, amount]);
}

const term = (length: number, type: string): JsonObject => ({ term__limio: { length, type } });
const discount = (overrides: JsonObject): JsonObject => ({
  orderDiscount: { name: 'X', discountOverrides: overrides },
});

describe('the price of an order', () => {
  it('falls due each month of the term, on the last day where a month is too short', async () => {
    expect(await listDue({ charges: [MONTHLY], attributes: term(4, 'months') })).toEqual([
      ['2026-01-31', 12.99],
      ['2026-02-28', 12.99],
      ['2026-03-31', 12.99],
      ['2026-04-30', 12.99],
    ]);
  });

  it('is looked at for twelve months without a term, or with one that renews for ever', async () => {
    expect(await listDue({ charges: [MONTHLY] })).toHaveLength(12);
    expect(
      await listDue({
        charges: [MONTHLY],
        attributes: { initial_term__limio: { renewal_type: 'EVERGREEN', length: 3, type: 'months' } },
      }),
    ).toHaveLength(12);
  });

  it('takes the initial term before the term', async () => {
    expect(
      await listDue({
        charges: [MONTHLY],
        attributes: {
          ...term(4, 'months'),
          initial_term__limio: { renewal_type: 'TERMED', length: 2, type: 'months' },
        },
      }),
    ).toHaveLength(2);
  });

  it('repeats as often as the charge says, begins after its delay, and charges once what is charged once', async () => {
    const late = { ...MONTHLY, name: 'late', repeat_count: 2, delay_interval: '2', delay_interval_type: 'weeks' };
    const once = { name: 'once', type: 'one-time', value: '5', currencyCode: 'GBP' };
    expect(await listDue({ charges: [late, once], attributes: term(1, 'years') })).toEqual([
      ['2026-01-31', 5],
      ['2026-02-14', 12.99],
      ['2026-03-14', 12.99],
    ]);
  });

  it('is multiplied by the quantity, or is that of the tier that holds it', async () => {
    const tiers: JsonObject[] = [
      { price_format: 'FlatFee', starting_unit: 1, ending_unit: 5, price: '99' },
      { price_format: 'PerUnit', starting_unit: 6, price: '1,010.5' },
    ];
    const volume = { ...MONTHLY, type: 'recurringVolume', tiers };
    const attributes = term(1, 'months');
    expect(await listDue({ charges: [MONTHLY], attributes, quantity: 3 })).toEqual([['2026-01-31', 38.97]]);
    expect(await listDue({ charges: [volume], attributes, quantity: 5 })).toEqual([['2026-01-31', 99]]);
    expect(await listDue({ charges: [volume], attributes, quantity: 6 })).toEqual([['2026-01-31', 6063]]);
  });

  it('is rounded to the smallest unit of its currency, halves up', async () => {
    const attributes = term(1, 'months');
    const due = async (value: string, currencyCode: string): Promise<Json | undefined> =>
      (await listDue({ charges: [{ ...MONTHLY, value, currencyCode }], attributes }))[0]?.[1];
    expect(await due('10.005', 'GBP')).toBe(10.01);
    expect(await due('1999.5', 'JPY')).toBe(2000);
    expect(await due('1.2345', 'KWD')).toBe(1.235);
  });

  it('has a percentage taken off as long as the discount lasts', async () => {
    const overrides = {
      discountType: 'DiscountPercentage',
      percentageDiscount: 12.5,
      durationLength: 2,
      durationType: 'Months',
    };
    expect(await listDue({ charges: [MONTHLY], attributes: term(3, 'months'), body: discount(overrides) })).toEqual([
      ['2026-01-31', 11.37],
      ['2026-02-28', 11.37],
      ['2026-03-31', 12.99],
    ]);
  });

  it('has a fixed amount taken off once for each day, never below zero', async () => {
    const second = { ...MONTHLY, name: 'second', value: '2' };
    const overrides = { discountType: 'DiscountFixedAmount', amountDiscount: 13.5, currency: 'GBP' };
    expect(
      await listDue({ charges: [MONTHLY, second], attributes: term(2, 'months'), body: discount(overrides) }),
    ).toEqual([
      ['2026-01-31', 0],
      ['2026-01-31', 1.49],
      ['2026-02-28', 0],
      ['2026-02-28', 1.49],
    ]);
  });

  it('has nothing taken off when the discount names other offers', async () => {
    const overrides = {
      discountType: 'DiscountPercentage',
      percentageDiscount: 50,
      orderItemsWithSpecifiedDiscount: { discountedOffers: [{ id: 'another' }] },
    };
    expect(await listDue({ charges: [MONTHLY], attributes: term(1, 'months'), body: discount(overrides) })).toEqual([
      ['2026-01-31', 12.99],
    ]);
  });

  it('stands in the preview as the first payment and as invoices, for partners too', async () => {
    const { json } = await preview({
      charges: [MONTHLY],
      attributes: term(2, 'months'),
      path: '/api/partner/order/preview',
    });
    expect(json['preview']).toMatchObject({
      success: true,
      paidAmount: 12.99,
      previewResult: {
        invoices: [
          { targetDate: '2026-01-31', amount: 12.99 },
          { targetDate: '2026-02-28', amount: 12.99 },
        ],
        creditMemos: [],
      },
    });
  });
});

describe('the tax of an order', () => {
  const US = { ...MONTHLY, value: '100.00', currencyCode: 'USD' };
  const NEW_YORK = { country: 'US', state: 'NY' };
  const month = term(1, 'months');

  const pay = async (order: Order): Promise<Json> => {
    const { json } = await preview({ attributes: month, ...order });
    return [json['preview'], json['schedule']] as Json;
  };

  it('is part of the price where the country says so, by the billing address', async () => {
    expect(await pay({ charges: [MONTHLY], body: { billingDetails: { country: 'DE' } } })).toMatchObject([
      {
        paidAmount: 12.99,
        previewResult: {
          invoices: [
            { amount: 12.99, amountWithoutTax: 10.92, taxAmount: 2.07, invoiceItems: [{ chargeAmount: 12.99 }] },
          ],
        },
      },
      [{ amount: 12.99, taxAmount: 2.07 }],
    ]);
  });

  it('is added to the price in a state that has one', async () => {
    expect(await pay({ charges: [US], body: { billingDetails: NEW_YORK } })).toMatchObject([
      {
        paidAmount: 108.88,
        previewResult: { invoices: [{ amount: 108.88, amountWithoutTax: 100, taxAmount: 8.88 }] },
      },
      [{ amount: 100, taxAmount: 8.88 }],
    ]);
  });

  it('is that of the delivery address if a product is delivered', async () => {
    const body = { billingDetails: NEW_YORK, deliveryDetails: { country: 'US' } };
    expect(await pay({ charges: [US], body })).toMatchObject([{ paidAmount: 108.88 }, {}]);
    const products = [{ path: '/products/Paper', attributes: { has_delivery__limio: true } }];
    const printed = await pay({ charges: [US], body, products });
    expect(printed).toMatchObject([{ paidAmount: 100 }, {}]);
    expect(JSON.stringify(printed)).not.toContain('taxAmount');
  });

  it('is that of the region of the currency without an address', async () => {
    expect(await pay({ charges: [MONTHLY] })).toMatchObject([
      { previewResult: { invoices: [{ amount: 12.99, taxAmount: 2.17 }] } },
      {},
    ]);
  });
});

describe('an order with add-ons', () => {
  it('has their charges, and names their type', async () => {
    const items = ['/offers2/One', '/add_ons/Two'].map((path, i) => ({
      path,
      record_type: i === 0 ? 'offer' : 'add_on',
      attributes: { price__limio: [{ ...MONTHLY, value: String(5 + i) }], ...term(1, 'months') },
    }));
    const { call, emulator } = await connect({ seed: { items, published: items.map(({ path }) => path) } });
    const find = (path: string): JsonObject => {
      const found = emulator.state().published.find((one) => one.path === path);
      return { offer: { id: found?.id ?? '', version: found?.version ?? '' } };
    };
    const order = (type: JsonObject): JsonObject => ({
      order_type: 'new',
      billingDetails: {},
      orderItems: [find('/offers2/One'), { ...find('/add_ons/Two'), quantity: 2, ...type }],
    });
    const { json } = await call('POST', '/api/order/preview', order({ type: 'add_on' }));
    expect(json['schedule']).toMatchObject([{ amount: 5 }, { amount: 12, quantity: 2 }]);
    expect((await call('POST', '/api/order/preview', order({}))).json).toEqual({
      message: '/add_ons/Two has not the type "offer"',
    });
  });
});

describe('an order that cannot be priced', () => {
  it.each<[string, Partial<Order>, number, string]>([
    ['of another type', { body: { order_type: 'update_subscription' } }, 400, 'order_type must be "new"'],
    ['without items', { body: { orderItems: [] } }, 400, 'at least one item'],
    ['with half a unit', { quantity: 0.5 }, 400, 'quantity must be a whole number'],
    [
      'of an unpublished offer',
      { body: { orderItems: [{ offer: { id: 'none', version: '' } }] } },
      404,
      'Offer not found',
    ],
    ['with an external price', { charges: [{ ...MONTHLY, use_external_price: true }] }, 400, 'is stored outside Limio'],
    ['with a price in words', { charges: [{ ...MONTHLY, value: 'a tenner' }] }, 400, 'is not a number'],
    ['in two currencies', { charges: [MONTHLY, { ...MONTHLY, currencyCode: 'EUR' }] }, 400, 'GBP and EUR'],
    [
      'outside of every tier',
      { charges: [{ ...MONTHLY, tiers: [{ starting_unit: 5, price: '1' }] }] },
      400,
      'no tier for 1',
    ],
    [
      'in a country where it is not sold',
      { attributes: { allowed_countries__limio: ['GB'] }, body: { country: 'US' } },
      400,
      'not sold in US',
    ],
    [
      'with a discount in another currency',
      { body: discount({ discountType: 'DiscountFixedAmount', amountDiscount: 1, currency: 'EUR' }) },
      400,
      'the order in GBP',
    ],
    [
      'with a discount above 100 %',
      { body: discount({ discountType: 'DiscountPercentage', percentageDiscount: 101 }) },
      400,
      '0 to 100',
    ],
    ['on no day', { body: { orderDate: 'soon' } }, 400, 'orderDate must be an ISO date-time'],
    ['on a day without a time', { body: { orderDate: '2026-01-31' } }, 400, 'orderDate must be an ISO date-time'],
    ['without billing details', { body: { billingDetails: null } }, 400, 'billingDetails must be an object'],
    [
      'with a country in figures',
      { body: { deliveryDetails: { country: 1 } } },
      400,
      'deliveryDetails.country must be',
    ],
  ])('%s is refused', async (_, order, status, message) => {
    const reply = await preview({ charges: [MONTHLY], ...order });
    expect([reply.status, reply.json['message']]).toEqual([status, expect.stringContaining(message)]);
  });

  it('is refused when the version is not the published one', async () => {
    const { call, emulator } = await connect({
      seed: { items: [{ path: '/offers2/One', record_type: 'offer', attributes: {} }], published: ['/offers2/One'] },
    });
    const offer = { id: emulator.state().published[0]?.id ?? '', version: 'old' };
    expect(
      (await call('POST', '/api/order/preview', { order_type: 'new', orderItems: [{ offer, quantity: 1 }] })).json[
        'message'
      ],
    ).toContain('is not the published version');
  });
});
