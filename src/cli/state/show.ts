import { LimioError } from '../../errors/errors.js';
import type { LockOwner } from '../../journal/documents.js';
import { readLockOwner } from '../../journal/lock.js';
import { defined } from '../../model/json.js';
import type { RunHead } from '../../model/run.js';
import { formatCommand } from '../../model/text.js';
import type { EnvironmentState, StateReport } from '../../model/state-report.js';
import { renderStateText } from '../../render/state.js';
import type { CliIo } from '../shared/io.js';
import { SYSTEM_CLOCK } from '../shared/io.js';
import { hintAtUnreadable, listRunsOf } from '../shared/journal.js';
import type { EnvOptions } from '../shared/options.js';
import { printResult } from '../shared/output.js';
import { findPendingPublishes, loadState } from '../shared/plan.js';
import { openPlaces, openTeamState, type Place, pullState, readLock } from '../shared/team-state.js';

/** `limio-sync state show`. Reads everything of every environment, so that all problems are known at once. */
export async function runStateShow(io: CliIo, options: EnvOptions): Promise<number> {
  const places = await openPlaces(io, options);
  const environments: EnvironmentState[] = [];
  // One after the other: environments share `.limio`.
  for (const place of places) environments.push(await readEnvironment(place));
  const state = places[0]?.config.state;
  const report: StateReport = {
    kind: 'limio-sync/state-report',
    formatVersion: 1,
    backend: state?.backend ?? 'folder',
    shared: isShared(places[0]),
    environments,
  };
  printResult(io, options, report, ({ style }) => renderStateText(report, { style, now: SYSTEM_CLOCK.now() }));
  return environments.some(({ problems }) => problems.length > 0) ? 1 : 0;
}

/** Whether the configuration names a store besides `.limio`. */
function isShared(place: Place | undefined): boolean {
  const state = place?.config.state;
  return state !== undefined && ('path' in state || (state.backend !== undefined && state.backend !== 'folder'));
}

async function readEnvironment(place: Place): Promise<EnvironmentState> {
  const { root, environment } = place;
  const problems = new Map<string, EnvironmentState['problems'][number]>();
  const attempt = async <T>(read: () => Promise<T> | T): Promise<T | undefined> => {
    try {
      return await read();
    } catch (error) {
      if (!(error instanceof LimioError) || error.code === 'INTERRUPTED') throw error;
      const { code, message, hint } = error;
      problems.set(message, { code, message, ...defined({ hint }) });
      return undefined;
    }
  };
  const team = await attempt(() => openTeamState(place));
  const lock = team && (await attempt(() => readLock(team.tenant)));
  if (lock && !lock.owner) {
    const message = `The lock in ${team.tenant.place} cannot be read, so no run can begin.`;
    const unlock = formatCommand('state', 'unlock', lock.id, '--env', environment.name);
    problems.set('lock', { code: 'LOCKED', message, hint: `If no run is in progress, remove it: ${unlock}` });
  }
  const holder = team
    ? lock?.owner
    : isShared(place)
      ? undefined
      : readLockOwner(root, { host: environment.host, environment: environment.name });
  // With the lock, which tells a run that is in progress from one that died.
  await attempt(() => pullState(place));
  const applied = await attempt(() => loadState(place));
  const runs = listRunsOfPlace(place);
  for (const run of runs) {
    if (run.unreadable === undefined) continue;
    const message = `The run ${run.id} cannot be read: ${run.unreadable}.`;
    problems.set(run.id, { code: 'RUN_UNREADABLE', message, hint: hintAtUnreadable(run) });
  }
  const last = runs.at(-1);
  return {
    environment: environment.name,
    host: environment.host,
    ...defined({ place: team?.store.place ?? (isShared(place) ? undefined : '.limio') }),
    ...(applied ? { snapshot: pickLast(applied.last) } : {}),
    runs: runs.length,
    ...(last ? { last: summarise(last) } : {}),
    pending: findPendingPublishes(place).map(({ path }) => path),
    ...(holder ? { lock: summariseLock(holder, team !== undefined) } : {}),
    problems: [...problems.values()],
  };
}

/** The runs of a place; one that cannot be read may have gone to another tenant. */
export function listRunsOfPlace({ root, environment: { name, host } }: Place): RunHead[] {
  return listRunsOf(root, name).filter(({ start }) => start === undefined || start.host === host);
}

function pickLast({ command, at, run, complete, verified }: NonNullable<EnvironmentState['snapshot']>) {
  return { command, at, complete, verified, ...defined({ run }) };
}

function summarise({ id, state, start }: RunHead): NonNullable<EnvironmentState['last']> {
  return { run: id, state, ...defined({ command: start?.command, at: start?.at, user: start?.by?.user }) };
}

function summariseLock(holder: LockOwner, hasId: boolean): NonNullable<EnvironmentState['lock']> {
  const { command, environment, since, user, link, expiresAt, nonce } = holder;
  return { ...(hasId ? { id: nonce } : {}), command, environment, since, ...defined({ user, link, expiresAt }) };
}
