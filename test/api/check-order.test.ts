import { describe, expect, test } from 'vitest';
import { checkOrderBody } from '../../src/api/check-order.js';
import { ORDER_TYPES } from '../../src/api/order-schemas.js';
import type { JsonObject } from '../../src/model/json.js';
import { ORDERS } from '../support/orders.js';

function listProblems(body: JsonObject, kind: Parameters<typeof checkOrderBody>[0] = 'order'): string[] {
  return checkOrderBody(kind, body).problems.map(({ pointer, message }) => `${pointer} ${message}`);
}

const NEW = ORDERS['Create Subscription'].body;

describe('the schemas of orders', () => {
  test('are eleven, of nine order types', () => {
    expect(Object.keys(ORDERS)).toHaveLength(11);
    expect(new Set(Object.values(ORDERS).map(({ body }) => body['order_type']))).toEqual(new Set(ORDER_TYPES));
  });

  test.each(Object.entries(ORDERS))('accept an order with what it requires: %s', (title, { body }) => {
    expect(checkOrderBody('order', body)).toEqual({
      schema: `order_type "${body.order_type}" (${title})`,
      problems: [],
    });
  });

  test.each(
    Object.entries(ORDERS).flatMap(([title, { required, body }]) => required.map((key) => [title, key, body] as const)),
  )('require every required field: %s, %s', (_title, key, body) => {
    const without = Object.fromEntries(Object.entries(body).filter(([name]) => name !== key));
    expect(listProblems(without)).toEqual([`/${key} is required`]);
  });

  test('report every problem at once, each with its pointer', () => {
    const body = {
      ...NEW,
      orderItems: [{ offer: { id: 1 } }, { quantity: '2' }],
      billingDetails: 'none',
      orderDate: '2027-01-31',
      payment: { type: 'zoura' },
      process_immediately: 'yes',
    };
    expect(listProblems(body)).toEqual([
      '/process_immediately must be true or false',
      '/orderItems/0/offer/version is required',
      '/orderItems/0/offer/id must be a text',
      '/orderItems/1/offer is required',
      '/orderItems/1/quantity must be a number',
      '/billingDetails must be an object',
      '/payment/type must be "zuora"',
      '/orderDate must be a date-time such as 2027-01-31T00:00:00Z, not a date',
    ]);
  });

  test.each(['2027-02-30T00:00:00Z', '2027-01-31T25:00:00Z', '2027-01-31T00:00:00', 'tomorrow'])(
    'take no date-time that is none: %s',
    (orderDate) => {
      expect(listProblems({ ...NEW, orderDate })).toEqual([
        '/orderDate must be a date-time such as 2027-01-31T00:00:00Z',
      ]);
    },
  );

  test.each(['2028-02-29T00:00:00Z', '2027-01-31T10:00:00.123+01:00'])('take a date-time: %s', (orderDate) => {
    expect(listProblems({ ...NEW, orderDate })).toEqual([]);
  });

  test('suggest an order type, or list them', () => {
    expect(listProblems({ order_type: 'cancel_subscripton' })).toEqual([
      '/order_type cannot be "cancel_subscripton"; did you mean "cancel_subscription"?',
    ]);
    expect(listProblems({ order_type: 'x' })[0]).toBe(
      `/order_type cannot be "x"; use one of ${ORDER_TYPES.join(', ')}`,
    );
    expect(listProblems({ ...ORDERS['Change Address'].body, type: 'biling' })).toEqual([
      '/type must be "billing" or "delivery" or "all"; did you mean "billing"?',
    ]);
    for (const order_type of ['gift', 'redeem_gift', 'new_gift'])
      expect(listProblems({ order_type })).toEqual([
        `/order_type cannot be "${order_type}"; use new: a gift has isGift, redeeming one has giftCode`,
      ]);
    expect(listProblems({})[0]).toContain('/order_type is required; use one of new, change_offer');
  });

  test('name a misspelt key beside the one that is missing', () => {
    const { checkoutId, ...rest } = NEW;
    expect(listProblems({ ...rest, checkoutID: checkoutId ?? '' })).toEqual([
      '/checkoutId is required; did you misspell it as "checkoutID"?',
    ]);
  });

  test('need an id or a name of the subscription', () => {
    const cancel = ORDERS['Cancel Subscription'].body;
    expect(listProblems({ ...cancel, forSubscription: {} })).toEqual(['/forSubscription must have id or name']);
    expect(listProblems({ ...cancel, forSubscription: { name: 'A1' } })).toEqual([]);
  });

  test('of admin orders are those of new orders, optionally for a partner', () => {
    expect(listProblems({ ...NEW, forPartner: { id: 'p' } }, 'new order')).toEqual([]);
    expect(listProblems({ ...NEW, forPartner: {} }, 'new order')).toEqual(['/forPartner/id is required']);
    expect(listProblems(ORDERS['Change Offer'].body, 'new order')).toEqual([
      '/order_type cannot be "change_offer"; use new',
    ]);
  });

  test('of previews require no buyer of a new order, but an address', () => {
    const { order_type, orderItems } = NEW;
    expect(listProblems({ order_type: order_type ?? '', orderItems: orderItems ?? '' }, 'preview')).toEqual([
      '/billingDetails is required',
    ]);
    expect(listProblems(ORDERS['Change Offer'].body, 'preview')).toEqual([]);
  });

  test('of baskets require the order with its items', () => {
    expect(listProblems({ order: { order_type: 'new', orderItems: [] } }, 'checkout')).toEqual([
      '/order/external_id is required',
      '/order/country is required',
      '/order/source is required',
      '/order/orderItems must have at least one element',
    ]);
  });

  test('say so when there is no body', () => {
    expect(checkOrderBody('order', undefined)).toEqual({
      schema: 'an order',
      problems: [{ pointer: '', message: 'must be an object' }],
    });
  });
});
