import { LimioError } from '../errors/errors.js';
import { type LockOwner, parseLockOwner } from '../journal/documents.js';
import type { Clock } from '../model/async.js';
import { formatCommand } from '../model/text.js';
import { countThings } from '../model/words.js';
import { readPatiently, type StateStore, type StoredText, swap } from './store.js';

/** The key of the lock, in the store of a tenant: it covers every environment that leads to that host. */
export const LOCK_KEY = 'lock.json';

/** How long a lock holds without being renewed. */
export const LEASE_MS = 120_000;

/** The holder renews its lock so often, and stops writing where it could not. */
const RENEW_MS = 30_000;

/** By so much the clocks of two machines may differ. */
const CLOCK_SKEW_MS = 30_000;

const POLL_MS = 3_000;

/** So long may a run not notice that its lock was removed by hand. */
const CHECK_MS = 5_000;

export interface LeaseRequest {
  /** `nonce` is the id of the lock; `expiresAt` is set here. */
  owner: LockOwner;
  clock: Clock;
  /** Whether the process that holds a lock has ended; only for processes of this machine. */
  isDead: (holder: LockOwner) => boolean;
  /** How long to wait for another holder, in milliseconds. */
  waitMs?: number;
  signal?: AbortSignal;
  /** Called once when another holder has to be waited for. */
  onWait?: (holder: LockOwner) => void;
}

export interface Lease {
  id: string;
  /** Whose lock had expired, or whose process had ended. */
  takenFrom?: LockOwner;
  /**
   * Before each write. Renews the lock where that is due, and reads it again where that was not done for five seconds.
   * @throws LimioError LOCK_LOST
   */
  ensure(): Promise<void>;
  /** Never throws: what cannot be removed expires. */
  release(): Promise<void>;
}

/**
 * Takes the lock of a tenant and renews it until it is released.
 * @throws LimioError LOCKED naming the holder, and what the store throws.
 */
export async function takeLease(store: StateStore, request: LeaseRequest): Promise<Lease> {
  const { clock, waitMs = 0, signal } = request;
  const until = clock.now() + waitMs;
  let isAnnounced = false;
  for (;;) {
    const found = await readPatiently(store, LOCK_KEY, clock);
    const holder = found && parseLockOwner(found.text);
    if (found === undefined || (holder && isOver(holder, request))) {
      const text = writeOwner(request.owner, clock.now());
      const note = { subject: `lock: ${request.owner.command} of ${request.owner.environment}` };
      const version = await swap(store, { key: LOCK_KEY, text, expected: found?.version, note }, clock);
      if (version !== undefined) return keepLease(store, request, { text, version }, holder);
    } else if (clock.now() >= until) throw refuse(store, request.owner.environment, found, holder);
    else {
      if (holder && !isAnnounced) request.onWait?.(holder);
      isAnnounced = true;
      await clock.sleep(POLL_MS, signal);
    }
    signal?.throwIfAborted();
  }
}

function isOver(holder: LockOwner, { clock, isDead }: LeaseRequest): boolean {
  const expiry = Date.parse(holder.expiresAt ?? '');
  // A lock without an expiry is none of ours; a person has to remove it.
  return isDead(holder) || expiry + CLOCK_SKEW_MS < clock.now();
}

function keepLease(
  store: StateStore,
  { owner, clock }: LeaseRequest,
  taken: StoredText,
  takenFrom: LockOwner | undefined,
): Lease {
  let current = taken;
  let renewedAt = clock.now();
  let seenAt = renewedAt;
  let lost: LimioError | undefined;
  let isReleased = false;
  let turn: Promise<void> = Promise.resolve();
  const renew = async (): Promise<void> => {
    if (isReleased || lost || clock.now() - renewedAt < RENEW_MS) return;
    const now = clock.now();
    try {
      const text = writeOwner(owner, now);
      const version = await swap(store, { key: LOCK_KEY, text, expected: current.version }, clock);
      if (version === undefined) lost = await describeLoss(store, owner, clock);
      else {
        current = { text, version };
        renewedAt = now;
        seenAt = now;
      }
    } catch (error) {
      // The store may answer again before the lock expires.
      if (clock.now() - renewedAt > LEASE_MS - CLOCK_SKEW_MS) lost = describeSilence(store, error);
    }
  };
  const check = async (): Promise<void> => {
    await renew();
    const now = clock.now();
    if (isReleased || lost || now - seenAt < CHECK_MS) return;
    // A store that is silent is left to the renewal.
    const found = await store.read(LOCK_KEY).catch(() => current);
    if (found?.version === current.version) seenAt = now;
    else lost = await describeLoss(store, owner, clock);
  };
  const inTurn = (act: () => Promise<void>): Promise<void> => (turn = turn.then(act));
  const timer = setInterval(() => void inTurn(renew), RENEW_MS / 3);
  timer.unref();
  return {
    id: owner.nonce,
    ...(takenFrom ? { takenFrom } : {}),
    async ensure() {
      await inTurn(check);
      if (lost) throw lost;
    },
    async release() {
      clearInterval(timer);
      isReleased = true;
      await turn;
      if (lost) return;
      await store.remove(LOCK_KEY, current.version, { subject: 'unlock' }).catch(() => undefined);
    },
  };
}

