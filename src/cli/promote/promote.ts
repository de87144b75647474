import { dropUndefined } from '../../model/json.js';
import { isEmptyPlan } from '../../model/plan.js';
import type { Promotion } from '../../model/promotion.js';
import { formatCommand } from '../../model/text.js';
import { renderPromotionMarkdown } from '../../render/promotion/markdown.js';
import { renderPromotionText } from '../../render/promotion/text.js';
import { refuseUsage } from '../shared/error-report.js';
import type { CliIo } from '../shared/io.js';
import type { BasicOptions } from '../shared/options.js';
import { chooseTextLayout, formatJson, writeOutput } from '../shared/output.js';
import { parseSelectors } from '../shared/selectors.js';
import { pullState } from '../shared/team-state.js';
import { loadWorkspace } from '../shared/workspace.js';
import { promoteProject } from './compare.js';
import type { ProofOptions } from './gates.js';

export type PromoteOptions = BasicOptions &
  ProofOptions & {
    format: 'text' | 'json' | 'markdown';
    maxBytes?: number;
    from: string;
    to: string;
    out?: string;
    allowOverwrite?: number;
  };

/** A gate failed, or objects were withheld because they would overwrite changes in the target. */
const REFUSED = 4;

/** `limio-sync promote`: compares two environments and makes the plan for the second. Writes to no tenant. */
export async function runPromote(io: CliIo, selectors: readonly string[], options: PromoteOptions): Promise<number> {
  const { from, to, out, allowOverwrite } = options;
  if (from === to)
    throw refuseUsage(`--from and --to both name ${from}.`, 'For example: limio-sync promote --from sandbox --to prod');
  const source = await loadWorkspace(io, { ...options, env: from });
  // Both read the same files.
  const target = await loadWorkspace(io, { ...options, env: to, cache: source.cache });
  await pullState(source, target);
  const promotion = await promoteProject(
    io,
    { source, target, selectors: parseSelectors(selectors), ...dropUndefined({ allowOverwrite }) },
    options,
  );
  const { plan, content } = promotion;
  if (out !== undefined && plan && !isEmptyPlan(plan)) writeOutput(io, out, formatJson(plan));
  io.stdout.write(render(io, promotion, selectors, options));
  return plan === undefined || (content?.summary.withheld ?? 0) > 0 ? REFUSED : 0;
}

function render(io: CliIo, promotion: Promotion, selectors: readonly string[], options: PromoteOptions): string {
  const { from, to, out, allowOverwrite, maxBytes } = options;
  const commands = {
    resumeCommand: formatCommand('promote', '--from', from, '--to', to, ...selectors),
    ...dropUndefined({ out, allowOverwrite }),
  };
  switch (options.format) {
    case 'json':
      return formatJson(promotion);
    case 'markdown':
      return renderPromotionMarkdown(promotion, { ...commands, ...dropUndefined({ maxBytes }) });
    case 'text':
      return renderPromotionText(promotion, { ...chooseTextLayout(io.stdout, io, options), ...commands });
  }
}
