import type { ErrorCode } from '../errors/codes.js';
import { LimioError } from '../errors/errors.js';
import { type Attempt, type BodyProblem, firstOf, type ParsedBody } from '../http/send.js';
import { defined, getOwn, isJsonObject, type Json, objectAt, textAt } from '../model/json.js';
import { type ApiRequest, describeRequest, WRONG_HOST_HINT } from './request.js';

export interface Verdict {
  /** `repeat` only says that it may be repeated; attempts and budget decide whether it is. */
  next: 'accept' | 'missing' | 'repeat' | 'fail';
  /** Whether the tenant may have carried this attempt out although it did not say so. */
  ambiguous: boolean;
  /** The page may be over the cap of 6 MB (API reference, section 1). */
  perhapsTooLarge: boolean;
}

/** A gateway or a server in trouble: it may work another time. */
const TRANSIENT = new Set([408, 425, 500, 502, 503, 504]);

/** What one attempt means for its call. */
export function evaluateAttempt(request: ApiRequest, attempt: Attempt): Verdict {
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
  if (status >= 200 && status < 300) return evaluateSuccess(request, body);
  if (status === 429) return { next: 'repeat', ambiguous: false, perhapsTooLarge: false };
  const transient = TRANSIENT.has(status);
  return {
    next: transient && request.effect !== 'once' ? 'repeat' : 'fail',
    ambiguous: writes && (transient || status >= 500),
    perhapsTooLarge: status === 502 || status === 413,
  };
}

