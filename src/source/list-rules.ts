import type { Kind } from '../model/address.js';
import type { Rule } from './checked-document.js';
import { checkCatalogPath } from './rules/check-catalog-path.js';
import { checkConditions } from './rules/check-conditions.js';
import { checkCountries } from './rules/check-countries.js';
import { checkCreateOnly } from './rules/check-create-only.js';
import {
  checkJourneyBranches,
  checkJourneyFallback,
  checkJourneyReach,
  checkJourneySplits,
} from './rules/check-journey-branches.js';
import { checkJourneyDomains, checkJourneyTags } from './rules/check-journey-tags.js';
import { checkLabels } from './rules/check-labels.js';
import { checkPrices } from './rules/check-prices.js';
import {
  checkPromoCodeSyntax,
  checkPromoDiscount,
  checkPromoLabel,
  checkPromoNumbers,
} from './rules/check-promo-code.js';
import { checkPromoDates } from './rules/check-promo-dates.js';
import { checkReferences } from './rules/check-references.js';
import { checkShape } from './rules/check-shape.js';
import { checkText } from './rules/check-text.js';
import { checkUnusual } from './rules/check-unusual.js';

const CATALOG: readonly Rule[] = [
  checkShape,
  checkText,
  checkCatalogPath,
  checkUnusual,
  checkPrices,
  checkCountries,
  checkLabels,
  checkReferences,
  checkCreateOnly,
];

const RULES: Record<Kind, readonly Rule[]> = {
  tag: CATALOG,
  page: CATALOG,
  offer: CATALOG,
  add_on: CATALOG,
  product: CATALOG,
  promo_code: [
    checkShape,
    checkText,
    checkUnusual,
    checkPromoCodeSyntax,
    checkPromoDates,
    checkPromoNumbers,
    checkPromoDiscount,
    checkPromoLabel,
  ],
  journey: [
    checkShape,
    checkText,
    checkConditions,
    checkCountries,
    checkJourneyBranches,
    checkJourneySplits,
    checkJourneyReach,
    checkJourneyFallback,
    checkJourneyTags,
    checkJourneyDomains,
  ],
};

/** The rules for one document of a kind. What concerns several documents is looked at by `validateSources`. */
export function listRules(kind: Kind): readonly Rule[] {
  return RULES[kind];
}
