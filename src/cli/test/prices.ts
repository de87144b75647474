import type { Environment } from '../../config/environments.js';
import type { Config } from '../../config/schema.js';
import { LimioError } from '../../errors/errors.js';
import { makePromoCodeId } from '../../kinds/promo-code/promo-code.js';
import { mapConcurrent } from '../../model/async.js';
import type { Problem } from '../../model/problem.js';
import type { SuiteReport, TestedCase } from '../../model/test-report.js';
import { evaluatePrices, type SourcedReading } from '../../prices/cases.js';
import { askTenant, type PricedTenant, priceOffline } from '../../prices/readings.js';
import { escapeTerminal } from '../../render/escape.js';
import { describeExpectedPrice, describeReadings, renderPriceTable } from '../../render/prices.js';
import type { SourceText } from '../../source/documents.js';
import { DEFAULT_FILE_GLOBS, readTestFiles } from '../../source/read-files.js';
import type { NamedPriceCase } from '../../source/test-files/price-cases.js';
import { parsePriceTests, type PlacedPriceCase } from '../../source/test-files/price-tests.js';
import type { ParsedTests } from '../../source/test-files/test-files.js';
import { ProblemsFound } from '../shared/error-report.js';
import type { CliIo, CommonOptions } from '../shared/io.js';
import { openPreviewer } from '../shared/tenant.js';
import { loadForValidation, loadProject, type Project, type Validation, type Workspace } from '../shared/workspace.js';
import type { SuiteOptions } from './command.js';

/** The tests of prices: over the files, and with `--live` over what a tenant has published, too. */
export async function runPriceSuite(io: CliIo, options: SuiteOptions): Promise<SuiteReport> {
  const common = { ...options, format: 'text' } as const;
  return options.live
    ? verifyPrices(io, await loadProject(io, common), options)
    : testPrices(await loadForValidation(io, common));
}

/** The tests over the files, for every environment that was checked. @throws ProblemsFound when files or tests have errors. */
export function testPrices(validation: Validation): SuiteReport {
  const { environments, files, checked, check } = validation;
  const { views, lookedIn } = getPriceTests(validation, checked.addresses);
  // Errors of files matter where something is priced from them.
  const isTested = views.some((view) => view.cases.length > 0);
  if (isTested && checked.problems.some(({ severity }) => severity === 'error'))
    throw new ProblemsFound(checked.problems, files);
  const cases = new Map<string, TestedCase>();
  for (const [i, view] of views.entries()) {
    const environment = environments[i];
    const { resources } = environment && view.cases.length > 0 ? check(files, [environment]) : checked;
    for (const one of view.cases) mergeCase(cases, testOffline(one, resources, environment?.name));
  }
  return { suite: 'prices', lookedIn, environments: environments.map(({ name }) => name), cases: [...cases.values()] };
}

function testOffline(
  one: PlacedPriceCase,
  desired: Parameters<typeof priceOffline>[0],
  environment: string | undefined,
): TestedCase {
  const { reading, assumed } = priceOffline(desired, one);
  return reportPriceCase(
    one,
    [{ source: 'offline', reading }],
    assumed,
    environment === undefined ? [] : [environment],
  );
}

/** A case that comes out the same in several environments is told once. */
function mergeCase(cases: Map<string, TestedCase>, one: TestedCase): void {
  const { place, name, expected, passed, actual } = one;
  const key = JSON.stringify([place, name, expected, passed, passed ? '' : actual]);
  const known = cases.get(key);
  cases.set(key, known ? { ...known, environments: [...known.environments, ...one.environments] } : one);
}

const CASES_AT_ONCE = 4;

export interface VerifyOptions extends Omit<CommonOptions, 'format'> {
  partner?: boolean;
}

/**
 * Runs the tests of prices against a tenant: what is published there, through previews that order
 * nothing, beside what the files say. Any command that wants a tenant's prices proved can call it.
 *
 * @throws ProblemsFound when the tests have errors, LimioError USAGE when there are none.
 */
