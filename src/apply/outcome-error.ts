import { LimioError } from '../errors/errors.js';
import type { OutcomeError } from '../model/outcome.js';

/**
 * What was thrown while one change was worked on, as data. Anything but a LimioError is a bug of
 * ours; it costs this one change and not the report of all the others.
 */
export function toOutcomeError(thrown: unknown): OutcomeError {
  if (thrown instanceof LimioError) {
    return { code: thrown.code, message: thrown.message, ...(thrown.hint === undefined ? {} : { hint: thrown.hint }) };
  }
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return { code: 'INTERNAL', message: `A bug in limio-sync: ${message}` };
}

/** True when a failed call may have been carried out all the same (a lost answer, a 502). */
export function isAmbiguous(thrown: unknown): boolean {
  return thrown instanceof LimioError && thrown.details['ambiguous'] === true;
}
