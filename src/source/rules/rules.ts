import type { Kind } from '../../model/address.js';
import type { Problem } from '../../model/problem.js';
import type { Declaration, Rule } from '../documents.js';
import { reportFindings, sortProblems } from '../problems.js';
import { checkCatalogPath, checkCreateOnly, checkLabels, checkReferences } from './catalog.js';
import { checkConditions, checkCountries } from './conditions.js';
import {
  checkJourneyBranches,
  checkJourneyDomains,
  checkJourneyFallback,
  checkJourneyReach,
  checkJourneySplits,
  checkJourneyTags,
} from './journey.js';
import { checkJourneyOverlaps, checkJourneysTogether } from './journeys-together.js';
import { checkPrices } from './prices.js';
import {
  checkPromoCodeSyntax,
  checkPromoDates,
  checkPromoDiscount,
  checkPromoLabel,
  checkPromoNumbers,
} from './promo-codes.js';
import { checkShape, checkText } from './shape.js';
import { checkUnusual } from './unusual.js';

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

const RULESCheckJourneys = [
  checkJourneyBranches,
  checkJourneySplits,
  checkJourneyReach,
  checkJourneyFallback,
  checkJourneyOverlaps,
];

/** All that can be told of where journeys lead without asking what pages there are: as `validate` does, and where the order of branches decides. */
export function checkJourneys(declarations: Iterable<Declaration>): Problem[] {
  const journeys = [...declarations].filter(({ kind }) => kind === 'journey');
  const found = journeys.flatMap(({ document, kind, value }) =>
    RULESCheckJourneys.flatMap((rule) => rule({ kind, value, readSourceText: () => undefined })).map((finding) => ({
      document,
      finding,
    })),
  );
  return sortProblems([...reportFindings(found), ...checkJourneysTogether(journeys)]);
}
