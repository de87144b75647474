import { LimioError } from '../../errors/errors.js';
import { formatCommand } from '../../model/text.js';
import { isEmptyPlan } from '../../model/plan.js';
import { renderPromotionMarkdown } from '../../render/promotion/markdown.js';
import { renderPromotionText } from '../../render/promotion/text.js';
import type { CliIo, CommonOptions } from '../shared/io.js';
import { chooseTextOptions, formatJson, writeOutput } from '../shared/output.js';
import { openReader } from '../shared/tenant.js';
import { loadWorkspace } from '../shared/workspace.js';
import { promoteProject } from './compare.js';
import { type ProofOptions, provePrices } from './gates.js';

export interface PromoteOptions extends Omit<CommonOptions, 'format'>, Omit<ProofOptions, 'format'> {
  format: 'text' | 'json' | 'markdown';
  maxBytes?: number;
  from: string;
  to: string;
  out?: string;
  allowOverwrite?: number;
}

/** A gate failed, or something of the target would have been overwritten and was left out. */
const REFUSED = 4;

/** Compares two environments and makes the plan for the second. Writes nothing to a tenant. */
export async function runPromote(io: CliIo, selectors: readonly string[], options: PromoteOptions): Promise<number> {
  const { from, to, out, allowOverwrite } = options;
  if (from === to)
    throw new LimioError({
      code: 'USAGE',
      message: `--from and --to both name ${from}.`,
      hint: 'For example: limio-sync promote --from sandbox --to prod',
    });
  const common: CommonOptions = { ...options, format: options.format === 'json' ? 'json' : 'text' };
  const source = await loadWorkspace(io, { ...common, env: from });
  // Both read the same files.
  const target = { ...(await loadWorkspace(io, { ...common, env: to })), parse: source.parse };
  const promotion = await promoteProject({
    source,
    target,
    open: (workspace) => openReader(io, workspace, common),
    provePrices: (project, facts) => provePrices(io, project, facts, options),
    selectors: selectors.map(raiseCode),
    ...(allowOverwrite === undefined ? {} : { allowOverwrite }),
  });
  const { plan } = promotion;
  const something = plan !== undefined && !isEmptyPlan(plan);
  if (out !== undefined && something) writeOutput(io, out, formatJson(plan));
  const commands = {
    resumeCommand: formatCommand('promote', '--from', from, '--to', to, ...selectors),
    ...(out === undefined ? {} : { out }),
    ...(allowOverwrite === undefined ? {} : { allowOverwrite }),
  };
  if (options.format === 'json') io.stdout.write(formatJson(promotion));
  else if (options.format === 'markdown')
    io.stdout.write(
      renderPromotionMarkdown(promotion, {
        ...commands,
        ...(options.maxBytes === undefined ? {} : { maxBytes: options.maxBytes }),
      }),
    );
  else io.stdout.write(renderPromotionText(promotion, { ...chooseTextOptions(io.stdout, io, common), ...commands }));
  return plan === undefined || (promotion.content?.summary.withheld ?? 0) > 0 ? REFUSED : 0;
}

/** Codes are declared and stored in upper case. */
function raiseCode(pattern: string): string {
  return pattern.startsWith('promo_code:')
    ? `promo_code:${pattern.slice('promo_code:'.length).toUpperCase()}`
    : pattern;
}
