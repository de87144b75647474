import { brotliDecompressSync, gunzipSync, inflateSync } from 'node:zlib';
import { type Dispatcher, errors } from 'undici';
import type { Json } from '../model/json.js';
import type { Tries } from '../model/live-api.js';

/** What one attempt on the wire came to. */
export type Attempt =
  | { kind: 'answer'; status: number; body: ParsedBody; retryAfter?: string; location?: string; date?: string }
  | { kind: 'failure'; at: FailurePoint; reason: string; timeout: boolean };

/**
 * How far an attempt came. `unsent`: no connection, so nothing happened. `hopeless`: unsent, and
 * it will not get better (no such host, bad certificate). `unanswered`: it may have been carried
 * out. `cut-off`: the answer began and broke off.
 */
export type FailurePoint = 'unsent' | 'hopeless' | 'unanswered' | 'cut-off';

export interface SendContext {
  dispatcher: Dispatcher;
  origin: string;
  timeoutMs: number;
}

/** Far above the API's cap of 6 MB; guards the memory against a wrong host. */
const MAX_BODY_BYTES = 64 * 1024 * 1024;

const TOO_LARGE: ParsedBody = { problem: 'too large', text: `more than ${MAX_BODY_BYTES} bytes` };

const UNSENT = new Set([
  'ECONNREFUSED',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EADDRNOTAVAIL',
  'UND_ERR_CONNECT_TIMEOUT',
]);

const HOPELESS = new Set([
  'ENOTFOUND',
  'EPROTO',
  'CERT_HAS_EXPIRED',
  'CERT_NOT_YET_VALID',
  'CERT_REVOKED',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'ERR_TLS_CERT_ALTNAME_INVALID',
  'UND_ERR_INVALID_ARG',
  'UND_MOCK_ERR_MOCK_NOT_MATCHED',
]);

/**
 * One HTTP request and its whole answer. Follows no redirect, so the credentials reach no other
 * host, and never throws for what the network does; throws the signal's reason when aborted.
 */
export async function sendRequest(
  context: SendContext,
  request: ApiRequest,
  token: string | undefined,
  signal: AbortSignal | undefined,
): Promise<Attempt> {
  const timeout = AbortSignal.timeout(context.timeoutMs);
  let answered = false;
  try {
    const answer = await context.dispatcher.request({
      origin: context.origin,
      method: request.method,
      path: request.path,
      headers: buildHeaders(request, token),
      body: buildBody(request),
      headersTimeout: 0,
      bodyTimeout: 0,
      signal: signal === undefined ? timeout : AbortSignal.any([timeout, signal]),
    });
    answered = true;
    return {
      kind: 'answer',
      status: answer.statusCode,
      body: await readBody(answer.body, firstOf(answer.headers['content-encoding'])),
      ...pickHeader('retryAfter', answer.headers['retry-after']),
      ...pickHeader('location', answer.headers['location']),
      ...pickHeader('date', answer.headers['date']),
    };
  } catch (error) {
    signal?.throwIfAborted();
    if (timeout.aborted)
      return { kind: 'failure', at: answered ? 'cut-off' : 'unanswered', reason: 'timeout', timeout: true };
    const code = findErrorCode(error) ?? 'connection lost';
    return { kind: 'failure', at: findFailurePoint(code, answered), reason: code, timeout: code.endsWith('_TIMEOUT') };
  }
}

function buildHeaders(request: ApiRequest, token: string | undefined): Record<string, string> {
  return {
    accept: 'application/json',
    'user-agent': 'limio-sync',
    ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    ...(request.json === undefined ? {} : { 'content-type': 'application/json' }),
    ...(request.form === undefined ? {} : { 'content-type': 'application/x-www-form-urlencoded' }),
  };
}

function buildBody(request: ApiRequest): string | undefined {
  if (request.form !== undefined) {
    return new URLSearchParams(request.form.map(([name, value]): [string, string] => [name, value])).toString();
  }
  return request.json === undefined ? undefined : JSON.stringify(request.json);
}

async function readBody(body: AsyncIterable<Uint8Array>, encoding: string | undefined): Promise<ParsedBody> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body) {
    size += chunk.byteLength;
    // Leaving the loop destroys the stream, and with it the connection.
    if (size > MAX_BODY_BYTES) return TOO_LARGE;
    chunks.push(chunk);
  }
  try {
    return parseBody(Buffer.from(decodeBody(Buffer.concat(chunks), encoding, MAX_BODY_BYTES)).toString('utf8'));
  } catch (error) {
    return findErrorCode(error) === 'ERR_BUFFER_TOO_LARGE' ? TOO_LARGE : { problem: 'not JSON', text: '' };
  }
}

