import { z } from 'zod';
import { CONDITION_TYPES } from './known-values.js';
import { restrictionShape } from './restriction-shape.js';

const raw = z
  .strictObject({ raw: z.unknown().describe('Passed through untouched.') })
  .describe("An element in the API's own form.");

const condition = z.union([
  z.strictObject({
    type: z.enum(CONDITION_TYPES).describe('What is looked at.'),
    values: z
      .array(z.string())
      .min(1)
      .describe('Any of these matches; of several cookies or query parameters perhaps only all.'),
  }),
  raw,
]);

const action = z.union([
  z.strictObject({
    type: z.literal('destination'),
    destination: z.string().describe('Tag path, with a slash at both ends: /us/landing/'),
    split: z.number().optional().describe('Per cent of the visitors; 100 when left out.'),
  }),
  raw,
]);

const branch = z.strictObject({
  id: z.string().optional().describe('Leave it out: branches are matched with the live ones by content.'),
  conditions: z.array(condition).nullable().optional().describe('All must hold. None: the branch takes everybody.'),
  actions: z.array(action).describe('Where the visitor goes; several split the traffic.'),
});

/** A journey (API reference, section 2). The first branch that matches wins. */
export const journeyDocument = z
  .strictObject({
    kind: z.literal('journey').describe('Declares a journey.'),
    name: z.string().min(1).describe('Name of the journey.'),
    starting_point: z.string().nullable().optional().describe('Tag path where it begins: /landing/'),
    fallback_tag: z.string().nullable().optional().describe('Tag path for visitors whom no branch takes.'),
    domains: z.array(z.string()).nullable().optional().describe('Hosts of the storefront.'),
    journeys: z.array(branch).nullable().optional().describe('The branches; the first that matches wins.'),
    ...restrictionShape,
  })
  .describe('Declares a journey. Saving it is live at once.');
