import type { JsonObject } from '../model/json.js';
import type { Finding } from './finding.js';
import { type ParsedTests, type Placed, parseTests } from './parse-tests.js';
import { type NamedPriceCase, checkPriceCases } from './rules/check-price-cases.js';
import { checkPriceReferences } from './rules/check-price-references.js';
import type { SourceContext, SourceText } from './source-text.js';

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
