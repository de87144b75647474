import type { Address } from '../model/address.js';
import { jsonEqual } from '../model/json.js';
import type { JournalEntry, RunRecord, SavedObject, TouchedObject } from '../model/run.js';

/** The objects to which a write was sent: as each was before, and as it was last seen after. */
export function listTouched(entries: readonly JournalEntry[]): TouchedObject[] {
  const before = new Map<Address, SavedObject | null>();
  const touched = new Map<Address, TouchedObject>();
  const sent = new Map<number, TouchedObject[]>();
  const secret = new Set<Address>();
  for (const entry of entries) {
    if ((entry.step === 'before' || entry.step === 'read-back') && entry.redacted) secret.add(entry.address);
    switch (entry.step) {
      case 'before':
        before.set(entry.address, entry.live);
        break;
      case 'write': {
        // Sent again: what was seen between the two sendings no longer counts.
        const objects = entry.on.flatMap((subject) => findSaved(subject, before));
        for (const object of objects) touched.set(object.address, object);
        sent.set(entry.write, objects);
        break;
      }
      case 'answer':
        // A read-back follows where the refusal is in doubt.
        if (entry.answer === 'refused') for (const object of sent.get(entry.write) ?? []) object.left = object.before;
        break;
      case 'read-back': {
        const object = touched.get(entry.address);
        if (object && entry.live !== undefined) object.left = entry.live;
        break;
      }
      case 'outcome':
      case 'page':
        break;
    }
  }
  return [...touched.values()].map((object) => ({ ...object, redacted: secret.has(object.address) }));
}

/**
 * The objects of a run after rollbacks of it that were stopped, oldest first. Where the journal of the run does not say
 * how it left an object, the first rollback read it before its own writes. An object that a rollback wrote only in part
 * is as that rollback last read it. Objects that are restored keep what the run left: the plan, and with it the
 * consents, stay the same when the rollback is repeated.
 */
export function continueTouched(
  touched: readonly TouchedObject[],
  rollbacks: readonly (readonly JournalEntry[])[],
): TouchedObject[] {
  const started = new Map<Address, SavedObject | null>();
  const partly = new Map<Address, SavedObject | null>();
  for (const entry of rollbacks.flat()) {
    if (entry.step === 'before' && !entry.redacted && !started.has(entry.address))
      started.set(entry.address, entry.live);
    if (entry.step !== 'read-back') continue;
    if (entry.state === 'other' && entry.live !== undefined && !entry.redacted) partly.set(entry.address, entry.live);
    else partly.delete(entry.address);
  }
  return touched.map((object) => {
    const left = [partly.get(object.address), object.left, started.get(object.address)].find(
      (state) => state !== undefined,
    );
    return left === undefined ? object : { ...object, left };
  });
}

/** `subject`: an address, or what a build or publish names, which is never saved. */
function findSaved(subject: string, before: ReadonlyMap<Address, SavedObject | null>): TouchedObject[] {
  const address = subject as Address;
  const saved = before.get(address);
  return saved === undefined ? [] : [{ address, before: saved, redacted: false }];
}

/** Items that a run may have changed: those it wrote, unless it saw them unchanged, and those already done. */
export function listChangedItems(entries: readonly JournalEntry[]): Set<Address> {
  const written = listTouched(entries).filter(
    ({ before, left }) => left === undefined || !jsonEqual(before?.body ?? null, left?.body ?? null),
  );
  const done = entries.flatMap((entry) =>
    entry.step === 'outcome' && entry.outcome.status === 'done' ? [entry.outcome.address] : [],
  );
  return new Set([...written.map(({ address }) => address), ...done]);
}

const PUBLISHING: ReadonlySet<string> = new Set(['startBuild', 'publish']);

/** What a run did, as far as its record tells. */
type RunTrace = Pick<RunRecord, 'entries' | 'state' | 'recovery' | 'copied'>;

/** As {@link listTouched}, with what the run may have written after its record was last sent to the store. */
export function listTouchedBy(run: RunTrace): TouchedObject[] {
  const touched = listTouched(run.entries);
  const known = new Set(touched.map(({ address }) => address));
  const unseen = new Set(listUnseen(run));
  const secret = new Set(run.entries.flatMap((one) => (one.step === 'before' && one.redacted ? [one.address] : [])));
  const added = run.entries.flatMap((entry): TouchedObject[] =>
    entry.step === 'before' && unseen.has(entry.address) && !known.has(entry.address)
      ? [{ address: entry.address, before: entry.live, redacted: secret.has(entry.address) }]
      : [],
  );
  return [...touched, ...added];
}

/** As {@link listChangedItems}, with those objects. */
export function listChangedBy(run: RunTrace): Set<Address> {
  return new Set([...listChangedItems(run.entries), ...listUnseen(run)]);
}

/**
 * Objects of a run that crashed elsewhere whose writes its record may not tell. Nothing was sent before the store had
 * the values before and the first `write`, so without one there is none.
 */
function listUnseen(run: RunTrace): Address[] {
  if (run.copied !== true || run.state !== 'crashed') return [];
  const subjects = run.recovery
    ? run.recovery.findings.flatMap(({ subject, verdict }) => (verdict === 'no-effect' ? [] : [subject]))
    : listInFlightOf(run);
  const saved = new Map<string, Address>(
    run.entries.flatMap((entry) => (entry.step === 'before' ? [[entry.address, entry.address]] : [])),
  );
  return subjects.flatMap((subject) => saved.get(subject) ?? []);
}

/**
 * As {@link listInFlight}; of a run that crashed elsewhere everything that it was going to write. `pages`: those of its
 * plan, by path.
 */
export function listInFlightOf(run: RunTrace, pages: readonly string[] = []): string[] {
  const inFlight = listInFlight(run.entries);
  const hasBegun = run.entries.some(({ step }) => step === 'write');
  if (run.copied !== true || run.state !== 'crashed' || !hasBegun) return inFlight;
  const settled = new Set<string>(
    run.entries.flatMap((entry) =>
      entry.step === 'outcome' ? [entry.outcome.address] : entry.step === 'page' ? [entry.outcome.path] : [],
    ),
  );
  const saved = run.entries.flatMap((entry) => (entry.step === 'before' ? [entry.address] : []));
  // The record is sent before the first build.
  const publishes = run.entries.some((entry) => entry.step === 'write' && PUBLISHING.has(entry.call));
  return [...new Set([...inFlight, ...saved, ...(publishes ? pages : [])])].filter((subject) => !settled.has(subject));
}

/** What a run began to write and recorded no outcome of: addresses, and the items and tags of builds and publishes. */
export function listInFlight(entries: readonly JournalEntry[]): string[] {
  const started = entries.flatMap((entry) => (entry.step === 'write' ? entry.on : []));
  const settled = new Set<string>(
    entries.flatMap((entry) => (entry.step === 'outcome' ? [entry.outcome.address] : [])),
  );
  return [...new Set(started)].filter((subject) => !settled.has(subject));
}
