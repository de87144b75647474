import { findDrift, listAppOwned, selectAppMoves } from '../../drift/drift.js';
import { findPendingPages } from '../../drift/pending-pages.js';
import { LimioError } from '../../errors/errors.js';
import { escapeGlob } from '../../glob/glob.js';
import { type AppliedState, type DriftReport, isDrift } from '../../model/drift.js';
import { dropUndefined } from '../../model/json.js';
import type { Pull } from '../../model/pull.js';
import { compareTenant } from '../../plan/compare.js';
import { type PullInto, topLevelFieldOf } from '../../pull/pull-declared.js';
import { renderDriftMarkdown, renderDriftText } from '../../render/drift.js';
import { renderPullText } from '../../render/pull.js';
import { pullProject, writePull } from '../pull/pull.js';
import { refuseUsage } from '../shared/error-report.js';
import type { CliIo } from '../shared/io.js';
import type {
  BasicOptions,
  EnvironmentsOptions,
  LockTimeoutOptions,
  RefreshOptions,
  TenantOptions,
} from '../shared/options.js';
import { chooseTextLayout } from '../shared/output.js';
import { describeReading, loadState } from '../shared/plan.js';
import { runSections, type Section, type SectionChoice } from '../shared/sections.js';
import { parseSelectors, requireMatches } from '../shared/selectors.js';
import { pullState } from '../shared/team-state.js';
import { type Tenant, withTenant } from '../shared/tenant.js';
import { loadProject, type Project } from '../shared/workspace.js';
import { type Baseline, recordBaseline, renderBaseline } from './baseline.js';

export type DriftOptions = BasicOptions &
  EnvironmentsOptions &
  Pick<TenantOptions, 'timeout'> &
  RefreshOptions &
  LockTimeoutOptions & {
    format: 'text' | 'json' | 'markdown';
    all?: boolean;
    app?: boolean;
    baseline?: boolean;
    pull?: boolean;
    dryRun?: boolean;
    into?: PullInto;
    maxBytes?: number;
  };

/** There is drift, which pages waiting to be published are too, or --pull left some of it. */
const DRIFTED = 2;

/** --pull met values that it could not write to the files. */
const REFUSED = 4;

/** `limio-sync drift`: what changed since the last apply; --pull writes changes of the app to the files. */
export async function runDrift(io: CliIo, selectors: readonly string[], options: DriftOptions): Promise<number> {
  const patterns = parseSelectors(selectors);
  checkOptions(options);
  if (options.baseline && patterns.length > 0)
    throw refuseUsage('--baseline records every object, so it takes no addresses.');
  return runSections(io, 'drift', options, (choice) => findDriftOf(io, choice, patterns, options));
}

async function findDriftOf(
  io: CliIo,
  choice: SectionChoice,
  patterns: readonly string[],
  options: DriftOptions,
): Promise<Section> {
  const project = await loadProject(io, choice);
  if (options.baseline) return describeBaseline(io, await recordBaseline(io, project, options), options);
  await pullState(project);
  const applied = loadState(project);
  if (options.pull && !applied) throw refuseWithoutSnapshot(project);
  const { report, pulled } = await withTenant(io, project, options, (tenant) =>
    compareWithState(tenant, project, applied, patterns, options),
  );
  const written = options.dryRun !== true;
  if (pulled?.pull && written) {
    io.signal.throwIfAborted();
    writePull(project.root, pulled.pull.files);
  }
  const pull = pulled?.pull ? { written, ...pulled.pull } : null;
  return {
    exitCode: chooseExitCode(report, pulled),
    document: pulled ? { ...report, pull, left: pulled.left } : report,
    render: () => render(io, report, pulled, options),
  };
}

function describeBaseline(io: CliIo, baseline: Baseline, options: DriftOptions): Section {
  const { report, recorded, differed } = baseline;
  return {
    exitCode: chooseExitCode(report, undefined),
    document: { ...report, baseline: { recorded, differed } },
    render: () =>
      options.format === 'markdown'
        ? render(io, report, undefined, options)
        : `${renderBaseline(baseline)}${render(io, report, undefined, options)}`,
  };
}

