import { brotliDecompressSync, gunzipSync, inflateSync } from 'node:zlib';
import { type Dispatcher, errors } from 'undici';
import type { Json } from '../model/json.js';

export interface HttpRequest {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Path with query, percent-encoded; the part after the origin. */
  path: string;
  headers: Readonly<Record<string, string>>;
  body?: string | undefined;
}

/** A request of a protocol that has methods of its own. */
export type TextRequest = Omit<HttpRequest, 'method'> & { method: HttpRequest['method'] | 'LOCK' | 'UNLOCK' };

/** The result of one attempt on the wire. */
export type Attempt = Answer<ParsedBody> | Failure;

/** The same with the body as it is. */
export type TextAttempt = Answer<string> | Failure;

interface Answer<B> {
  kind: 'answer';
  status: number;
  body: B;
  headers: AnswerHeaders;
}

interface Failure {
  kind: 'failure';
  at: FailurePoint;
  reason: string;
  timeout: boolean;
}

export type AnswerHeaders = Readonly<Record<string, string | string[] | undefined>>;

/**
 * How far an attempt came. `unsent`: no connection, so nothing happened. `hopeless`: unsent, and it will
 * not get better (no such host, bad certificate). `unanswered`: it may have been carried out. `cut-off`:
 * the answer began and ended early.
 */
export type FailurePoint = 'unsent' | 'hopeless' | 'unanswered' | 'cut-off';

export interface SendContext {
  dispatcher: Dispatcher;
  origin: string;
  timeoutMs: number;
}

/**
 * Sends one HTTP request and reads its whole answer. Follows no redirect, so credentials reach no other
 * host. Failures of the network are results, not errors; throws the signal's reason when aborted.
 */
export async function sendRequest(
  context: SendContext,
  request: HttpRequest,
  signal: AbortSignal | undefined,
): Promise<Attempt> {
  return exchange(context, request, signal, readBody);
}

/** As {@link sendRequest}, for bodies that must be kept byte for byte, or are no JSON. */
export async function sendForText(context: SendContext, request: TextRequest): Promise<TextAttempt> {
  return exchange(context, request, undefined, readText);
}

async function exchange<B>(
  { dispatcher, origin, timeoutMs }: SendContext,
  { method, path, headers, body }: TextRequest,
  signal: AbortSignal | undefined,
  read: (body: AsyncIterable<Uint8Array>, encoding: string | undefined) => Promise<B>,
): Promise<Answer<B> | Failure> {
  const timeout = AbortSignal.timeout(timeoutMs);
  let answered = false;
  try {
    const answer = await dispatcher.request({
      origin,
      method,
      path,
      headers: { 'user-agent': 'limio-sync', ...headers },
      body: body ?? null,
      headersTimeout: 0,
      bodyTimeout: 0,
      signal: signal === undefined ? timeout : AbortSignal.any([timeout, signal]),
    });
    answered = true;
    return {
      kind: 'answer',
      status: answer.statusCode,
      body: await read(answer.body, firstOf(answer.headers, 'content-encoding')),
      headers: answer.headers,
    };
  } catch (error) {
    signal?.throwIfAborted();
    if (timeout.aborted)
      return { kind: 'failure', at: answered ? 'cut-off' : 'unanswered', reason: 'timeout', timeout: true };
    const code = findErrorCode(error) ?? 'connection lost';
    return { kind: 'failure', at: findFailurePoint(code, answered), reason: code, timeout: code.endsWith('_TIMEOUT') };
  }
}

/** The first value of a header. */
export function firstOf(headers: AnswerHeaders, name: string): string | undefined {
  const value = headers[name];
  return Array.isArray(value) ? value[0] : value;
}

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

function findFailurePoint(code: string, answered: boolean): FailurePoint {
  if (answered) return 'cut-off';
  if (HOPELESS.has(code)) return 'hopeless';
  return UNSENT.has(code) ? 'unsent' : 'unanswered';
}

/** The code of an error, of one of its parts (several addresses were tried), or of its cause. */
export function findErrorCode(error: unknown, depth = 0): string | undefined {
  if (!(error instanceof Error) || depth > 3) return undefined;
  if (error instanceof errors.ConnectTimeoutError) return 'UND_ERR_CONNECT_TIMEOUT';
  if ('code' in error && typeof error.code === 'string') return error.code;
  const inner: unknown[] = error instanceof AggregateError ? error.errors : [error.cause];
  return inner.map((part) => findErrorCode(part, depth + 1)).find((code) => code !== undefined);
}

export type BodyProblem = 'empty' | 'html' | 'not JSON' | 'too large';

/** The body of an answer, whatever its content type claims. */
export type ParsedBody = { json: Json } | { problem: BodyProblem; text: string };

/** Far above the cap of 6 MB of Limio's API; guards the memory against a wrong host. */
const MAX_BODY_BYTES = 64 * 1024 * 1024;

const TOO_LARGE = { problem: 'too large', text: `more than ${MAX_BODY_BYTES} bytes` } as const;

async function readBody(body: AsyncIterable<Uint8Array>, encoding: string | undefined): Promise<ParsedBody> {
  const bytes = await readBytes(body);
  if (bytes === undefined) return TOO_LARGE;
  try {
    return parseBody(decodeText(bytes, encoding));
  } catch (error) {
    return findErrorCode(error) === 'ERR_BUFFER_TOO_LARGE' ? TOO_LARGE : { problem: 'not JSON', text: '' };
  }
}

/** @throws for a body that is too large or wrongly encoded, which ends the attempt as cut off. */
async function readText(body: AsyncIterable<Uint8Array>, encoding: string | undefined): Promise<string> {
  const bytes = await readBytes(body);
  if (bytes === undefined) throw Object.assign(new Error(TOO_LARGE.text), { code: TOO_LARGE.text });
  return decodeText(bytes, encoding);
}

async function readBytes(body: AsyncIterable<Uint8Array>): Promise<Uint8Array | undefined> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body) {
    size += chunk.byteLength;
    // Leaving the loop destroys the stream, and with it the connection.
    if (size > MAX_BODY_BYTES) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function decodeText(bytes: Uint8Array, encoding: string | undefined): string {
  return Buffer.from(decodeBody(bytes, encoding)).toString('utf8');
}

type Decode = (bytes: Uint8Array, options: { maxOutputLength: number }) => Uint8Array;

const DECODERS: ReadonlyMap<string, Decode> = new Map([
  ['gzip', gunzipSync],
  ['x-gzip', gunzipSync],
  ['deflate', inflateSync],
  ['br', brotliDecompressSync],
]);

/** Without the content encoding, which gateways apply unasked. @throws the errors of zlib. */
function decodeBody(bytes: Uint8Array, encoding: string | undefined): Uint8Array {
  const decode = DECODERS.get(encoding?.trim().toLowerCase() ?? '');
  return decode === undefined ? bytes : decode(bytes, { maxOutputLength: MAX_BODY_BYTES });
}

/**
 * JSON under a wrong content type is accepted; HTML, an empty body and a part of a document are distinguished.
 * `JSON.parse` makes `__proto__` an own key, which is harmless as long as it is never assigned.
 */
function parseBody(text: string): ParsedBody {
  const bare = text.replace(/^\uFEFF/, '').trim();
  if (bare === '') return { problem: 'empty', text: '' };
  try {
    // JSON.parse returns JSON.
    return { json: JSON.parse(bare) as Json };
  } catch {
    return { problem: bare.startsWith('<') ? 'html' : 'not JSON', text: bare };
  }
}
