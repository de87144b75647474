import { resolve } from 'node:path';
import { loadConfig } from '../../config/config.js';
import type { Config } from '../../config/schema.js';
import { LimioError } from '../../errors/errors.js';
import { defined } from '../../model/json.js';
import type { StateChange } from '../../model/state-report.js';
import { repeatReading, type StateStore, swap } from '../../store/store.js';
import { refuseUsage } from '../shared/error-report.js';
import { type CliIo, SYSTEM_CLOCK } from '../shared/io.js';
import type { CommonOptions, LockTimeoutOptions } from '../shared/options.js';
import { holdTenant, openPlaces, type Place, type TeamState } from '../shared/team-state.js';
import { describePlace, printChange, requireTeam } from './transfer.js';

export type MigrateOptions = CommonOptions & LockTimeoutOptions & { from: string; merge?: boolean };

interface Move {
  place: Place;
  source: TeamState;
  target: TeamState;
}

/**
 * `limio-sync state migrate`: copies what the store of another configuration has of each environment, under the locks
 * of both stores:
 * 1. compare all environments; refuse a target that has something else, before anything is written
 * 2. copy what the target lacks
 * 3. read everything back
 * The old store stays as it is.
 */
export async function runStateMigrate(io: CliIo, options: MigrateOptions): Promise<number> {
  const places = await openPlaces(io, { ...defined({ config: options.config }) });
  const { config: old } = await loadConfig(io.cwd, resolve(io.cwd, options.from), { env: io.env });
  const moves: Move[] = [];
  for (const place of places) moves.push(await openMove(place, old, options.from));
  const releases: (() => Promise<void>)[] = [];
  try {
    // Two environments of one host have one lock.
    const byHost = new Map(moves.map((move) => [move.place.environment.host, move]));
    for (const { place, source, target } of byHost.values()) {
      for (const team of [source, target]) {
        const request = { command: 'state migrate', ...defined({ waitMs: options.lockTimeout }) } as const;
        const lease = await holdTenant(io, place, team, request);
        releases.push(() => lease.release());
      }
    }
    const compared = [];
    for (const move of moves) compared.push({ ...move, ...(await compareStores(move)) });
    const others = compared.flatMap(({ target, differing, extra }) =>
      [...differing, ...extra].map((key) => `${target.store.place}: ${key}`),
    );
    if (others.length > 0 && !options.merge) throw refuseFilled(others, options.from);
    const environments: StateChange['environments'] = [];
    for (const { place, source, target, missing, differing } of compared) {
      await copy(target.store, missing);
      environments.push({
        ...describePlace(place, target.store.place),
        from: source.store.place,
        done: [...missing.keys()],
        refused: differing,
      });
    }
    return printChange(io, options, { command: 'migrate', environments });
  } finally {
    for (const release of releases) await release();
  }
}

async function openMove(place: Place, old: Config, from: string): Promise<Move> {
  const target = await requireTeam(place);
  // A relative path means the same folder in both configurations.
  const source = await requireTeam({ ...place, config: { ...place.config, ...pickState(old) } }, () =>
    refuseUsage(
      `${from} names no store.`,
      'If the state is in .limio of this checkout, send it to the configured store: limio-sync state push',
    ),
  );
  if (source.store.place === target.store.place)
    throw refuseUsage(
      `${from} and the configuration name the same store: ${target.store.place}.`,
      'Give --from the configuration as it was before "state" changed, from the history of git.',
    );
  return { place, source, target };
}

function pickState({ state }: Config): Pick<Config, 'state'> {
  // Without a state of its own, that of the other configuration must not count.
  return { state: state ?? {} };
}

interface Compared {
  /** Texts that the target lacks, by key. */
  missing: Map<string, string>;
  differing: string[];
  /** Keys that only the target has. */
  extra: string[];
}

async function compareStores({ source, target }: Move): Promise<Compared> {
  const [from, to] = await Promise.all([readAll(source.store), readAll(target.store)]);
  const shared = [...from].filter(([key]) => to.has(key));
  return {
    missing: new Map([...from].filter(([key]) => !to.has(key))),
    differing: shared.filter(([key, text]) => to.get(key) !== text).map(([key]) => key),
    extra: [...to.keys()].filter((key) => !from.has(key)),
  };
}

async function readAll(store: StateStore): Promise<Map<string, string>> {
  const entries = await repeatReading(() => store.list(), SYSTEM_CLOCK);
  const texts = new Map<string, string>();
  for (const entry of entries) texts.set(entry.key, await repeatReading(() => entry.read(), SYSTEM_CLOCK));
  return texts;
}

/** @throws LimioError STORE_UNSAFE when the store does not return what was written. */
async function copy(store: StateStore, texts: ReadonlyMap<string, string>): Promise<void> {
  for (const [key, text] of texts)
    await swap(store, { key, text, expected: undefined, note: { subject: `state migrate: ${key}` } }, SYSTEM_CLOCK);
  const found = await readAll(store);
  const wrong = [...texts].filter(([key, text]) => found.get(key) !== text).map(([key]) => key);
  if (wrong.length === 0) return;
  throw new LimioError({
    code: 'STORE_UNSAFE',
    message: `${store.place} does not return what was written: ${wrong.join(', ')}. The old store is unchanged.`,
    hint: 'Keep the old store, and check the new one.',
  });
}

function refuseFilled(others: readonly string[], from: string): LimioError {
  const shown = others.slice(0, 10).map((line) => `  ${line}`);
  if (others.length > shown.length) shown.push(`  and ${others.length - shown.length} more`);
  return new LimioError({
    code: 'STORE_MOVED',
    message: ['The configured store is not empty, and differs from the old one; nothing was copied:', ...shown].join(
      '\n',
    ),
    hint: `To keep these and copy what is missing: limio-sync state migrate --from ${from} --merge`,
    details: { keys: others },
  });
}
