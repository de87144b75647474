import { applyPlan } from '../../apply/apply-plan.js';
import { exitCodeOfResult } from '../../apply/exit-code.js';
import { LimioError } from '../../errors/limio-error.js';
import type { Plan } from '../../model/plan.js';
import { publishPages } from '../../publish/publish-pages.js';
import { renderPlanText } from '../../render/plan-text.js';
import { renderResultText } from '../../render/result-text.js';
import { type Style, chooseStyle } from '../../render/style.js';
import { createKindRules } from '../../resources/registry.js';
import { askYes } from '../ask-yes.js';
import { chooseColour } from '../choose-colour.js';
import type { CliIo } from '../cli-io.js';
import { loadProject } from '../load-project.js';
import { openTenant } from '../open-tenant.js';
import { planProject } from '../plan-project.js';
import { createProgress } from '../report-progress.js';
import { SYSTEM_CLOCK } from '../system-clock.js';
import type { TenantOptions } from './plan.js';

export interface ApplyOptions extends TenantOptions {
  yes?: boolean;
  allowDelete?: number;
  allowProtected?: string;
}

export async function runApply(io: CliIo, options: ApplyOptions): Promise<number> {
  const project = await loadProject(io, options);
  const { environment } = project;
  const tenant = await openTenant(io, project, options);
  const style = chooseStyle(chooseColour(io.stdout, io.env, options.color));
  try {
    const plan = await planProject(tenant.api, project);
    showPlan(io, plan, options, style);
    await requireConsent(io, plan, options);
    const result = await applyPlan(plan, {
      api: tenant.api,
      drivers: createKindRules(environment.dialect),
      clock: SYSTEM_CLOCK,
      emit: createProgress(io.stderr, chooseStyle(chooseColour(io.stderr, io.env, options.color))),
      consents: options.allowDelete === undefined ? {} : { allowDelete: options.allowDelete },
      dialect: environment.dialect,
      publishPages,
      signal: io.signal,
    });
    io.stdout.write(options.format === 'json' ? `${JSON.stringify(result, null, 2)}\n` : renderResultText(result, style));
    return exitCodeOfResult(result);
  } finally {
    await tenant.api.close();
  }
}

/** With JSON, stdout is for the one document, so people read the plan on stderr. */
function showPlan(io: CliIo, plan: Plan, options: ApplyOptions, style: Style): void {
  if (options.format === 'text') io.stdout.write(`${renderPlanText(plan, style)}\n`);
  else if (io.stderr.isTTY) io.stderr.write(renderPlanText(plan, chooseStyle(chooseColour(io.stderr, io.env, options.color))));
}

/** A plan that does nothing needs no consent. `--yes` never stands for the consent to a protected environment. */
async function requireConsent(io: CliIo, plan: Plan, options: ApplyOptions): Promise<void> {
  if (plan.changes.length === 0 && plan.publish.pages.length === 0) return;
  const { environment } = plan;
  if (plan.protected && options.allowProtected !== environment) {
    throw new LimioError({
      code: 'PROTECTED',
      message: `The environment ${environment} (${plan.host}) is protected; nothing was written.`,
      hint: `To change it, add --allow-protected=${environment}`,
    });
  }
  if (options.yes === true) return;
  if (io.stdin.isTTY !== true) {
    throw new LimioError({
      code: 'CONSENT_REQUIRED',
      message: 'There is no terminal to ask at; nothing was written.',
      hint: `To apply without a question: limio-sync apply --env ${environment} --yes`,
    });
  }
  if (!(await askYes(io, `Apply this plan to ${environment} (${plan.host})?`))) {
    throw new LimioError({ code: 'CONSENT_REQUIRED', message: 'You did not say yes; nothing was written.' });
  }
}
