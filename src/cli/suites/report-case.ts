import type { Problem } from '../../model/problem.js';
import { suggestNearest } from '../../model/spelling.js';
import type { TestedCase } from '../../model/test-report.js';
import { describeExpectation, describeLanding, renderVisitText } from '../../render/journeys/visit.js';
import { type ExpectedEnd, judgeCase } from '../../routing/cases.js';
import type { RoutingWorld } from '../../routing/routing.js';
import { explainVisit } from '../../routing/visit.js';
import { makeProblem } from '../../source/problems.js';
import type { PlacedCase } from '../../source/test-files/journey-tests.js';

/** One case in one world, with the steps of the visit where it fails. */
export function reportCase(world: RoutingWorld, one: PlacedCase, environments: readonly string[]): TestedCase {
  const { passed, landings } = judgeCase(world, one);
  const { name, place, visitor, expected } = one;
  const report = {
    name,
    place,
    environments,
    passed,
    expected: describeExpectation(expected),
    actual: [...new Set(landings.map((landing) => describeLanding(landing, visitor.split)))],
  };
  if (passed) return report;
  const hint = suggestTag(world, expected);
  return {
    ...report,
    trace: renderVisitText(explainVisit(world, visitor), { width: Infinity }),
    ...(hint === undefined ? {} : { hint }),
  };
}

/** A destination that no journey has is more likely misspelt than never reached. */
function suggestTag({ journeys }: RoutingWorld, expected: readonly ExpectedEnd[]): string | undefined {
  const landings = journeys.flatMap(({ branches, fallback }) => [...branches.map(({ landing }) => landing), fallback]);
  const tags = new Set(landings.flatMap(({ shares }) => shares.flatMap(({ tag }) => tag ?? [])));
  const wanted = expected.flatMap((end) => ('shares' in end ? end.shares.map(({ tag }) => tag) : []));
  const strange = wanted.find((tag) => !tags.has(tag));
  if (strange === undefined) return undefined;
  const nearest = suggestNearest(strange, tags);
  return `No journey leads to ${strange}.${nearest === undefined ? '' : ` Did you mean ${nearest}?`}`;
}

/** A failed case as `validate` tells it. `all` is the number of environments that were looked at. */
export function toCaseProblem({ name, place, environments, expected, actual, hint }: TestedCase, all: number): Problem {
  const outcome = actual.length === 1 ? `it ends at ${actual[0]}` : `possible are ${actual.join('; ')}`;
  const where = environments.length === all ? '' : ` in ${environments.join(', ')}`;
  const [environment] = environments;
  const next = `To see each step: limio-sync test journeys${environment === undefined || where === '' ? '' : ` --env ${environment}`}`;
  return makeProblem(
    'TEST_FAILED',
    place,
    `The case "${name}" fails${where}: expected is ${expected}, but ${outcome}.`,
    { hint: hint === undefined ? next : `${hint} ${next}` },
  );
}
