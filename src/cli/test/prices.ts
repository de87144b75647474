import type { Environment } from '../../config/environments.js';
import { completeList } from '../../glob/glob.js';
import { makePromoCodeId } from '../../kinds/promo-code/promo-code.js';
import { mapConcurrent } from '../../model/async.js';
import { dropUndefined } from '../../model/json.js';
import type { Problem } from '../../model/problem.js';
import { mergeCases, type SuiteReport, type TestedCase } from '../../model/test-report.js';
import { evaluatePrices, type SourcedReading } from '../../prices/cases.js';
import { askTenant, type PricedTenant, priceOffline, type PublishedItems } from '../../prices/readings.js';
import { escapeTerminal } from '../../render/escape.js';
import { describeExpectedPrice, describeReadings, explainUncompared, renderPriceTable } from '../../render/prices.js';
import type { SourceText } from '../../source/documents.js';
import { DEFAULT_FILE_GLOBS, readTestFiles } from '../../source/read-files.js';
import type { NamedPriceCase } from '../../source/test-files/price-cases.js';
import { parsePriceTests, type PlacedPriceCase } from '../../source/test-files/price-tests.js';
import type { ParsedTests } from '../../source/test-files/test-files.js';
import { refuseUsage } from '../shared/error-report.js';
import type { CliIo } from '../shared/io.js';
import { hasErrors, ProblemsFound } from '../shared/problems.js';
import { type ConnectionOptions, withPreviewer } from '../shared/tenant.js';
import { loadForValidation, loadProject, type Project, type Repository, type Validation } from '../shared/workspace.js';
import type { TestOptions } from './command.js';

/** `limio-sync test prices`: over the files, and with --live over what a tenant has published as well. */
export async function runPriceSuite(io: CliIo, options: TestOptions): Promise<SuiteReport> {
  return options.live
    ? verifyPrices(io, await loadProject(io, options), options)
    : testPrices(await loadForValidation(io, options));
}

/** Offline, for every environment of the validation. @throws ProblemsFound when files or tests have errors. */
export function testPrices(validation: Validation): SuiteReport {
  const { environments, files, checked, check } = validation;
  const { views, lookedIn } = getPriceTests(validation, environments, checked.addresses);
  // Errors in the files matter only when a test prices something from them.
  if (views.some(({ cases }) => cases.length > 0) && hasErrors(checked.problems))
    throw new ProblemsFound(checked.problems, files, validation.root);
  const tested = views.flatMap(({ cases }, i) => {
    const environment = environments[i];
    const { resources } = environment && cases.length > 0 ? check(files, [environment]) : checked;
    return cases.map((one) => {
      const { reading, assumed } = priceOffline(resources, one);
      return reportCase(one, [{ source: 'offline', reading }], assumed, environment ? [environment.name] : []);
    });
  });
  return { suite: 'prices', lookedIn, environments: environments.map(({ name }) => name), cases: mergeCases(tested) };
}

const CASES_AT_ONCE = 4;

export type VerifyOptions = ConnectionOptions & {
  /** False with --no-partner. */
  partner?: boolean;
};

/**
 * Runs price tests against a tenant: previews of its published offers, compared with the expected amounts
 * and the files. Places no orders.
 * @throws ProblemsFound when the tests have errors, LimioError USAGE when there are none.
 */
export async function verifyPrices(
  io: CliIo,
  project: Project,
  options: VerifyOptions,
  { cases, lookedIn }: PriceCases = getPriceCases(project),
): Promise<SuiteReport> {
  const environments = [project.environment.name];
  const channels = options.partner === false ? (['live'] as const) : (['live', 'partner'] as const);
  return withPreviewer(io, project, options, async (api) => {
    const tenant: PricedTenant = {
      previewOrder: (request, channel) => api.previewOrder(request, channel),
      listPublished: (type) => api.listItems(type, 'published'),
      findPromoCode: async (code) => (await api.readPromoCode(makePromoCodeId(code)))?.data,
    };
    const published: PublishedItems = {
      offers: await tenant.listPublished('offer'),
      ...(cases.some(({ addOns }) => addOns) ? { addOns: await tenant.listPublished('add_on') } : {}),
    };
    const tested = await mapConcurrent(cases, CASES_AT_ONCE, async (one) => {
      const { reading, assumed } = priceOffline(project.desired, one);
      const readings = await askTenant(tenant, published, one, channels);
      if (reading.outcome === 'unknown')
        io.stderr.write(
          `Not compared with the files: ${escapeTerminal(one.name)}. ${escapeTerminal(reading.reason)}\n`,
        );
      return reportCase(one, [{ source: 'offline', reading }, ...readings], assumed, environments);
    });
    return { suite: 'prices', lookedIn, environments, cases: tested };
  });
}

export interface PriceCases {
  cases: readonly PlacedPriceCase[];
  /** The patterns of the test files. */
  lookedIn: readonly string[];
}

/** The cases of an environment. @throws ProblemsFound when they have errors. */
export function loadPriceCases(project: Project): PriceCases {
  const declared = new Set(project.desired.map(({ address }) => address));
  const { views, lookedIn } = getPriceTests(project, [project.environment], declared);
  return { cases: views[0]?.cases ?? [], lookedIn };
}

/** At least one case. @throws as {@link verifyPrices}. */
export function getPriceCases(project: Project): PriceCases {
  const found = loadPriceCases(project);
  if (found.cases.length > 0) return found;
  throw refuseUsage(
    `There are no price tests for ${project.environment.name}: no case in *.test.yaml of ${found.lookedIn.join(', ')}.`,
    'To write the first one, see docs/prices.md.',
  );
}

export interface PriceTests {
  files: SourceText[];
  lookedIn: readonly string[];
  /** One for each environment, in their order. */
  views: ParsedTests<NamedPriceCase>['views'];
  /** Empty without test files. */
  problems: Problem[];
}

/** `declared`: addresses of all environments. */
export function readPriceTests(
  { root, config, env, environments }: Repository & Pick<Validation, 'environments'>,
  declared: ReadonlySet<string>,
): PriceTests {
  const lookedIn = completeList([config?.files?.prices ?? DEFAULT_FILE_GLOBS.prices].flat(), DEFAULT_FILE_GLOBS.prices);
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

/** @throws ProblemsFound when the test files have errors. */
function getPriceTests(
  repository: Repository,
  environments: readonly Environment[],
  declared: ReadonlySet<string>,
): PriceTests {
  const tests = readPriceTests({ ...repository, environments }, declared);
  if (hasErrors(tests.problems)) throw new ProblemsFound(tests.problems, tests.files, repository.root);
  return tests;
}

/** A case with its answers, in the environments that gave them. A failed case also has a table. */
function reportCase(
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
  const hint = explainUncompared(expected, readings, differences);
  return { ...report, differences, ...dropUndefined({ hint }), ...(trace === '' ? {} : { trace }) };
}
