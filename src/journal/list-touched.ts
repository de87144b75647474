import type { Address } from '../model/address.js';
import type { JournalEntry, SavedObject, TouchedObject } from '../model/journal.js';

/** The objects to which a write was sent, each as it was before and as it was last seen after it. */
export function listTouched(entries: readonly JournalEntry[]): TouchedObject[] {
  const before = new Map<Address, SavedObject | null>();
  const touched = new Map<Address, TouchedObject>();
  const secret = new Set<Address>();
  for (const entry of entries) {
    if ((entry.step === 'before' || entry.step === 'read-back') && entry.redacted) secret.add(entry.address);
    if (entry.step === 'before') before.set(entry.address, entry.live);
    if (entry.step === 'write') {
      for (const subject of entry.on) {
        const address = subject as Address;
        const saved = before.get(address);
        // Sent once more: what was seen between the two sendings no longer counts.
        if (saved !== undefined) touched.set(address, { address, before: saved, redacted: false });
      }
    }
    if (entry.step === 'read-back' && entry.live !== undefined) {
      const object = touched.get(entry.address);
      if (object) object.left = entry.live;
    }
  }
  return [...touched.values()].map((object) => ({ ...object, redacted: secret.has(object.address) }));
}
