import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { join, relative } from 'node:path';
import { z } from 'zod';
import { LimioError } from '../errors/errors.js';
import {
  COPY_MARKER,
  makeLimioFolder,
  nameLimioFolder,
  nameRunsFolder,
  nameStateFile,
  readFileIfAny,
  RUN_FILES,
  writeFileSafely,
  writeStateFile,
} from '../journal/files.js';
import { type Clock, mapConcurrent } from '../model/async.js';
import { countThings } from '../model/words.js';
import { packRun, readFormatVersion, type RunFiles, unpackRun } from './run-document.js';
import {
  nameScope,
  readPatiently,
  repeatReading,
  type StateStore,
  type StoreScope,
  swap,
  type WriteNote,
} from './store.js';

/**
 * Keeps `.limio` equal to the part of a store that belongs to one environment, so that everything else reads runs and
 * the snapshot from there, as without a store:
 *
 *     runs/<id>.json    .limio/runs/<id>/          the files of a run in one text
 *     snapshot.json     .limio/state/<env>.json
 *
 * A run of this checkout may be further here than in the store, where its journal arrives with a delay; what the store
 * knows of it besides is added. `.limio/shared` remembers which versions were seen.
 */
export interface Mirror {
  /** Makes the local copies equal to the store. Writes nothing to it. */
  pull(): Promise<void>;
  /** Sends a run as it is here. @throws LimioError STORE_MOVED when another machine wrote its record since. */
  sendRun(id: string, note: Omit<WriteNote, 'run'>): Promise<void>;
  /** Sends the snapshot as it is here, unless it was sent already. @throws LimioError STORE_MOVED */
  sendSnapshot(note: WriteNote): Promise<void>;
  /**
   * Sends what the store lacks of these runs and, if asked, of the snapshot, also what it had once and lost. Overwrites
   * nothing.
   * @returns the names of what was sent, and of what the store has otherwise: ids of runs, `snapshot`.
   */
  sendMissing(
    ids: readonly string[],
    note: WriteNote,
    withSnapshot: boolean,
  ): Promise<{ sent: string[]; refused: string[] }>;
  /** The runs that this checkout began to send and that are further here than in the store. */
  listUnsent(): string[];
  /** Removes runs from the store and from here; one that changed meanwhile stays. */
  removeRuns(ids: readonly string[], note: WriteNote): Promise<void>;
  /** Replaces a damaged snapshot here by that of the store, or removes both if that one is damaged, too. */
  removeSnapshot(isDamaged: (text: string) => boolean, note: WriteNote): Promise<void>;
}

export interface MirrorPlace {
  root: string;
  /** With its environment. */
  scope: Required<StoreScope>;
  clock: Clock;
}

const SNAPSHOT_KEY = 'snapshot.json';
const RUN_KEY = /^runs\/(?<id>\d{8}T\d{9}Z-[A-Za-z0-9_-]+)\.json$/;
const DOWNLOADS = 16;

const nameRunKey = (id: string): string => `runs/${id}.json`;

const recordDocument = z.object({
  place: z.string(),
  /** By key: the version in the store, and the hash of the text that it has or that was made from it. */
  seen: z.record(z.string(), z.object({ version: z.string(), hash: z.string() })),
  /** Runs of this checkout. */
  own: z.array(z.string()),
});
type SeenRecord = z.infer<typeof recordDocument>;

