import { z } from 'zod';
import type { CatalogKind } from '../../model/address.js';
import { getAttributeSchema } from './attribute-types.js';
import { KNOWN_ATTRIBUTES } from './known-attributes.js';
import { restrictionShape } from './restriction-shape.js';

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
