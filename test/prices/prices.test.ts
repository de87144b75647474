import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../src/model/json.js';
import { formatUnits } from '../../src/prices/charge.js';
import type { PriceQuestion } from '../../src/prices/order.js';
import { priceOrder } from '../../src/prices/prices.js';

const MONTHLY: JsonObject = {
  name: 'monthly',
  value: '12.99',
  currencyCode: 'GBP',
  type: 'recurring',
  repeat_interval: 1,
  repeat_interval_type: 'months',
};
const ONCE: JsonObject = { name: 'once', value: '5.00', currencyCode: 'GBP', type: 'one-time' };

interface Order extends Partial<Omit<PriceQuestion, 'promoCode'>> {
  charges?: JsonObject[];
  attributes?: JsonObject;
  quantity?: number;
  code?: JsonObject;
}

function price({ charges = [MONTHLY], attributes = {}, quantity = 1, code, ...rest }: Order) {
  const item = {
    path: '/offers2/One',
    quantity,
    attributes: { term__limio: { length: 3, type: 'months' }, price__limio: charges, ...attributes },
  };
  return priceOrder({
    items: [item],
    date: '2027-01-31',
    ...(code ? { promoCode: { code: 'X', body: code } } : {}),
    ...rest,
  });
}

/** `date amount` of everything that falls due, the first payment and the recurring amount. */
function list(order: Order) {
  const quote = price(order);
  if (quote.outcome !== 'priced') return `${quote.outcome}: ${quote.reason}`;
  const { currency = '', schedule, firstPayment, recurring } = quote;
  const format = (units: bigint): string => formatUnits(units, currency);
  return [
    schedule.map(({ date, units }) => `${date} ${format(units)}`).join(', '),
    format(firstPayment),
    recurring === undefined ? 'none' : format(recurring),
  ];
}

const percent = (percentageDiscount: number, rest: JsonObject = {}): JsonObject => ({
  applicationLevel: 'wholeBasket',
  discount: { discountType: 'DiscountPercentage', percentageDiscount },
  ...rest,
});

