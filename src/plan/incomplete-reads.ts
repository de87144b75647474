import { describeRefusal, isRefusal } from '../kinds/odd-answers.js';
import type { Listing } from '../model/live-api.js';

/** Concurrent reads of single objects. */
export const READS_AT_ONCE = 8;

/** Why the tenant refused a read, for a warning: a refusal must not prevent the plan. @throws any other error. */
export function explainRefusal(error: unknown): string {
  if (isRefusal(error)) return describeRefusal(error);
  throw error;
}

/** One clause for a list that was not read to its end. Such a list does not prove that something is missing. */
export function describeIncomplete(what: string, { note }: Pick<Listing<unknown>, 'note'>): string {
  return `the list of ${what} is incomplete (${note ?? 'no reason given'})`;
}
