import { LimioError } from '../../errors/errors.js';
import type { Plan } from '../../model/plan.js';
import type { SuiteReport } from '../../model/test-report.js';
import { formatCommand } from '../../model/text.js';
import { renderRebaseText } from '../../render/plan/text.js';
import { renderResultText } from '../../render/result.js';
import { renderTestsText, suitePasses, toTestReport } from '../../render/tests.js';
import { collectConsents, requireConsent, requireWhole, showPlan } from '../shared/consent.js';
import { describeError, type ErrorReport, exitCodeOf, renderErrorText } from '../shared/error-report.js';
import { executePlan } from '../shared/execute-plan.js';
import { type CliIo, SYSTEM_CLOCK } from '../shared/io.js';
import { withLock } from '../shared/lock.js';
import type { ConsentOptions, YesOptions } from '../shared/options.js';
import { chooseTextLayout, formatJson, type TextLayout } from '../shared/output.js';
import { requireSnapshot, saveState } from '../shared/state.js';
import { withTenant } from '../shared/tenant.js';
import { type Project, readProject, type Workspace } from '../shared/workspace.js';
import { getPriceCases, type VerifyOptions, verifyPrices } from '../test/prices.js';
import { choosePlan, loadPlanSource, type PlanChoiceOptions } from './choose-plan.js';

export type ApplyOptions = PlanChoiceOptions &
  ConsentOptions &
  YesOptions & {
    unfold?: boolean;
    verifyPrices?: boolean;
    /** False with --no-partner. */
    partner?: boolean;
  };

/** `limio-sync apply`: choose a plan, show it, ask, execute it, save the snapshot, test prices on request. */
export async function runApply(io: CliIo, file: string | undefined, options: ApplyOptions): Promise<number> {
  const source = await loadPlanSource(io, file, options);
  const { workspace } = source;
  return withLock(io, 'apply', workspace, options, async (held) => {
    requireSnapshot(io, workspace, source.saved !== undefined);
    const { plan, replaced, comparison } = await withTenant(io, workspace, options, (tenant) =>
      choosePlan(tenant, source, options),
    );
    if (replaced) (options.format === 'text' ? io.stdout : io.stderr).write(`${renderRebaseText(replaced, plan)}\n`);
    // A reviewed plan is shown in brief, so that the log of a deploy begins with what it applies.
    const reviewed = options.yes && !replaced && !source.saved?.undoes ? file : undefined;
    showPlan(io, plan, options, {
      unfold: options.unfold ?? false,
      ...(reviewed === undefined ? {} : { file: reviewed, brief: true }),
    });
    // Errors in the tests must show before anything is written.
    const tested = options.verifyPrices ? await loadTestedProject(workspace) : undefined;
    requireWhole(plan, workspace.environment.policies, nameCommand(file, plan, options), options);
    await requireConsent(io, 'apply', plan, options, { file: replaced ? undefined : file });
    const resumeCommand = nameResumeCommand(plan, file, options);
    const executed = await executePlan(io, { command: 'apply', plan, workspace, held, resumeCommand }, options);
    await saveState(
      io,
      { command: 'apply', plan, workspace, held, executed, ...(comparison ? { comparison } : {}) },
      options,
    );
    const { result, exitCode } = executed;
    const layout = chooseTextLayout(io.stdout, io, options);
    if (options.format === 'text') io.stdout.write(renderResultText(result, layout.style));
    const prices = tested && (await checkPrices(io, tested, exitCode, options));
    if (options.format === 'json')
      io.stdout.write(formatJson(prices ? { ...result, prices: toPriceCheckJson(prices) } : result));
    else if (prices) io.stdout.write(renderPriceCheck(prices, layout));
    return prices?.exitCode ?? exitCode;
  });
}

/** The command as given, without its consents. */
function nameCommand(file: string | undefined, { environment }: Plan, options: ApplyOptions): string[] {
  const { env, config, fingerprint, checkFiles, rebase } = options;
  return [
    'apply',
    ...(file === undefined ? ['--env', environment] : [file]),
    ...(file === undefined || env === undefined ? [] : ['--env', env]),
    ...(config === undefined ? [] : ['--config', config]),
    ...(fingerprint === undefined ? [] : ['--fingerprint', fingerprint]),
    ...(checkFiles ? ['--check-files'] : []),
    ...(rebase ? ['--rebase'] : []),
    ...(options.verifyPrices ? ['--verify-prices'] : []),
  ];
}

