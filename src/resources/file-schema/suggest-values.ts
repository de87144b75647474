import { z } from 'zod';

/** A text for which editors offer the known values; other values are legal, since tenants have them. */
export function suggestValues(values: readonly string[]): z.ZodType {
  return z
    .union([z.enum(values as [string, ...string[]]), z.string()])
    .nullable()
    .optional();
}
