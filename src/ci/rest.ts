import { type Dispatcher, getGlobalDispatcher } from 'undici';
import { LimioError } from '../errors/errors.js';
import { computeBackoffMs, type Evaluation, repeatCall, startCall } from '../http/http.js';
import { type AnswerHeaders, type Attempt, sendRequest } from '../http/send.js';
import type { Clock } from '../model/async.js';
import { defined, getOwn, isJsonObject, type Json, textAt } from '../model/json.js';
import type { WriteAnswer } from './ci.js';

export interface RestRequest {
  method: 'GET' | 'POST' | 'PATCH' | 'PUT';
  /** Below the base URL, with its query; or a whole URL of the same origin. */
  path: string;
  json?: Json;
  /** False: not sent again when it may have been carried out. The default for POST alone. */
  repeatable?: boolean;
}

type Headers = Readonly<Record<string, string | undefined>>;

export interface RestAnswer {
  status: number;
  headers: Headers;
  /** Undefined when it was no JSON. */
  body: Json | undefined;
  /** What the server says went wrong, or an empty text. */
  message: string;
}

export interface RestClientOptions {
  /** Who answers, for sentences: `GitHub`. */
  name: string;
  baseUrl: string;
  headers: Readonly<Record<string, string>>;
  clock: Clock;
  random: () => number;
  signal?: AbortSignal;
  dispatcher?: Dispatcher;
  /** Called before every wait. */
  onWait?: (why: string, ms: number) => void;
}

export type CallRest = (request: RestRequest) => Promise<RestAnswer>;

const MAX_ATTEMPTS = 5;

/** A primary rate limit can last an hour; a job that fails with the reason is better than one that waits. */
const LONGEST_WAIT_MS = 10 * 60_000;
const TIMEOUT_MS = 30_000;
const MOST_REDIRECTS = 3;
const BACKOFF = { baseMs: 2000, ceilingMs: 30_000 };

/**
 * Calls of a code host, one after the other, as its documentation asks. Waits for rate limits; repeats
 * 5xx and lost answers where that is harmless. Returns every other answer, whatever its status.
 * @throws LimioError CI_API when attempts or patience ran out; `details.ambiguous` is true when the
 * request may have been carried out.
 */
export function createRestClient(options: RestClientOptions): CallRest {
  const { clock, random, signal, name } = options;
  return async (request) => {
    const state = startCall(clock);
    let waitedMs = 0;
    let why = '';

    const evaluate = (attempt: Attempt): Evaluation<RestAnswer> => {
      const answer = attempt.kind === 'answer' ? readAnswer(attempt) : undefined;
      const limitMs = answer && findRateLimitMs(answer, state.attempts, clock.now());
      if (answer && answer.status < 500 && limitMs === undefined) return { next: 'done', result: answer };
      const ambiguous = limitMs === undefined && !isRepeatable(request) && !isUnsent(attempt);
      const waitMs = limitMs ?? computeBackoffMs(state.attempts, random, BACKOFF);
      const isLast = ambiguous || state.attempts >= MAX_ATTEMPTS || waitedMs + waitMs > LONGEST_WAIT_MS;
      why = describe(attempt, answer, limitMs !== undefined);
      const error = refuse(name, request, { why, attempts: state.attempts, ambiguous, limitMs });
      return { next: 'fail', error, ambiguous, delayMs: isLast ? undefined : waitMs };
    };

    const onRetry = (_attempt: Attempt, waitMs: number): void => {
      waitedMs += waitMs;
      options.onWait?.(`${name}: ${why}`, waitMs);
    };

    const prepare = async (): Promise<() => Promise<Attempt>> => () => followRedirects(options, request);
    return repeatCall({ clock, signal, prepare, evaluate, onRetry }, state);
  };
}

function isRepeatable({ method, repeatable }: RestRequest): boolean {
  return repeatable ?? method !== 'POST';
}

/** EPROTO is not listed: a connection can also break with it after the request was sent. */
function isUnsent(attempt: Attempt): boolean {
  return attempt.kind === 'failure' && (attempt.at === 'unsent' || attempt.reason === 'ENOTFOUND');
}

/** Within the origin only, so that the token reaches no other host. */
async function followRedirects(options: RestClientOptions, { method, path, json }: RestRequest): Promise<Attempt> {
  const { signal, dispatcher = getGlobalDispatcher() } = options;
  const base = options.baseUrl.replace(/\/+$/, '');
  const { origin } = new URL(base);
  const headers = { ...(json !== undefined && { 'content-type': 'application/json' }), ...options.headers };
  const body = json === undefined ? undefined : JSON.stringify(json);
  let url = new URL(path.startsWith('/') ? `${base}${path}` : path);
  for (let redirects = 0; ; redirects++) {
    if (url.origin !== origin) return refuseRedirect(`a redirect to another host, ${url.host}`);
    const request = { method, path: `${url.pathname}${url.search}`, headers, body };
    const attempt = await sendRequest({ dispatcher, origin, timeoutMs: TIMEOUT_MS }, request, signal);
    const location = attempt.kind === 'answer' ? flatten(attempt.headers)['location'] : undefined;
    const isRedirect = attempt.kind === 'answer' && [301, 302, 307, 308].includes(attempt.status);
    if (!isRedirect || location === undefined) return attempt;
    if (redirects >= MOST_REDIRECTS) return refuseRedirect('too many redirects');
    url = new URL(location, url);
  }
}

