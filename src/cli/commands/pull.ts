import type { Pull } from '../../model/pull.js';
import type { PullInto } from '../../pull/pull-declared.js';
import { renderPullText } from '../../render/pull.js';
import type { CliIo } from '../cli-io.js';
import { chooseTextOptions } from '../output/choose-text-options.js';
import { formatJson } from '../output/format-json.js';
import { loadWorkspace } from '../project/load-project.js';
import { openReader } from '../project/open-tenant.js';
import { pullProject } from '../project/pull-project.js';
import { writePull } from '../project/write-pull.js';
import type { TenantOptions } from './plan.js';

export interface PullOptions extends TenantOptions {
  adopt: string[];
  dryRun?: boolean;
  into: PullInto;
}

/** Refused as a whole or in part: the files do not say all that the tenant has. */
const REFUSED = 4;

export async function runPull(io: CliIo, selectors: readonly string[], options: PullOptions): Promise<number> {
  const workspace = await loadWorkspace(io, options);
  const reader = await openReader(io, workspace, options);
  try {
    const pull = await pullProject(reader, workspace, { selectors, adopt: options.adopt, into: options.into });
    const written = options.dryRun !== true;
    io.signal.throwIfAborted();
    if (written) writePull(workspace.root, pull.files);
    const text = renderPullText(pull, { ...chooseTextOptions(io.stdout, io, options), written });
    io.stdout.write(options.format === 'json' ? formatJson(toReport(pull, written)) : text);
    const refused = pull.refused.filter(({ intended }) => !intended);
    return pull.conflicts.length + refused.length + pull.unmatched.length > 0 ? REFUSED : 0;
  } finally {
    await reader.close();
  }
}

function toReport(pull: Pull, written: boolean): object {
  return { kind: 'limio-sync/pull', formatVersion: 1, written, ...pull };
}
