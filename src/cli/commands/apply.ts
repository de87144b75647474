import type { Plan } from '../../model/plan.js';
import { formatCommand } from '../../model/text.js';
import { renderRebaseText } from '../../render/plan/text.js';
import { renderResultText } from '../../render/result.js';
import { chooseStyle } from '../../render/terminal.js';
import { carryOut, type CarryOutOptions } from '../apply/carry-out.js';
import { choosePlan, type PlanChoiceOptions } from '../apply/choose-plan.js';
import { keepState } from '../apply/keep-state.js';
import { requireConsent, type YesOptions } from '../apply/require-consent.js';
import { showPlan } from '../apply/show-plan.js';
import { tellCrashes } from '../apply/tell-crashes.js';
import { withLock } from '../apply/with-lock.js';
import type { CliIo } from '../cli-io.js';
import { chooseColour } from '../output/choose-colour.js';
import { chooseTextOptions } from '../output/choose-text-options.js';
import { formatJson } from '../output/format-json.js';
import { type Project, readFiles, type Workspace } from '../project/load-project.js';
import { renderPriceSmoke, smokePrices, toPriceSmokeJson } from '../suites/smoke-prices.js';
import { getPriceCases } from '../suites/verify-prices.js';

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
    const carried = await carryOut(io, { command: 'apply', plan, workspace, again: nameAgain(plan) }, options);
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
