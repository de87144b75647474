import { createHash, randomBytes } from 'node:crypto';
import { linkSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, relative, sep } from 'node:path';
import { LimioError } from '../errors/errors.js';
import { codeOf } from '../journal/files.js';
import { nameScope, type StateStore, type StoredEntry, type StoreScope } from './store.js';

/**
 * A folder that all machines see, such as a network drive. Each text of a key is a file of its own, `<key>@<number>`,
 * and the highest number counts. The file of the next number is made by a hard link, which only one writer can do and
 * which a crash cannot leave half done; an empty file means that the key was removed.
 */
export function createFolderStore(folder: string, scope: StoreScope): StateStore {
  const home = join(folder, ...nameScope(scope));
  const fileOf = (key: string): string => join(home, ...key.split('/'));
  const guard = async <T>(act: () => T): Promise<T> => {
    try {
      return act();
    } catch (error) {
      throw describeFailure(home, error);
    }
  };
  return {
    place: home,
    list: () =>
      guard(() =>
        listKeys(home).flatMap((key): StoredEntry[] => {
          const current = readCurrent(fileOf(key));
          if (current.text === '') return [];
          return [{ key, version: current.version, read: () => Promise.resolve(current.text) }];
        }),
      ),
    read: (key) =>
      guard(() => {
        const { text, version } = readCurrent(fileOf(key));
        return text === '' ? undefined : { text, version };
      }),
    write: (key, text, expected) => guard(() => change(fileOf(key), text, expected)),
    remove: (key, expected) => guard(() => change(fileOf(key), '', expected) !== undefined),
  };
}

interface Current {
  number: number;
  /** Empty: the key is absent. */
  text: string;
  version: string;
}

const ABSENT: Current = { number: 0, text: '', version: '' };

function change(file: string, text: string, expected: string | undefined): string | undefined {
  const current = readCurrent(file);
  if ((current.text === '' ? undefined : current.version) !== expected) return undefined;
  const number = current.number + 1;
  const draft = join(dirname(file), `.limio-${randomBytes(8).toString('hex')}.draft`);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(draft, text, { flag: 'wx', flush: true });
  try {
    linkSync(draft, `${file}@${number}`);
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return undefined;
    throw error;
  } finally {
    rmSync(draft, { force: true });
  }
  const numbers = listNumbers(file);
  // Somebody was faster by more than one: the number was free again, because older ones are cleared away.
  const isBehind = numbers.some((other) => other > number);
  for (const other of numbers) if (other < number) rmSync(`${file}@${other}`, { force: true });
  if (!isBehind) return nameVersion(number, text);
  rmSync(`${file}@${number}`, { force: true });
  return undefined;
}

/** A file that is cleared away while it is read has a successor. */
function readCurrent(file: string): Current {
  for (;;) {
    const number = Math.max(0, ...listNumbers(file));
    if (number === 0) return ABSENT;
    try {
      const text = readFileSync(`${file}@${number}`, 'utf8');
      return { number, text, version: nameVersion(number, text) };
    } catch (error) {
      if (codeOf(error) !== 'ENOENT') throw error;
    }
  }
}

/** With a part of the hash, so that an edit by hand is another version. */
function nameVersion(number: number, text: string): string {
  return `${number}-${createHash('sha256').update(text).digest('hex').slice(0, 12)}`;
}

const NUMBERED = /^(?<name>.*)@(?<number>[1-9]\d*)$/s;

function listNumbers(file: string): number[] {
  return listNames(dirname(file)).flatMap((name) => {
    const groups = NUMBERED.exec(name)?.groups;
    return groups?.['name'] === basename(file) ? [Number(groups['number'])] : [];
  });
}

function listKeys(home: string): string[] {
  const files = listNames(home, true).map((name) => relative(home, join(home, name)).split(sep).join('/'));
  return [...new Set(files.flatMap((file) => NUMBERED.exec(file)?.groups?.['name'] ?? []))].sort();
}

function listNames(folder: string, recursive = false): string[] {
  try {
    return readdirSync(folder, { recursive, encoding: 'utf8' });
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return [];
    throw error;
  }
}

function describeFailure(home: string, error: unknown): LimioError {
  const code = codeOf(error);
  const isForbidden = code === 'EACCES' || code === 'EPERM' || code === 'EROFS';
  return new LimioError({
    code: isForbidden ? 'STORE_FORBIDDEN' : 'STORE_UNAVAILABLE',
    message: `Cannot use the folder ${home} (${error instanceof Error ? error.message : String(error)}).`,
    hint: isForbidden
      ? 'Give yourself the right to read and write that folder, then run the command again.'
      : 'Check that the drive is connected and has space left, then run the command again.',
    details: { ambiguous: !isForbidden },
    cause: error,
  });
}
