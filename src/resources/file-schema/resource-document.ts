import { z } from 'zod';
import type { Kind } from '../../model/address.js';
import { createCatalogDocument } from './catalog-document.js';
import { journeyDocument } from './journey-document.js';
import { promoCodeDocument } from './promo-code-document.js';

const offer = createCatalogDocument('offer');
const addOn = createCatalogDocument('add_on');
const product = createCatalogDocument('product');

/** One document of a file, told apart by its `kind`. */
export const resourceDocument = z.discriminatedUnion('kind', [offer, addOn, product, promoCodeDocument, journeyDocument]);

const BY_KIND: Record<Kind, z.ZodType> = { offer, add_on: addOn, product, promo_code: promoCodeDocument, journey: journeyDocument };

export function getResourceDocument(kind: Kind): z.ZodType {
  return BY_KIND[kind];
}
