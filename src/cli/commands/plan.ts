import { renderPlanText } from '../../render/plan/text.js';
import type { CliIo, CommonOptions } from '../cli-io.js';
import { chooseTextOptions } from '../output/choose-text-options.js';
import { formatJson } from '../output/format-json.js';
import { checkReports, type ReportOptions, writeOutput, writeReports } from '../output/write-reports.js';
import { loadProject } from '../project/load-project.js';
import { openReader } from '../project/open-tenant.js';
import { planProject } from '../project/plan-project.js';

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
