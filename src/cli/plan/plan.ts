import { countUnread, isEmptyPlan } from '../../model/plan.js';
import { renderPlanText } from '../../render/plan/text.js';
import type { CliIo } from '../shared/io.js';
import { reportUnreadableRuns } from '../shared/journal.js';
import type { RefreshOptions, TenantOptions } from '../shared/options.js';
import {
  checkReports,
  formatJson,
  printResult,
  type ReportOptions,
  writeOutput,
  writeReports,
} from '../shared/output.js';
import { planProject } from '../shared/plan.js';
import { withTenant } from '../shared/tenant.js';
import { loadProject } from '../shared/workspace.js';

export type PlanOptions = TenantOptions &
  RefreshOptions &
  ReportOptions & {
    detailedExitcode?: boolean;
    out?: string;
  };

/** `limio-sync plan`. 2 with --detailed-exitcode when there are changes. */
export async function runPlan(io: CliIo, options: PlanOptions): Promise<number> {
  checkReports(options);
  const { out } = options;
  const project = await loadProject(io, options);
  reportUnreadableRuns(io, project.root);
  const { plan } = await withTenant(io, project, options, (tenant) => planProject(tenant, project, options));
  if (out !== undefined) writeOutput(io, out, formatJson(plan));
  await writeReports(io, plan, options);
  printResult(io, options, plan, (layout) =>
    renderPlanText(plan, { ...layout, ...(out === undefined ? {} : { file: out }) }),
  );
  // What could not be read may have changed. Without the option, only the summary says so.
  const isUnread = Object.keys(countUnread(plan)).length > 0;
  return options.detailedExitcode && (isUnread || !isEmptyPlan(plan)) ? 2 : 0;
}
