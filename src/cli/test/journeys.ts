import { completeList } from '../../glob/glob.js';
import { formatAddress, isKind } from '../../model/address.js';
import { getOwn, isJsonObject } from '../../model/json.js';
import { comparePositions, type Position, type Problem } from '../../model/problem.js';
import { suggestNearest } from '../../model/spelling.js';
import { type CoveredItem, mergeCases, type SuiteReport, type TestedCase } from '../../model/test-report.js';
import {
  describeExpectation,
  describeLanding,
  nameCoverageItem,
  renderVisitText,
} from '../../render/journeys/visit.js';
import { type ExpectedEnd, evaluateCase, measureCoverage } from '../../routing/cases.js';
import { compileWorld, type RoutingWorld } from '../../routing/routing.js';
import { explainVisit } from '../../routing/visit.js';
import type { ParsedFile, SourceText } from '../../source/documents.js';
import { makeProblem } from '../../source/problems.js';
import { DEFAULT_FILE_GLOBS, readTestFiles } from '../../source/read-files.js';
import type { ValidatedSources } from '../../source/source.js';
import { type ParsedJourneyTests, parseJourneyTests, type PlacedCase } from '../../source/test-files/journey-tests.js';
import type { CliIo } from '../shared/io.js';
import { ProblemsFound } from '../shared/problems.js';
import { loadForValidation, type Validation } from '../shared/workspace.js';
import type { TestOptions } from './command.js';

/** `limio-sync test journeys`. @throws ProblemsFound when journeys or tests have errors. */
export async function runJourneySuite(io: CliIo, options: TestOptions): Promise<SuiteReport> {
  const validation = await loadForValidation(io, options);
  const { files, blocking, cases, listCoverage, lookedIn } = testJourneys(validation);
  if (blocking.length > 0) throw new ProblemsFound(blocking, [...validation.files, ...files], validation.root);
  return {
    suite: 'journeys',
    environments: validation.environments.map(({ name }) => name),
    cases,
    lookedIn,
    ...(options.coverage ? { coverage: listCoverage() } : {}),
  };
}

export interface JourneyTests {
  /** The test files. */
  files: SourceText[];
  lookedIn: readonly string[];
  /** Of the test files. */
  problems: Problem[];
  /** Errors of tests and journeys; with one of them no case runs. */
  blocking: Problem[];
  cases: TestedCase[];
  listCoverage: () => CoveredItem[];
}

/** Environments with the same journeys and cases. */
interface Group {
  environments: string[];
  world: RoutingWorld;
  cases: readonly PlacedCase[];
  locate: ValidatedSources['locate'];
}

/** Reads the test files and runs their cases in every environment of the validation. */
export function testJourneys({ root, config, environments, env, files, checked, check }: Validation): JourneyTests {
  const lookedIn = completeList(
    [config?.files?.journeys ?? DEFAULT_FILE_GLOBS.journeys].flat(),
    DEFAULT_FILE_GLOBS.journeys,
  );
  const read = readTestFiles(root, lookedIn);
  const parsed = parseJourneyTests(read.files, {
    environments: environments.map(({ name, vars }) => ({ name, vars })),
    environmentNames: Object.keys(config?.environments ?? {}),
    env,
  });
  const problems = read.files.length === 0 ? [] : [...read.problems, ...parsed.problems];
  const paths = new Set(checked.files.filter(mayHoldJourneys).map(({ path }) => path));
  const blocking = [...checked.problems.filter(({ file }) => paths.has(file)), ...problems].filter(
    ({ severity }) => severity === 'error',
  );
  const known = { files: read.files, lookedIn, problems, blocking };
  if (read.files.length === 0 || blocking.length > 0) return { ...known, cases: [], listCoverage: () => [] };
  const sources = files.filter(({ path }) => paths.has(path));
  const views = environments.length === 0 ? [undefined] : environments;
  const groups = groupViews(
    views.map((environment) => check(sources, environment ? [environment] : [])),
    parsed,
  );
  return {
    ...known,
    cases: runCases(
      groups,
      environments.map(({ name }) => name),
    ),
    listCoverage: () => mergeCoverage(groups),
  };
}

