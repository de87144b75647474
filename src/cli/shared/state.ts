import { relative } from 'node:path';
import { listDeclaredBodies, readDeclaredBodies } from '../../drift/declared-bodies.js';
import { formatState, type StateUpdate, updateState } from '../../drift/state.js';
import { LimioError } from '../../errors/errors.js';
import { writeStateFile } from '../../journal/files.js';
import type { AppliedState, LastApply } from '../../model/drift.js';
import type { Plan } from '../../model/plan.js';
import type { Comparison } from '../../plan/compare.js';
import { hashDesired } from '../../plan/fingerprint.js';
import type { WriteNote } from '../../store/store.js';
import { describeError } from './error-report.js';
import type { ExecutedPlan } from './execute-plan.js';
import { type CliIo, formatNow } from './io.js';
import { describeContext, findPendingPublishes, loadState, nameSnapshot } from './plan.js';
import { redactOutput } from './secrets.js';
import type { HeldState } from './team-state.js';
import { type ConnectionOptions, withTenant } from './tenant.js';
import { readProject, type Workspace } from './workspace.js';

export interface SaveStateInput {
  command: Exclude<LastApply['command'], 'baseline'>;
  plan: Plan;
  workspace: Workspace;
  executed: ExecutedPlan;
  held: HeldState;
  /** What the plan was made from; undefined for a saved plan or a rollback. */
  comparison?: Comparison;
}

/**
 * Saves what the environment holds after an apply or rollback. Planning works without the snapshot, so a
 * failure is only reported.
 */
export async function saveState(io: CliIo, input: SaveStateInput, options: ConnectionOptions): Promise<void> {
  const {
    command,
    plan,
    workspace,
    held,
    executed: { result, run },
  } = input;
  const { root } = workspace;
  const file = nameSnapshot(workspace);
  try {
    const previous = loadState(workspace);
    const declared = await findDeclared(io, input, previous, options);
    const state = updateState(previous, {
      command,
      plan,
      result,
      at: formatNow(),
      // The journal of this run counts already.
      pending: findPendingPublishes(workspace),
      ...(run === undefined ? {} : { run }),
      ...(declared ? { declared } : {}),
    });
    writeStateFile(root, file, redactOutput(io)(formatState(state)));
    await held.sendSnapshot(input.executed.note ?? { subject: `snapshot after ${command} of ${plan.environment}` });
  } catch (error) {
    const { message, hint } = describeError(error);
    const why =
      error instanceof LimioError
        ? ` ${message}${hint === undefined ? '' : ` ${hint}`}`
        : ` Cannot write ${relative(root, file)}: ${error instanceof Error ? error.message : String(error)}`;
    io.stderr.write(`The snapshot for limio-sync drift was not updated.${why}\n`);
  }
}

/** After a publish: the snapshot stops to remember pages that are live now. It is changed in nothing else. */
export async function savePendingPublishes(
  io: CliIo,
  workspace: Workspace,
  held: HeldState,
  note: WriteNote | undefined,
): Promise<void> {
  try {
    const previous = loadState(workspace);
    if (previous === undefined) return;
    const { pending: _old, ...rest } = previous;
    const pending = findPendingPublishes(workspace);
    const text = formatState({ ...rest, ...(pending.length === 0 ? {} : { pending }) });
    if (text === formatState(previous)) return;
    writeStateFile(workspace.root, nameSnapshot(workspace), redactOutput(io)(text));
    await held.sendSnapshot(note ?? { subject: `snapshot after publish of ${workspace.environment.name}` });
  } catch {
    // The next apply publishes these pages once more, and writes the snapshot.
  }
}

/** A saved plan knows only what it changes. The rest is read while the files are still those of the plan. */
async function findDeclared(
  io: CliIo,
  { command, plan, workspace, executed, comparison }: SaveStateInput,
  previous: AppliedState | undefined,
  options: ConnectionOptions,
): Promise<StateUpdate['declared']> {
  if (comparison) {
    // One that could not be read keeps its entry.
    const declared = comparison.desired.map(({ address }) => [address, undefined] as const);
    return new Map([...declared, ...listDeclaredBodies(comparison.diffs)]);
  }
  if (command !== 'apply' || executed.result.interrupted) return undefined;
  const { desired } = readProject(workspace);
  if (hashDesired(desired) !== plan.filesHash) return undefined;
  const context = describeContext(workspace);
  return withTenant(io, workspace, options, ({ reader }) =>
    readDeclaredBodies(reader, desired, { changes: plan.changes, previous, context }),
  );
}