export async function verifyPrices(
  io: CliIo,
  project: Project,
  options: VerifyOptions,
  { cases, lookedIn } = getPriceCases(project),
): Promise<SuiteReport> {
  const api = await openPreviewer(io, project, { ...options, format: 'text' });
  try {
    const tenant: PricedTenant = {
      previewOrder: (request, channel) => api.previewOrder(request, channel),
      listPublished: () => api.listItems('offer', 'published'),
      findPromoCode: async (code) => (await api.readPromoCode(makePromoCodeId(code)))?.data,
    };
    const published = await tenant.listPublished();
    const channels = options.partner === false ? (['live'] as const) : (['live', 'partner'] as const);
    const tested = await mapConcurrent(cases, CASES_AT_ONCE, async (one) => {
      const offline = priceOffline(project.desired, one);
      const readings = await askTenant(tenant, published, one, channels);
      if (offline.reading.outcome === 'unknown')
        io.stderr.write(
          `Not compared with the files: ${escapeTerminal(one.name)}. ${escapeTerminal(offline.reading.reason)}\n`,
        );
      return reportPriceCase(one, [{ source: 'offline', reading: offline.reading }, ...readings], offline.assumed, [
        project.environment.name,
      ]);
    });
    return { suite: 'prices', lookedIn, environments: [project.environment.name], cases: tested };
  } finally {
    await api.close();
  }
}

/** The cases of an environment, and where they are looked for. @throws ProblemsFound when they have errors. */
export function loadPriceCases({ root, config, environment, env, desired }: Project): {
  cases: readonly PlacedPriceCase[];
  lookedIn: readonly string[];
} {
  const { views, lookedIn } = getPriceTests(
    { root, config, environments: [environment], env },
    new Set(desired.map(({ address }) => address)),
  );
  return { cases: views[0]?.cases ?? [], lookedIn };
}

/** At least one of them. @throws as {@link verifyPrices}. */
export function getPriceCases(project: Project): ReturnType<typeof loadPriceCases> {
  const found = loadPriceCases(project);
  if (found.cases.length > 0) return found;
  throw new LimioError({
    code: 'USAGE',
    message: `There is no test of prices for ${project.environment.name} in files *.test.yaml of ${found.lookedIn.join(', ')}, so nothing would be proved.`,
    hint: 'See docs/prices.md for a first one.',
  });
}

export interface PriceTests {
  files: SourceText[];
  lookedIn: readonly string[];
  /** One for each environment, in their order. */
  views: ParsedTests<NamedPriceCase>['views'];
  /** Everything wrong with the files; nothing where there are none. */
  problems: Problem[];
}

export interface TestedRepository {
  root: string;
  config: Config | undefined;
  environments: readonly Environment[];
  env: Workspace['env'];
}

/** The tests of prices of a repository. `declared`: addresses of all environments. */
export function readPriceTests(
  { root, config, environments, env }: TestedRepository,
  declared: ReadonlySet<string>,
): PriceTests {
  const lookedIn = [config?.files?.prices ?? DEFAULT_FILE_GLOBS.prices].flat();
  const { files, problems } = readTestFiles(root, lookedIn);
  const context = {
    environments: environments.map(({ name, vars }) => ({ name, vars })),
    environmentNames: Object.keys(config?.environments ?? {}),
    env,
  };
  const parsed = parsePriceTests(files, context, declared);
  return {
    files,
    lookedIn,
    views: parsed.views,
    problems: files.length === 0 ? [] : [...problems, ...parsed.problems],
  };
}

/** The same. @throws ProblemsFound when they have errors. */
export function getPriceTests(repository: TestedRepository, declared: ReadonlySet<string>): PriceTests {
  const tests = readPriceTests(repository, declared);
  if (tests.problems.some(({ severity }) => severity === 'error')) throw new ProblemsFound(tests.problems, tests.files);
  return tests;
}

/** One case with what was answered, in the environments in which it was answered so. */
export function reportPriceCase(
  one: PlacedPriceCase,
  readings: readonly SourcedReading[],
  assumed: readonly string[],
  environments: readonly string[],
): TestedCase {
  const { name, place, expected } = one;
  const differences = evaluatePrices(one, readings);
  const report = {
    name,
    place,
    environments,
    passed: differences.length === 0,
    expected: describeExpectedPrice(expected),
    actual: [describeReadings(readings, expected)],
  };
  if (report.passed) return report;
  const trace = renderPriceTable(expected, readings, differences, assumed);
  return { ...report, differences, ...(trace === '' ? {} : { trace }) };
}
