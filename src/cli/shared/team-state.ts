import { resolve } from 'node:path';
import type { Variables } from '../../config/env-files.js';
import { resolveEnvironment, selectEnvironment } from '../../config/environments.js';
import { type LockOwner, parseLockOwner } from '../../journal/documents.js';
import { isSurelyDead, recordLease } from '../../journal/lock.js';
import { defined } from '../../model/json.js';
import type { RunAuthor, RunCommand } from '../../model/run.js';
import { escapeTerminal } from '../../render/escape.js';
import type { Lease } from '../../store/lease.js';
import type { Mirror } from '../../store/mirror.js';
import type { StateStore, StoreScope, WriteNote } from '../../store/store.js';
import { openConfig } from './config.js';
import { type CliIo, formatNow, SYSTEM_CLOCK } from './io.js';
import { identifyThisProcess, isRunning } from './journal.js';
import type { EnvOptions } from './options.js';
import { rememberSecret } from './secrets.js';
import { toRepository, type Workspace } from './workspace.js';

/**
 * The store that a team shares, as commands use it: `pullState` before reading runs and the snapshot, `holdState` for a
 * command that writes. Without `state.backend` both do nothing: runs and locks are those of `.limio`.
 */
export type Place = Pick<Workspace, 'root' | 'config' | 'environment' | 'variables'>;

/** What a command that writes does with the store while it holds the lock. */
export interface HeldState {
  /** Before each write. @throws LimioError LOCK_LOST */
  guard(): Promise<void>;
  /** @throws LimioError STORE_* */
  sendRun(id: string, note: Omit<WriteNote, 'run'>): Promise<void>;
  /** @throws LimioError STORE_* */
  sendSnapshot(note: WriteNote): Promise<void>;
  /** Removes them from the store and from this checkout. Undefined: there is no store. */
  removeRuns?(ids: readonly string[], note: WriteNote): Promise<void>;
  /** Removes a damaged snapshot from the store and from this checkout. Undefined: there is no store. */
  removeSnapshot?(isDamaged: (text: string) => boolean, note: WriteNote): Promise<void>;
  /** Only of a store that keeps a history. */
  squash?(): Promise<void>;
  /** Never throws. */
  release(): Promise<void>;
}

const nothing = (): Promise<void> => Promise.resolve();

const LOCAL: HeldState = { guard: nothing, sendRun: nothing, sendSnapshot: nothing, release: nothing };

/** Makes the runs and the snapshot of `.limio` equal to the store. @throws LimioError STORE_* */
export async function pullState(...places: readonly Place[]): Promise<void> {
  await Promise.all(
    places.map(async (place) => {
      const team = await openTeamState(place);
      if (team === undefined) return;
      const [lock] = await Promise.all([readLock(team.tenant), team.mirror.pull()]);
      const holder = lock?.owner;
      recordLease(place.root, place.environment.host, holder && isExpired(holder) ? undefined : holder);
    }),
  );
}

export interface HoldRequest {
  command: RunCommand | 'drift' | `state ${string}`;
  /** How long to wait for another holder, in milliseconds. */
  waitMs?: number;
}

/**
 * Takes the lock of the tenant in the store, makes `.limio` equal to the store, and sends what an earlier run of
 * this checkout could not send.
 * @throws LimioError LOCKED, STORE_*
 */
export async function holdState(io: CliIo, place: Place, { command, waitMs }: HoldRequest): Promise<HeldState> {
  const team = await openTeamState(place);
  if (team === undefined) return LOCAL;
  const { environment } = place;
  const lease = await holdTenant(io, place, team, { command, ...defined({ waitMs }) });
  try {
    await team.mirror.pull();
    recordLease(place.root, environment.host, undefined);
    for (const id of team.mirror.listUnsent())
      await team.mirror.sendRun(id, { subject: `record of the run ${id}, sent later` });
    const { mirror, store } = team;
    return {
      guard: () => lease.ensure(),
      sendRun: (id, note) => mirror.sendRun(id, note),
      sendSnapshot: async (note) => {
        // Whoever took over the lock writes the snapshot now.
        await lease.ensure();
        await mirror.sendSnapshot(note);
      },
      removeRuns: (ids, note) => mirror.removeRuns(ids, note),
      removeSnapshot: (isDamaged, note) => mirror.removeSnapshot(isDamaged, note),
      ...(store.squash ? { squash: () => store.squash?.() ?? nothing() } : {}),
      release: () => lease.release(),
    };
  } catch (error) {
    await lease.release();
    throw error;
  }
}

