import type { Address } from '../model/address.js';
import type { JournalEntry } from '../model/journal.js';

/** Writes that a run began and of which it recorded no outcome. */
export interface InFlight {
  addresses: Address[];
  /** Pages that were built or published, or about to be. */
  pages: string[];
}

/** `pages`: the path of a planned page and what its build and its publish name. */
export function listInFlight(
  entries: readonly JournalEntry[],
  { changes, pages }: { changes: readonly Address[]; pages: readonly { path: string; tags: readonly string[] }[] },
): InFlight {
  const started = new Set(entries.flatMap((entry) => (entry.step === 'write' ? entry.on : [])));
  const settled = new Set(entries.flatMap((entry) => (entry.step === 'outcome' ? [entry.outcome.address] : [])));
  const ended = new Set(entries.flatMap((entry) => (entry.step === 'page' ? [entry.outcome.path] : [])));
  return {
    addresses: changes.filter((address) => started.has(address) && !settled.has(address)),
    pages: pages.filter(({ path, tags }) => [path, ...tags].some((name) => started.has(name)) && !ended.has(path)).map(({ path }) => path),
  };
}