function evaluateSuccess(request: ApiRequest, body: ParsedBody): Verdict {
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

interface FailedCall {
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
 * With `details.ambiguous` the caller must read the object before it assumes that nothing happened.
 */
export function describeFailure(call: FailedCall): LimioError {
  const { request, attempt, attempts } = call;
  const status = attempt.kind === 'answer' ? attempt.status : undefined;
  // The answer to a token call may hold the secret or the token in any shape, so none of it is shown.
  const said =
    attempt.kind === 'answer' && request.authorised !== false
      ? readServerMessage(attempt.body, call.redact)
      : undefined;
  const { code, happened, hint } = explain(call);
  const doubt = call.ambiguous ? 'It may have been carried out: read the object before repeating it.' : undefined;
  const hints = [hint, doubt].filter((text) => text !== undefined).join(' ');
  return new LimioError({
    code,
    message: formatSentence(`${describeRequest(request)} ${happened}`, said, attempts),
    ...(hints !== '' && { hint: hints }),
    details: {
      method: request.method,
      path: request.path,
      attempts,
      ambiguous: call.ambiguous,
      ...(call.perhapsTooLarge && { perhapsTooLarge: true }),
      ...(request.authorised === false && { wholeTenant: true }),
      ...defined({ status, serverMessage: said }),
    },
  });
}

function formatSentence(statement: string, said: string | undefined, attempts: number): string {
  const quoted = said === undefined ? '' : `: ${said.replace(/\.$/, '')}`;
  return `${statement}${quoted}${attempts === 1 ? '' : ` (tried ${attempts} times)`}.`;
}

const CREDENTIALS_HINT =
  'Each tenant has its own pair of credentials, sandboxes included. To see where these come from: limio-sync doctor';
const GATEWAY_HINT =
  'A gateway answered, not Limio: this says nothing about the object. Check the url of the environment.';
const UNREACHABLE_HINT = 'Check the url or the tenant and region of the environment, and the network.';

const PROBLEMS: Record<BodyProblem, string> = {
  empty: 'empty',
  html: 'HTML',
  'not JSON': 'not JSON (perhaps cut off)',
  'too large': 'too large',
};

interface Explanation {
  code: ErrorCode;
  /** The predicate of the sentence that the request begins. */
  happened: string;
  hint?: string;
}

function explain({ request, attempt, host, redact }: FailedCall): Explanation {
  if (attempt.kind === 'failure') return explainNoAnswer(attempt, host);
  const { status, body, headers } = attempt;
  const isHtml = 'problem' in body && body.problem === 'html';
  if (request.authorised === false && (status === 400 || status === 401 || status === 403)) {
    const happened = `returned ${status}: the tenant refused the credentials`;
    return { code: 'AUTH_REFUSED', happened, hint: CREDENTIALS_HINT };
  }
  if (status >= 200 && status < 300) {
    const found = 'problem' in body ? PROBLEMS[body.problem] : 'not what was expected';
    return {
      code: 'HTTP_BAD_BODY',
      happened: `returned ${status} and a body that is ${found}`,
      hint: 'A proxy between here and Limio may have answered instead. Check the url of the environment.',
    };
  }
  if (status >= 300 && status < 400) return explainRedirect(status, firstOf(headers, 'location'));
  const happened = `returned ${status}`;
  switch (status) {
    case 401:
      return { code: 'AUTH_REFUSED', happened: `${happened} for a new token`, hint: CREDENTIALS_HINT };
    case 403:
      return { code: 'AUTH_REFUSED', happened, hint: explainMissingRight(request, isHtml) };
    case 404:
      return isHtml
        ? { code: 'HTTP_BAD_BODY', happened, hint: GATEWAY_HINT }
        : { code: 'HTTP_STATUS', happened, ...(request.authorised === false && { hint: WRONG_HOST_HINT }) };
    case 409:
      return { code: 'CONFLICT', happened, hint: 'Plan again: an object that exists already becomes an update.' };
    case 429:
      return explainRateLimit(happened, firstOf(headers, 'retry-after'), redact);
    case 502:
      return {
        code: 'HTTP_STATUS',
        happened,
        hint:
          request.effect === 'read'
            ? 'Limio answers 502 for a gateway error, or for an answer over its cap of 6 MB.'
            : 'From Limio this is probably an invalid payload, or a gateway error: check the payload, then try again.',
      };
    default:
      return { code: 'HTTP_STATUS', happened };
  }
}

function explainNoAnswer(attempt: Extract<Attempt, { kind: 'failure' }>, host: string): Explanation {
  if (attempt.timeout) {
    return {
      code: 'TIMEOUT',
      happened: `timed out${attempt.at === 'cut-off' ? ' before the whole answer arrived' : ''}`,
    };
  }
  const happened =
    attempt.at === 'cut-off'
      ? `got only a part of its answer (${attempt.reason})`
      : `got no answer from ${host} (${attempt.reason})`;
  const isUnsent = attempt.at === 'unsent' || attempt.at === 'hopeless';
  return { code: 'NETWORK', happened, ...(isUnsent && { hint: UNREACHABLE_HINT }) };
}

function explainRateLimit(
  happened: string,
  retryAfter: string | undefined,
  redact: (text: string) => string,
): Explanation {
  const asked = retryAfter === undefined ? '' : ` (Retry-After ${redact(retryAfter).slice(0, 40)})`;
  const hint = 'Wait a while, then run the command again. Finished changes are not repeated.';
  return { code: 'HTTP_RATE_LIMITED', happened: `${happened}${asked}`, hint };
}

function explainMissingRight({ path, effect }: ApiRequest, isGateway: boolean): string {
  if (isGateway) return 'A gateway answered, not Limio: a firewall or an allow-list of IP addresses may block you.';
  const isPublish = /\/(publish|shop\/builds)$/.test(path);
  const what = isPublish ? 'build and publish' : effect === 'read' ? 'read this' : 'write this';
  return (
    `The credentials lack the permission to ${what}. In Limio, Managers can publish and Editors cannot; ` +
    'ask for credentials with that permission.'
  );
}

/** Only the host of the target is shown: its query may carry tokens. */
function explainRedirect(status: number, location: string | undefined): Explanation {
  const target = location !== undefined && URL.canParse(location) ? ` to ${new URL(location).host}` : '';
  const happened = `returned ${status}, a redirect${target}, which is not followed with credentials`;
  return { code: 'HTTP_STATUS', happened, hint: 'Check the url of the environment.' };
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
function readErrorCode(json: Json | undefined): string | undefined {
  return isJsonObject(json) ? textAt(objectAt(json, 'error'), 'code') : undefined;
}

/** The message of either error shape, or else the whole JSON. */
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
  const texts = candidates.filter((text) => typeof text === 'string');
  return texts.find((text) => text !== '') ?? JSON.stringify(json);
}

function readTextMessage(text: string): string {
  if (!text.startsWith('<')) return text;
  const title = /<title[^>]{0,200}>([^<]{1,300})/i.exec(text)?.[1];
  return title === undefined ? 'an HTML page' : `an HTML page, "${title.trim()}"`;
}
