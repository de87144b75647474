import { applyPlan } from '../../apply/apply-plan.js';
import { chooseExitCode } from '../../apply/exit-code.js';
import { LimioError } from '../../errors/limio-error.js';
import type { ApplyResult } from '../../model/outcome.js';
import type { Plan } from '../../model/plan.js';
import { publishPages } from '../../publish/publish-pages.js';
import { renderPlanText } from '../../render/plan-text.js';
import { renderResultText } from '../../render/result-text.js';
import { type Style, chooseStyle } from '../../render/style.js';
import { createKindRules } from '../../resources/registry.js';
import { askYes } from '../ask-yes.js';
import { chooseColour } from '../choose-colour.js';
import type { CliIo } from '../cli-io.js';
import { type Project, loadProject } from '../load-project.js';
import { openClient, openReader } from '../open-tenant.js';
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
  const style = chooseStyle(chooseColour(io.stdout, io.env, options.color));
  const plan = await readPlan(io, project, options);
  showPlan(io, plan, options, style);
  await requireConsent(io, plan, options);
  const result = await carryOut(io, plan, project, options);
  io.stdout.write(options.format === 'json' ? `${JSON.stringify(result, null, 2)}\n` : renderResultText(result, style));
  return chooseExitCode(result);
}

/** Planning has a client of its own that cannot write. */
async function readPlan(io: CliIo, project: Project, options: ApplyOptions): Promise<Plan> {
  const reader = await openReader(io, project, options);
  try {
    return await planProject(reader, project);
  } finally {
    await reader.close();
  }
}

async function carryOut(io: CliIo, plan: Plan, project: Project, options: ApplyOptions): Promise<ApplyResult> {
  const { dialect } = project.environment;
  const api = await openClient(io, project, options);
  try {
    return await applyPlan(plan, {
      api,
      drivers: createKindRules(dialect),
      clock: SYSTEM_CLOCK,
      emit: createProgress(io.stderr, chooseStyle(chooseColour(io.stderr, io.env, options.color))),
      consents: options.allowDelete === undefined ? {} : { allowDelete: options.allowDelete },
      dialect,
      publishPages,
      signal: io.signal,
    });
  } finally {
    await api.close();
  }
}

/** With JSON, stdout is for the one document, so people read the plan on stderr. */
function showPlan(io: CliIo, plan: Plan, options: ApplyOptions, style: Style): void {
  const consents = new Map(options.allowDelete === undefined ? [] : [['--allow-delete', String(options.allowDelete)]]);
  if (options.format === 'text') io.stdout.write(`${renderPlanText(plan, { style, consents })}\n`);
  else if (io.stderr.isTTY) io.stderr.write(renderPlanText(plan, { style: chooseStyle(chooseColour(io.stderr, io.env, options.color)), consents }));
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
