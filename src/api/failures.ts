import type { ErrorCode } from '../errors/codes.js';
import { LimioError } from '../errors/errors.js';
import { getOwn, isJsonObject, type Json } from '../model/json.js';
import type { ApiRequest, Attempt, ParsedBody } from './attempt.js';

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

export interface FailedCall {
  request: ApiRequest;
  /** The last attempt. */
  attempt: Attempt;
  /** Of the tenant, with its port. */
  host: string;
  /** Requests sent for this call. */
  attempts: number;
  /** Whether any attempt may have been carried out. */
  ambiguous: boolean;
  perhapsTooLarge: boolean;
  /** Takes the secrets out of what the server said. */
  redact: (text: string) => string;
}

/**
 * The error of a call that failed for good. It holds method, path, status, the server's message
 * and the attempts made; never headers, bodies or the library's own errors, which may carry them.
 * `details.ambiguous` tells the caller to read the object before believing that nothing happened.
 */
export function describeFailure(call: FailedCall): LimioError {
  const { request, attempt, attempts } = call;
  const status = attempt.kind === 'answer' ? attempt.status : undefined;
  // The answer to a token call may hold the secret or the token in any shape, so none of it is shown.
  const said =
    attempt.kind === 'answer' && request.authorised ? readServerMessage(attempt.body, call.redact) : undefined;
  const { code, happened, hint } = explain(call);
  const mayBeDone = call.ambiguous
    ? 'It may have been carried out all the same: read the object before repeating it.'
    : undefined;
  const hints = [hint, mayBeDone].filter((text) => text !== undefined).join(' ');
  return new LimioError({
    code,
    message: formatSentence(`${describeRequest(request)} ${happened}`, said, attempts),
    ...(hints === '' ? {} : { hint: hints }),
    details: {
      method: request.method,
      path: request.path,
      attempts,
      ambiguous: call.ambiguous,
      ...(call.perhapsTooLarge ? { perhapsTooLarge: true } : {}),
      ...(status === undefined ? {} : { status }),
      ...(said === undefined ? {} : { serverMessage: said }),
    },
  });
}

function formatSentence(statement: string, said: string | undefined, attempts: number): string {
  const quoted = said === undefined ? '' : `: ${said.replace(/\.$/, '')}`;
  return `${statement}${quoted}${attempts === 1 ? '' : ` (tried ${attempts} times)`}.`;
}

/** `GET /api/offers/v2?opt.all=true`, with long values (cursors) cut. */
export function describeRequest(request: Pick<ApiRequest, 'method' | 'path'>): string {
  return `${request.method} ${request.path.replace(/=([^&]{24})[^&]{8,}/g, '=$1...')}`;
}

interface Explanation {
  code: ErrorCode;
  /** The predicate of the sentence that the request begins. */
  happened: string;
  hint?: string;
}

function explain({ request, attempt, host, redact }: FailedCall): Explanation {
  if (attempt.kind === 'failure') return explainNoAnswer(attempt, host);
  const { status, body, retryAfter } = attempt;
  if (!request.authorised && (status === 400 || status === 401 || status === 403)) {
    return {
      code: 'AUTH_REFUSED',
      happened: `was answered with ${status}: the tenant refused the credentials`,
      hint: CREDENTIALS_HINT,
    };
  }
  if (status >= 200 && status < 300) {
    return {
      code: 'HTTP_BAD_BODY',
      happened: `was answered with ${status} and a body that is ${'problem' in body ? describeProblem(body.problem) : 'not what was expected'}`,
      hint: 'Something between here and Limio may have answered in its place; check the url of the environment.',
    };
  }
  if (status >= 300 && status < 400) return explainRedirect(status, attempt.location);
  const happened = `was answered with ${status}`;
  switch (status) {
    case 401:
      return { code: 'AUTH_REFUSED', happened: `${happened} although the token was new`, hint: CREDENTIALS_HINT };
    case 403:
      return {
        code: 'AUTH_REFUSED',
        happened,
        hint: explainMissingRight(request, 'problem' in body && body.problem === 'html'),
      };
    case 404:
      return 'problem' in body && body.problem === 'html'
        ? {
            code: 'HTTP_BAD_BODY',
            happened,
            hint: 'A gateway answered, not Limio: this says nothing about the object. Check the url of the environment.',
          }
        : {
            code: 'HTTP_STATUS',
            happened,
            ...(request.authorised
              ? {}
              : { hint: 'Check the url of the environment: it must be the tenant itself, not its shop.' }),
          };
    case 409:
      return { code: 'CONFLICT', happened, hint: 'Plan again: what exists already becomes an update.' };
    case 429:
      return {
        code: 'HTTP_RATE_LIMITED',
        happened: retryAfter === undefined ? happened : `${happened} (Retry-After ${redact(retryAfter).slice(0, 40)})`,
        hint: 'Wait a while and run it again; what was done already will not be repeated.',
      };
    case 502:
      return {
        code: 'HTTP_STATUS',
        happened,
        hint:
          request.effect === 'read'
            ? 'Limio answers 502 for a gateway error, or for an answer over its cap of 6 MB.'
            : 'From Limio this is probably an invalid payload, or a gateway error: check what is sent, then try again.',
      };
    default:
      return { code: 'HTTP_STATUS', happened };
  }
}

