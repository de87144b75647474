import { rmSync } from 'node:fs';
import { relative } from 'node:path';
import { listDeclaredBodies, readDeclaredBodies } from '../../drift/declared-bodies.js';
import { formatState, parseState, type StateUpdate, updateState } from '../../drift/state.js';
import { LimioError } from '../../errors/errors.js';
import { writeStateFile } from '../../journal/files.js';
import type { AppliedState, LastApply } from '../../model/drift.js';
import type { Plan } from '../../model/plan.js';
import type { Comparison } from '../../plan/compare.js';
import { hashDesired } from '../../plan/fingerprint.js';
import { escapeTerminal } from '../../render/escape.js';
import type { WriteNote } from '../../store/store.js';
import { describeError } from './error-report.js';
import type { ExecutedPlan } from './execute-plan.js';
import { type CliIo, formatNow } from './io.js';
import {
  describeContext,
  findPendingPublishes,
  loadState,
  nameSnapshot,
  readSnapshot,
  type StateOwner,
} from './plan.js';
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
    const previous = loadPrevious(io, workspace);
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

/**
 * The snapshot that a new one follows. A damaged one counts as none, so that the new one replaces it.
 * @throws LimioError STATE_VERSION, STATE_ELSEWHERE: another version of limio-sync, or another tenant, needs it.
 */
export function loadPrevious(io: CliIo, workspace: StateOwner): AppliedState | undefined {
  const { state, problem } = readSnapshot(workspace);
  if (problem === undefined) return state;
  if (problem.code !== 'STATE_INVALID') throw problem;
  io.stderr.write(`${escapeTerminal(problem.message)} A new one replaces it.\n`);
  return undefined;
}

/**
 * Without the snapshot, nobody sees that the files are older than what was applied last, or overwrite an edit of the
 * app: in a protected environment that must not pass unseen.
 * @throws LimioError STATE_INVALID, STATE_VERSION.
 */
export function requireSnapshot(io: CliIo, workspace: Workspace, isSaved: boolean): void {
  const { problem } = readSnapshot(workspace);
  // Where the environment names another tenant now, nothing was applied to that one yet.
  if (problem === undefined) return;
  if (workspace.environment.protected && problem.code !== 'STATE_ELSEWHERE') throw problem;
  // A new plan has this warning.
  if (isSaved) io.stderr.write(`warning SNAPSHOT_UNREADABLE: ${escapeTerminal(problem.message)}\n`);
}

/**
 * For `state prune --damaged`: removes a damaged snapshot here and in the store. An intact one in the store replaces
 * it.
 * @returns what became of it, or undefined where none is damaged. One of another format version is kept.
 */
export async function removeDamagedSnapshot(
  place: StateOwner,
  held: Pick<HeldState, 'removeSnapshot'>,
  note: WriteNote,
): Promise<'removed' | 'kept' | undefined> {
  const { problem } = readSnapshot(place);
  if (problem?.code === 'STATE_VERSION') return 'kept';
  if (problem?.code !== 'STATE_INVALID') return undefined;
  if (held.removeSnapshot) await held.removeSnapshot((text) => isDamaged(text, place), note);
  else rmSync(nameSnapshot(place), { recursive: true, force: true });
  return readSnapshot(place).problem ? 'kept' : 'removed';
}

/** Whether the text is no snapshot of any version. */
function isDamaged(text: string, { environment: { name, host } }: Pick<Workspace, 'environment'>): boolean {
  try {
    parseState(text, 'the snapshot', { environment: name, host });
    return false;
  } catch (error) {
    return error instanceof LimioError && error.code === 'STATE_INVALID';
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
  const { desired } = await readProject(workspace);
  if (hashDesired(desired) !== plan.filesHash) return undefined;
  const context = describeContext(workspace);
  return withTenant(io, workspace, options, ({ reader }) =>
    readDeclaredBodies(reader, desired, { changes: plan.changes, previous, context }),
  );
}