function chooseExitCode(report: DriftReport, pulled: Pulled | undefined): number {
  if (pulled?.pull && pulled.pull.conflicts.length > 0) return REFUSED;
  const isLeft = pulled ? pulled.left.length > 0 : report.objects.some(isDrift);
  return isLeft || report.pending !== undefined ? DRIFTED : 0;
}

interface Pulled {
  /** Undefined when the app changed nothing alone. */
  pull?: Pull;
  /** Addresses whose drift stays. */
  left: readonly string[];
}

async function compareWithState(
  tenant: Tenant,
  project: Project,
  applied: AppliedState | undefined,
  selectors: readonly string[],
  options: DriftOptions,
): Promise<{ report: DriftReport; pulled?: Pulled }> {
  const context = describeReading(project, options);
  const comparison = await compareTenant(tenant.reader, project.desired, context);
  const { state, kinds } = comparison;
  const known = [
    ...project.desired.map(({ address }) => address),
    ...state.resources.keys(),
    ...Object.keys(applied?.objects ?? {}),
  ];
  requireMatches(selectors, [...new Set(known)], (selector) => ({
    message: `"${selector}" matches nothing that the files declare or the tenant has.`,
    hint: "Write kind:name, for example 'offer:/offers2/Digital*'.",
  }));
  const appOwned = options.app
    ? listAppOwned(project.desired, state.resources, project.environment.ownership, kinds)
    : undefined;
  const pending = await findPendingPages(comparison, context, selectors);
  const report: DriftReport = {
    ...findDrift(comparison, applied, context, selectors),
    ...(pending.length === 0 ? {} : { pending }),
    ...dropUndefined({ appOwned }),
  };
  if (!options.pull) return { report };
  const { addresses, kept, left } = selectAppMoves(report, (a, b) => topLevelFieldOf(a) === topLevelFieldOf(b));
  if (addresses.length === 0) return { report, pulled: { left } };
  const selection = { selectors: addresses.map(escapeGlob), adopt: [], kept, into: options.into ?? 'base' };
  return { report, pulled: { pull: await pullProject(tenant, project, selection), left } };
}

function render(io: CliIo, report: DriftReport, pulled: Pulled | undefined, options: DriftOptions): string {
  const { format, all = false, dryRun } = options;
  const written = dryRun !== true;
  if (format === 'markdown')
    return renderDriftMarkdown(report, { all, ...dropUndefined({ maxBytes: options.maxBytes }) });
  const layout = chooseTextLayout(io.stdout, io, options);
  const text = renderDriftText(report, { all, style: layout.style });
  return pulled?.pull ? `${text}\n${renderPullText(pulled.pull, { ...layout, written })}` : text;
}

/** An option without effect is a mistake. */
function checkOptions({ format, app, pull, dryRun, into, env = [], allEnvs, ...options }: DriftOptions): void {
  const other = pull ? '--pull' : app ? '--app' : undefined;
  if (options.baseline && other !== undefined) throw refuseUsage(`--baseline cannot be used with ${other}.`);
  if (options.lockTimeout !== undefined && !options.baseline) throw refuseUsage('--lock-timeout requires --baseline.');
  if (pull && (allEnvs || env.length > 1))
    throw refuseUsage('--pull writes files from one tenant: it requires exactly one --env.');
  const idle = dryRun ? '--dry-run' : into ? '--into' : undefined;
  if (idle !== undefined && !pull) throw refuseUsage(`${idle} requires --pull.`);
  if (format === 'markdown' && (app || pull))
    throw refuseUsage(`--${app ? 'app' : 'pull'} cannot be used with --format markdown.`, 'Use --format text or json.');
}

function refuseWithoutSnapshot({ environment: { name } }: Project): LimioError {
  return new LimioError({
    code: 'STATE_MISSING',
    message: `There is no snapshot of the last apply of ${name}, so limio-sync cannot know what the app changed.`,
    hint: `To write all differences to the files: limio-sync pull --env ${name}`,
  });
}
