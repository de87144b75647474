import { z } from 'zod';

const percent = z.number().min(0).max(1_000_000);
const patterns = z.array(z.string().min(1));

/** Of an environment, and of the file for all environments. */
export const ownership = z
  .strictObject({
    app: patterns.optional().describe('Edited in the web app: never compared, never sent.'),
    server: patterns.optional().describe('Decided by the server: never compared, never sent.'),
    git: patterns.optional().describe('Decided by the files, whatever app, server and the table of the kind say.'),
  })
  .optional()
  .describe('Who decides, by patterns of objects or fields as in ignore.');

/** Keys of an environment that say what may change in it, and when (docs/policies.md). */
export const policyShape = {
  policies: z
    .strictObject({
      price: z
        .strictObject({
          maxIncrease: percent
            .optional()
            .describe('Percent by which a charge may rise without consent; 20 when left out.'),
          maxDecrease: percent
            .optional()
            .describe('Percent by which a charge may fall without consent; 20 when left out.'),
        })
        .optional(),
      massChange: z
        .strictObject({
          percent: z
            .number()
            .min(0)
            .max(100)
            .optional()
            .describe('Percent of the managed objects of a kind that may change without consent; 30 when left out.'),
          atLeast: z.int().min(1).optional().describe('Fewer objects than this need no consent; 10 when left out.'),
        })
        .optional(),
    })
    .optional()
    .describe('Limits beyond which a change needs a consent of its own.'),
  protect: patterns.optional().describe('Addresses that are never changed: "offer:/offers2/Legacy*". `*` is any text.'),
  ignore: patterns
    .optional()
    .describe(
      'What is not managed: whole objects, "offer:/offers2/X*", or one field of them, "offer:*#/attributes/badge_text__limio".',
    ),
  ownership,
  freeze: z
    .array(
      z.strictObject({
        from: z.string().describe('2026-11-27T00:00 with timeZone, or 2026-11-27T00:00:00+00:00.'),
        to: z.string().describe('The moment from which changes run again.'),
        reason: z.string().min(1),
        timeZone: z
          .string()
          .optional()
          .describe('Name of a time zone, Europe/London, for from and to without an offset.'),
      }),
    )
    .optional()
    .describe('Times in which nothing is changed or published.'),
};