/**
 * The same command again, with its plan file and consents: applying all files could do more. Done changes of a saved
 * plan count as done, and its pages are published again. Without --check-files, which refuses a plan that is partly
 * applied.
 */
function nameResumeCommand(plan: Plan, file: string | undefined, options: ApplyOptions): string {
  const { allowProtected, allowPartial } = options;
  return formatCommand(
    ...nameCommand(file, plan, { ...options, checkFiles: false }),
    ...(allowProtected === undefined ? [] : [`--allow-protected=${allowProtected}`]),
    ...Array.from(collectConsents(options), ([flag, value]) => `${flag}=${value}`),
    ...(allowPartial ? ['--allow-partial'] : []),
  );
}

/** @throws ProblemsFound, or LimioError USAGE when there are no tests. */
async function loadTestedProject(workspace: Workspace): Promise<Project> {
  const project = await readProject(workspace);
  getPriceCases(project);
  return project;
}

/** What `apply --verify-prices` found out about the tenant's prices. */
interface PriceCheck {
  report?: SuiteReport;
  /** Why the tests did not run, or fail. */
  error?: ErrorReport;
  exitCode: number;
}

/** The published list comes from an index that is updated some time after a publish (API reference, section 3). */
const ATTEMPTS = 3;

/**
 * Runs the price tests after an apply that ended with exit code `applied`. Never throws: the tenant is
 * changed, so the result of the apply must be printed first.
 */
async function checkPrices(io: CliIo, project: Project, applied: number, options: VerifyOptions): Promise<PriceCheck> {
  const hint = `To test them: limio-sync test prices --live --env ${project.environment.name}.`;
  const fail = (message: string, exitCode = exitCodeOf({ code: 'PRICES_DIFFER' }), more = ''): PriceCheck => ({
    error: { code: 'PRICES_DIFFER', message, hint: `${hint}${more}` },
    exitCode,
  });
  if (applied !== 0)
    return fail('The prices were not tested because the plan was not completely applied and published.', applied);
  try {
    const report = await verifyPatiently(io, project, options);
    if (suitePasses(report)) return { report, exitCode: 0 };
    const failed = report.cases.filter(({ passed }) => !passed).length;
    const fails = `${failed} of ${report.cases.length} price tests ${failed === 1 ? 'fails' : 'fail'}`;
    const message = `Everything was applied, but ${fails} in the tenant.`;
    const undo = ` To undo the run: limio-sync rollback last --env ${project.environment.name}`;
    return { report, ...fail(message, undefined, undo) };
  } catch (error) {
    const report = describeError(error);
    if (!(error instanceof LimioError)) return { error: report, exitCode: exitCodeOf(report) };
    return fail(
      `Everything was applied, but the price tests could not run: ${report.code}: ${report.message}`,
      report.code === 'INTERRUPTED' ? exitCodeOf(report) : undefined,
    );
  }
}

async function verifyPatiently(io: CliIo, project: Project, options: VerifyOptions): Promise<SuiteReport> {
  const { intervalMs } = project.environment.dialect.publish;
  for (let attempt = 1; ; attempt += 1) {
    const report = await verifyPrices(io, project, options);
    if (suitePasses(report) || attempt === ATTEMPTS) return report;
    io.stderr.write(`Prices differ; the published list may not be updated yet. Retrying in ${intervalMs} ms.\n`);
    await SYSTEM_CLOCK.sleep(intervalMs, io.signal);
  }
}

function renderPriceCheck({ report, error }: PriceCheck, layout: TextLayout): string {
  return `\n${report ? renderTestsText([report], layout) : ''}${error ? renderErrorText(error, false) : ''}`;
}

function toPriceCheckJson({ report, error }: PriceCheck) {
  return {
    ...(report ? toTestReport([report]) : {}),
    ...(error ? { error: { code: error.code, message: error.message } } : {}),
  };
}