function explainNoAnswer(attempt: Extract<Attempt, { kind: 'failure' }>, host: string): Explanation {
  if (attempt.timeout) {
    return {
      code: 'TIMEOUT',
      happened: attempt.at === 'cut-off' ? 'was not answered in full in time' : 'was not answered in time',
    };
  }
  const happened =
    attempt.at === 'cut-off'
      ? `was answered, but the answer broke off (${attempt.reason})`
      : `found no answer from ${host} (${attempt.reason})`;
  const reaches = attempt.at === 'unsent' || attempt.at === 'hopeless';
  return {
    code: 'NETWORK',
    happened,
    ...(reaches ? { hint: 'Check the url or the tenant and region of the environment, and the network.' } : {}),
  };
}

const CREDENTIALS_HINT =
  'Check LIMIO_<ENV>_CLIENT_ID and LIMIO_<ENV>_CLIENT_SECRET: each tenant has its own pair, a sandbox too.';

function explainMissingRight(request: ApiRequest, gateway: boolean): string {
  if (gateway) return 'A gateway answered, not Limio: an allow-list of addresses or a firewall may stand in between.';
  const right = /\/(publish|shop\/builds)$/.test(request.path)
    ? 'to build and publish'
    : request.effect === 'read'
      ? 'to read this'
      : 'to write this';
  return `The credentials lack the right ${right}. In Limio, Managers can publish and Editors cannot; ask for credentials with that right.`;
}

/** Only the host of the target is told: its query may carry tokens. */
function explainRedirect(status: number, location: string | undefined): Explanation {
  const target = location !== undefined && URL.canParse(location) ? new URL(location).host : undefined;
  return {
    code: 'HTTP_STATUS',
    happened: `was answered with ${status}, a redirect${target === undefined ? '' : ` to ${target}`}, which is not followed with credentials`,
    hint: 'Check the url of the environment.',
  };
}

function describeProblem(problem: 'empty' | 'html' | 'not JSON' | 'too large'): string {
  return { empty: 'empty', html: 'HTML', 'not JSON': 'not JSON (perhaps cut off)', 'too large': 'too large' }[problem];
}

const MAX_LENGTH = 300;

const MOST_READ = 10_000;

// Control characters, and the invisible ones that reorder text in a terminal.
const UNPRINTABLE = /[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]+/g;

/**
 * What the server said of an error: `{"message"}` of the Commerce API, `{"error":{"message"}}` of
 * the admin API (API reference, section 1), the title of a gateway's HTML, or the first words.
 * At most 300 characters, safe for a terminal; undefined when it said nothing.
 */
export function readServerMessage(body: ParsedBody, redact: (text: string) => string): string | undefined {
  // Redacted before anything is cut off: half a secret is not recognised any more.
  const raw = 'json' in body ? findMessage(body.json) : readTextMessage(redact(body.text.slice(0, MOST_READ)));
  if (raw === undefined) return undefined;
  const clean = redact(raw.slice(0, MOST_READ)).replace(UNPRINTABLE, ' ').replace(/ {2,}/g, ' ').trim();
  return clean === '' ? undefined : Array.from(clean).slice(0, MAX_LENGTH).join('');
}

/** `error.code` of the admin API. */
export function readErrorCode(json: Json | undefined): string | undefined {
  const error = isJsonObject(json) ? getOwn(json, 'error') : undefined;
  const code = isJsonObject(error) ? getOwn(error, 'code') : undefined;
  return typeof code === 'string' ? code : undefined;
}

/** The message of either error shape; for other JSON the JSON itself, which may explain as much. */
function findMessage(json: Json): string | undefined {
  if (typeof json === 'string') return json;
  if (!isJsonObject(json)) return JSON.stringify(json);
  const error = getOwn(json, 'error');
  const candidates = [
    getOwn(json, 'message'),
    isJsonObject(error) ? getOwn(error, 'message') : error,
    getOwn(json, 'Message'),
    getOwn(json, 'error_description'),
  ];
  return (
    (candidates.find((text) => typeof text === 'string' && text !== '') as string | undefined) ?? JSON.stringify(json)
  );
}

function readTextMessage(text: string): string {
  if (!text.startsWith('<')) return text;
  const title = /<title[^>]{0,200}>([^<]{1,300})/i.exec(text)?.[1];
  return title === undefined ? 'an HTML page' : `an HTML page, "${title.trim()}"`;
}
