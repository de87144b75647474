import type { Address } from '../model/address.js';
import type { JournalEntry, SavedObject, TouchedObject } from '../model/run.js';

/** The objects to which a write was sent, each as it was before and as it was last seen after it. */
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
        // Sent once more: what was seen between the two sendings no longer counts.
        const objects = entry.on.flatMap((subject) => findSaved(subject as Address, before));
        for (const object of objects) touched.set(object.address, object);
        sent.set(entry.write, objects);
        break;
      }
      case 'answer':
        // Where that is not believed, a read-back follows.
        if (entry.answer === 'refused') for (const object of sent.get(entry.write) ?? []) object.left = object.before;
        break;
      case 'read-back': {
        const object = touched.get(entry.address);
        if (object && entry.live !== undefined) object.left = entry.live;
        break;
      }
      default:
    }
  }
  return [...touched.values()].map((object) => ({ ...object, redacted: secret.has(object.address) }));
}

function findSaved(address: Address, before: ReadonlyMap<Address, SavedObject | null>): TouchedObject[] {
  const saved = before.get(address);
  return saved === undefined ? [] : [{ address, before: saved, redacted: false }];
}

/**
 * What a run began to write and recorded no outcome of: addresses of changes, and of builds and
 * publishes what they name, items and tags.
 */
export function listInFlight(entries: readonly JournalEntry[]): string[] {
  const started = entries.flatMap((entry) => (entry.step === 'write' ? entry.on : []));
  const settled = new Set(
    entries.flatMap((entry) => (entry.step === 'outcome' ? [entry.outcome.address as string] : [])),
  );
  return [...new Set(started)].filter((subject) => !settled.has(subject));
}