/**
 * Removes the lock with this id, whoever holds it.
 * @throws LimioError LOCKED when the lock has another id; USAGE when there is none.
 */
export async function breakLease(store: StateStore, id: string, clock: Clock): Promise<LockOwner | undefined> {
  const found = await readPatiently(store, LOCK_KEY, clock);
  if (found === undefined)
    throw new LimioError({
      code: 'USAGE',
      message: `There is no lock in ${store.place}.`,
      hint: 'Nothing is to be done.',
    });
  const holder = parseLockOwner(found.text);
  const isRemoved =
    (holder?.nonce ?? found.version) === id &&
    (await store.remove(LOCK_KEY, found.version, { subject: `lock ${id} removed by hand` }));
  if (!isRemoved) throw refuseOtherId(id, found, holder);
  return holder;
}

function refuseOtherId(id: string, { version }: StoredText, holder: LockOwner | undefined): LimioError {
  const its = holder?.nonce ?? version;
  return new LimioError({
    code: 'LOCKED',
    message:
      `The lock has another id than ${id}, so it was not removed: ` +
      `${its}${holder ? ` (${nameHolder(holder)})` : ''}.`,
    hint: `If its run certainly ended: ${nameUnlock(its, holder?.environment)}`,
    details: { holder, id: its },
  });
}

function nameUnlock(id: string, environment: string | undefined): string {
  return formatCommand('state', 'unlock', id, ...(environment === undefined ? [] : ['--env', environment]));
}

function writeOwner(owner: LockOwner, now: number): string {
  return `${JSON.stringify({ ...owner, expiresAt: new Date(now + LEASE_MS).toISOString() }, null, 2)}\n`;
}

function refuse(
  store: StateStore,
  environment: string,
  { version }: StoredText,
  holder: LockOwner | undefined,
): LimioError {
  const id = holder?.nonce ?? version;
  const unlock = nameUnlock(id, holder?.environment ?? environment);
  return new LimioError({
    code: 'LOCKED',
    message: holder
      ? `Another ${holder.command} of ${holder.environment} has been running since ${holder.since}: ` +
        `${nameHolder(holder)}. Nothing was written.`
      : `The lock in ${store.place} cannot be read. Nothing was written.`,
    hint: holder?.expiresAt
      ? `Wait until it ends: add --lock-timeout 10m. If it died, its lock expires at ${holder.expiresAt}. ` +
        `To remove the lock of a run that certainly ended: ${unlock}`
      : `If no run is in progress, remove it: ${unlock}`,
    details: { holder, id, place: store.place },
  });
}

/** `ada, https://github.com/acme/shop/actions/runs/17`, or the process. */
function nameHolder({ user, link, pid, host }: LockOwner): string {
  const who = user === undefined ? [] : [user];
  return [...who, link ?? `process ${pid} on ${host}`].join(', ');
}

async function describeLoss(store: StateStore, owner: LockOwner, clock: Clock): Promise<LimioError> {
  const found = await readPatiently(store, LOCK_KEY, clock).catch(() => undefined);
  const holder = found && parseLockOwner(found.text);
  const who = holder ? `${nameHolder(holder)} holds it since ${holder.since}` : 'somebody removed it';
  return new LimioError({
    code: 'LOCK_LOST',
    message: `The lock of ${owner.environment} was lost: ${who}.`,
    hint: `When nobody else is running, plan again: limio-sync plan --env ${owner.environment}`,
    details: { holder },
  });
}

function describeSilence(store: StateStore, error: unknown): LimioError {
  return new LimioError({
    code: 'LOCK_LOST',
    message:
      `The lock could not be renewed for ${countThings((LEASE_MS - CLOCK_SKEW_MS) / 1000, 'second')}: ` +
      `${store.place} does not answer.`,
    hint: 'When the store answers again, run the same command again: it continues.',
    cause: error,
  });
}