/** Only files that may hold journeys are checked again for each environment. */
function mayHoldJourneys({ documents }: ParsedFile): boolean {
  return (
    documents.length === 0 ||
    documents.some(({ value, broken }) => {
      const kind = isJsonObject(value) ? getOwn(value, 'kind') : undefined;
      return broken || kind === 'journey' || typeof kind !== 'string' || !isKind(kind);
    })
  );
}

function groupViews(checks: readonly ValidatedSources[], { views }: ParsedJourneyTests): Group[] {
  const groups = new Map<string, Group>();
  checks.forEach(({ resources, locate }, i) => {
    const { environment, cases = [] } = views[i] ?? {};
    const journeys = resources.filter(({ kind }) => kind === 'journey');
    const key = JSON.stringify([journeys.map(({ name, body }) => [name, body]), cases], (_key, value: unknown) =>
      value instanceof Set ? [...value] : value,
    );
    const group = groups.get(key) ?? { environments: [], world: compileWorld(journeys), cases, locate };
    if (environment !== undefined) group.environments.push(environment);
    groups.set(key, group);
  });
  return [...groups.values()];
}

/** A case with the same result in several environments becomes one. */
function runCases(groups: readonly Group[], order: readonly string[]): TestedCase[] {
  const tested = groups.flatMap(({ world, cases, environments }) =>
    cases.map((one) => reportCase(world, one, environments)),
  );
  const cases = mergeCases(tested).map((one) => ({
    ...one,
    environments: order.filter((name) => one.environments.includes(name)),
  }));
  return cases.toSorted(compareByPlace);
}

/** An item counts as reached when one environment reaches it. */
function mergeCoverage(groups: readonly Group[]): CoveredItem[] {
  const merged = new Map<string, CoveredItem>();
  for (const { world, cases, locate } of groups) {
    for (const item of measureCoverage(
      world,
      cases.map(({ visitor }) => visitor),
    )) {
      const place = locate(formatAddress('journey', item.journey), item.pointer) ?? { file: '', line: 1, col: 1 };
      const covered = {
        place,
        name: nameCoverageItem(item),
        what: item.what,
        reached: item.reached,
      };
      const key = JSON.stringify([covered.place, item.what, item.journey]);
      merged.set(key, { ...covered, reached: covered.reached || (merged.get(key)?.reached ?? false) });
    }
  }
  return [...merged.values()].toSorted(compareByPlace);
}

function compareByPlace({ place: a }: { place: Position }, { place: b }: { place: Position }): number {
  return comparePositions(a, b);
}

/** A failed case also has the steps of the visit. */
export function reportCase(world: RoutingWorld, one: PlacedCase, environments: readonly string[]): TestedCase {
  const { passed, landings } = evaluateCase(world, one);
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

/** An expected destination that no journey has is probably misspelt. */
function suggestTag({ journeys }: RoutingWorld, expected: readonly ExpectedEnd[]): string | undefined {
  const landings = journeys.flatMap(({ branches, fallback }) => [...branches.map(({ landing }) => landing), fallback]);
  const tags = new Set(landings.flatMap(({ shares }) => shares.flatMap(({ tag }) => tag ?? [])));
  const wanted = expected.flatMap((end) => ('shares' in end ? end.shares.map(({ tag }) => tag) : []));
  const strange = wanted.find((tag) => !tags.has(tag));
  if (strange === undefined) return undefined;
  const nearest = suggestNearest(strange, tags);
  return `No journey leads to ${strange}.${nearest === undefined ? '' : ` Did you mean ${nearest}?`}`;
}

/** A failed case as a problem of `validate`. `all` is the number of environments. */
export function toCaseProblem({ name, place, environments, expected, actual, hint }: TestedCase, all: number): Problem {
  const outcome = actual.length === 1 ? `it ends at ${actual[0]}` : `it may end at ${actual.join('; ')}`;
  const where = environments.length === all ? '' : ` in ${environments.join(', ')}`;
  const [environment] = environments;
  const choice = environment === undefined || where === '' ? '' : ` --env ${environment}`;
  const next = `To see each step: limio-sync test journeys${choice}`;
  return makeProblem('TEST_FAILED', place, `The case "${name}" fails${where}: expected ${expected}, but ${outcome}.`, {
    hint: hint === undefined ? next : `${hint} ${next}`,
  });
}
