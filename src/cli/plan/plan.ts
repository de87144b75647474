import { renderPlanText } from '../../render/plan/text.js';
import type { CliIo, CommonOptions } from '../shared/io.js';
import {
  checkReports,
  chooseTextOptions,
  formatJson,
  type ReportOptions,
  writeOutput,
  writeReports,
} from '../shared/output.js';
import { planProject } from '../shared/plan.js';
import { openReader } from '../shared/tenant.js';
import { loadProject } from '../shared/workspace.js';

export interface TenantOptions extends CommonOptions {
  env?: string;
}

export interface PlanOptions extends TenantOptions, ReportOptions {
  detailedExitcode?: boolean;
  out?: string;
}

export async function runPlan(io: CliIo, options: PlanOptions): Promise<number> {
  checkReports(options);
  const project = await loadProject(io, options);
  const reader = await openReader(io, project, options);
  try {
    const plan = await planProject(reader, project);
    if (options.out !== undefined) writeOutput(io, options.out, formatJson(plan));
    await writeReports(io, plan, options);
    const text = renderPlanText(plan, {
      ...chooseTextOptions(io.stdout, io, options),
      ...(options.out === undefined ? {} : { file: options.out }),
    });
    io.stdout.write(options.format === 'json' ? formatJson(plan) : text);
    const empty = plan.changes.length === 0 && plan.publish.pages.length === 0;
    return options.detailedExitcode && !empty ? 2 : 0;
  } finally {
    await reader.close();
  }
}
