import { z } from 'zod';
import { JOURNEY_ENDS } from '../../model/journey-ends.js';
import { restrictionShape } from './restriction-shape.js';

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