export function createMirror(store: StateStore, { root, scope, clock }: MirrorPlace): Mirror {
  const recordFile = join(nameLimioFolder(root), 'shared', ...nameScope(scope), 'seen.json');
  const snapshotFile = nameStateFile(root, scope.environment, undefined);
  const folderOf = (id: string): string => join(nameRunsFolder(root), id);
  const record = readRecord(recordFile, store.place);
  const saveRecord = (): void => writeStateFile(root, recordFile, `${JSON.stringify(record, null, 2)}\n`);

  async function send(key: string, text: string, note: WriteNote): Promise<void> {
    const hash = hashText(text);
    const seen = record.seen[key];
    if (seen?.hash === hash) return;
    const version = await swap(store, { key, text, expected: seen?.version, note }, clock);
    if (version === undefined) throw describeMoved(key, scope.environment);
    record.seen[key] = { version, hash };
    saveRecord();
  }

  function receive(key: string, text: string): void {
    const id = RUN_KEY.exec(key)?.groups?.['id'];
    if (id !== undefined)
      receiveRun(root, folderOf(id), unpackRun(id, text) ?? markUnreadable(text), record.own.includes(id));
    else if (key === SNAPSHOT_KEY) writeStateFile(root, snapshotFile, text);
  }

  function forget(key: string): void {
    const id = RUN_KEY.exec(key)?.groups?.['id'];
    if (id !== undefined) rmSync(folderOf(id), { recursive: true, force: true });
    else if (key === SNAPSHOT_KEY) rmSync(snapshotFile, { force: true });
    delete record.seen[key];
    record.own = record.own.filter((own) => own !== id);
  }

  const isHere = (key: string): boolean => {
    const id = RUN_KEY.exec(key)?.groups?.['id'];
    return id === undefined ? key !== SNAPSHOT_KEY || existsSync(snapshotFile) : existsSync(folderOf(id));
  };

  return {
    async pull() {
      const entries = await repeatReading(() => store.list(), clock);
      const known = Object.keys(record.seen).length;
      // Nobody removes everything: the copies here may be the last ones.
      if (entries.length === 0 && known > 0) throw describeLoss(store.place, known, relative(root, recordFile));
      const changed = entries.filter(({ key, version }) => record.seen[key]?.version !== version || !isHere(key));
      const texts = await mapConcurrent(changed, DOWNLOADS, (entry) => repeatReading(() => entry.read(), clock));
      for (const [index, { key, version }] of changed.entries()) {
        const text = texts[index] ?? '';
        receive(key, text);
        record.seen[key] = { version, hash: hashText(text) };
      }
      const present = new Set(entries.map(({ key }) => key));
      const gone = Object.keys(record.seen).filter((key) => !present.has(key));
      for (const key of gone) forget(key);
      if (changed.length > 0 || gone.length > 0) saveRecord();
    },
    async sendRun(id, note) {
      if (!record.own.includes(id) && record.seen[nameRunKey(id)] === undefined) {
        record.own.push(id);
        saveRecord();
      }
      await send(nameRunKey(id), packRun(id, readRunFiles(folderOf(id))), { ...note, run: id });
    },
    async sendSnapshot(note) {
      const text = readFileIfAny(snapshotFile);
      if (text !== undefined) await send(SNAPSHOT_KEY, text, note);
    },
    async sendMissing(ids, note, withSnapshot) {
      const present = new Map((await repeatReading(() => store.list(), clock)).map((entry) => [entry.key, entry]));
      const snapshot = withSnapshot ? readFileIfAny(snapshotFile) : undefined;
      const texts = [
        ...ids.map((id) => ({ name: id, key: nameRunKey(id), text: packRun(id, readRunFiles(folderOf(id))) })),
        ...(snapshot === undefined ? [] : [{ name: 'snapshot', key: SNAPSHOT_KEY, text: snapshot }]),
      ];
      const sent: string[] = [];
      const refused: string[] = [];
      for (const { name, key, text } of texts) {
        const found = present.get(key);
        if (found && (await repeatReading(() => found.read(), clock)) === text) continue;
        const version = found ? undefined : await swap(store, { key, text, expected: undefined, note }, clock);
        (version === undefined ? refused : sent).push(name);
        if (version === undefined) continue;
        record.seen[key] = { version, hash: hashText(text) };
        if (key !== SNAPSHOT_KEY && !record.own.includes(name)) record.own.push(name);
        saveRecord();
      }
      return { sent, refused };
    },
    listUnsent() {
      return record.own.filter((id) => {
        const text = existsSync(folderOf(id)) ? packRun(id, readRunFiles(folderOf(id))) : undefined;
        return text !== undefined && record.seen[nameRunKey(id)]?.hash !== hashText(text);
      });
    },
    async removeRuns(ids, note) {
      for (const id of ids) {
        const seen = record.seen[nameRunKey(id)];
        if (seen && !(await store.remove(nameRunKey(id), seen.version, note))) continue;
        forget(nameRunKey(id));
      }
      if (ids.length > 0) saveRecord();
    },
    async removeSnapshot(isDamaged, note) {
      const found = await readPatiently(store, SNAPSHOT_KEY, clock);
      if (found && !isDamaged(found.text)) {
        receive(SNAPSHOT_KEY, found.text);
        record.seen[SNAPSHOT_KEY] = { version: found.version, hash: hashText(found.text) };
      } else if (!found || (await store.remove(SNAPSHOT_KEY, found.version, note))) forget(SNAPSHOT_KEY);
      saveRecord();
    },
  };
}

/** Shown as an unreadable run: nobody may take it for one that did nothing. */
function markUnreadable(text: string): RunFiles {
  const formatVersion = readFormatVersion(text);
  const line = formatVersion === undefined ? 'damaged in the store' : JSON.stringify({ formatVersion });
  return { [RUN_FILES.journal]: `${line}\n` };
}

/** Of a run of this checkout, the longer journal is kept: the store gets it with a delay. */
function receiveRun(root: string, folder: string, files: RunFiles, isOwn: boolean): void {
  makeLimioFolder(root, nameRunsFolder(root));
  const here = existsSync(folder) ? readRunFiles(folder) : undefined;
  const keepsOwn = isOwn && here !== undefined;
  mkdirSync(folder, { recursive: true });
  for (const name of Object.values(RUN_FILES)) {
    const [its, mine] = [files[name], here?.[name]];
    if (its === undefined || its === mine || (keepsOwn && mine !== undefined && mine.length >= its.length)) continue;
    writeFileSafely(root, join(folder, name), its);
  }
  if (!keepsOwn) writeFileSafely(root, join(folder, COPY_MARKER), '{}\n');
}

function readRunFiles(folder: string): RunFiles {
  const files: RunFiles = {};
  for (const name of Object.values(RUN_FILES)) {
    const text = readFileIfAny(join(folder, name));
    if (text !== undefined) files[name] = text;
  }
  return files;
}

/** What was seen in another store does not count. */
function readRecord(file: string, place: string): SeenRecord {
  const empty: SeenRecord = { place, seen: {}, own: [] };
  try {
    const found = recordDocument.safeParse(JSON.parse(readFileIfAny(file) ?? '')).data;
    return found?.place === place ? found : empty;
  } catch {
    return empty;
  }
}

function hashText(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

function describeLoss(place: string, known: number, recordFile: string): LimioError {
  return new LimioError({
    code: 'STORE_MOVED',
    message: `${place} is empty, but this checkout has seen ${countThings(known, 'record')} in it.`,
    hint:
      'To send the copies of this checkout: limio-sync state push. ' +
      `If it was emptied on purpose, remove ${recordFile}, then run the command again.`,
    details: { place },
  });
}

function describeMoved(key: string, environment: string): LimioError {
  const id = RUN_KEY.exec(key)?.groups?.['id'];
  return new LimioError({
    code: 'STORE_MOVED',
    message: `Another machine changed ${id === undefined ? 'the snapshot' : `the record of the run ${id}`}.`,
    hint: `When nobody else is running, plan again: limio-sync plan --env ${environment}`,
    details: { key },
  });
}
