import { countUnread } from '../../model/plan-stop.js';
import { isEmptyPlan } from '../../model/plan.js';
import { renderPlanText } from '../../render/plan/text.js';
import { refuseUsage } from '../shared/error-report.js';
import type { CliIo } from '../shared/io.js';
import { reportUnreadableRuns } from '../shared/journal.js';
import type { CommonOptions, EnvironmentsOptions, RefreshOptions, TenantOptions } from '../shared/options.js';
import {
  checkReports,
  chooseTextLayout,
  formatJson,
  type ReportOptions,
  writeOutput,
  writeReports,
} from '../shared/output.js';
import { planProject } from '../shared/plan.js';
import { runSections, type Section, type SectionChoice } from '../shared/sections.js';
import { pullState } from '../shared/team-state.js';
import { withTenant } from '../shared/tenant.js';
import { loadProject } from '../shared/workspace.js';

export type PlanOptions = CommonOptions &
  EnvironmentsOptions &
  Pick<TenantOptions, 'timeout'> &
  RefreshOptions &
  ReportOptions & {
    detailedExitcode?: boolean;
    out?: string;
  };

/** `limio-sync plan`. 2 with --detailed-exitcode when there are changes. */
export async function runPlan(io: CliIo, options: PlanOptions): Promise<number> {
  checkReports(options);
  const single = options.out !== undefined ? '--out' : options.report !== undefined ? '--report' : undefined;
  if (single !== undefined && (options.allEnvs || (options.env ?? []).length > 1))
    throw refuseUsage(`${single} writes one plan: it requires exactly one --env.`);
  return runSections(io, 'plan', options, (choice) => planOne(io, choice, options));
}

async function planOne(io: CliIo, choice: SectionChoice, options: PlanOptions): Promise<Section> {
  const { out } = options;
  const project = await loadProject(io, choice);
  await pullState(project);
  reportUnreadableRuns(io, project.root);
  const { plan } = await withTenant(io, project, options, (tenant) => planProject(tenant, project, options));
  if (out !== undefined) writeOutput(io, out, formatJson(plan));
  await writeReports(io, plan, options);
  // What could not be read may have changed. Without the option, only the summary says so.
  const isUnread = Object.keys(countUnread(plan)).length > 0;
  return {
    exitCode: options.detailedExitcode && (isUnread || !isEmptyPlan(plan)) ? 2 : 0,
    document: plan,
    render: () =>
      renderPlanText(plan, {
        ...chooseTextLayout(io.stdout, io, options),
        unfold: options.unfold ?? false,
        ...(out === undefined ? {} : { file: out }),
      }),
  };
}
