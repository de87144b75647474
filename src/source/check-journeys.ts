import type { Problem } from '../model/problem.js';
import type { Declaration } from './declaration.js';
import { reportFindings } from './report-findings.js';
import {
  checkJourneyBranches,
  checkJourneyFallback,
  checkJourneyReach,
  checkJourneySplits,
} from './rules/check-journey-branches.js';
import { checkJourneyOverlaps } from './rules/check-journey-overlaps.js';
import { checkJourneysTogether } from './rules/check-journeys-together.js';
import { sortProblems } from './sort-problems.js';

const RULES = [checkJourneyBranches, checkJourneySplits, checkJourneyReach, checkJourneyFallback, checkJourneyOverlaps];

/** All that can be told of where journeys lead without asking what pages there are: as `validate` does, and where the order of branches decides. */
export function checkJourneys(declarations: Iterable<Declaration>): Problem[] {
  const journeys = [...declarations].filter(({ kind }) => kind === 'journey');
  const found = journeys.flatMap(({ document, kind, value }) =>
    RULES.flatMap((rule) => rule({ kind, value, readSourceText: () => undefined })).map((finding) => ({
      document,
      finding,
    })),
  );
  return sortProblems([...reportFindings(found), ...checkJourneysTogether(journeys)]);
}
