import { formatCommand } from '../../model/format-command.js';
import { renderRebaseText } from '../../render/rebase-text.js';
import { renderResultText } from '../../render/result-text.js';
import { chooseStyle } from '../../render/style.js';
import { type CarryOutOptions, carryOut } from '../carry-out.js';
import { type PlanChoiceOptions, choosePlan } from '../choose-plan.js';
import { chooseColour } from '../choose-colour.js';
import type { CliIo } from '../cli-io.js';
import { formatJson } from '../format-json.js';
import { keepState } from '../keep-state.js';
import { type YesOptions, requireConsent } from '../require-consent.js';
import { showPlan } from '../show-plan.js';
import { tellCrashes } from '../tell-crashes.js';
import { withLock } from '../with-lock.js';

export interface ApplyOptions extends PlanChoiceOptions, CarryOutOptions, YesOptions {}

export async function runApply(io: CliIo, file: string | undefined, options: ApplyOptions): Promise<number> {
  return withLock(io, 'apply', async (enter) => {
    const { plan, workspace, replaced, comparison } = await choosePlan(io, file, options, async (found) => {
      enter(found);
      await tellCrashes(io, found, options);
    });
    const style = chooseStyle(chooseColour(io.stdout, io.env, options.color));
    if (replaced) (options.format === 'text' ? io.stdout : io.stderr).write(`${renderRebaseText(replaced, plan)}\n`);
    showPlan(io, plan, options);
    await requireConsent(io, 'apply', plan, options);
    const carried = await carryOut(io, { command: 'apply', plan, workspace, again: formatCommand('apply', '--env', plan.environment) }, options);
    await keepState(io, { command: 'apply', plan, workspace, carried, ...(comparison ? { comparison } : {}) }, options);
    const { result, exitCode } = carried;
    io.stdout.write(options.format === 'json' ? formatJson(result) : renderResultText(result, style));
    return exitCode;
  });
}
