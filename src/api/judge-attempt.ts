import { getOwn, isJsonObject } from '../model/json.js';
import type { ApiRequest } from './api-request.js';
import type { ParsedBody } from './parse-body.js';
import { readErrorCode } from './read-server-message.js';
import type { Attempt } from './send-request.js';

export interface Verdict {
  /** `repeat` only says that it may be repeated; attempts and budget decide whether it is. */
  next: 'accept' | 'missing' | 'repeat' | 'fail';
  /** Whether the tenant may have carried this attempt out although it did not say so. */
  ambiguous: boolean;
  /** The page may be over the cap of 6 MB (API reference, section 1). */
  perhapsTooLarge: boolean;
}

/** Answers of a gateway or of a server in trouble: another time it may work. */
const TRANSIENT = new Set([408, 425, 500, 502, 503, 504]);

/** What one attempt means for the call. Pure, so that every case stands in a table of tests. */
export function judgeAttempt(request: ApiRequest, attempt: Attempt): Verdict {
  const writes = request.effect !== 'read';
  if (attempt.kind === 'failure') {
    const sent = attempt.at === 'unanswered' || attempt.at === 'cut-off';
    return {
      next: attempt.at !== 'hopeless' && (!sent || request.effect !== 'once') ? 'repeat' : 'fail',
      ambiguous: writes && sent,
      perhapsTooLarge: attempt.at === 'cut-off',
    };
  }
  const { status, body } = attempt;
  if (isMissing(request, status, body)) return { next: 'missing', ambiguous: false, perhapsTooLarge: false };
  if (status >= 200 && status < 300) return judgeSuccess(request, body);
  if (status === 429) return { next: 'repeat', ambiguous: false, perhapsTooLarge: false };
  const transient = TRANSIENT.has(status);
  return {
    next: transient && request.effect !== 'once' ? 'repeat' : 'fail',
    ambiguous: writes && (transient || status >= 500),
    perhapsTooLarge: status === 502 || status === 413,
  };
}

function judgeSuccess(request: ApiRequest, body: ParsedBody): Verdict {
  const good = 'json' in body || (body.problem === 'empty' && request.answer === 'any');
  if (good) return { next: 'accept', ambiguous: false, perhapsTooLarge: false };
  const reads = request.effect === 'read';
  // A write whose answer is unreadable is not sent again: what it did is read back instead.
  return { next: reads ? 'repeat' : 'fail', ambiguous: !reads, perhapsTooLarge: true };
}

function isMissing(request: ApiRequest, status: number, body: ParsedBody): boolean {
  if (request.missing === undefined || !('json' in body)) return false;
  if (request.missing === 'admin') {
    return (status === 404 || (status >= 200 && status < 300)) && /^NOT_?FOUND$/i.test(readErrorCode(body.json) ?? '');
  }
  if (status !== 404 || !isJsonObject(body.json)) return false;
  return typeof getOwn(body.json, 'message') === 'string' || isJsonObject(getOwn(body.json, 'error'));
}
