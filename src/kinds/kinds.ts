import type { Kind } from '../model/address.js';
import type { Dialect } from '../model/dialect.js';
import { createCatalogKind } from './catalog/catalog.js';
import { createJourneyKind } from './journey/journey.js';
import type { KindRules } from './kind-definition.js';
import { createPromoCodeKind } from './promo-code/promo-code.js';

/** The rules of every kind, under the tenant's dialect. */
export function createKindRules(dialect: Dialect): Record<Kind, KindRules> {
  return {
    tag: createCatalogKind('tag', dialect),
    product: createCatalogKind('product', dialect),
    add_on: createCatalogKind('add_on', dialect),
    offer: createCatalogKind('offer', dialect),
    page: createCatalogKind('page', dialect),
    promo_code: createPromoCodeKind(dialect),
    journey: createJourneyKind(dialect),
  };
}
