import { formatAddress } from '../../model/address.js';
import type { JsonObject } from '../../model/json.js';
import { isLikelySlip, suggestNearest } from '../../model/spelling.js';
import type { DocumentPath, Finding, SourceContext, SourceText } from '../documents.js';
import { checkPriceCases, type NamedPriceCase } from './price-cases.js';
import { type ParsedTests, parseTests, type Placed, type ReadCases } from './test-files.js';

export type PlacedPriceCase = Placed<NamedPriceCase>;

/** @param declared the addresses of all environments, to find misspelt offers and promo codes */
export function parsePriceTests(
  sources: readonly SourceText[],
  context: SourceContext,
  declared: ReadonlySet<string>,
): ParsedTests<NamedPriceCase> {
  return parseTests(sources, context, {
    kind: 'price_test',
    among: 'the prices',
    read: (document, wrong) => readDocument(document, wrong, declared),
  });
}

function readDocument(
  document: JsonObject,
  wrong: readonly Finding[],
  declared: ReadonlySet<string>,
): ReadCases<NamedPriceCase> {
  const { cases, findings } = checkPriceCases(document);
  const misspelt = checkPriceReferences(cases, declared);
  if (wrong.length === 0) return { cases: misspelt.length === 0 ? cases : [], findings: [...findings, ...misspelt] };
  // A misspelt key is not reported as missing too, nor a wrong value twice.
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

/** Offers, add-ons and promo codes that are close to declared ones. Others may exist in the tenant. */
function checkPriceReferences(cases: readonly NamedPriceCase[], declared: ReadonlySet<string>): Finding[] {
  return cases.flatMap(({ offers, offerPaths, addOns = [], addOnPaths, promoCode, promoCodePath }) => [
    ...offers.flatMap(({ path }, i) => checkAddress(formatAddress('offer', path), offerPaths[i] ?? [], declared)),
    ...addOns.flatMap(({ path }, i) => checkAddress(formatAddress('add_on', path), addOnPaths[i] ?? [], declared)),
    ...(promoCode === undefined ? [] : checkAddress(formatAddress('promo_code', promoCode), promoCodePath, declared)),
  ]);
}

function checkAddress(address: string, path: DocumentPath, declared: ReadonlySet<string>): Finding[] {
  if (declared.has(address)) return [];
  const nearest = suggestNearest(address, declared, MOST_EDITS);
  if (nearest === undefined || !isLikelySlip(nearest, address)) return [];
  const [name, meant] = [address, nearest].map((one) => one.slice(one.indexOf(':') + 1));
  const message = `"${name}" is not declared, but a similar name is.`;
  return [{ code: 'REFERENCE_MISSPELT', path, message, hint: `Did you mean "${meant}"?` }];
}
