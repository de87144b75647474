import { z } from 'zod';
import type { Kind } from '../../model/address.js';
import { catalogDocuments } from './catalog-document.js';
import { journeyDocument } from './journey-document.js';
import { promoCodeDocument } from './promo-code-document.js';

const { offer, add_on: addOn, product, tag, page } = catalogDocuments;

/** One document of a file, told apart by its `kind`. */
export const resourceDocument = z.discriminatedUnion('kind', [offer, addOn, product, tag, page, promoCodeDocument, journeyDocument]);

const BY_KIND: Record<Kind, z.ZodType> = { ...catalogDocuments, promo_code: promoCodeDocument, journey: journeyDocument };

export function getResourceDocument(kind: Kind): z.ZodType {
  return BY_KIND[kind];
}
