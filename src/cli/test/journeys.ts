import { formatAddress, isKind } from '../../model/address.js';
import { getOwn, isJsonObject } from '../../model/json.js';
import type { Position, Problem } from '../../model/problem.js';
import { suggestNearest } from '../../model/spelling.js';
import type { CoveredItem, SuiteReport, TestedCase } from '../../model/test-report.js';
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
import { ProblemsFound } from '../shared/error-report.js';
import type { CliIo } from '../shared/io.js';
import { loadForValidation, type Validation } from '../shared/workspace.js';
import type { SuiteOptions } from './command.js';

/** The tests of journeys, offline. @throws ProblemsFound when journeys or tests have errors. */
export async function runJourneySuite(io: CliIo, options: SuiteOptions): Promise<SuiteReport> {
  const validation = await loadForValidation(io, { ...options, format: 'text' });
  const { files, blocking, cases, measureCoverage, lookedIn } = testJourneys(validation);
  if (blocking.length > 0) throw new ProblemsFound(blocking, [...validation.files, ...files]);
  return {
    suite: 'journeys',
    environments: validation.environments.map(({ name }) => name),
    cases,
    lookedIn,
    ...(options.coverage ? { coverage: measureCoverage() } : {}),
  };
}

export interface JourneyTests {
  /** The files of tests, and those of journeys. */
  files: SourceText[];
  lookedIn: readonly string[];
  /** Everything wrong with the files of tests. */
  problems: Problem[];
  /** Errors of tests and journeys, for which no case was run. */
  blocking: Problem[];
  cases: TestedCase[];
  /** Measured when asked for. */
  measureCoverage: () => CoveredItem[];
}

/** Environments in which journeys and cases read the same. */
interface Group {
  environments: string[];
  world: RoutingWorld;
  cases: readonly PlacedCase[];
  locate: ValidatedSources['locate'];
}

/** Runs the tests of the journeys in every environment that was checked. Reads their files; without any, all is empty. */
export function testJourneys({ root, config, environments, env, files, checked, check }: Validation): JourneyTests {
  const lookedIn = [config?.files?.journeys ?? DEFAULT_FILE_GLOBS.journeys].flat();
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
  if (read.files.length === 0 || blocking.length > 0) return { ...known, cases: [], measureCoverage: () => [] };
  const sources = files.filter(({ path }) => paths.has(path));
  const views = environments.length === 0 ? [undefined] : environments;
  const groups = groupViews(
    views.map((environment) => check(sources, environment ? [environment] : [])),
    parsed,
  );
  return {
    ...known,
    cases: mergeCases(
      groups,
      environments.map(({ name }) => name),
    ),
    measureCoverage: () => mergeCoverage(groups),
  };
}

/** Files of other kinds need no second look for each environment. */
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

/** A case that comes out the same in several environments is told once. */
function mergeCases(groups: readonly Group[], order: readonly string[]): TestedCase[] {
  const merged = new Map<string, TestedCase>();
  for (const { world, cases, environments } of groups) {
    for (const one of cases) {
      const tested = reportCase(world, one, environments);
      const key = JSON.stringify([
        tested.place,
        tested.name,
        tested.expected,
        tested.passed,
        tested.passed ? '' : tested.actual,
      ]);
      const known = merged.get(key);
      merged.set(key, known ? { ...known, environments: [...known.environments, ...environments] } : tested);
    }
  }
  const cases = [...merged.values()].map((one) => ({
    ...one,
    environments: order.filter((name) => one.environments.includes(name)),
  }));
  return sortByPlace(cases);
}

/** What is reached in one environment is reached. */
function mergeCoverage(groups: readonly Group[]): CoveredItem[] {
  const merged = new Map<string, CoveredItem>();
  for (const { world, cases, locate } of groups) {
    for (const item of measureCoverage(
      world,
      cases.map(({ visitor }) => visitor),
    )) {
      const place = locate(formatAddress('journey', item.journey), item.pointer) ?? { file: '', line: 1, col: 1 };
      const covered = {
        place: { file: place.file, line: place.line, col: place.col },
        name: nameCoverageItem(item),
        what: item.what,
        reached: item.reached,
      };
      const key = JSON.stringify([covered.place, item.what, item.journey]);
      merged.set(key, { ...covered, reached: covered.reached || (merged.get(key)?.reached ?? false) });
    }
  }
  return sortByPlace([...merged.values()]);
}

function sortByPlace<T extends { place: Position }>(list: readonly T[]): T[] {
  return list.toSorted(
    ({ place: a }, { place: b }) => compareFiles(a.file, b.file) || a.line - b.line || a.col - b.col,
  );
}

function compareFiles(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** One case in one world, with the steps of the visit where it fails. */
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
