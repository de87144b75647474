import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { gunzipSync, gzipSync } from 'node:zlib';
import { isAmbiguous, LimioError } from '../errors/errors.js';
import { asList, asObject, getOwn, type Json, numberAt, objectAt, textAt } from '../model/json.js';
import {
  type HttpState,
  type HttpStateSettings,
  type HttpSurroundings,
  type LockHolder,
  openHttpState,
} from './http-state.js';
import { pause } from './requests.js';
import { nameScope, type StateStore, type StoreScope } from './store.js';

/**
 * A state in the HTTP protocol of Terraform. One document holds all keys of a scope, and looks like a state without
 * resources, which is what GitLab and Gitea accept: version 4, a lineage, and a serial that grows with every write.
 * Compare-and-swap is lock, read, compare, write with the id of the lock, unlock. Reading needs no lock.
 */
export function createHttpStore(
  settings: HttpStateSettings,
  scope: StoreScope,
  surroundings: HttpSurroundings,
): StateStore {
  // No name has two underscores in a row, so the pair is never ambiguous.
  const state = openHttpState(settings, nameScope(scope).join('__'), surroundings);
  const locker = createLocker(state, surroundings);
  let newestSerial = 0;

  const load = async (): Promise<StateDocument> => {
    const known = newestSerial;
    const document = parseDocument(state.place, await state.read());
    if (document.serial < known) throw makeNoSense(state.place, 'is older than it was before');
    newestSerial = Math.max(newestSerial, document.serial);
    return document;
  };

  const change = (key: string, text: string | undefined, expected: string | undefined, info: string) =>
    locker.hold(info, async (lockId, isInTime) => {
      const document = await load();
      const current = document.entries.find((entry) => entry.key === key);
      if ((current && nameVersion(current)) !== expected) return undefined;
      const serial = document.serial + 1;
      const others = document.entries.filter((entry) => entry.key !== key);
      const changed = text === undefined ? undefined : { key, serial, text };
      if (!isInTime()) throw describeSlowness(state.place);
      const entries = changed === undefined ? others : [...others, changed];
      await state.write(writeDocument({ serial, lineage: document.lineage, entries }), lockId);
      newestSerial = serial;
      return changed === undefined ? '' : nameVersion(changed);
    });

  return {
    place: state.place,
    async list() {
      const { entries } = await load();
      return entries
        .map((entry) => ({ key: entry.key, version: nameVersion(entry), read: () => Promise.resolve(entry.text) }))
        .sort((a, b) => (a.key < b.key ? -1 : 1));
    },
    async read(key) {
      const found = (await load()).entries.find((entry) => entry.key === key);
      return found && { text: found.text, version: nameVersion(found) };
    },
    write: (key, text, expected, note) => change(key, text, expected, note?.subject ?? key),
    remove: async (key, expected, note) => (await change(key, undefined, expected, note?.subject ?? key)) !== undefined,
  };
}

interface Entry {
  key: string;
  /** Of the document that first held this text. */
  serial: number;
  text: string;
}

interface StateDocument {
  serial: number;
  lineage: string;
  entries: Entry[];
}

/** With a part of the hash, so that an edit by hand is another version. */
function nameVersion({ serial, text }: Entry): string {
  return `${serial}-${createHash('sha256').update(text).digest('hex').slice(0, 12)}`;
}

/** Every write sends all texts again, and runs are long and repeat themselves. */
const COMPRESS_FROM = 2000;

function writeDocument({ serial, lineage, entries }: StateDocument): string {
  const texts = entries.map(({ text, ...entry }) =>
    text.length < COMPRESS_FROM ? { ...entry, text } : { ...entry, gzip: gzipSync(text).toString('base64') },
  );
  // Gitea requires all of them, and Terraform writes them in this order.
  const frame = { version: 4, terraform_version: '1.0.0', serial, lineage, outputs: {}, resources: [] };
  return JSON.stringify({ ...frame, limio_sync: { entries: texts } });
}

/** @throws LimioError STORE_UNAVAILABLE for anything but a document of this store. */
function parseDocument(place: string, text: string | undefined): StateDocument {
  if (text === undefined) return { serial: 0, lineage: randomUUID(), entries: [] };
  const document = asObject(parseJson(place, text));
  const serial = numberAt(document, 'serial');
  const lineage = textAt(document, 'lineage');
  if (serial === undefined || lineage === undefined) throw makeNoSense(place, 'is not a state');
  if (getOwn(document, 'limio_sync') === undefined) throw makeNoSense(place, 'was written by another program');
  const entries = asList(getOwn(objectAt(document, 'limio_sync'), 'entries')).map((entry) => readEntry(place, entry));
  return { serial, lineage, entries };
}

function readEntry(place: string, entry: Json): Entry {
  const fields = asObject(entry);
  const key = textAt(fields, 'key');
  const serial = numberAt(fields, 'serial');
  const text = textAt(fields, 'text') ?? unpack(textAt(fields, 'gzip'));
  if (key === undefined || serial === undefined || text === undefined) throw makeNoSense(place, 'was edited by hand');
  return { key, serial, text };
}

const MOST_BYTES = 64 * 1024 * 1024;

function unpack(gzip: string | undefined): string | undefined {
  try {
    return gzip === undefined
      ? undefined
      : gunzipSync(Buffer.from(gzip, 'base64'), { maxOutputLength: MOST_BYTES }).toString('utf8');
  } catch {
    return undefined;
  }
}

