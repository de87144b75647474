import { chooseStyle } from '../../render/style.js';
import { renderPlanText } from '../../render/plan-text.js';
import { chooseColour } from '../choose-colour.js';
import type { CliIo, CommonOptions } from '../cli-io.js';
import { openReader } from '../open-tenant.js';
import { loadProject } from '../load-project.js';
import { planProject } from '../plan-project.js';

export interface TenantOptions extends CommonOptions {
  env?: string;
}

export interface PlanOptions extends TenantOptions {
  detailedExitcode?: boolean;
}

export async function runPlan(io: CliIo, options: PlanOptions): Promise<number> {
  const project = await loadProject(io, options);
  const reader = await openReader(io, project, options);
  try {
    const plan = await planProject(reader, project);
    const text = renderPlanText(plan, { style: chooseStyle(chooseColour(io.stdout, io.env, options.color)) });
    io.stdout.write(options.format === 'json' ? `${JSON.stringify(plan, null, 2)}\n` : text);
    const empty = plan.changes.length === 0 && plan.publish.pages.length === 0;
    return options.detailedExitcode && !empty ? 2 : 0;
  } finally {
    await reader.close();
  }
}
