import { z } from 'zod';
import {
  amount,
  APPLICATION_LEVELS,
  count,
  DISCOUNT_TYPES,
  DURATION_TYPES,
  moveShape,
  restrictionShape,
  suggestValues,
} from '../documents/document-parts.js';
import { type FieldRule, toNumberRow } from '../kind-definition.js';

const text = () => z.string().nullable().optional();

/** Fields that the server owns after creation and that a file may claim. */
const CLAIMABLE_FIELDS = ['usage.availableQuantity'] as const;

const discount = z.strictObject({
  discountType: suggestValues(DISCOUNT_TYPES).describe('DiscountPercentage, or a fixed amount.'),
  percentageDiscount: amount().describe('From 0 to 100.'),
  amountDiscount: amount().describe('The fixed amount.'),
  currency: text().describe('Currency of the fixed amount, ISO 4217.'),
  durationLength: count().describe('For how many periods the discount holds.'),
  durationType: suggestValues(DURATION_TYPES).describe('Period of durationLength.'),
});

const productDetails = z.strictObject({
  product: z
    .strictObject({ path: z.string() })
    .describe('Product that holds the discount: { path: /products/Discounts }'),
  ratePlan: z.strictObject({ path: z.string() }).describe('Rate plan of that product: { path: 25% Off }'),
});

/** A promo code: the fields of its `data`, flat (API reference, section 6). */
export const promoCodeDocument = z
  .strictObject({
    kind: z.literal('promo_code').describe('Declares a promo code.'),
    promoCode: z.string().describe('The code: letters and digits, stored in upper case.'),
    applicationLevel: z.enum(APPLICATION_LEVELS).nullable().optional().describe('What the discount applies to.'),
    status: z.boolean().nullable().optional().describe('Whether the code can be used.'),
    description: text().describe('For colleagues.'),
    promoStartDate: text().describe('First day, YYYY-MM-DD. Absent or null: at once.'),
    promoExpiryDate: text().describe('Last day, YYYY-MM-DD. Null: never.'),
    productDetails: productDetails.nullable().optional().describe('The discount in the billing system.'),
    referencedOfferLabel: z
      .union([z.string(), z.array(z.string())])
      .nullable()
      .optional()
      .describe('With selectedItems: the label of the offers that the code applies to.'),
    usage: z
      .strictObject({
        availableQuantity: z
          .number()
          .nullable()
          .optional()
          .describe('How often it can be used. Can only be set at creation.'),
      })
      .nullable()
      .optional(),
    discount: discount.nullable().optional(),
    ownership: z
      .strictObject({ [CLAIMABLE_FIELDS[0]]: z.literal('git').optional() })
      .optional()
      .describe('Fields that this file manages after creation, instead of the server.'),
    ...moveShape,
    ...restrictionShape,
  })
  .describe('Declares a promo code. It is live at once.');

/** The table of the kind `promo_code` (API reference, section 6). */
export const PROMO_CODE_ROWS: readonly FieldRule[] = [
  {
    path: ['promoCode'],
    type: 'text',
    owner: 'identity',
    note: 'Letters and digits. Stored in upper case, unique ignoring case, cannot be changed.',
  },
  { path: ['applicationLevel'], type: 'wholeBasket | selectedItems', owner: 'git', note: 'What the code applies to.' },
  { path: ['status'], type: 'boolean', owner: 'git', note: 'Whether the code can be redeemed.' },
  { path: ['description'], type: 'text', owner: 'git', note: 'For colleagues.' },
  { path: ['promoStartDate'], type: 'date', owner: 'git', note: 'Absent: at once.' },
  { path: ['promoExpiryDate'], type: 'date', owner: 'git', note: 'Absent: never.' },
  {
    path: ['productDetails'],
    type: 'object',
    owner: 'git',
    note: 'product.path and ratePlan.path of the discount in the billing system.',
  },
  {
    path: ['referencedOfferLabel'],
    type: 'text',
    owner: 'git',
    note: 'With selectedItems: the label of the offers that the code applies to.',
  },
  { path: ['usage'], type: 'object', owner: 'git', note: 'Limits of use.' },
  {
    path: ['usage', 'availableQuantity'],
    type: 'number',
    owner: 'server-after-create',
    note:
      'Set at creation, then counted down by the server and not compared. ' +
      'To manage it, write `ownership: { usage.availableQuantity: git }`.',
  },
  {
    path: ['discount'],
    type: 'object',
    owner: 'git',
    note: 'discountType, percentageDiscount or amountDiscount and currency, durationLength, durationType.',
  },
  ...['percentageDiscount', 'amountDiscount', 'durationLength'].map((key) =>
    toNumberRow(['discount', key], 'as declared'),
  ),
];
