import { isAmbiguous, LimioError } from '../errors/errors.js';
import type { Clock } from '../model/async.js';

/**
 * Where runs, snapshots and locks are kept when a team shares them: texts under keys, changed by
 * compare-and-swap. Nothing above this port knows which store it is.
 *
 *     folder-store.ts   a folder, also on a network drive
 *     git-store.ts      commits on a ref of the repository's remote
 *     s3-store.ts       objects of a bucket
 *     http-store.ts     Terraform's protocol for state
 *
 * lease.ts keeps a second run away by one key of it; mirror.ts keeps `.limio` equal to it.
 * Every call throws STORE_UNAVAILABLE (with `ambiguous` in its details when a write may have been carried out),
 * STORE_FORBIDDEN or STORE_UNSAFE.
 */
export interface StateStore {
  /** For messages: `refs/limio-sync/acme.prod.eu.limio.com/prod at origin`. */
  readonly place: string;
  /** Everything there is now, sorted by key. */
  list(): Promise<StoredEntry[]>;
  read(key: string): Promise<StoredText | undefined>;
  /**
   * Writes only if the key still has the version `expected`, or is absent for `undefined`. Never tries twice: a lost
   * answer is thrown, and {@link swap} finds out what became of it.
   * @returns the new version; undefined when the key has another version, and nothing was written.
   */
  write(key: string, text: string, expected: string | undefined, note?: WriteNote): Promise<string | undefined>;
  /** @returns false when the key has another version or is absent. */
  remove(key: string, expected: string, note?: WriteNote): Promise<boolean>;
  /** Of a store that keeps a history: forgets it, and keeps what there is now. */
  squash?(): Promise<void>;
}

export interface StoredText {
  text: string;
  /** Opaque; equal versions mean equal texts. */
  version: string;
}

export interface StoredEntry {
  key: string;
  version: string;
  /** The text of this version, or a STORE_UNAVAILABLE error when it is gone. */
  read(): Promise<string>;
}

/** Why something is written; a store with a history keeps it there. */
export interface WriteNote {
  /** One line: `apply of prod by ada: 3 done`. */
  subject: string;
  /** The writes of one run become one entry of the history. */
  run?: string;
  /** Further lines, by their names. */
  details?: Readonly<Record<string, string>>;
}

/** What a store belongs to. Without an environment: the tenant, for its lock. */
export interface StoreScope {
  /** Host of the tenant. */
  tenant: string;
  environment?: string;
}

/**
 * Tenant and environment as two names that are safe in a path, a ref and a URL; different scopes never share them, and
 * none lies below another.
 */
export function nameScope({ tenant, environment }: StoreScope): [string, string] {
  // No environment has that name: after `_` come two hex digits.
  return [toSafeName(tenant), environment === undefined ? '_tenant' : toSafeName(environment)];
}

/**
 * Letters, digits, `-`, and `.` between two of them stay; every other byte becomes `_` and two hex digits. No store
 * folds case: a capital is written as `_` and its code, too.
 */
function toSafeName(name: string): string {
  return Array.from(Buffer.from(name, 'utf8'), (byte) => {
    const character = String.fromCharCode(byte);
    return /[a-z0-9.-]/.test(character) ? character : `_${byte.toString(16).padStart(2, '0')}`;
  })
    .join('')
    .replace(/(?<![a-z0-9])\.|\.(?![a-z0-9])|\.(?=lock$)/g, '_2e');
}

const ATTEMPTS = 4;
const FIRST_PAUSE_MS = 250;

/**
 * Writes as {@link StateStore.write}, and finds out after a lost answer whether the write was carried out. Texts must
 * be unique, so that reading one's own text back proves it.
 * @returns the new version; undefined when somebody else was faster.
 */
export async function swap(
  store: StateStore,
  { key, text, expected, note }: { key: string; text: string; expected: string | undefined; note?: WriteNote },
  clock: Clock,
): Promise<string | undefined> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      const version = await store.write(key, text, expected, note);
      if (version !== undefined || attempt === 1) return version;
      // The attempt before may have been carried out late.
      const found = await store.read(key);
      return found?.text === text ? found.version : undefined;
    } catch (error) {
      if (!isAmbiguous(error) || attempt === ATTEMPTS) throw error;
      await clock.sleep(FIRST_PAUSE_MS * 2 ** (attempt - 1));
      const found = await readPatiently(store, key, clock);
      if (found?.text === text) return found.version;
      if (found?.version !== expected) return undefined;
    }
  }
}

/** Reading changes nothing, so it is tried again after any failure of the connection. @throws as `read` */
export async function readPatiently(store: StateStore, key: string, clock: Clock): Promise<StoredText | undefined> {
  return repeatReading(() => store.read(key), clock);
}

export async function repeatReading<T>(read: () => Promise<T>, clock: Clock): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await read();
    } catch (error) {
      const isPassing = error instanceof LimioError && error.code === 'STORE_UNAVAILABLE';
      if (!isPassing || attempt === ATTEMPTS) throw error;
      await clock.sleep(FIRST_PAUSE_MS * 2 ** (attempt - 1));
    }
  }
}
