import { type Dispatcher, request as send } from 'undici';
import { LimioError } from '../errors/errors.js';
import type { Clock } from '../model/async.js';
import { getOwn, isJsonObject, type Json } from '../model/json.js';
import type { WriteAnswer } from './ci.js';

export interface RestRequest {
  method: 'GET' | 'POST' | 'PATCH' | 'PUT';
  /** Below the base URL, with its query; or a whole URL of the same origin. */
  path: string;
  json?: Json;
  /** False: it is not sent again when it may have been carried out. GET, PATCH and PUT may be, unless said. */
  repeatable?: boolean;
}

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
  /** Told before every wait. */
  onWait?: (why: string, ms: number) => void;
}

export type CallRest = (request: RestRequest) => Promise<RestAnswer>;

type Attempt = RestAnswer | { lost: string };

const MAX_ATTEMPTS = 5;

/** A primary rate limit can last an hour; a job that waits so long is worse than one that says why. */
const LONGEST_WAIT_MS = 10 * 60_000;

const TIMEOUT_MS = 30_000;

const MOST_REDIRECTS = 3;

const UNSENT = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
]);

/**
 * Calls of a code host, one after the other, as its documentation asks. Rate limits are waited for,
 * 5xx and lost answers are repeated where that does no harm. Gives every other answer, whatever its
 * status.
 *
 * @throws LimioError CI_API when attempts or patience ran out; `details.uncertain` is true when the
 * request may have been carried out all the same.
 */
export function createRestClient(options: RestClientOptions): CallRest {
  const { clock, random, signal, name } = options;
  return async (request) => {
    let waitedMs = 0;
    for (let attempt = 1; ; attempt++) {
      const outcome = await sendOnce(options, request);
      const limitMs = 'lost' in outcome ? undefined : findRateLimitMs(outcome, attempt, clock.now());
      if (!('lost' in outcome) && outcome.status < 500 && limitMs === undefined) return outcome;
      const why = describe(outcome, limitMs !== undefined);
      const uncertain =
        limitMs === undefined && !isRepeatable(request) && !('lost' in outcome && UNSENT.has(outcome.lost));
      const waitMs = limitMs ?? computeBackoffMs(attempt, random);
      if (uncertain || attempt >= MAX_ATTEMPTS || waitedMs + waitMs > LONGEST_WAIT_MS) {
        throw giveUp(name, request, { why, attempt, uncertain, ...(limitMs === undefined ? {} : { limitMs }) });
      }
      options.onWait?.(`${name}: ${why}`, waitMs);
      await clock.sleep(waitMs, signal);
      waitedMs += waitMs;
    }
  };
}

function isRepeatable({ method, repeatable }: RestRequest): boolean {
  return repeatable ?? method !== 'POST';
}

/** Follows redirects within the origin only, so that the token reaches no other host. */
async function sendOnce(options: RestClientOptions, request: RestRequest): Promise<Attempt> {
  const base = options.baseUrl.replace(/\/+$/, '');
  let url = new URL(request.path.startsWith('/') ? `${base}${request.path}` : request.path);
  for (let redirects = 0; ; redirects++) {
    if (url.origin !== new URL(base).origin) return { lost: `a redirect to another host, ${url.host}` };
    const answer = await sendTo(url, options, request);
    const location = 'lost' in answer ? undefined : answer.headers['location'];
    if ('lost' in answer || ![301, 302, 307, 308].includes(answer.status) || location === undefined) return answer;
    if (redirects >= MOST_REDIRECTS) return { lost: 'too many redirects' };
    url = new URL(location, url);
  }
}

async function sendTo(
  url: URL,
  { headers, signal, dispatcher }: RestClientOptions,
  { method, json }: RestRequest,
): Promise<Attempt> {
  const timeout = AbortSignal.timeout(TIMEOUT_MS);
  try {
    const answer = await send(url, {
      method,
      headers: {
        'user-agent': 'limio-sync',
        ...(json === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(json === undefined ? {} : { body: JSON.stringify(json) }),
      signal: signal === undefined ? timeout : AbortSignal.any([timeout, signal]),
      ...(dispatcher === undefined ? {} : { dispatcher }),
    });
    const body = parseJson(await answer.body.text());
    return { status: answer.statusCode, headers: flatten(answer.headers), body, message: readMessage(body) };
  } catch (error) {
    signal?.throwIfAborted();
    return { lost: timeout.aborted ? 'no answer in time' : findCode(error) };
  }
}

function parseJson(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
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

function flatten(headers: Readonly<Record<string, string | string[] | undefined>>): Headers {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : value]),
  );
}

