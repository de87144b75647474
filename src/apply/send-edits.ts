import { type Json, getOwn, isJsonObject } from '../model/json.js';
import type { ItemEdit, LiveApi } from '../model/live-api.js';
import type { OutcomeError } from '../model/outcome.js';
import { isAmbiguous, toOutcomeError } from './outcome-error.js';

/** How one bulk-update call went. It says where to look, never what became of an item. */
export interface Sending {
  /** Neither an error nor an entry in `failed`. */
  accepted: boolean;
  failed: Json[];
  error?: OutcomeError;
  ambiguous: boolean;
}

export async function sendEdits(api: LiveApi, edits: readonly ItemEdit[]): Promise<Sending> {
  try {
    const { failed } = await api.updateItems(edits);
    return { accepted: failed.length === 0, failed, ambiguous: false };
  } catch (thrown) {
    return { accepted: false, failed: [], error: toOutcomeError(thrown), ambiguous: isAmbiguous(thrown) };
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
