import { LimioError } from '../../errors/errors.js';
import type { SuiteReport } from '../../model/test-report.js';
import type { Style } from '../../render/terminal.js';
import { renderTestsText, suitePasses, toTestReport } from '../../render/tests.js';
import type { CliIo } from '../cli-io.js';
import { describeError, type ErrorReport, exitCodeOf, renderErrorText } from '../output/report-error.js';
import type { Project } from '../project/load-project.js';
import { SYSTEM_CLOCK } from '../system-clock.js';
import { type VerifyOptions, verifyPrices } from './verify-prices.js';

/** What `apply --verify-prices` found of the tenant's prices. */
export interface PriceSmoke {
  report?: SuiteReport;
  /** Why the tests were not run, or fail. */
  error?: ErrorReport;
  exitCode: number;
}

/** The published list comes from an index that lags behind a publish (API reference, section 3). */
const ATTEMPTS = 3;

/**
 * The tests of prices as a smoke test, after an apply that ended with `applied`. Never throws: the
 * tenant is changed, and what was done has to be told first.
 */
export async function smokePrices(
  io: CliIo,
  project: Project,
  applied: number,
  options: VerifyOptions,
): Promise<PriceSmoke> {
  if (applied !== 0)
    return fail(
      {
        code: 'PRICES_DIFFER',
        message: 'The prices were not tested, since not everything was applied and published.',
        hint: again(project),
      },
      applied,
    );
  try {
    const report = await verifyPatiently(io, project, options);
    if (suitePasses(report)) return { report, exitCode: 0 };
    const failed = report.cases.filter(({ passed }) => !passed).length;
    return {
      report,
      ...fail({
        code: 'PRICES_DIFFER',
        message: `Everything was applied, and ${failed} of ${report.cases.length} cases of prices ${failed === 1 ? 'fails' : 'fail'} in the tenant.`,
        hint: `${again(project)} To take the run back: limio-sync rollback last --env ${project.environment.name}`,
      }),
    };
  } catch (error) {
    const report = describeError(error);
    if (!(error instanceof LimioError)) return fail(report, exitCodeOf(report));
    const { code, message } = report;
    return fail(
      {
        code: 'PRICES_DIFFER',
        message: `Everything was applied, and the prices could not be tested: ${code}: ${message}`,
        hint: again(project),
      },
      code === 'INTERRUPTED' ? exitCodeOf(report) : undefined,
    );
  }
}

async function verifyPatiently(io: CliIo, project: Project, options: VerifyOptions): Promise<SuiteReport> {
  const { intervalMs } = project.environment.dialect.publish;
  for (let attempt = 1; ; attempt += 1) {
    const report = await verifyPrices(io, project, options);
    if (suitePasses(report) || attempt === ATTEMPTS) return report;
    io.stderr.write(`Prices are not yet as expected; the published list may lag. Asked again in ${intervalMs} ms.\n`);
    await SYSTEM_CLOCK.sleep(intervalMs, io.signal);
  }
}

function again({ environment }: Project): string {
  return `To test them: limio-sync test prices --live --env ${environment.name}.`;
}

function fail(error: ErrorReport, exitCode?: number): PriceSmoke {
  return { error, exitCode: exitCode ?? exitCodeOf(error) };
}

export function renderPriceSmoke({ report, error }: PriceSmoke, options: { style: Style; width?: number }): string {
  return `\n${report ? renderTestsText([report], options) : ''}${error ? renderErrorText(error, false) : ''}`;
}

/** For the JSON document of the result. */
export function toPriceSmokeJson({ report, error }: PriceSmoke) {
  return {
    ...(report ? toTestReport([report]) : {}),
    ...(error ? { error: { code: error.code, message: error.message } } : {}),
  };
}
