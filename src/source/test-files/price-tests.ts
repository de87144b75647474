import { formatAddress } from '../../model/address.js';
import type { JsonObject } from '../../model/json.js';
import { isLikelySlip, suggestNearest } from '../../model/spelling.js';
import type { DocumentPath, Finding, SourceContext, SourceText } from '../documents.js';
import { checkPriceCases, type NamedPriceCase } from './price-cases.js';
import { type ParsedTests, parseTests, type Placed } from './test-files.js';

export type PlacedPriceCase = Placed<NamedPriceCase>;

/**
 * Test files of prices to cases, with every problem of every file at once. `declared` are the
 * addresses of all environments, to which misspelt offers and codes are compared. Never throws for bad input.
 */
export function parsePriceTests(
  sources: readonly SourceText[],
  context: SourceContext,
  declared: ReadonlySet<string>,
): ParsedTests<NamedPriceCase> {
  return parseTests(sources, context, {
    kind: 'price_test',
    beside: 'the prices',
    read: (document, wrong) => readDocument(document, wrong, declared),
  });
}

function readDocument(
  document: JsonObject,
  wrong: readonly Finding[],
  declared: ReadonlySet<string>,
): { cases: NamedPriceCase[]; findings: Finding[] } {
  const { cases, findings } = checkPriceCases(document);
  const misspelt = checkPriceReferences(cases, declared);
  if (wrong.length === 0) return { cases: misspelt.length === 0 ? cases : [], findings: [...findings, ...misspelt] };
  // What is misspelt or of the wrong type is not missing as well, nor wrong twice.
  const known = new Set(wrong.map(({ path }) => JSON.stringify(path)));
  const mayFollow = ({ code, path }: Finding): boolean =>
    (code === 'MISSING_KEY' || code === 'TEST_EXPECTATION') &&
    wrong.some((other) => other.path[0] !== 'cases' || other.path[1] === path[1]);
  return {
    cases: [],
    findings: findings.filter((finding) => !mayFollow(finding) && !known.has(JSON.stringify(finding.path))),
  };
}

const MOST_EDITS = 2;

/** Offers and promo codes that are close to declared ones. Others may well be in the tenant alone. */
export function checkPriceReferences(cases: readonly NamedPriceCase[], declared: ReadonlySet<string>): Finding[] {
  return cases.flatMap(({ offers, offerPaths, promoCode, promoCodePath }) => [
    ...offers.flatMap(({ path }, i) => check(formatAddress('offer', path), offerPaths[i] ?? [], declared)),
    ...(promoCode === undefined ? [] : check(formatAddress('promo_code', promoCode), promoCodePath, declared)),
  ]);
}

function check(address: string, path: DocumentPath, declared: ReadonlySet<string>): Finding[] {
  if (declared.has(address)) return [];
  const nearest = suggestNearest(address, declared, MOST_EDITS);
  if (nearest === undefined || !isLikelySlip(nearest, address)) return [];
  const [name, meant] = [address, nearest].map((one) => one.slice(one.indexOf(':') + 1));
  return [
    {
      code: 'REFERENCE_MISSPELT',
      path,
      message: `"${name}" is not declared, but something very like it is.`,
      hint: `Did you mean "${meant}"?`,
    },
  ];
}
