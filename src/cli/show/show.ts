import { LimioError } from '../../errors/errors.js';
import type { Plan } from '../../model/plan.js';
import { suggestNearest } from '../../model/spelling.js';
import { renderPlanText } from '../../render/plan/text.js';
import { readPlanFile } from '../apply/choose-plan.js';
import type { CliIo, CommonOptions } from '../shared/io.js';
import { checkReports, chooseTextOptions, formatJson, type ReportOptions, writeReports } from '../shared/output.js';

export async function runShow(
  io: CliIo,
  file: string,
  address: string | undefined,
  options: CommonOptions & ReportOptions,
): Promise<number> {
  checkReports(options);
  const plan = readPlanFile(io, file);
  const shown = address === undefined ? plan : pickChange(plan, address);
  await writeReports(io, shown, options);
  if (options.format === 'json') {
    io.stdout.write(formatJson(address === undefined ? plan : shown.changes[0]));
  } else {
    io.stdout.write(renderPlanText(shown, { ...chooseTextOptions(io.stdout, io, options), file }));
  }
  return 0;
}

/** The plan with one change, and what is said of it. The counts stay those of the whole plan. */
function pickChange(plan: Plan, address: string): Plan {
  const changes = plan.changes.filter((change) => change.address === address);
  if (changes.length === 0) {
    const addresses = plan.changes.map((change) => change.address);
    const nearest = suggestNearest(address, addresses, 8);
    throw new LimioError({
      code: 'USAGE',
      message: `The plan does not change "${address}".`,
      hint:
        nearest === undefined
          ? `It changes: ${addresses.slice(0, 10).join(', ')}${addresses.length > 10 ? ', ...' : ''}`
          : `Did you mean "${nearest}"?`,
    });
  }
  const speaksOf = (addresses: readonly string[]): boolean => addresses.includes(address);
  return {
    ...plan,
    changes,
    guards: plan.guards.filter(({ addresses }) => speaksOf(addresses)),
    warnings: plan.warnings.filter((warning) => warning.address === address),
    publish: {
      pages: plan.publish.pages.filter(({ items }) => speaksOf(items)),
      onNoPage: plan.publish.onNoPage.filter((one) => one === address),
    },
    unmanaged: {},
  };
}
