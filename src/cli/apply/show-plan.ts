import { listIdleConsents } from '../../apply/select.js';
import type { Plan } from '../../model/plan.js';
import { type PlanTextOptions, renderPlanText } from '../../render/plan/text.js';
import type { CliIo, CommonOptions } from '../cli-io.js';
import { chooseTextOptions } from '../output/choose-text-options.js';
import { collectConsents, type ConsentOptions } from './collect-consents.js';

/** With JSON, stdout is for the one document, so people read the plan on stderr. */
export function showPlan(
  io: CliIo,
  plan: Plan,
  options: CommonOptions & ConsentOptions,
  how: Pick<PlanTextOptions, 'file' | 'brief'> = {},
): void {
  const consents = collectConsents(options);
  const stream = options.format === 'text' ? io.stdout : io.stderr;
  const text = renderPlanText(plan, { ...chooseTextOptions(stream, io, options), ...how, consents });
  if (options.format === 'text') io.stdout.write(`${text}\n`);
  else if (io.stderr.isTTY) io.stderr.write(text);
  for (const sentence of listIdleConsents(plan, consents)) io.stderr.write(`${sentence}\n`);
}
