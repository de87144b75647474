import { z } from 'zod';

const environments = () => z.union([z.string(), z.array(z.string()).min(1)]).optional();

/** Keys of every document that restrict it to some environments; they are never sent. */
export const restrictionShape = {
  only: environments().describe('The only environments that declare this resource. Default: all.'),
  except: environments().describe('Environments that do not declare this resource.'),
};

/** For kinds whose objects can move to another name; never sent. */
export const moveShape = {
  moved_from: z
    .string()
    .min(1)
    .optional()
    .describe('Former name of this object: it is renamed, not deleted and created. Remove the line afterwards.'),
};

/** A text for which editors offer the known values; other values are legal, since tenants have them. */
export function suggestValues<const V extends string>(values: readonly V[]): z.ZodOptional<z.ZodType<Suggested<V>>> {
  const text: z.ZodType<Suggested<V>> = z.union([z.enum(values), z.string()]).nullable();
  return text.optional();
}

// For TypeScript, `V | string` is only `string`, and editors would offer nothing.
type Suggested<V extends string> = V | (string & {}) | null;

/** An amount: tenants hold both types (API reference, section 3). `src/source/rules/prices.ts` checks the texts. */
export function amount() {
  return z.union([z.string(), z.number()]).nullable().optional();
}

/** A count or length: a number, or its digits as a text. */
export function count() {
  return z
    .union([z.number(), z.string().regex(/^\d*$/)])
    .nullable()
    .optional();
}

/**
 * The vocabulary of fields that take one of a few words, as seen in documents and in real objects (API reference,
 * sections 2, 3 and 6). Others may exist, so an unknown word is a warning. So is `month`, which some objects hold for
 * `months`: the API reference has the plural of every other unit.
 */
export const CHARGE_TYPES = ['recurring', 'onetime', 'one-time', 'recurringVolume'] as const;

export const PRICE_TRIGGERS = ['order_date', 'subscription_start'] as const;

export const INTERVALS = ['days', 'weeks', 'months', 'years'] as const;

export const PRICE_FORMATS = ['FlatFee', 'PerUnit'] as const;

export const RENEWAL_TYPES = ['TERMED', 'EVERGREEN'] as const;

export const RENEWAL_TRIGGERS = ['EXTERNAL', 'ORDER'] as const;

export const DISCOUNT_TYPES = ['DiscountPercentage', 'DiscountFixedAmount'] as const;

export const DURATION_TYPES = ['Days', 'Weeks', 'Months', 'Years'] as const;

export const DEVICES = ['desktop', 'mobile', 'tablet'] as const;

/** These sets are complete (API reference, sections 2 and 6). */
export const APPLICATION_LEVELS = ['wholeBasket', 'selectedItems'] as const;

export const SUBSCRIPTION_STATUSES = ['activeSub', 'noActiveSub'] as const;

/** Typed conditions of a journey branch, in the order of the product's own list. */
export const CONDITION_TYPES = [
  'country',
  'city',
  'region',
  'billing_country',
  'query',
  'cookie',
  'segment',
  'offer_label',
  'subscription_status',
  'device',
] as const;