function findCode(error: unknown): string {
  const inner = error instanceof AggregateError ? error.errors[0] : error;
  return inner instanceof Error && 'code' in inner && typeof inner.code === 'string' ? inner.code : 'connection lost';
}

function describe(outcome: Attempt, limited: boolean): string {
  if ('lost' in outcome) return outcome.lost;
  const message = outcome.message === '' ? '' : ` (${outcome.message})`;
  return limited ? `rate limit, ${outcome.status}${message}` : `${outcome.status}${message}`;
}

function giveUp(
  name: string,
  { method, path }: RestRequest,
  facts: { why: string; attempt: number; uncertain: boolean; limitMs?: number },
): LimioError {
  const tried = facts.attempt === 1 ? '' : ` (tried ${facts.attempt} times)`;
  return new LimioError({
    code: 'CI_API',
    message: `${name} did not carry out ${method} ${path.split('?')[0]}: ${facts.why}${tried}.`,
    hint:
      facts.limitMs === undefined
        ? 'Run the job again.'
        : `Run the job again in ${Math.ceil(facts.limitMs / 60_000)} minutes.`,
    details: { uncertain: facts.uncertain },
  });
}

/** The two things that differ when something is refused. */
export interface HostWords {
  name: string;
  /** What to do when the token may not. */
  deniedHint: string;
}

/** @throws LimioError CI_DENIED for what the token may not do, CI_API for every other refusal. */
export function requireOk(answer: RestAnswer, { method, path }: RestRequest, { name, deniedHint }: HostWords): void {
  if (answer.status >= 200 && answer.status < 300) return;
  const said = `${name} answered ${answer.status} to ${method} ${path.split('?')[0]}${answer.message === '' ? '' : `: ${answer.message}`}`;
  // 404 is how both hosts refuse what the token may not even see.
  if (answer.status === 403 || answer.status === 404)
    throw new LimioError({ code: 'CI_DENIED', message: said, hint: deniedHint });
  throw new LimioError({
    code: 'CI_API',
    message: said,
    ...(answer.status === 401 ? { hint: 'The token is not accepted: is it the right one, and has it expired?' } : {}),
  });
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
  const url = readText(answer.body, urlKey);
  return { kind: 'written', ...(url === undefined ? {} : { url }) };
}

/** A property that is a text. */
export function readText(value: Json | undefined, key: string): string | undefined {
  const found = isJsonObject(value) ? getOwn(value, key) : undefined;
  return typeof found === 'string' ? found : undefined;
}

/** The id of an object, as text, whatever its type. */
export function readId(value: Json | undefined, key: string): string | undefined {
  const found = isJsonObject(value) ? getOwn(value, key) : undefined;
  return typeof found === 'string' || typeof found === 'number' ? String(found) : undefined;
}

export type Headers = Readonly<Record<string, string | undefined>>;

const MINUTE_MS = 60_000;

const BASE_MS = 1000;

const CEILING_MS = 30_000;

/**
 * How long an answer asks to wait, when it is about rate limits; undefined when it is not. GitHub
 * ("Best practices", "Handle rate limit errors appropriately") answers 403 or 429: with Retry-After
 * in seconds; or with no requests remaining until a time in epoch seconds; or, for a secondary
 * limit, with neither, and then a minute at least. GitLab answers 429 with the same headers, some
 * without `x-`.
 */
export function findRateLimitMs(
  { status, headers, message }: { status: number; headers: Headers; message: string },
  attempt: number,
  nowMs: number,
): number | undefined {
  if (status !== 403 && status !== 429) return undefined;
  const retryAfter = readSeconds(headers['retry-after']);
  if (retryAfter !== undefined) return retryAfter * 1000;
  const remaining = headers['x-ratelimit-remaining'] ?? headers['ratelimit-remaining'];
  const reset = readSeconds(headers['x-ratelimit-reset'] ?? headers['ratelimit-reset']);
  // The second more allows for clocks that differ.
  if (remaining?.trim() === '0' && reset !== undefined) return Math.max(0, reset * 1000 - nowMs) + 1000;
  return status === 429 || /rate limit|abuse detection/i.test(message) ? MINUTE_MS * 2 ** (attempt - 1) : undefined;
}

/** Full jitter below `1 s * 2^attempt`, at most 30 s. */
export function computeBackoffMs(attempt: number, random: () => number): number {
  return Math.floor(random() * Math.min(CEILING_MS, BASE_MS * 2 ** attempt));
}

function readSeconds(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,12}$/.test(text.trim()) ? Number(text) : undefined;
}
