import type { JournalEntry } from '../model/run.js';

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
