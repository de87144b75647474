import type { LimioError } from '../../errors/errors.js';
import type { Plan } from '../../model/plan.js';
import { suggestNearest } from '../../model/spelling.js';
import { renderPlanText } from '../../render/plan/text.js';
import { refuseUsage } from '../shared/error-report.js';
import type { CliIo } from '../shared/io.js';
import type { CommonOptions } from '../shared/options.js';
import { checkReports, printResult, type ReportOptions, writeReports } from '../shared/output.js';
import { readPlanFile } from '../shared/plan.js';

/** `limio-sync show`: a saved plan, or one change of it with its values in full. */
export async function runShow(
  io: CliIo,
  file: string,
  address: string | undefined,
  options: CommonOptions & ReportOptions,
): Promise<number> {
  checkReports(options);
  const plan = readPlanFile(io, file);
  const shown = address === undefined ? plan : selectChange(plan, address);
  await writeReports(io, shown, options);
  printResult(io, options, address === undefined ? plan : shown.changes[0], (layout) =>
    renderPlanText(shown, { ...layout, file, whole: address !== undefined, unfold: options.unfold ?? false }),
  );
  return 0;
}

/** The plan with one change and all that concerns it. The summary still counts the whole plan. */
function selectChange(plan: Plan, address: string): Plan {
  const changes = plan.changes.filter((change) => change.address === address);
  if (changes.length === 0) throw refuseAddress(plan, address);
  const pages = plan.publish.pages.filter(({ items }) => items.some((one) => one === address));
  return {
    ...plan,
    changes,
    guards: plan.guards.filter(
      (guard) =>
        guard.addresses.some((one) => one === address) || pages.some(({ path }) => guard.pages?.includes(path)),
    ),
    withheld: plan.withheld.filter((one) => one.address === address),
    warnings: plan.warnings.filter((warning) => warning.address === address),
    ...(plan.onceManaged ? { onceManaged: plan.onceManaged.filter((one) => one.address === address) } : {}),
    ...(plan.byHand ? { byHand: plan.byHand.filter((item) => item.address === address) } : {}),
    impact: {
      prices: plan.impact.prices.filter(({ addresses }) => addresses.some((one) => one === address)),
      usedBy: plan.impact.usedBy.filter((used) => used.address === address),
    },
    publish: {
      pages,
      onNoPage: plan.publish.onNoPage.filter((one) => one === address),
    },
    unmanaged: {},
  };
}

function refuseAddress(plan: Plan, address: string): LimioError {
  const addresses = plan.changes.map((change) => change.address);
  const nearest = suggestNearest(address, addresses, 8);
  return refuseUsage(
    `The plan does not change "${address}".`,
    nearest === undefined
      ? `It changes ${addresses.slice(0, 10).join(', ')}${addresses.length > 10 ? ', ...' : ''}`
      : `Did you mean "${nearest}"?`,
  );
}