/** The host answered, so the request may have been carried out. */
function refuseRedirect(reason: string): Attempt {
  return { kind: 'failure', at: 'cut-off', reason, timeout: false };
}

function readAnswer({ status, headers, body }: Extract<Attempt, { kind: 'answer' }>): RestAnswer {
  const json = 'json' in body ? body.json : undefined;
  return { status, headers: flatten(headers), body: json, message: readMessage(json) };
}

/** `message` is a text at GitHub, and may be an object of lists at GitLab. */
function readMessage(body: Json | undefined): string {
  if (!isJsonObject(body)) return '';
  const message = getOwn(body, 'message') ?? getOwn(body, 'error');
  const errors = getOwn(body, 'errors');
  const parts = [message, errors].filter((part) => part !== undefined && part !== null);
  return parts
    .map((part) => (typeof part === 'string' ? part : JSON.stringify(part)))
    .join(': ')
    .slice(0, 300);
}

function flatten(headers: AnswerHeaders): Headers {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : value]),
  );
}

function describe(attempt: Attempt, answer: RestAnswer | undefined, isLimit: boolean): string {
  if (attempt.kind === 'failure') return attempt.reason === 'timeout' ? 'no answer in time' : attempt.reason;
  const message = answer === undefined || answer.message === '' ? '' : ` (${answer.message})`;
  return `${isLimit ? 'rate limit, ' : ''}${attempt.status}${message}`;
}

interface Refusal {
  why: string;
  attempts: number;
  ambiguous: boolean;
  limitMs: number | undefined;
}

function refuse(name: string, { method, path }: RestRequest, refusal: Refusal): LimioError {
  const { why, attempts, ambiguous, limitMs } = refusal;
  const tried = attempts === 1 ? '' : ` (tried ${attempts} times)`;
  return new LimioError({
    code: 'CI_API',
    message: `${method} ${path.split('?')[0]} failed at ${name}: ${why}${tried}.`,
    hint: `Run the job again${limitMs === undefined ? '' : ` in ${Math.ceil(limitMs / 60_000)} minutes`}.`,
    details: { ambiguous },
  });
}

const MINUTE_MS = 60_000;

/**
 * How long an answer asks to wait, when it is about rate limits; undefined when it is not. GitHub ("Best
 * practices", "Handle rate limit errors appropriately") answers 403 or 429: with Retry-After in seconds;
 * or with no requests remaining until a time in epoch seconds; or, for a secondary limit, with neither,
 * and then a minute at least. GitLab answers 429 with the same headers, some without `x-`.
 */
function findRateLimitMs({ status, headers, message }: RestAnswer, attempt: number, nowMs: number): number | undefined {
  if (status !== 403 && status !== 429) return undefined;
  const retryAfter = readSeconds(headers['retry-after']);
  if (retryAfter !== undefined) return retryAfter * 1000;
  const remaining = headers['x-ratelimit-remaining'] ?? headers['ratelimit-remaining'];
  const reset = readSeconds(headers['x-ratelimit-reset'] ?? headers['ratelimit-reset']);
  // The second more allows for clocks that differ.
  if (remaining?.trim() === '0' && reset !== undefined) return Math.max(0, reset * 1000 - nowMs) + 1000;
  return status === 429 || /rate limit|abuse detection/i.test(message) ? MINUTE_MS * 2 ** (attempt - 1) : undefined;
}

function readSeconds(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,12}$/.test(text.trim()) ? Number(text) : undefined;
}

/** The two texts that differ between hosts when something is refused. */
export interface HostWords {
  name: string;
  /** What to do when the token lacks a permission. */
  deniedHint: string;
}

/** @throws LimioError CI_DENIED for a missing permission of the token, CI_API for every other refusal. */
export function requireOk(answer: RestAnswer, { method, path }: RestRequest, { name, deniedHint }: HostWords): void {
  const { status } = answer;
  if (status >= 200 && status < 300) return;
  const said = answer.message === '' ? '' : `: ${answer.message}`;
  const message = `${name} returned ${status} for ${method} ${path.split('?')[0]}${said}`;
  // 404 is how both hosts refuse what the token may not even see.
  if (status === 403 || status === 404) throw new LimioError({ code: 'CI_DENIED', message, hint: deniedHint });
  const hint =
    status === 401 ? 'The token was not accepted. Check that it is the right one and has not expired.' : undefined;
  throw new LimioError({ code: 'CI_API', message, ...defined({ hint }) });
}

/** Sends a text. GitHub answers 422 to one that is too long, GitLab 400. */
export async function sendText(
  call: CallRest,
  request: RestRequest,
  words: HostWords,
  urlKey: string,
): Promise<WriteAnswer> {
  const answer = await call(request);
  if (answer.status === 413 || ([400, 422].includes(answer.status) && /too (long|large)/i.test(answer.message)))
    return { kind: 'too-long' };
  requireOk(answer, request, words);
  return { kind: 'written', ...defined({ url: readText(answer.body, urlKey) }) };
}

/** A property that is a text. */
export function readText(value: Json | undefined, key: string): string | undefined {
  return isJsonObject(value) ? textAt(value, key) : undefined;
}

/** The id of an object, as text, whatever its type. */
export function readId(value: Json | undefined, key: string): string | undefined {
  const found = isJsonObject(value) ? getOwn(value, key) : undefined;
  return typeof found === 'string' || typeof found === 'number' ? String(found) : undefined;
}
