import { LimioError } from '../../errors/errors.js';
import type { Address } from '../../model/address.js';
import { formatPointer, getOwn, type Json, jsonEqual, type JsonObject } from '../../model/json.js';
import type { LiveWriter } from '../../model/live-api.js';
import type { DialectProbe } from '../../model/probes.js';
import type { Journal } from '../../model/run.js';

const RESTORE_ATTEMPTS = 4;

export interface TrialControl {
  isStopped: () => boolean;
  /** Called before the first attempt to put the object back. */
  onRestore: () => void;
}

/**
 * Tries on one object and puts it back, whatever happens in between: the object counts as restored
 * only when a reading says so. Throws for nothing that the tenant does.
 */
export async function runTrial(
  trial: Trial,
  saved: Json,
  { isStopped, onRestore }: TrialControl,
): Promise<CanaryFinding> {
  const finding: CanaryFinding = { address: trial.address, learned: [], notLearned: [], left: [], foreign: [] };
  try {
    await trial.run(saved, finding, isStopped);
  } catch (error) {
    finding.failure = describe(error);
  }
  onRestore();
  let differences: string[] | undefined;
  for (let attempt = 0; attempt <= RESTORE_ATTEMPTS; attempt++) {
    try {
      const now = await trial.read();
      if (now === undefined) return { ...finding, left: ['/'], failure: finding.failure ?? 'the object is gone' };
      const before = differences;
      differences = trial.listDifferences(saved, now);
      const ours = differences.filter((pointer) => trial.isOurs(saved, pointer));
      // A second attempt that changed nothing would be followed by a third like it.
      if (ours.length === 0 || attempt === RESTORE_ATTEMPTS || (attempt > 2 && before?.join() === differences.join()))
        break;
      await trial.restore(saved, now, finding);
    } catch (error) {
      finding.failure ??= describe(error);
      differences = undefined;
    }
  }
  if (differences === undefined)
    return { ...finding, left: ['/'], failure: finding.failure ?? 'the object could not be read back' };
  return {
    ...finding,
    left: differences.filter((pointer) => trial.isOurs(saved, pointer)),
    foreign: differences.filter((pointer) => !trial.isOurs(saved, pointer)),
  };
}

/** A mistake of ours must not keep the object from being put back, so it is told like the rest. */
function describe(error: unknown): string {
  if (error instanceof LimioError || error instanceof Inconclusive) return error.message;
  return `limio-sync met a situation it was not written for: ${error instanceof Error ? error.message : String(error)}`;
}

/** A dialect setting with the proof for it. */
export interface Learned {
  /** `bulkUpdate.wrapper` */
  setting: string;
  value: Json;
  /** What was sent and what was read back, as one sentence. */
  how: string;
}

export interface NotLearned {
  setting: string;
  why: string;
}

/** What trying on one object came to. */
export interface CanaryFinding {
  address: Address;
  learned: Learned[];
  notLearned: NotLearned[];
  /** Where the object still differs from what it was, by our doing; empty: restored, and read back so. */
  left: string[];
  /** Where somebody else changed it meanwhile; left alone. */
  foreign: string[];
  /** Why trying stopped early. */
  failure?: string;
}

/** One object that is tried on: how it is read, compared, tried and put back. */
export interface Trial {
  address: Address;
  /** What will be sent, for the preview. */
  describe(saved: Json): { steps: string[]; mayStay: string[] };
  /** The whole object, bookkeeping included; undefined when it is not there. */
  read(): Promise<Json | undefined>;
  /** JSON Pointers at which two readings differ, bookkeeping of the server aside. */
  listDifferences(saved: Json, now: Json): string[];
  /** Whether trying may have changed what stands there. */
  isOurs(saved: Json, pointer: string): boolean;
  /** Tries, and puts back what it tried on; `restore` has the last word. Fills `finding` as it goes. */
  run(saved: Json, finding: CanaryFinding, isStopped: () => boolean): Promise<void>;
  /** One attempt to put back what differs. */
  restore(saved: Json, now: Json, finding: CanaryFinding): Promise<void>;
}

/** `lost`: nobody knows whether it was carried out. Either way the object is read before anything is decided. */
export type Sent = { kind: 'accepted' } | { kind: 'refused' | 'lost'; message: string };

/** Sends a write whose failure is a finding. Only what is no answer of the tenant is thrown. */
export async function sendAndTell(send: () => Promise<void>): Promise<Sent> {
  try {
    await send();
    return { kind: 'accepted' };
  } catch (error) {
    if (!(error instanceof LimioError) || error.code === 'JOURNAL_UNWRITABLE' || error.code === 'INTERRUPTED')
      throw error;
    const status = error.details['status'];
    const isRefusal =
      typeof status === 'number' && status >= 400 && status < 500 && error.details['ambiguous'] !== true;
    if (error.code === 'AUTH_REFUSED' || error.code === 'HTTP_RATE_LIMITED') throw error;
    return { kind: isRefusal ? 'refused' : 'lost', message: error.message };
  }
}

/** A write of unknown outcome proves nothing by having no effect. */
export class Inconclusive extends Error {}

/** Pointers of the keys of two objects that differ, `ignored` ones aside. */
export function listTopDifferences(
  before: JsonObject,
  after: JsonObject,
  at: readonly string[],
  ignored: ReadonlySet<string> = new Set(),
): string[] {
  return [...new Set([...Object.keys(before), ...Object.keys(after)])]
    .filter((key) => !ignored.has(key) && !jsonEqual(getOwn(before, key), getOwn(after, key)))
    .map((key) => formatPointer([...at, key]));
}

/**
 * Every write is recorded before it is sent and after it was answered. One that cannot be recorded
 * is not sent while trying; putting back goes on without, since the disk must not cost the object.
 */
export function journalProbe(
  probe: DialectProbe,
  getJournal: () => Journal | undefined,
  numbers: { last: number },
  address: Address,
  isRestoring: () => boolean,
): DialectProbe {
  const send = async (call: keyof LiveWriter, work: () => Promise<void>): Promise<void> => {
    numbers.last += 1;
    const write = numbers.last;
    const journal = getJournal();
    if (journal === undefined) throw new RangeError('a write before the journal is open');
    await journal.record({ step: 'write', write, call, on: [address] }).catch((error: unknown) => {
      if (!isRestoring()) throw error;
    });
    try {
      await work();
    } catch (error) {
      const lost = !(error instanceof LimioError) || error.details['ambiguous'] === true;
      const told = error instanceof LimioError ? { error: { code: error.code, message: error.message } } : {};
      await journal
        .record({ step: 'answer', write, answer: lost ? 'lost' : 'refused', ...told })
        .catch(() => undefined);
      throw error;
    }
    await journal.record({ step: 'answer', write, answer: 'accepted' }).catch(() => undefined);
  };
  return {
    ...probe,
    sendDiff: (path, diff) => send('updateItems', () => probe.sendDiff(path, diff)),
    putJourney: (name, data) => send('putJourney', () => probe.putJourney(name, data)),
    updatePromoCode: (body) => send('updatePromoCode', () => probe.updatePromoCode(body)),
  };
}
