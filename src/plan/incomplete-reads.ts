import { LimioError } from '../errors/errors.js';
import type { Listing } from '../model/live-api.js';

/** How many single reads go out at once beside the plan's own. */
export const READS_AT_ONCE = 8;

const REFUSALS = new Set(['AUTH_REFUSED', 'HTTP_STATUS', 'HTTP_BAD_BODY']);

/** Why the tenant did not show something: its refusal must not hide the whole plan. @throws any other error. */
export function explainRefusal(error: unknown): string {
  if (error instanceof LimioError && REFUSALS.has(error.code)) return error.message.replace(/\.$/, '');
  throw error;
}

/** As one clause: a list that could not be read to its end does not prove that something is missing. */
export function describeIncomplete(what: string, { note }: Pick<Listing<unknown>, 'note'>): string {
  return `the list of ${what} is incomplete (${note ?? 'no reason given'})`;
}
