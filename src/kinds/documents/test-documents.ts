import { z } from 'zod';
import { JOURNEY_ENDS } from '../../model/test-report.js';
import { restrictionShape } from './document-parts.js';

const fact = (description: string) =>
  z.string().nullable().optional().describe(`${description} Left out or unknown: not known. null: none.`);

const list = (description: string) =>
  z
    .union([z.array(z.string()), z.literal('unknown')])
    .optional()
    .describe(`${description} Left out: none.`);

const end = z
  .union([z.enum(JOURNEY_ENDS), z.string()])
  .describe('Tag path of the destination, fallback, not_intercepted, nowhere or raw_action.');

const split = z.record(z.string(), z.number()).describe('Per cent of the visitors for each destination.');

const expected = z
  .union([
    end,
    z.strictObject({
      any_of: z
        .array(z.union([end, split]))
        .min(2)
        .describe('Exactly these can happen.'),
    }),
    split,
  ])
  .optional()
  .describe('Where the visit ends.');

const factsShape = {
  visit: z.string().optional().describe('Path with query string, or a whole URL.'),
  host: z.string().optional().describe('Host of the storefront. Left out: domains are not looked at.'),
  page_exists: z
    .boolean()
    .optional()
    .describe('Whether a page stands at the path; where none does, visitors see /default/.'),
  country: fact('Country by address, ISO 3166-1.'),
  region: fact('Region, ISO 3166-2. It says the country, too.'),
  city: fact('City.'),
  billing_country: fact('Billing country of the subscription, ISO 3166-1.'),
  subscription_status: fact('activeSub or noActiveSub.'),
  device: fact('Device.'),
  cookies: list('Names of cookies.'),
  segments: list('Segments.'),
  offer_labels: list('Labels of the subscribed offers.'),
  split: z
    .number()
    .optional()
    .describe('From 0 up to 1: decides between the destinations of a branch. Left out: every share counts.'),
  expect: expected,
};

/** Tests of journeys: each case is a visitor and where he ends. */
export const journeyTestDocument = z
  .strictObject({
    kind: z.literal('journey_test').describe('Tests of journeys.'),
    name: z.string().min(1).optional().describe('What these cases have in common.'),
    defaults: z.strictObject(factsShape).optional().describe('What holds for every case that does not say otherwise.'),
    cases: z
      .array(
        z.strictObject({
          name: z.string().min(1).optional().describe('Of the case; its facts unless given.'),
          ...factsShape,
        }),
      )
      .min(1)
      .describe('Visitors, and where they end.'),
    ...restrictionShape,
  })
  .describe('Tests of journeys.');

/** Outcomes of a price test that are no price. */
export const PRICE_REFUSALS = ['not_sold', 'promo_code'] as const;

const amount = (description: string) => z.string().describe(`${description} A text, quoted: "12.99".`);

const path = () => z.string().describe('Path of the offer, "/offers2/Digital Monthly".');

const quantity = () => z.number().optional().describe('How many are bought; 1 when left out.');

const expectedPriceTestDocument = z.strictObject({
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
  expect: expectedPriceTestDocument.optional().describe('What it must cost; what is left out is not looked at.'),
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
