import { type Dispatcher, getGlobalDispatcher } from 'undici';
import { computeBackoffMs } from '../http/http.js';
import { sendForText, type TextAttempt, type TextRequest } from '../http/send.js';
import type { Clock } from '../model/async.js';

/**
 * Requests of the stores that are reached over HTTP: s3-client.ts, aws-credentials.ts and http-state.ts. A read is sent
 * again when it failed; a write only when it never left this machine, because `swap` of store.ts finds out what became
 * of one whose answer was lost.
 */
export interface StoreNetwork {
  clock: Clock;
  /** Sends the requests. Default: the one of the process. */
  dispatcher?: Dispatcher | undefined;
  random?: (() => number) | undefined;
  /** How long one request may take. */
  timeoutMs?: number | undefined;
}

const TIMEOUT_MS = 30_000;
const ATTEMPTS = 3;
const PASSING_STATUSES = new Set([429, 500, 502, 503, 504]);

/** Follows no redirect, so credentials reach no other host. */
export async function sendToStore(
  network: StoreNetwork,
  origin: string,
  prepare: () => Promise<TextRequest>,
): Promise<TextAttempt> {
  const { dispatcher = getGlobalDispatcher(), timeoutMs = TIMEOUT_MS } = network;
  for (let attempt = 1; ; attempt += 1) {
    const request = await prepare();
    const result = await sendForText({ dispatcher, origin, timeoutMs }, request);
    if (attempt === ATTEMPTS || !isWorthRepeating(request, result)) return result;
    await pause(network, attempt);
  }
}

/** Longer from attempt to attempt, and random, so that machines that wait for each other do not meet again. */
export async function pause({ clock, random = Math.random }: StoreNetwork, attempt: number): Promise<void> {
  await clock.sleep(50 + computeBackoffMs(attempt, random, { baseMs: 400, ceilingMs: 4000 }));
}

function isWorthRepeating({ method }: TextRequest, result: TextAttempt): boolean {
  if (result.kind === 'failure') return result.at === 'unsent' || (method === 'GET' && result.at !== 'hopeless');
  return method === 'GET' && PASSING_STATUSES.has(result.status);
}

/** True when the server certainly never got the request. */
export function isUnsent(attempt: TextAttempt): boolean {
  if (attempt.kind === 'answer') return false;
  // A connection can break with EPROTO after the request was sent, too.
  return attempt.at === 'unsent' || (attempt.at === 'hopeless' && attempt.reason !== 'EPROTO');
}

/** `status 503 (SlowDown)`, `no answer in time`, `ECONNREFUSED`. */
export function describeAttempt(attempt: TextAttempt, said = ''): string {
  if (attempt.kind === 'answer') return `status ${attempt.status}${said === '' ? '' : ` (${said})`}`;
  return attempt.timeout ? 'no answer in time' : attempt.reason;
}
