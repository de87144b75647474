import { z } from 'zod';
import { restrictionShape } from './restriction-shape.js';

/** Outcomes of a price test that are no price. */
export const PRICE_REFUSALS = ['not_sold', 'promo_code'] as const;

const amount = (description: string) => z.string().describe(`${description} A text, quoted: "12.99".`);
const path = () => z.string().describe('Path of the offer, "/offers2/Digital Monthly".');
const quantity = () => z.number().optional().describe('How many are bought; 1 when left out.');

const expected = z.strictObject({
  first_payment: amount('What falls due on the order date.').optional(),
  recurring: amount('What recurs, without delay and discount; null: nothing does.').nullable().optional(),
  currency: z.string().optional().describe('ISO 4217: GBP.'),
  schedule: z
    .array(
      z.strictObject({ date: z.string().describe('YYYY-MM-DD'), amount: amount('Sum of what falls due on that day.') }),
    )
    .min(1)
    .optional()
    .describe('What falls due on each day, up to the last day listed here.'),
  refused: z
    .enum(PRICE_REFUSALS)
    .optional()
    .describe('not_sold: not sold in the country. promo_code: the code cannot be used.'),
});

const orderShape = {
  offer: path().optional(),
  offers: z
    .array(z.strictObject({ offer: path(), quantity: quantity() }))
    .min(1)
    .optional()
    .describe('Several offers in one order, instead of "offer".'),
  quantity: quantity(),
  country: z.string().nullable().optional().describe('ISO 3166-1. Left out or null: countries are not looked at.'),
  promo_code: z.string().nullable().optional().describe('A promo code. Left out or null: none.'),
  date: z.string().optional().describe('Order date, YYYY-MM-DD.'),
  expect: expected.optional().describe('What it must cost; what is left out is not looked at.'),
};

/** Tests of prices: each case is an order and what it costs. */
export const priceTestDocument = z
  .strictObject({
    kind: z.literal('price_test').describe('Tests of prices.'),
    name: z.string().min(1).optional().describe('What these cases have in common.'),
    defaults: z.strictObject(orderShape).optional().describe('What holds for every case that does not say otherwise.'),
    cases: z
      .array(
        z.strictObject({
          name: z.string().min(1).optional().describe('Of the case; its order unless given.'),
          ...orderShape,
        }),
      )
      .min(1)
      .describe('Orders, and what they cost.'),
    ...restrictionShape,
  })
  .describe('Tests of prices.');
