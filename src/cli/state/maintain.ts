import { listPrunable, removeRuns } from '../../journal/journal.js';
import { defined } from '../../model/json.js';
import { formatCommand } from '../../model/text.js';
import type { StateChange } from '../../model/state-report.js';
import { countThings } from '../../model/words.js';
import { escapeTerminal } from '../../render/escape.js';
import { confirm } from '../shared/consent.js';
import { refuseUsage } from '../shared/error-report.js';
import { countKept } from '../shared/execute-plan.js';
import { type CliIo, SYSTEM_CLOCK } from '../shared/io.js';
import { findRunPlan, isRunning } from '../shared/journal.js';
import type { EnvOptions, LockTimeoutOptions } from '../shared/options.js';
import { printResult } from '../shared/output.js';
import { removeDamagedSnapshot } from '../shared/state.js';
import { describeHolder, holdState, openPlaces, openTeamState, type Place, readLock } from '../shared/team-state.js';
import { listRunsOfPlace } from './show.js';
import { printChange, requireTeam } from './transfer.js';

/** `limio-sync state unlock`: removes the lock with this id, and no other one. */
export async function runStateUnlock(io: CliIo, id: string, options: EnvOptions & { yes?: boolean }): Promise<number> {
  const env = options.env ?? io.env['LIMIO_ENV'];
  const [place, ...others] = await openPlaces(io, { ...options, ...defined({ env }) });
  if (place === undefined || others.length > 0)
    throw refuseUsage('state unlock requires --env, because the configuration has several environments.');
  const { name, host } = place.environment;
  const { tenant } = await requireTeam(place, () =>
    refuseUsage(
      'The configuration names no store, so the lock is a file of this checkout.',
      'The error LOCKED names it. Remove it when no other limio-sync is running.',
    ),
  );
  const lock = await readLock(tenant);
  // Where there is another lock or none, the answer is an error and no question.
  if (lock?.id === id) {
    const what = lock.owner ? `the lock of the ${describeHolder(lock.owner)}` : 'the lock, which cannot be read';
    const command = formatCommand('state', 'unlock', id, '--env', name, '--yes');
    const question = `Remove ${what}? If that run still lives, it stops within seconds, before its next write.`;
    await confirm(io, question, options, `Without confirmation: ${command}`);
  }
  const { breakLease } = await import('../../store/lease.js');
  const broken = await breakLease(tenant, id, SYSTEM_CLOCK);
  const document = { kind: 'limio-sync/state-unlock', formatVersion: 1, environment: name, host, id, holder: broken };
  printResult(
    io,
    options,
    document,
    () => `Removed the lock ${escapeTerminal(id)}${broken ? ` of the ${describeHolder(broken)}` : ''}.\n`,
  );
  return 0;
}

export type PruneOptions = EnvOptions & LockTimeoutOptions & { keep?: number; damaged?: boolean; yes?: boolean };

/** `limio-sync state prune`: what every run does before it begins, on request, and forgets the history of a store. */
export async function runStatePrune(io: CliIo, options: PruneOptions): Promise<number> {
  const environments: StateChange['environments'] = [];
  for (const place of await openPlaces(io, options)) environments.push(await prune(io, place, options));
  return printChange(io, options, { command: 'prune', environments });
}

async function prune(io: CliIo, place: Place, options: PruneOptions): Promise<StateChange['environments'][number]> {
  const { root, environment, config } = place;
  const held = await holdState(io, place, { command: 'state prune', ...defined({ waitMs: options.lockTimeout }) });
  try {
    const only = { environment: environment.name, host: environment.host };
    const keep = options.keep ?? countKept(config);
    const old = listPrunable(root, keep, { isRunning, parsePlan: findRunPlan, only });
    const unreadable = listRunsOfPlace(place).filter(({ state }) => options.damaged && state === 'unreadable');
    // Another version of limio-sync can read it.
    const damaged = unreadable.filter(({ otherVersion }) => !otherVersion);
    const removed = [...new Map([...old, ...damaged].map((run) => [run.id, run])).values()];
    if (removed.length > 0)
      await confirm(
        io,
        `Remove ${countThings(removed.length, 'run')} of ${environment.name}? They cannot be rolled back then.`,
        options,
        'To skip the confirmation, add --yes',
      );
    const note = { subject: `state prune of ${environment.name}` };
    await (held.removeRuns?.(
      removed.map(({ id }) => id),
      note,
    ) ?? Promise.resolve(removeRuns(removed)));
    const snapshot = options.damaged ? await removeDamagedSnapshot(place, held, note) : undefined;
    // A search for damaged records that finds none changes nothing.
    const squashes = held.squash && (!options.damaged || removed.length > 0 || snapshot === 'removed');
    if (squashes) await held.squash?.();
    const left = listRunsOfPlace(place);
    const isLeft = (id: string): boolean => left.some((run) => run.id === id);
    return {
      ...only,
      ...defined({ place: (await openTeamState(place))?.store.place }),
      done: [
        ...removed.filter(({ id }) => !isLeft(id)).map(({ id }) => id),
        ...(snapshot === 'removed' ? ['snapshot'] : []),
      ],
      refused: [
        ...unreadable.filter(({ id }) => isLeft(id)).map(({ id }) => id),
        ...(snapshot === 'kept' ? ['snapshot'] : []),
      ],
      runs: left.length,
      ...(squashes ? { squashed: true as const } : {}),
    };
  } finally {
    await held.release();
  }
}
