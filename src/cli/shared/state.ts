import { relative } from 'node:path';
import { listDeclaredBodies, readDeclaredBodies } from '../../drift/declared-bodies.js';
import { formatState, parseState, type StateUpdate, updateState } from '../../drift/state.js';
import { LimioError } from '../../errors/errors.js';
import { createRedactor } from '../../errors/redact.js';
import { nameStateFile, readFileIfAny, writeStateFile } from '../../journal/files.js';
import type { AppliedState, LastApply } from '../../model/drift.js';
import type { Plan } from '../../model/plan.js';
import type { Comparison } from '../../plan/compare.js';
import { hashDesired } from '../../plan/fingerprint.js';
import type { CarriedOut } from './carry-out.js';
import { describeError } from './error-report.js';
import { type CliIo, type CommonOptions, SYSTEM_CLOCK } from './io.js';
import { describeContext } from './plan.js';
import { listSecrets } from './secrets.js';
import { openReader } from './tenant.js';
import { readFiles, type Workspace } from './workspace.js';

export interface StateRequest {
  command: LastApply['command'];
  plan: Plan;
  workspace: Workspace;
  carried: CarriedOut;
  /** That of the plan; absent when the plan was saved, or is a rollback. */
  comparison?: Comparison;
}

/**
 * Writes down what the environment holds after an apply or rollback. The tenant is as it is, and no
 * plan needs the snapshot, so a failure is told and changes nothing else.
 */
export async function keepState(io: CliIo, request: StateRequest, options: CommonOptions): Promise<void> {
  const {
    command,
    plan,
    workspace,
    carried: { result, run },
  } = request;
  const { root, config, environment } = workspace;
  const file = nameStateFile(root, environment.name, config.state?.folder);
  try {
    const previous = loadState(workspace);
    const declared = await findDeclared(io, request, previous, options);
    const at = new Date(SYSTEM_CLOCK.now()).toISOString();
    const state = updateState(previous, {
      command,
      plan,
      result,
      at,
      ...(run === undefined ? {} : { run }),
      ...(declared ? { declared } : {}),
    });
    const redact = createRedactor(listSecrets(io.env));
    writeStateFile(root, file, redact(formatState(state)));
  } catch (error) {
    const { message, hint } = describeError(error);
    const why =
      error instanceof LimioError
        ? ` ${message}${hint === undefined ? '' : ` ${hint}`}`
        : ` ${relative(root, file)} cannot be written: ${error instanceof Error ? error.message : String(error)}`;
    io.stderr.write(`The snapshot for limio-sync drift was not renewed.${why}\n`);
  }
}

/** A saved plan holds nothing of what it does not change; that is looked up while the files still are its files. */
async function findDeclared(
  io: CliIo,
  request: StateRequest,
  previous: AppliedState | undefined,
  options: CommonOptions,
): Promise<StateUpdate['declared']> {
  const { command, plan, workspace, carried, comparison } = request;
  if (comparison) return listDeclaredBodies(comparison.diffs);
  if (command === 'rollback' || carried.result.interrupted) return undefined;
  const { desired } = readFiles(workspace);
  if (hashDesired(desired) !== plan.filesHash) return undefined;
  const reader = await openReader(io, workspace, options);
  try {
    return await readDeclaredBodies(reader, desired, {
      changes: plan.changes,
      previous,
      context: describeContext(workspace),
    });
  } finally {
    await reader.close();
  }
}

/**
 * The snapshot of the last apply of an environment; undefined when there is none yet.
 * @throws LimioError STATE_INVALID, STATE_VERSION, STATE_ELSEWHERE.
 */
export function loadState({
  root,
  config,
  environment,
}: Pick<Workspace, 'root' | 'config' | 'environment'>): AppliedState | undefined {
  const file = nameStateFile(root, environment.name, config.state?.folder);
  const shown = relative(root, file);
  let text: string | undefined;
  try {
    text = readFileIfAny(file);
  } catch (error) {
    throw new LimioError({
      code: 'STATE_INVALID',
      message: `${shown} cannot be read (${error instanceof Error ? error.message : String(error)}).`,
      cause: error,
    });
  }
  return text === undefined
    ? undefined
    : parseState(text, shown, { environment: environment.name, host: environment.host });
}
