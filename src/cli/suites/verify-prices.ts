import { LimioError } from '../../errors/errors.js';
import { makePromoCodeId } from '../../kinds/promo-code/promo-code.js';
import { mapConcurrent } from '../../model/async.js';
import type { SuiteReport } from '../../model/test-report.js';
import { askTenant, type PricedTenant, priceOffline } from '../../prices/readings.js';
import { escapeTerminal } from '../../render/escape.js';
import type { PlacedPriceCase } from '../../source/test-files/price-tests.js';
import type { CliIo, CommonOptions } from '../cli-io.js';
import type { Project } from '../project/load-project.js';
import { openPreviewer } from '../project/open-tenant.js';
import { getPriceTests } from './read-price-tests.js';
import { reportPriceCase } from './report-price-case.js';

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
