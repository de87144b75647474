import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { chooseStyle } from '../../render/style.js';
import { renderPlanText } from '../../render/plan-text.js';
import { chooseColour } from '../choose-colour.js';
import type { CliIo, CommonOptions } from '../cli-io.js';
import { formatJson } from '../format-json.js';
import { openReader } from '../open-tenant.js';
import { loadProject } from '../load-project.js';
import { planProject } from '../plan-project.js';

export interface TenantOptions extends CommonOptions {
  env?: string;
}

export interface PlanOptions extends TenantOptions {
  detailedExitcode?: boolean;
  out?: string;
}

export async function runPlan(io: CliIo, options: PlanOptions): Promise<number> {
  const project = await loadProject(io, options);
  const reader = await openReader(io, project, options);
  try {
    const plan = await planProject(reader, project);
    if (options.out !== undefined) writeFileSync(resolve(io.cwd, options.out), formatJson(plan));
    const text = renderPlanText(plan, { style: chooseStyle(chooseColour(io.stdout, io.env, options.color)) });
    io.stdout.write(options.format === 'json' ? formatJson(plan) : text);
    const empty = plan.changes.length === 0 && plan.publish.pages.length === 0;
    return options.detailedExitcode && !empty ? 2 : 0;
  } finally {
    await reader.close();
  }
}
