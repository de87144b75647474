import { collectFacts, runChecks } from '../../doctor/doctor.js';
import { renderDoctorText } from '../../render/doctor.js';
import type { CliIo, CommonOptions } from '../cli-io.js';
import { chooseTextOptions } from '../output/choose-text-options.js';
import { formatJson } from '../output/format-json.js';
import { loadWorkspace } from '../project/load-project.js';
import { openProbe } from '../project/open-tenant.js';

export interface DoctorOptions extends CommonOptions {
  env?: string;
}

/** Checks a tenant and the way to it. Reads only: its client has no method that writes. */
export async function runDoctor(io: CliIo, options: DoctorOptions): Promise<number> {
  const workspace = await loadWorkspace(io, options);
  const { name, host, protected: isProtected, dialect } = workspace.environment;
  const probe = await openProbe(io, workspace, options);
  try {
    const facts = await collectFacts(probe, dialect);
    const report = runChecks(facts, {
      environment: name,
      host,
      protected: isProtected,
      dialect,
      timings: probe.timings(),
      learned: workspace.learned !== undefined,
    });
    const { style, width } = chooseTextOptions(io.stdout, io, options);
    io.stdout.write(options.format === 'json' ? formatJson(report) : renderDoctorText(report, style, width));
    return report.summary.problem > 0 ? 1 : 0;
  } finally {
    await probe.close();
  }
}
