import { findDrift } from '../../drift/drift.js';
import { formatState, makeBaseline } from '../../drift/state.js';
import { writeStateFile } from '../../journal/files.js';
import type { AppliedState, DriftReport } from '../../model/drift.js';
import { countThings } from '../../model/words.js';
import { compareTenant } from '../../plan/compare.js';
import { hashDesired } from '../../plan/fingerprint.js';
import { escapeTerminal } from '../../render/escape.js';
import { refuseUsage } from '../shared/error-report.js';
import { type CliIo, formatNow } from '../shared/io.js';
import { type LockOptions, withLock } from '../shared/lock.js';
import type { RefreshOptions } from '../shared/options.js';
import { describeReading, findPendingPublishes, nameSnapshot } from '../shared/plan.js';
import { redactOutput } from '../shared/secrets.js';
import { loadPrevious } from '../shared/state.js';
import { withTenant } from '../shared/tenant.js';
import type { Project } from '../shared/workspace.js';

export interface Baseline {
  /** Compared with what was recorded. */
  report: DriftReport;
  recorded: number;
  differed: readonly string[];
}

/**
 * `limio-sync drift --baseline`: a snapshot without an apply, of what files and tenant agree on. It only reads the
 * tenant, but takes the lock, because an apply writes the same snapshot.
 * @throws LimioError USAGE when there is a snapshot, LOCKED, and what reading throws.
 */
export async function recordBaseline(
  io: CliIo,
  project: Project,
  options: LockOptions & RefreshOptions,
): Promise<Baseline> {
  return withLock(io, 'drift', project, options, async (held) => {
    // Another clone may have written it until now.
    const previous = loadPrevious(io, project);
    if (previous) throw refuseSecond(project, previous);
    const context = describeReading(project, options);
    const comparison = await withTenant(io, project, options, ({ reader }) =>
      compareTenant(reader, project.desired, context),
    );
    const { objects } = findDrift(comparison, undefined, context);
    const state = makeBaseline(comparison.diffs, {
      context,
      at: formatNow(),
      filesHash: hashDesired(project.desired),
      pending: findPendingPublishes(project),
      differed: [...objects.map(({ address }) => address), ...comparison.state.unreadable.keys()],
    });
    io.signal.throwIfAborted();
    writeStateFile(project.root, nameSnapshot(project), redactOutput(io)(formatState(state)));
    await held.sendSnapshot({ subject: `baseline of ${project.environment.name}` });
    return {
      report: findDrift(comparison, state, context),
      recorded: Object.keys(state.objects).length,
      differed: state.differed ?? [],
    };
  });
}

function refuseSecond({ environment: { name } }: Project, { last }: AppliedState): Error {
  return refuseUsage(
    `There is a snapshot already: the ${last.command} of ${last.at}. drift compares with it.`,
    `To see what changed since: limio-sync drift --env ${name}`,
  );
}

export function renderBaseline({ report: { environment }, recorded, differed }: Baseline): string {
  const left =
    differed.length === 0
      ? 'Nothing differs.'
      : `${countThings(differed.length, 'object differs', 'objects differ')}: which side changed stays unknown until ` +
        'an apply or pull.';
  return `Recorded ${countThings(recorded, 'object')} of ${escapeTerminal(environment)} as they are now. ${left}\n`;
}
