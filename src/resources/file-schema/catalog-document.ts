import { z } from 'zod';
import type { CatalogKind } from '../../model/address.js';
import { getAttributeSchema } from './attribute-types.js';
import { KNOWN_ATTRIBUTES } from './known-attributes.js';
import { restrictionShape } from './restriction-shape.js';

const KIND_WORDS = { offer: 'an offer', add_on: 'an add-on', product: 'a product' } as const;
const EXAMPLES = { offer: '/offers2/Digital Monthly', add_on: '/add_ons/Extra Seat', product: '/products/Digital' } as const;

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

/** The document of an offer, an add-on or a product. */
export function createCatalogDocument(kind: CatalogKind) {
  return z
    .strictObject({
      kind: z.literal(kind).describe(`Declares ${KIND_WORDS[kind]}.`),
      path: z.string().describe(`Path in the catalog: ${EXAMPLES[kind]}`),
      attributes,
      ...restrictionShape,
    })
    .describe(`Declares ${KIND_WORDS[kind]} of the catalog.`);
}
