import { findDrift } from '../../drift/find-drift.js';
import { LimioError } from '../../errors/limio-error.js';
import { KINDS, isKind } from '../../model/address.js';
import { isDrift } from '../../model/drift.js';
import { compareTenant } from '../../plan/compare-tenant.js';
import { renderDriftMarkdown } from '../../render/drift-markdown.js';
import { renderDriftText } from '../../render/drift-text.js';
import { chooseTextOptions } from '../choose-text-options.js';
import type { CliIo, CommonOptions } from '../cli-io.js';
import { formatJson } from '../format-json.js';
import { loadProject } from '../load-project.js';
import { loadState } from '../load-state.js';
import { openReader } from '../open-tenant.js';
import { describeContext } from '../plan-project.js';

export interface DriftOptions extends Omit<CommonOptions, 'format'> {
  env?: string;
  all?: boolean;
  maxBytes?: number;
  format: 'text' | 'json' | 'markdown';
}

/** What moved since the last apply. Exit code 2 when the tenant did, or may have. */
export async function runDrift(io: CliIo, selectors: readonly string[], options: DriftOptions): Promise<number> {
  selectors.forEach(checkSelector);
  const { format, all = false } = options;
  const common: CommonOptions & { env?: string } = { ...options, format: format === 'json' ? 'json' : 'text' };
  const project = await loadProject(io, common);
  const applied = loadState(project);
  const context = describeContext(project);
  const reader = await openReader(io, project, common);
  try {
    const report = findDrift(await compareTenant(reader, project.desired, context), applied, context, selectors);
    if (format === 'json') io.stdout.write(formatJson(report));
    else if (format === 'markdown') io.stdout.write(renderDriftMarkdown(report, { all, ...(options.maxBytes === undefined ? {} : { maxBytes: options.maxBytes }) }));
    else io.stdout.write(renderDriftText(report, { all, style: chooseTextOptions(io.stdout, io, common).style }));
    return report.objects.some(isDrift) ? 2 : 0;
  } finally {
    await reader.close();
  }
}

/** A selector that can match nothing would show that nothing drifted. */
function checkSelector(selector: string): void {
  const kind = selector.slice(0, Math.max(selector.indexOf(':'), 0));
  if (isKind(kind) || selector.startsWith('*')) return;
  throw new LimioError({ code: 'USAGE', message: `"${selector}" does not begin with a kind: ${KINDS.join(', ')}.`, hint: "Write kind:name, for example 'offer:/offers2/Digital*'." });
}
