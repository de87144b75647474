import type { SuiteReport, TestedCase } from '../../model/test-report.js';
import { priceOffline } from '../../prices/readings.js';
import type { PlacedPriceCase } from '../../source/test-files/price-tests.js';
import type { CliIo } from '../cli-io.js';
import { ProblemsFound } from '../output/problems-found.js';
import { loadForValidation, loadProject, type Validation } from '../project/load-project.js';
import { getPriceTests } from './read-price-tests.js';
import { reportPriceCase } from './report-price-case.js';
import type { SuiteOptions } from './suite-options.js';
import { verifyPrices } from './verify-prices.js';

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
