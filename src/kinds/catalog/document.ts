import { z } from 'zod';
import type { CatalogKind } from '../../model/address.js';
import {
  CHARGE_TYPES,
  INTERVALS,
  PRICE_TRIGGERS,
  RENEWAL_TRIGGERS,
  RENEWAL_TYPES,
  restrictionShape,
  suggestValues,
} from '../documents/document-parts.js';
import { type AttributeType, KNOWN_ATTRIBUTES } from './attributes.js';

const KIND_WORDS: Record<CatalogKind, string> = {
  tag: 'a tag',
  product: 'a product',
  add_on: 'an add-on',
  offer: 'an offer',
  page: 'a page',
};

const EXAMPLES: Record<CatalogKind, string> = {
  tag: '/tags/customers/acme',
  product: '/products/Digital',
  add_on: '/add_ons/Extra Seat',
  offer: '/offers2/Digital Monthly',
  page: '/pages/acme',
};

const text = () => z.string().nullable().optional();

const boolean = () => z.boolean().nullable().optional();

const number = () => z.number().nullable().optional();

const reference = z.looseObject({
  path: z.string().describe('Path of the item, "/offers2/Digital Monthly".'),
  id: text().describe('Leave it out: it is computed from the path.'),
  label: text(),
});

const tier = z.looseObject({
  price_format: text().describe('For example FlatFee.'),
  starting_unit: number(),
  ending_unit: number(),
  price: text().describe('A text: "99".'),
});

const price = z.looseObject({
  name: text().describe('Names the charge; charges are told apart by it.'),
  label: text(),
  value: text().describe('A text, quoted: "12.99".'),
  currencyCode: text().describe('ISO 4217: GBP, EUR, USD.'),
  type: suggestValues(CHARGE_TYPES),
  trigger: suggestValues(PRICE_TRIGGERS),
  use_external_price: boolean().describe('True when the billing system holds the price.'),
  repeat_interval: number(),
  repeat_interval_type: suggestValues(INTERVALS),
  repeat_count: number(),
  delay_interval: number(),
  delay_interval_type: suggestValues(INTERVALS),
  subscription_start_day: z.union([z.string(), z.number()]).nullable().optional(),
  attributes: z.array(z.unknown()).nullable().optional(),
  currency: z.looseObject({ id: text(), symbol: text(), label: text() }).nullable().optional(),
  tiers: z.array(tier).nullable().optional(),
});

/** Open objects all of them: a tenant may hold keys that nobody has described yet. */
const TYPES: Record<AttributeType, z.ZodType> = {
  text: z.string(),
  boolean: z.boolean(),
  text_list: z.array(z.string()),
  price_list: z.array(price),
  term: z.looseObject({
    renewal_type: suggestValues(RENEWAL_TYPES),
    length: number(),
    type: suggestValues(INTERVALS),
    renewal_trigger: suggestValues(RENEWAL_TRIGGERS),
  }),
  discount: z.looseObject({
    value: text().describe('A text: "30".'),
    termLength: text().describe('A text: "1".'),
    termType: suggestValues(INTERVALS),
  }),
  quantity_options: z.looseObject({
    quantity: number(),
    minimum_quantity: number(),
    maximum_quantity: number(),
    increment: number(),
  }),
  checkout: z.looseObject({ checkout_type: suggestValues(['external', 'standard']), external_url: text() }),
  date_range: z.looseObject({ from: text(), to: text() }),
  reference_list: z.array(reference),
  reference_group: z.looseObject({
    item_label: text(),
    item_type: suggestValues(['offer', 'add_on', '']),
    items: z.array(reference).nullable().optional(),
  }),
};

/** Known keys have types; any other key is a customer's own and holds anything. */
const attributes = z
  .object(
    Object.fromEntries(
      KNOWN_ATTRIBUTES.map((row) => [
        row.key,
        getAttributeSchema(row.type).nullable().optional().describe(row.description),
      ]),
    ),
  )
  .catchall(z.unknown())
  .describe('The attributes that this repository manages. A key left out is not managed; null clears it.');

const bundle = z.looseObject({
  product_path: z.string().describe('Path of the product.'),
  rate_plan: z.string().optional().describe('Its rate plan in the billing system. An add-on needs one.'),
  revenue_split: z.string().optional().describe('Share of the revenue in per cent, a text: "100".'),
});

/** What a creation says besides the attributes (API reference, section 5); `create-only.ts` has the rules. */
const template = {
  name: z
    .string()
    .min(1)
    .optional()
    .describe('Name in the web app; the last part of the path when left out. Set on create only.'),
  baseTemplate: z.string().optional().describe('Path of the template. Set on create only.'),
};

const sold = {
  products: z.array(z.string()).optional().describe('Paths of the products that are sold. Set on create only.'),
  productBundles: z
    .array(bundle)
    .optional()
    .describe('Rate plan and revenue split of each product. Set on create only.'),
};

const shown = {
  tags: z
    .array(z.string())
    .optional()
    .describe('Paths of tags: /tags/customers/acme gives the URL /customers/acme. Set on create only.'),
  offers: z
    .array(z.string())
    .optional()
    .describe('Paths of offers and add-ons that the page shows. Set on create only.'),
  referencedLabel: z
    .union([z.string(), z.array(z.string())])
    .optional()
    .describe('Label, or labels, whose offers the page shows. Set on create only.'),
};

function createDocument<K extends CatalogKind, S extends z.core.$ZodLooseShape>(kind: K, shape: S) {
  return z
    .strictObject({
      kind: z.literal(kind).describe(`Declares ${KIND_WORDS[kind]}.`),
      path: z.string().describe(`Path in the catalog: ${EXAMPLES[kind]}`),
      ...shape,
      ...restrictionShape,
    })
    .describe(`Declares ${KIND_WORDS[kind]} of the catalog.`);
}

export const catalogDocuments = {
  offer: createDocument('offer', { ...template, ...sold, attributes }),
  add_on: createDocument('add_on', { ...template, ...sold, attributes }),
  product: createDocument('product', { attributes }),
  tag: createDocument('tag', { ...template, attributes: attributes.optional() }),
  page: createDocument('page', { ...template, ...shown, attributes: attributes.optional() }),
} satisfies Record<CatalogKind, z.ZodType>;

/** The schema of an attribute's value, null (which clears it) aside. */
export function getAttributeSchema(type: AttributeType): z.ZodType {
  return TYPES[type];
}
