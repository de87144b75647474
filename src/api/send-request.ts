import type { Dispatcher } from 'undici';
import type { ApiRequest } from './api-request.js';
import { decodeBody } from './decode-body.js';
import { findErrorCode } from './find-error-code.js';
import { parseBody, type ParsedBody } from './parse-body.js';

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
