import { type ParsedTests, type Placed, parseTests } from './parse-tests.js';
import { type NamedCase, checkJourneyCases } from './rules/check-journey-cases.js';
import type { SourceContext, SourceText } from './source-text.js';

/** A case with the place of what it expects. */
export type PlacedCase = Placed<NamedCase>;
export type ParsedJourneyTests = ParsedTests<NamedCase>;

/** Test files of journeys to cases, with every problem of every file at once. Never throws for bad input. */
export function parseJourneyTests(sources: readonly SourceText[], context: SourceContext): ParsedJourneyTests {
  return parseTests(sources, context, {
    kind: 'journey_test',
    beside: 'the journeys',
    apart: 'expect',
    read: (document, wrong) =>
      checkJourneyCases(
        document,
        wrong.map(({ path }) => path),
      ),
  });
}
