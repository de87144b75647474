import { listAppOwned } from '../../drift/app-owned.js';
import { findDrift, selectAppMoves } from '../../drift/drift.js';
import { LimioError } from '../../errors/errors.js';
import { isKind, KINDS } from '../../model/address.js';
import { type DriftReport, isDrift } from '../../model/drift.js';
import type { LiveReader } from '../../model/live-api.js';
import type { Pull } from '../../model/pull.js';
import { compareTenant } from '../../plan/compare.js';
import { type PullInto, unitOf } from '../../pull/pull-declared.js';
import { renderDriftMarkdown, renderDriftText } from '../../render/drift.js';
import { renderPullText } from '../../render/pull.js';
import { pullProject, writePull } from '../pull/pull.js';
import type { CliIo, CommonOptions } from '../shared/io.js';
import { chooseTextOptions, formatJson } from '../shared/output.js';
import { describeContext } from '../shared/plan.js';
import { loadState } from '../shared/state.js';
import { openReader } from '../shared/tenant.js';
import { loadProject, type Project } from '../shared/workspace.js';

export interface DriftOptions extends Omit<CommonOptions, 'format'> {
  env?: string;
  all?: boolean;
  app?: boolean;
  pull?: boolean;
  dryRun?: boolean;
  into?: PullInto;
  maxBytes?: number;
  format: 'text' | 'json' | 'markdown';
}

/** Drift, or drift that was left; a value that could not be pulled. */
const DRIFTED = 2;

const REFUSED = 4;

/** What moved since the last apply; with `--pull` also into the files. Exit code 2 when the tenant moved, or may have. */
export async function runDrift(io: CliIo, selectors: readonly string[], options: DriftOptions): Promise<number> {
  selectors.forEach(checkSelector);
  checkOptions(options);
  const { format, all = false } = options;
  const common: CommonOptions & { env?: string } = { ...options, format: format === 'json' ? 'json' : 'text' };
  const project = await loadProject(io, common);
  const applied = loadState(project);
  if (options.pull && !applied) throw refuseWithoutSnapshot(project);
  const context = describeContext(project);
  const reader = await openReader(io, project, common);
  try {
    const comparison = await compareTenant(reader, project.desired, context);
    const drift = findDrift(comparison, applied, context, selectors);
    const owned = options.app
      ? {
          appOwned: listAppOwned(
            project.desired,
            comparison.state.resources,
            project.environment.ownership,
            comparison.kinds,
          ),
        }
      : {};
    const report: DriftReport = { ...drift, ...owned };
    const taken = options.pull ? await takeAppMoves(reader, project, report, options.into) : undefined;
    const written = options.dryRun !== true;
    if (taken?.pull && written) {
      io.signal.throwIfAborted();
      writePull(project.root, taken.pull.files);
    }
    if (format === 'json')
      io.stdout.write(
        formatJson(
          taken ? { ...report, pull: taken.pull ? { written, ...taken.pull } : null, left: taken.left } : report,
        ),
      );
    else if (format === 'markdown')
      io.stdout.write(
        renderDriftMarkdown(report, { all, ...(options.maxBytes === undefined ? {} : { maxBytes: options.maxBytes }) }),
      );
    else {
      const text = chooseTextOptions(io.stdout, io, common);
      io.stdout.write(renderDriftText(report, { all, style: text.style }));
      if (taken?.pull) io.stdout.write(`\n${renderPullText(taken.pull, { ...text, written })}`);
    }
    if (!taken) return report.objects.some(isDrift) ? DRIFTED : 0;
    return taken.pull && taken.pull.conflicts.length > 0 ? REFUSED : taken.left.length > 0 ? DRIFTED : 0;
  } finally {
    await reader.close();
  }
}

/** What the app alone changed, as a patch of the files; nothing is written yet. */
async function takeAppMoves(
  reader: LiveReader,
  project: Project,
  report: DriftReport,
  into: PullInto = 'base',
): Promise<{ pull?: Pull; left: readonly string[] }> {
  const { addresses, kept, left } = selectAppMoves(report, (a, b) => unitOf(a) === unitOf(b));
  if (addresses.length === 0) return { left };
  return { pull: await pullProject(reader, project, { selectors: addresses, adopt: [], kept, into }), left };
}

/** An option that would do nothing is a mistake of whoever typed it. */
function checkOptions({ format, app, pull, dryRun, into }: DriftOptions): void {
  for (const [option, given] of [
    ['--dry-run', dryRun],
    ['--into', into],
  ] as const) {
    if (given && !pull)
      throw new LimioError({ code: 'USAGE', message: `${option} goes with --pull: without it drift writes nothing.` });
  }
  if (format === 'markdown' && (app || pull))
    throw new LimioError({
      code: 'USAGE',
      message: `--${app ? 'app' : 'pull'} does not go with --format markdown.`,
      hint: 'Take --format text or json.',
    });
}

function refuseWithoutSnapshot({ environment: { name } }: Project): LimioError {
  return new LimioError({
    code: 'STATE_MISSING',
    message: `There is no snapshot of the last apply of ${name}, so nobody can tell what the app changed.`,
    hint: `To take in whatever differs: limio-sync pull --env ${name}`,
  });
}

/** A selector that can match nothing would show that nothing drifted. */
function checkSelector(selector: string): void {
  const kind = selector.slice(0, Math.max(selector.indexOf(':'), 0));
  if (isKind(kind) || selector.startsWith('*')) return;
  throw new LimioError({
    code: 'USAGE',
    message: `"${selector}" does not begin with a kind: ${KINDS.join(', ')}.`,
    hint: "Write kind:name, for example 'offer:/offers2/Digital*'.",
  });
}
