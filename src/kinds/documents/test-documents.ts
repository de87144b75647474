import { z } from 'zod';
import { JOURNEY_ENDS } from '../../model/test-report.js';
import { restrictionShape } from './document-parts.js';

const fact = (description: string) =>
  z.string().nullable().optional().describe(`${description} Absent or "unknown": not known. null: none.`);

const list = (description: string) =>
  z
    .union([z.array(z.string()), z.literal('unknown')])
    .optional()
    .describe(`${description} Default: none.`);

const end = z
  .union([z.enum(JOURNEY_ENDS), z.string()])
  .describe('Tag path of the destination, fallback, not_intercepted, nowhere or raw_action.');

const split = z.record(z.string(), z.number()).describe('Percentage of the visitors for each destination.');

const expected = z
  .union([
    end,
    z.strictObject({
      any_of: z
        .array(z.union([end, split]))
        .min(2)
        .describe('Exactly these outcomes are possible.'),
    }),
    split,
  ])
  .optional()
  .describe('Where the visit ends.');

const visitorShape = {
  visit: z.string().optional().describe('Path with query string, or a full URL.'),
  host: z.string().optional().describe('Host of the storefront. Absent: domains are not checked.'),
  page_exists: z.boolean().optional().describe('Whether a page exists at the path. If not, visitors see /default/.'),
  country: fact('Country by IP address, ISO 3166-1.'),
  region: fact('Region, ISO 3166-2. Implies the country.'),
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
    .describe('From 0 up to 1: chooses between the destinations of a branch. Absent: every destination is possible.'),
  expect: expected,
};

/** Tests of journeys: each case is a visitor and the end of the visit. */
export const journeyTestDocument = z
  .strictObject({
    kind: z.literal('journey_test').describe('Tests of journeys.'),
    name: z.string().min(1).optional().describe('Title of these cases.'),
    defaults: z.strictObject(visitorShape).optional().describe('Defaults of all cases.'),
    cases: z
      .array(
        z.strictObject({
          name: z.string().min(1).optional().describe('Name of the case. Default: its facts.'),
          ...visitorShape,
        }),
      )
      .min(1)
      .describe('Visitors, and where their visit ends.'),
    ...restrictionShape,
  })
  .describe('Tests of journeys.');

/** Outcomes of a price test other than a price. */
const PRICE_REFUSALS = ['not_sold', 'promo_code'] as const;

const amount = (description: string) => z.string().describe(`${description} Quoted: "12.99".`);

const path = () => z.string().describe('Path of the offer, "/offers2/Digital Monthly".');

const quantity = () => z.number().optional().describe('How many are bought. Default: 1.');

const expectedPrice = z.strictObject({
  first_payment: amount('Total due on the order date.').optional(),
  tax: amount('Tax due on the order date. Only a tenant knows it (--live).').optional(),
  recurring: amount('Recurring amount, without delays and discounts. null: nothing recurs.').nullable().optional(),
  currency: z.string().optional().describe('ISO 4217: GBP.'),
  schedule: z
    .array(z.strictObject({ date: z.string().describe('YYYY-MM-DD'), amount: amount('Total due on that day.') }))
    .min(1)
    .optional()
    .describe('Total due on each day, up to the last day listed here.'),
  refused: z
    .enum(PRICE_REFUSALS)
    .optional()
    .describe('not_sold: not sold in the country. promo_code: the code cannot be used.'),
});

const part = z.string().optional();

/** What Limio's documentation lists. */
const address = (description: string) =>
  z
    .strictObject({
      country: z.string().optional().describe('ISO 3166-1.'),
      state: part,
      postalCode: part,
      city: part,
      address1: part,
      address2: part,
      company: part,
      firstName: part,
      lastName: part,
      email: part,
      workEmail: part,
      phone: part,
      workPhone: part,
      otherPhone: part,
    })
    .optional()
    .describe(`${description} Sent to a tenant (--live); it decides the taxes.`);

const orderShape = {
  offer: path().optional(),
  offers: z
    .array(z.strictObject({ offer: path(), quantity: quantity() }))
    .min(1)
    .optional()
    .describe('Several offers in one order, instead of "offer".'),
  quantity: quantity(),
  add_ons: z
    .array(z.strictObject({ add_on: z.string().describe('Path of the add-on.'), quantity: quantity() }))
    .min(1)
    .optional()
    .describe('Add-ons in the same order.'),
  country: z.string().nullable().optional().describe('ISO 3166-1. Absent or null: countries are not checked.'),
  promo_code: z.string().nullable().optional().describe('A promo code. Absent or null: none.'),
  date: z.string().optional().describe('Order date, YYYY-MM-DD.'),
  billing: address('Billing address.'),
  delivery: address('Delivery address, for products that are delivered.'),
  taxes: z
    .enum(['included', 'added'])
    .optional()
    .describe('Whether the tenant adds taxes to the prices of the files. Default: prices include them.'),
  expect: expectedPrice.optional().describe('Expected price. Only the keys that are here are checked.'),
};

/** Tests of prices: each case is an order and what it costs. */
export const priceTestDocument = z
  .strictObject({
    kind: z.literal('price_test').describe('Tests of prices.'),
    name: z.string().min(1).optional().describe('Title of these cases.'),
    defaults: z.strictObject(orderShape).optional().describe('Defaults of all cases.'),
    cases: z
      .array(
        z.strictObject({
          name: z.string().min(1).optional().describe('Name of the case. Default: its order.'),
          ...orderShape,
        }),
      )
      .min(1)
      .describe('Orders, and what they must cost.'),
    ...restrictionShape,
  })
  .describe('Tests of prices.');