describe('the price of an order', () => {
  it.each<[string, Order, string, string, string]>([
    [
      'falls due on the last day of a month that is too short',
      {},
      '2027-01-31 12.99, 2027-02-28 12.99, 2027-03-31 12.99',
      '12.99',
      '12.99',
    ],
    [
      'knows leap days',
      { date: '2028-01-31', attributes: { term__limio: { length: 2, type: 'months' } } },
      '2028-01-31 12.99, 2028-02-29 12.99',
      '12.99',
      '12.99',
    ],
    [
      'is multiplied by the quantity',
      { quantity: 3 },
      '2027-01-31 38.97, 2027-02-28 38.97, 2027-03-31 38.97',
      '38.97',
      '38.97',
    ],
    [
      'begins after a delay, and counts from there',
      { charges: [{ ...MONTHLY, delay_interval: '1', delay_interval_type: 'month' }, ONCE] },
      '2027-01-31 5.00, 2027-02-28 12.99, 2027-03-28 12.99, 2027-04-28 12.99',
      '5.00',
      '12.99',
    ],
    [
      'repeats as often as it says',
      { charges: [{ ...MONTHLY, repeat_count: 2 }] },
      '2027-01-31 12.99, 2027-02-28 12.99',
      '12.99',
      '12.99',
    ],
    [
      'is that of the tier',
      {
        quantity: 4,
        charges: [
          {
            ...ONCE,
            tiers: [
              { starting_unit: 1, ending_unit: 4, price: '99', price_format: 'FlatFee' },
              { starting_unit: 5, price: '1' },
            ],
          },
        ],
      },
      '2027-01-31 99.00',
      '99.00',
      'none',
    ],
    [
      'has the decimals of the currency, halves away from zero',
      { charges: [{ ...ONCE, currencyCode: 'JPY', value: '1,999.5' }] },
      '2027-01-31 2000',
      '2000',
      'none',
    ],
    [
      'has no recurring amount when intervals differ',
      { charges: [MONTHLY, { ...MONTHLY, repeat_interval_type: 'years' }] },
      '2027-01-31 12.99, 2027-01-31 12.99, 2027-02-28 12.99, 2027-03-31 12.99',
      '25.98',
      'none',
    ],
    [
      'has one when twelve months and a year do',
      {
        charges: [
          { ...MONTHLY, repeat_interval: 12 },
          { ...MONTHLY, repeat_interval_type: 'years' },
        ],
      },
      '2027-01-31 12.99, 2027-01-31 12.99',
      '25.98',
      '25.98',
    ],
    [
      'loses a percentage while the discount lasts',
      {
        code: percent(25, {
          discount: {
            discountType: 'DiscountPercentage',
            percentageDiscount: 25,
            durationLength: 1,
            durationType: 'Months',
          },
        }),
      },
      '2027-01-31 9.74, 2027-02-28 12.99, 2027-03-31 12.99',
      '9.74',
      '12.99',
    ],
    [
      'loses an amount once a day, never below zero',
      {
        charges: [ONCE, MONTHLY],
        code: { discount: { discountType: 'DiscountFixedAmount', amountDiscount: 7, currency: 'GBP' } },
      },
      '2027-01-31 0.00, 2027-01-31 10.99, 2027-02-28 5.99, 2027-03-31 5.99',
      '10.99',
      '12.99',
    ],
    ['is nothing without a charge', { charges: [] }, '', '0.00', 'none'],
  ])('%s', (_, order, schedule, first, recurring) => {
    expect(list(order)).toEqual([schedule, first, recurring]);
  });

  it.each<[string, Order, string]>([
    [
      'sold elsewhere',
      { country: 'US', attributes: { allowed_countries__limio: ['GB'] } },
      'refused: /offers2/One is not sold in US.',
    ],
    ['with a code that is off', { code: percent(5, { status: false }) }, 'refused: Promo code X is switched off.'],
    [
      'before a code begins',
      { code: percent(5, { promoStartDate: '2027-02-01' }) },
      'refused: Promo code X begins on 2027-02-01.',
    ],
    [
      'after a code ended',
      { code: percent(5, { promoExpiryDate: '2027-01-30' }) },
      'refused: Promo code X ended on 2027-01-30.',
    ],
    [
      'with a code that is used up',
      { code: percent(5, { usage: { availableQuantity: 0 } }) },
      'refused: Promo code X is used up.',
    ],
    [
      'with a code for other labels',
      {
        code: percent(5, { applicationLevel: 'selectedItems', referencedOfferLabel: 'other' }),
        attributes: { label__limio: ['one'] },
      },
      'refused: Promo code X applies to none of the offers.',
    ],
    [
      'with an external price',
      { charges: [{ ...ONCE, use_external_price: true }] },
      'unpriced: /offers2/One, once: the billing system sets the price (use_external_price).',
    ],
    [
      'with words for a price',
      { charges: [{ ...ONCE, value: 'a tenner' }] },
      'unpriced: /offers2/One, once: the price "a tenner" is not a number of 0 or more.',
    ],
    [
      'of an unknown type',
      { charges: [{ ...ONCE, type: 'usage' }] },
      'unpriced: /offers2/One, once: unknown type "usage".',
    ],
    [
      'in an unknown unit',
      { charges: [{ ...MONTHLY, repeat_interval_type: 'moons' }] },
      'unpriced: /offers2/One, monthly: repeat_interval_type "moons" is not days, weeks, months or years.',
    ],
    [
      'outside of every tier',
      { charges: [{ ...ONCE, tiers: [{ starting_unit: 2, price: '1' }] }] },
      'unpriced: /offers2/One, once has no tier for the quantity 1.',
    ],
    [
      'in two currencies',
      { charges: [ONCE, { ...ONCE, currencyCode: 'EUR' }] },
      'unpriced: The charges are in GBP and EUR.',
    ],
    [
      'with a discount in another currency',
      { code: { discount: { amountDiscount: 1, currency: 'EUR' } } },
      'unpriced: Promo code X: the discount is in "EUR", the order in GBP.',
    ],
    [
      'with more than all taken off',
      { code: percent(100.004) },
      'unpriced: Promo code X: percentageDiscount 100.004 is not a number from 0 to 100.',
    ],
    [
      'due too often',
      {
        attributes: { term__limio: { length: 14, type: 'years' } },
        charges: [{ ...MONTHLY, repeat_interval_type: 'days' }],
      },
      'unpriced: /offers2/One, monthly falls due more than 5000 times, or after the year 9999.',
    ],
  ])('an order %s has none', (_, order, said) => {
    expect(list(order)).toBe(said);
  });

  it('takes days at both ends of a code in', () => {
    for (const key of ['promoStartDate', 'promoExpiryDate'])
      expect(price({ code: percent(5, { [key]: '2027-01-31' }) }).outcome).toBe('priced');
  });
});