function pickHeader<K extends string>(key: K, value: string | string[] | undefined): { [P in K]?: string } {
  const text = firstOf(value);
  return (text === undefined ? {} : { [key]: text }) as { [P in K]?: string };
}

function firstOf(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value[0] : value;
}

function findFailurePoint(code: string, answered: boolean): FailurePoint {
  if (answered) return 'cut-off';
  if (HOPELESS.has(code)) return 'hopeless';
  return UNSENT.has(code) ? 'unsent' : 'unanswered';
}

/** One call of the API, before anything is said about tokens, limits and repetition. */
export interface ApiRequest {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Path with query, percent-encoded; the part after the origin. */
  path: string;
  json?: Json;
  /** Gives `json` anew before every attempt, or looks whether it may be made; what it throws ends the call. */
  renew?: (tries: Tries) => Promise<Json | undefined>;
  /** Form fields instead of JSON; only the token call has them. */
  form?: readonly (readonly [name: string, value: string])[];
  /**
   * What repeating it does. `read`: nothing. `repeatable`: the same again. `once`: perhaps a second
   * object, so it is repeated only when the first attempt certainly was not carried out.
   */
  effect: 'read' | 'repeatable' | 'once';
  /** `json`: the call is nothing without its answer. `any`: an empty answer will do. */
  answer: 'json' | 'any';
  /**
   * Which answer means "there is no such object". `commerce`: a 404 with `{"message"}`.
   * `admin`: `{"error":{"code":"NOTFOUND"}}` under whatever status (API reference, section 3).
   * A 404 in HTML comes from a gateway and means nothing of the kind.
   */
  missing?: 'commerce' | 'admin';
  /** False for the token call itself. */
  authorised: boolean;
  /** A page of a list may be over the cap of 6 MB, and repeating it will not make it smaller. */
  mayBeTooLarge?: boolean;
}

/** What a call comes to when it is not an error. */
export interface ApiAnswer {
  /** Undefined when the body was empty or the object is missing. */
  json: Json | undefined;
  missing: boolean;
  /** True when an earlier attempt of this call may have been carried out. */
  ambiguousBefore: boolean;
}

/** Sends one call with everything that belongs to it; throws LimioError. */
export type CallApi = (request: ApiRequest) => Promise<ApiAnswer>;

export type BodyProblem = 'empty' | 'html' | 'not JSON' | 'too large';

/** The body of an answer, whatever its content type claims. */
export type ParsedBody = { json: Json } | { problem: BodyProblem; text: string };

/**
 * JSON under a wrong content type is accepted; HTML, nothing and half a document are told apart.
 * `JSON.parse` makes `__proto__` an own key, which harms nobody as long as it is never assigned.
 */
export function parseBody(text: string): ParsedBody {
  const bare = text.replace(/^\uFEFF/, '').trim();
  if (bare === '') return { problem: 'empty', text: '' };
  try {
    return { json: JSON.parse(bare) as Json };
  } catch {
    return { problem: bare.startsWith('<') ? 'html' : 'not JSON', text: bare };
  }
}

type Decode = (bytes: Uint8Array, options: { maxOutputLength: number }) => Uint8Array;

const DECODERS: ReadonlyMap<string, Decode> = new Map([
  ['gzip', gunzipSync],
  ['x-gzip', gunzipSync],
  ['deflate', inflateSync],
  ['br', brotliDecompressSync],
]);

/**
 * The bytes of a body without its content encoding, which gateways apply unasked; as they are where
 * it is none that is known.
 * @throws the errors of zlib; code ERR_BUFFER_TOO_LARGE beyond `maxBytes`.
 */
export function decodeBody(bytes: Uint8Array, encoding: string | undefined, maxBytes: number): Uint8Array {
  const decode = DECODERS.get(encoding?.trim().toLowerCase() ?? '');
  return decode === undefined ? bytes : decode(bytes, { maxOutputLength: maxBytes });
}

/** The code of an error, of one of its parts (several addresses were tried), or of its cause. */
export function findErrorCode(error: unknown, depth = 0): string | undefined {
  if (!(error instanceof Error) || depth > 3) return undefined;
  if (error instanceof errors.ConnectTimeoutError) return 'UND_ERR_CONNECT_TIMEOUT';
  if ('code' in error && typeof error.code === 'string') return error.code;
  const inner: unknown[] = error instanceof AggregateError ? error.errors : [error.cause];
  return inner.map((part) => findErrorCode(part, depth + 1)).find((code) => code !== undefined);
}