function parseJson(place: string, text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    throw makeNoSense(place, 'is no JSON, or only a part of it');
  }
}

/** How long to wait for the lock of another machine, which holds it for a moment only. */
const WAIT_MS = 60_000;

/** Who holds the lock for longer than this does not begin to write. */
const HOLD_MS = 60_000;

/** A lock of limio-sync that is older than this belongs to a process that died. */
const DEAD_MS = 4 * 60_000;

interface Locker {
  /** Runs `act` while this process alone holds the lock. */
  hold<T>(info: string, act: (lockId: string, isInTime: () => boolean) => Promise<T>): Promise<T>;
}

function createLocker(state: HttpState, surroundings: HttpSurroundings): Locker {
  const { clock } = surroundings;
  const unreleased = new Set<string>();
  let isProven = false;
  let turn: Promise<unknown> = Promise.resolve();

  const isDead = (lockId: string): boolean => {
    const takenAt = /^limio-sync-(?<ms>\d{13})-/.exec(lockId)?.groups?.['ms'];
    return unreleased.has(lockId) || (takenAt !== undefined && Number(takenAt) + DEAD_MS < clock.now());
  };

  const release = async (lockId: string, attempts: number): Promise<void> => {
    unreleased.add(lockId);
    for (let attempt = 1; attempt <= attempts; attempt += 1) {
      if (await state.unlock(lockId)) return void unreleased.delete(lockId);
      await pause(surroundings, attempt);
    }
  };

  /** @returns who holds it instead. A lost answer does not say who got the lock, so it is given back first. */
  const tryLock = async (lockId: string, info: string): Promise<LockHolder | undefined> => {
    for (let attempt = 1; ; attempt += 1) {
      try {
        const holder = await state.lock(lockId, info);
        return holder?.id === lockId ? undefined : holder;
      } catch (error) {
        if (!isAmbiguous(error)) throw error;
        await release(lockId, 1);
        if (attempt === 2) throw error;
        await pause(surroundings, attempt);
      }
    }
  };

  const take = async (lockId: string, info: string): Promise<void> => {
    const until = clock.now() + WAIT_MS;
    for (let attempt = 1; ; attempt += 1) {
      const holder = await tryLock(lockId, info);
      if (holder === undefined) return;
      if (clock.now() >= until) throw describeHeldLock(state.place, holder);
      if (holder.id !== undefined && isDead(holder.id)) await release(holder.id, 1);
      await pause(surroundings, Math.min(attempt, 3));
    }
  };

  /** A server that gives the lock to everybody would lose the writes of one of two machines. */
  const prove = async (): Promise<void> => {
    const lockId = nameLock(clock.now());
    if ((await tryLock(lockId, 'check that the lock is exclusive')) !== undefined) return void (isProven = true);
    await release(lockId, 3);
    throw describeUnsafe(state.place);
  };

  const holdNow = async <T>(info: string, act: (lockId: string, isInTime: () => boolean) => Promise<T>): Promise<T> => {
    const lockId = nameLock(clock.now());
    await take(lockId, info);
    const takenAt = clock.now();
    try {
      if (!isProven) await prove();
      return await act(lockId, () => clock.now() - takenAt < HOLD_MS);
    } finally {
      await release(lockId, 3);
    }
  };

  return {
    hold: (info, act) => {
      const result = turn.then(() => holdNow(info, act));
      turn = result.catch(() => undefined);
      return result;
    },
  };
}

function nameLock(now: number): string {
  return `limio-sync-${String(now).padStart(13, '0')}-${randomBytes(6).toString('hex')}`;
}

function describeHeldLock(place: string, { id, who, since }: LockHolder): LimioError {
  const holder = `${who ?? 'somebody'}${since === undefined ? '' : ` since ${since}`}`;
  return new LimioError({
    code: 'STORE_UNAVAILABLE',
    message: `${place} is locked by ${holder}${id === undefined ? '' : ` (lock ${id})`}. Nothing was written.`,
    hint:
      'Wait until that ends, then run the command again. If it died, remove the lock on the page of the state ' +
      '(GitLab: Operate > Terraform states; Gitea: the package). A lock of limio-sync ends after four minutes.',
    details: { ambiguous: false, holder: { id, who, since } },
  });
}

function describeSlowness(place: string): LimioError {
  return new LimioError({
    code: 'STORE_UNAVAILABLE',
    message: `${place} took longer than ${HOLD_MS / 1000} seconds to be read. Nothing was written.`,
    hint: 'Run the command again when the server answers faster.',
    details: { ambiguous: false },
  });
}

function describeUnsafe(place: string): LimioError {
  return new LimioError({
    code: 'STORE_UNSAFE',
    message: `${place} gave its lock to two at once. Nothing was written.`,
    hint: 'Set `lockAddress`, `lockMethod` and `unlockMethod` as the server documents them, or use another store.',
    details: { place },
  });
}

function makeNoSense(place: string, what: string): LimioError {
  return new LimioError({
    code: 'STORE_UNAVAILABLE',
    message: `The state at ${place} ${what}.`,
    hint: 'Restore an earlier version of it on the page of the state, or set another `address` in limio.config.',
    details: { ambiguous: false },
  });
}
