import { listIdleConsents } from '../apply/list-idle-consents.js';
import type { Plan } from '../model/plan.js';
import { renderPlanText } from '../render/plan-text.js';
import { chooseStyle } from '../render/style.js';
import { chooseColour } from './choose-colour.js';
import type { CliIo, CommonOptions } from './cli-io.js';
import { type ConsentOptions, collectConsents } from './collect-consents.js';

/** With JSON, stdout is for the one document, so people read the plan on stderr. */
export function showPlan(io: CliIo, plan: Plan, options: CommonOptions & ConsentOptions): void {
  const consents = collectConsents(options);
  const style = chooseStyle(chooseColour(options.format === 'text' ? io.stdout : io.stderr, io.env, options.color));
  if (options.format === 'text') io.stdout.write(`${renderPlanText(plan, { style, consents })}\n`);
  else if (io.stderr.isTTY) io.stderr.write(renderPlanText(plan, { style, consents }));
  for (const sentence of listIdleConsents(plan, consents)) io.stderr.write(`${sentence}\n`);
}