/** Takes the lock of the tenant in the store, and nothing else. @throws LimioError LOCKED, STORE_* */
export async function holdTenant(
  io: CliIo,
  place: Place,
  { tenant }: Pick<TeamState, 'tenant'>,
  { command, waitMs }: HoldRequest,
): Promise<Lease> {
  await requireConditions(place, tenant);
  const { environment } = place;
  const { takeLease } = await import('../../store/lease.js');
  const author = describeAuthor(io);
  const lease = await takeLease(tenant, {
    owner: {
      ...identifyThisProcess(),
      command,
      environment: environment.name,
      since: formatNow(),
      nonce: makeLockId(),
      ...defined({ user: author.user, link: author.link }),
    },
    clock: SYSTEM_CLOCK,
    isDead: (holder) => isSurelyDead(holder, isRunning),
    ...defined({ waitMs }),
    signal: io.signal,
    onWait: (holder) => io.stderr.write(`Waiting for the ${describeHolder(holder)} to end.\n`),
  });
  if (lease.takenFrom)
    io.stderr.write(
      `Took over the lock of the ${describeHolder(lease.takenFrom)}, which ended without releasing it.\n`,
    );
  return lease;
}

/** For a person: `apply of prod since 2026-11-28T10:00:00.000Z (ada)`. */
export function describeHolder({ command, environment, since, user, link }: LockOwner): string {
  const who = [user, link].filter((one) => one !== undefined);
  return escapeTerminal(`${command} of ${environment} since ${since}${who.length === 0 ? '' : ` (${who.join(', ')})`}`);
}

/** All environments, or the one that `env` names. Needs no credentials. @throws LimioError CONFIG_*, ENVIRONMENT_*. */
export async function openPlaces(
  io: CliIo,
  options: Pick<EnvOptions, 'config' | 'env'>,
  open = openConfig,
): Promise<Place[]> {
  const loaded = await open(io, options);
  const { config } = loaded;
  const { env } = options;
  const names =
    env === undefined
      ? Object.keys(config.environments)
      : [selectEnvironment(config, { flag: env, variable: undefined })];
  const repository = { ...toRepository(io, loaded), config };
  return names.map((name) => ({ ...repository, environment: resolveEnvironment(config, name) }));
}

export interface TeamState {
  /** Runs and snapshot of the environment. */
  store: StateStore;
  /** The lock. */
  tenant: StateStore;
  mirror: Mirror;
}

/** Undefined without `state.backend`, or with the folder `.limio`. */
export async function openTeamState(place: Place): Promise<TeamState | undefined> {
  const { root, environment } = place;
  const scope = { tenant: environment.host, environment: environment.name };
  const store = await openStore(place, scope);
  const tenant = await openStore(place, { tenant: environment.host });
  if (store === undefined || tenant === undefined) return undefined;
  const { createMirror } = await import('../../store/mirror.js');
  return { store, tenant, mirror: createMirror(store, { root, scope, clock: SYSTEM_CLOCK }) };
}

/** Each adapter is loaded only where it is used. */
async function openStore(
  { root, config: { state }, variables }: Place,
  scope: StoreScope,
): Promise<StateStore | undefined> {
  const surroundings = { env: variables.all, clock: SYSTEM_CLOCK, rememberSecret };
  switch (state?.backend) {
    case 's3': {
      const { createS3Store } = await import('../../store/s3-store.js');
      return createS3Store(state, scope, surroundings);
    }
    case 'http': {
      const { createHttpStore } = await import('../../store/http-store.js');
      return createHttpStore(state, scope, surroundings);
    }
    case 'git': {
      const { createGitStore } = await import('../../store/git-store.js');
      const env = addJobToken(variables.all);
      return createGitStore({ root, remote: state.remote, branch: state.branch, env }, scope);
    }
    case undefined:
    case 'folder': {
      if (state?.path === undefined) return undefined;
      const { createFolderStore } = await import('../../store/folder-store.js');
      return createFolderStore(resolve(root, state.path), scope);
    }
  }
}

