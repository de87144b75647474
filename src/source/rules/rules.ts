/**
 * Rules that find mistakes in one document. The definition of a kind lists its checks by name.
 *
 *   shape.ts       unknown, missing and wrong keys, by the schema of the kind; control characters in text
 *   unusual.ts     misspelt attributes, keys and values
 *   catalog.ts     paths, references and labels of catalog items
 *   prices.ts      amounts and currencies
 *   promo-codes.ts promo codes
 *   conditions.ts  countries, and the values of conditions
 *   journey.ts     branches, splits, destinations and domains of a journey
 *
 * references.ts and journeys-together.ts check several documents; `validateSources` calls them.
 */
import { type CheckName } from '../../kinds/kind-definition.js';
import { KIND_DEFINITIONS } from '../../kinds/kinds.js';
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

const RULES: Readonly<Record<CheckName, Rule>> = {
  shape: checkShape,
  text: checkText,
  unusual: checkUnusual,
  countries: checkCountries,
  'catalog-path': checkCatalogPath,
  prices: checkPrices,
  labels: checkLabels,
  references: checkReferences,
  'create-only': checkCreateOnly,
  'promo-code-syntax': checkPromoCodeSyntax,
  'promo-code-dates': checkPromoDates,
  'promo-code-numbers': checkPromoNumbers,
  'promo-code-discount': checkPromoDiscount,
  'promo-code-label': checkPromoLabel,
  conditions: checkConditions,
  'journey-branches': checkJourneyBranches,
  'journey-splits': checkJourneySplits,
  'journey-reach': checkJourneyReach,
  'journey-fallback': checkJourneyFallback,
  'journey-tags': checkJourneyTags,
  'journey-domains': checkJourneyDomains,
};

/** The rules for one document of a kind. */
export function listRules(kind: Kind): readonly Rule[] {
  return KIND_DEFINITIONS[kind].checks.map((name) => RULES[name]);
}

const ROUTING_RULES = [
  checkJourneyBranches,
  checkJourneySplits,
  checkJourneyReach,
  checkJourneyFallback,
  checkJourneyOverlaps,
];

/** Checks where journeys lead, without pages: the rules of `validate`, and overlapping branches. */
export function checkJourneys(declarations: Iterable<Declaration>): Problem[] {
  const journeys = [...declarations].filter(({ kind }) => kind === 'journey');
  const found = journeys.flatMap(({ document, kind, value }) =>
    ROUTING_RULES.flatMap((rule) => rule({ kind, value, readSourceText: () => undefined })).map((finding) => ({
      document,
      finding,
    })),
  );
  return sortProblems([...reportFindings(found), ...checkJourneysTogether(journeys)]);
}
