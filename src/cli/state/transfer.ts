import { defined } from '../../model/json.js';
import type { LimioError } from '../../errors/errors.js';
import type { StateChange } from '../../model/state-report.js';
import { escapeTerminal } from '../../render/escape.js';
import { renderStateChangeText } from '../../render/state.js';
import { refuseUsage } from '../shared/error-report.js';
import type { CliIo } from '../shared/io.js';
import type { EnvOptions, LockTimeoutOptions } from '../shared/options.js';
import { printResult } from '../shared/output.js';
import { readSnapshot } from '../shared/plan.js';
import { holdTenant, openPlaces, openTeamState, type Place, pullState, type TeamState } from '../shared/team-state.js';
import { listRunsOfPlace } from './show.js';

/** Something was left as it was. */
const REFUSED = 4;

/** `limio-sync state pull`: makes `.limio` equal to the store. */
export async function runStatePull(io: CliIo, options: EnvOptions): Promise<number> {
  const places = await openPlaces(io, options);
  const environments: StateChange['environments'] = [];
  for (const place of places) {
    const { store } = await requireTeam(place);
    await pullState(place);
    environments.push({
      ...describePlace(place, store.place),
      done: [],
      refused: [],
      runs: listRunsOfPlace(place).length,
    });
  }
  return printChange(io, options, { command: 'pull', environments });
}

/** `limio-sync state push`: fills a store from this checkout, for starting with a store or after one was lost. */
export async function runStatePush(io: CliIo, options: EnvOptions & LockTimeoutOptions): Promise<number> {
  const places = await openPlaces(io, options);
  const environments: StateChange['environments'] = [];
  for (const place of places) {
    const team = await requireTeam(place);
    const lease = await holdTenant(io, place, team, {
      command: 'state push',
      ...defined({ waitMs: options.lockTimeout }),
    });
    try {
      // Trials of doctor stay with the machine that knows how to undo them.
      const ids = listRunsOfPlace(place)
        .filter(({ state, start }) => state !== 'running' && state !== 'unreadable' && start?.command !== 'doctor')
        .map(({ id }) => id);
      const { problem } = readSnapshot(place);
      // Another version of limio-sync can read its own.
      const withheld = problem?.code === 'STATE_VERSION' ? undefined : problem;
      if (withheld) reportWithheld(io, place, withheld);
      const note = { subject: `state push of ${place.environment.name}` };
      const { sent, refused } = await team.mirror.sendMissing(ids, note, withheld === undefined);
      await team.mirror.pull();
      environments.push({ ...describePlace(place, team.store.place), done: sent, refused });
    } finally {
      await lease.release();
    }
  }
  return printChange(io, options, { command: 'push', environments });
}

/** Elsewhere it would switch off what needs a snapshot, as here. */
function reportWithheld({ stderr }: CliIo, { environment }: Place, { message, hint }: LimioError): void {
  const why = hint === undefined ? message : `${message} ${hint}`;
  stderr.write(escapeTerminal(`The snapshot of ${environment.name} was not sent: ${why}`) + '\n');
}

/** @throws LimioError USAGE where the configuration names no store. */
export async function requireTeam(place: Place, refuse: () => LimioError = refuseWithoutStore): Promise<TeamState> {
  const team = await openTeamState(place);
  if (team === undefined) throw refuse();
  return team;
}

function refuseWithoutStore(): LimioError {
  return refuseUsage(
    'The configuration names no store: runs, snapshots and locks are in .limio of this checkout.',
    "Name one in limio.config, for example: state: { backend: 'git' }",
  );
}

export function describePlace({ environment: { name, host } }: Place, place: string) {
  return { environment: name, host, place };
}

export function printChange(
  io: CliIo,
  options: Parameters<typeof printResult>[1],
  change: Omit<StateChange, 'kind' | 'formatVersion'>,
): number {
  const document: StateChange = { kind: 'limio-sync/state-change', formatVersion: 1, ...change };
  printResult(io, options, document, ({ style }) => renderStateChangeText(document, style));
  return document.environments.some(({ refused }) => refused.length > 0) ? REFUSED : 0;
}