/**
 * In a job of GitHub, its token, as a header for the job's own server: so the checkout need not leave it in
 * .git/config, where every script of the job can read it. The empty value before it takes away one that the checkout
 * left, since the server refuses two.
 */
export function addJobToken(env: Variables['all']): Variables['all'] {
  const { GITHUB_TOKEN: token, GITHUB_SERVER_URL: server, GIT_CONFIG_COUNT: count } = env;
  if (!token || !server || count) return env;
  const header = `AUTHORIZATION: basic ${Buffer.from(`x-access-token:${token}`).toString('base64')}`;
  for (const secret of [token, header.slice(header.lastIndexOf(' ') + 1)]) rememberSecret(secret);
  const key = `http.${server}/.extraheader`;
  return {
    ...env,
    GIT_CONFIG_COUNT: '2',
    GIT_CONFIG_KEY_0: key,
    GIT_CONFIG_VALUE_0: '',
    GIT_CONFIG_KEY_1: key,
    GIT_CONFIG_VALUE_1: header,
  };
}

/** In the store of the tenant: the store passed the test of its conditions. */
const PROBE_KEY = 'conditions.json';

/** Some stores in the manner of S3 ignore the conditions of a write. @throws LimioError STORE_UNSAFE */
async function requireConditions({ config }: Place, tenant: StateStore): Promise<void> {
  if (config.state?.backend !== 's3' || (await tenant.read(PROBE_KEY)) !== undefined) return;
  const { probeConditions } = await import('../../store/probe.js');
  await probeConditions(tenant);
  await tenant.write(PROBE_KEY, '{"respected":true}\n', undefined);
}

/** The lock of a tenant; without an owner, it cannot be read. */
export async function readLock(tenant: StateStore): Promise<{ id: string; owner?: LockOwner } | undefined> {
  const { LOCK_KEY } = await import('../../store/lease.js');
  const { readPatiently } = await import('../../store/store.js');
  const found = await readPatiently(tenant, LOCK_KEY, SYSTEM_CLOCK);
  const owner = parseLockOwner(found?.text);
  return found && { id: owner?.nonce ?? found.version, ...defined({ owner }) };
}

function isExpired({ expiresAt }: LockOwner): boolean {
  return expiresAt !== undefined && Date.parse(expiresAt) < SYSTEM_CLOCK.now();
}

/** Short enough to type, long enough to be unique. */
function makeLockId(): string {
  return crypto.randomUUID().replaceAll('-', '').slice(0, 16);
}

/** Who runs this command: the person and the job of GitHub or GitLab, else the user of the machine. */
export function describeAuthor({ env }: Pick<CliIo, 'env'>): RunAuthor {
  const first = (...names: string[]): string | undefined => names.map((name) => env[name]).find((value) => value);
  const [server, repository, job] = [env['GITHUB_SERVER_URL'], env['GITHUB_REPOSITORY'], env['GITHUB_RUN_ID']];
  const github = server && repository && job ? `${server}/${repository}/actions/runs/${job}` : undefined;
  const pullRequest = /^refs\/pull\/(\d+)\//.exec(env['GITHUB_REF'] ?? '')?.[1] ?? first('CI_MERGE_REQUEST_IID');
  return defined({
    user: first('GITHUB_TRIGGERING_ACTOR', 'GITHUB_ACTOR', 'GITLAB_USER_LOGIN', 'USER', 'USERNAME'),
    link: github ?? first('CI_JOB_URL', 'BUILD_URL'),
    pullRequest,
  });
}
