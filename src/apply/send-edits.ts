import type { Address } from '../model/address.js';
import { type Json, getOwn, isJsonObject } from '../model/json.js';
import type { OutcomeError } from '../model/outcome.js';
import type { ApplyRun } from './apply-run.js';
import { journalWrites } from './journal-writes.js';
import { isAmbiguous, toOutcomeError } from './outcome-error.js';
import { type Decision, decideGivenUp } from './recheck-change.js';
import { type ReadyItem, renewEdits } from './renew-edits.js';

/** How one bulk-update call went. It says where to look, never what became of an item. */
export interface Sending {
  /** Neither an error nor an entry in `failed`. */
  accepted: boolean;
  failed: Json[];
  error?: OutcomeError;
  ambiguous: boolean;
  /** Of items that a look before a repetition left out. */
  decisions: ReadonlyMap<Address, Decision>;
}

export async function sendEdits(run: ApplyRun, items: readonly ReadyItem[]): Promise<Sending> {
  const api = journalWrites(
    run,
    items.map(({ change }) => change.address),
  );
  const decisions = new Map<Address, Decision>();
  try {
    const { failed } = await api.updateItems(
      items.map(({ edit }) => edit),
      renewEdits(run, items, decisions),
    );
    return { accepted: failed.length === 0, failed, ambiguous: false, decisions };
  } catch (thrown) {
    const givenUp = decideGivenUp(run, thrown);
    if (givenUp) for (const { change } of items) decisions.set(change.address, givenUp);
    return { accepted: false, failed: [], error: toOutcomeError(thrown), ambiguous: isAmbiguous(thrown), decisions };
  }
}

/**
 * The tenant's reason against one item, when it names that item. Entries of `failed` have no known
 * shape (API reference, section 4): texts and objects with a path are understood, all else is not.
 */
export function findRefusal(sending: Sending, path: string): OutcomeError | undefined {
  const entry = sending.failed.find((candidate) => namesPath(candidate, path));
  return entry === undefined ? undefined : describeRefusal(entry, path);
}

/** The reason against an item that went out alone: whatever the answer says is about it. */
export function describeLoneRefusal(sending: Sending, path: string): OutcomeError {
  return sending.error ?? describeRefusal(sending.failed[0] ?? 'no reason given', path);
}

function describeRefusal(entry: Json, path: string): OutcomeError {
  const text = typeof entry === 'string' ? entry : JSON.stringify(entry);
  return { code: 'HTTP_STATUS', message: `Bulk-update refused ${path}: ${text.slice(0, 300)}` };
}

function namesPath(entry: Json, path: string): boolean {
  const named = isJsonObject(entry) ? getOwn(entry, 'path') : entry;
  return typeof named === 'string' && trimSlashes(named) === trimSlashes(path);
}

function trimSlashes(path: string): string {
  return path.replace(/^\/|\/$/g, '');
}
