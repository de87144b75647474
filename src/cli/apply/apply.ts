import { LimioError } from '../../errors/errors.js';
import type { Plan } from '../../model/plan.js';
import type { SuiteReport } from '../../model/test-report.js';
import { formatCommand } from '../../model/text.js';
import { renderRebaseText } from '../../render/plan/text.js';
import { renderResultText } from '../../render/result.js';
import { chooseStyle, type Style } from '../../render/terminal.js';
import { renderTestsText, suitePasses, toTestReport } from '../../render/tests.js';
import { carryOut, type CarryOutOptions } from '../shared/carry-out.js';
import { requireConsent, showPlan, type YesOptions } from '../shared/consent.js';
import { describeError, type ErrorReport, exitCodeOf, renderErrorText } from '../shared/error-report.js';
import { type CliIo, SYSTEM_CLOCK } from '../shared/io.js';
import { tellCrashes, withLock } from '../shared/lock.js';
import { chooseColour, chooseTextOptions, formatJson } from '../shared/output.js';
import { keepState } from '../shared/state.js';
import { type Project, readFiles, type Workspace } from '../shared/workspace.js';
import { getPriceCases, type VerifyOptions, verifyPrices } from '../test/prices.js';
import { choosePlan, type PlanChoiceOptions } from './choose-plan.js';

export interface ApplyOptions extends PlanChoiceOptions, CarryOutOptions, YesOptions {
  verifyPrices?: true;
  partner?: boolean;
}

export async function runApply(io: CliIo, file: string | undefined, options: ApplyOptions): Promise<number> {
  return withLock(io, 'apply', async (enter) => {
    const { plan, workspace, replaced, comparison } = await choosePlan(io, file, options, async (found) => {
      enter(found);
      await tellCrashes(io, found, options);
    });
    const style = chooseStyle(chooseColour(io.stdout, io.env, options.color));
    if (replaced) (options.format === 'text' ? io.stdout : io.stderr).write(`${renderRebaseText(replaced, plan)}\n`);
    // A saved plan was reviewed, and the log of a job that applies it begins with what it is.
    const isReviewed = file !== undefined && !replaced && options.yes === true;
    showPlan(io, plan, options, isReviewed ? { file, brief: true } : {});
    // What is wrong with the tests is told before anything is written.
    const tested = options.verifyPrices ? loadTestedProject(workspace) : undefined;
    await requireConsent(io, 'apply', plan, options, replaced ? undefined : file);
    const carried = await carryOut(io, { command: 'apply', plan, workspace, resumeCommand: nameAgain(plan) }, options);
    await keepState(io, { command: 'apply', plan, workspace, carried, ...(comparison ? { comparison } : {}) }, options);
    const { result, exitCode } = carried;
    if (options.format === 'text') io.stdout.write(renderResultText(result, style));
    const prices = tested && (await smokePrices(io, tested, exitCode, options));
    if (options.format === 'json')
      io.stdout.write(formatJson(prices ? { ...result, prices: toPriceSmokeJson(prices) } : result));
    else if (prices) io.stdout.write(renderPriceSmoke(prices, chooseTextOptions(io.stdout, io, options)));
    return prices?.exitCode ?? exitCode;
  });
}

/** What goes on where a plan ended early. Of a promotion all files were never meant. */
function nameAgain({ promotedFrom, environment }: Plan): string {
  return promotedFrom === undefined
    ? formatCommand('apply', '--env', environment)
    : formatCommand('promote', '--from', promotedFrom, '--to', environment);
}

/** @throws ProblemsFound, or LimioError USAGE when there are no tests. */
function loadTestedProject(workspace: Workspace): Project {
  const project = { ...workspace, ...readFiles(workspace) };
  getPriceCases(project);
  return project;
}

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
