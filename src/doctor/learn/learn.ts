import { LimioError } from '../../errors/errors.js';
import type { Address } from '../../model/address.js';
import { mapConcurrent } from '../../model/async.js';
import type { DialectProbe, TenantProbe } from '../../model/doctor.js';
import { formatPointer, getOwn, isJsonObject, type Json, jsonEqual, type JsonObject } from '../../model/json.js';
import type { LiveWriter } from '../../model/live-api.js';
import type { Journal } from '../../model/run.js';
import { JOURNEY_LIST_SHAPES, tryRead } from '../check.js';

const RESTORE_ATTEMPTS = 4;

export interface TrialControl {
  isStopped: () => boolean;
  /** Called before the first attempt to restore the object. */
  onRestore: () => void;
}

/**
 * Runs a trial on one object and restores it, whatever happens. The object counts as restored only after
 * a read confirms it. Errors of the tenant become part of the finding.
 */
export async function runTrial(
  trial: CanaryTrial,
  saved: Json,
  { isStopped, onRestore }: TrialControl,
): Promise<CanaryFinding> {
  const finding: CanaryFinding = {
    address: trial.address,
    learned: [],
    notLearned: [],
    notRestored: [],
    changedByOthers: [],
  };
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
      if (now === undefined)
        return { ...finding, notRestored: ['/'], failure: finding.failure ?? 'the object no longer exists' };
      const before = differences;
      differences = trial.listDifferences(saved, now);
      const ours = differences.filter((pointer) => trial.isOurs(saved, pointer));
      // Stop if an attempt to restore changed nothing.
      if (ours.length === 0 || attempt === RESTORE_ATTEMPTS || (attempt > 2 && before?.join() === differences.join()))
        break;
      await trial.restore(saved, now, finding);
    } catch (error) {
      finding.failure ??= describe(error);
      differences = undefined;
    }
  }
  if (differences === undefined)
    return { ...finding, notRestored: ['/'], failure: finding.failure ?? 'the object could not be read back' };
  return {
    ...finding,
    notRestored: differences.filter((pointer) => trial.isOurs(saved, pointer)),
    changedByOthers: differences.filter((pointer) => !trial.isOurs(saved, pointer)),
  };
}

/** An internal error must not prevent the restore, so it is reported like the others. */
function describe(error: unknown): string {
  if (error instanceof LimioError || error instanceof Inconclusive) return error.message;
  return `internal error: ${error instanceof Error ? error.message : String(error)}`;
}

/** A dialect setting with its evidence. */
export interface Learned {
  /** `bulkUpdate.wrapper` */
  setting: string;
  value: Json;
  /** What was sent and what was read back, in one sentence. */
  how: string;
}

export interface NotLearned {
  setting: string;
  reason: string;
}

/** The result of the trial on one canary. */
export interface CanaryFinding {
  address: Address;
  learned: Learned[];
  notLearned: NotLearned[];
  /** JSON Pointers to our changes that could not be undone; empty if the object is restored. */
  notRestored: string[];
  /** JSON Pointers to changes by others, which are kept. */
  changedByOthers: string[];
  /** Why the trial stopped early. */
  failure?: string;
}

/** How to read, compare, change and restore one canary: an object that nobody needs. */
export interface CanaryTrial {
  address: Address;
  /** What will be sent, for the preview. */
  describe(saved: Json): { steps: string[]; mayStay: string[] };
  /** The whole object, including server-owned fields; undefined if it does not exist. */
  read(): Promise<Json | undefined>;
  /** JSON Pointers to differences, ignoring server-owned fields. */
  listDifferences(saved: Json, now: Json): string[];
  /** Whether the trial may have changed this field. */
  isOurs(saved: Json, pointer: string): boolean;
  /** Changes the object and undoes the changes, then `restore` is called. Fills `finding`. */
  run(saved: Json, finding: CanaryFinding, isStopped: () => boolean): Promise<void>;
  /** One attempt to restore what differs. */
  restore(saved: Json, now: Json, finding: CanaryFinding): Promise<void>;
}

/** `lost`: it is unknown whether the write took effect. The object is read again in any case. */
export type Sent = { kind: 'accepted' } | { kind: 'refused' | 'lost'; message: string };

/** Sends a write and returns its outcome. Throws only for errors that are not the tenant's answer. */
export async function trySend(send: () => Promise<void>): Promise<Sent> {
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

/** Thrown if a trial proves nothing. */
export class Inconclusive extends Error {}

/** Pointers to the top-level keys that differ, except `ignored` ones. */
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
 * Records every write before it is sent and after its answer. During a trial, a write that cannot be
 * recorded is not sent. Restoring continues without records: a full disk must not prevent it.
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
      const reason = error instanceof LimioError ? { error: { code: error.code, message: error.message } } : {};
      await journal
        .record({ step: 'answer', write, answer: lost ? 'lost' : 'refused', ...reason })
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

const PROMO_SAMPLE = 50;

/** Settings that reading alone proves: read paths, the shape of journeys, the type of a fixed amount. */
export async function learnReads(probe: TenantProbe): Promise<Learned[]> {
  return [...(await learnCatalogRead(probe)), ...(await learnJourneyList(probe)), ...(await learnFixedAmount(probe))];
}

async function learnCatalogRead(probe: TenantProbe): Promise<Learned[]> {
  const [typed, entry] = [
    await tryRead(() => probe.observePage({ type: 'offer', read: 'typed', all: true })),
    await tryRead(() => probe.observePage({ type: 'offer', read: 'catalog_items', all: true })),
  ];
  if ('value' in typed) return [{ setting: 'catalogRead', value: 'typed', how: '/offers/v2 lists the offers' }];
  if ('value' in entry && typed.failure.status === 404)
    return [
      {
        setting: 'catalogRead',
        value: 'catalog_items',
        how: '/offers/v2 returns 404, and /catalog_items lists the offers',
      },
    ];
  return [];
}

async function learnJourneyList(probe: TenantProbe): Promise<Learned[]> {
  const listing = await tryRead(() => probe.listJourneys());
  if (!('value' in listing) || listing.value.shape === 'none') return [];
  const { shape } = listing.value;
  return [{ setting: 'journeyList', value: shape, how: `GET /v2/journey returns ${JOURNEY_LIST_SHAPES[shape]}` }];
}

/** Only a code with a fixed amount shows the type (API reference, section 6). */
async function learnFixedAmount(probe: TenantProbe): Promise<Learned[]> {
  const codes = await tryRead(async () => {
    const { items } = await probe.listPromoCodes();
    return mapConcurrent(items.slice(0, PROMO_SAMPLE), 8, ({ id }) => probe.readPromoCode(id));
  });
  if (!('value' in codes)) return [];
  const shown = codes.value.flatMap((code) => {
    const discount = code && getOwn(code.data, 'discount');
    const type =
      isJsonObject(discount) && Object.hasOwn(discount, 'amountDiscount')
        ? getOwn(discount, 'discountType')
        : undefined;
    return code && typeof type === 'string' && type !== '' && type !== 'DiscountPercentage'
      ? [{ name: code.name, type }]
      : [];
  });
  const [first] = shown;
  if (first === undefined || shown.some(({ type }) => type !== first.type)) return [];
  return [
    {
      setting: 'promo.fixedAmountType',
      value: first.type,
      how: `the promo code ${first.name} has an amountDiscount and this discountType`,
    },
  ];
}
