import { z } from 'zod';
import type { Kind } from '../../model/address.js';
import { catalogDocuments } from './catalog-document.js';
import { journeyDocument } from './journey-document.js';
import { journeyTestDocument } from './journey-test-document.js';
import { priceTestDocument } from './price-test-document.js';
import { promoCodeDocument } from './promo-code-document.js';

const { offer, add_on: addOn, product, tag, page } = catalogDocuments;

/** One document of a file, told apart by its `kind`. */
export const resourceDocument = z.discriminatedUnion('kind', [
  offer,
  addOn,
  product,
  tag,
  page,
  promoCodeDocument,
  journeyDocument,
]);

/** Kinds of documents: of resources, and of tests. */
export type DocumentKind = Kind | 'journey_test' | 'price_test';

const BY_KIND: Record<DocumentKind, z.ZodType> = {
  ...catalogDocuments,
  promo_code: promoCodeDocument,
  journey: journeyDocument,
  journey_test: journeyTestDocument,
  price_test: priceTestDocument,
};

export function getResourceDocument(kind: DocumentKind): z.ZodType {
  return BY_KIND[kind];
}
