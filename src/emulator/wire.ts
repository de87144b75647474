import type { ServerResponse } from 'node:http';
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response';
import { isJsonObject, type Json } from '../model/json.js';
import type { Delivery, Wire } from './faults/fault-rules.js';
import { type Answer, answerGatewayPage, type ApiRequest } from './route.js';
import type { RequestLogEntry, Tenant } from './tenant.js';

const REDACTED = '[redacted]';

/** Logs the request before it is answered, so that failed requests are logged too. */
export function logRequest(tenant: Tenant, request: ApiRequest, redact: (text: string) => string): RequestLogEntry {
  const body = readLoggedBody(redact(request.bodyText));
  const entry: RequestLogEntry = {
    method: request.method,
    path: redact(request.rawPath),
    query: Object.fromEntries(
      [...request.query].map(([key, value]) => [key, isSecret(key) ? REDACTED : redact(value)]),
    ),
    headers: Object.fromEntries(
      [...request.headers].map(([key, value]) => [
        key,
        key === 'authorization' || key === 'cookie' ? REDACTED : redact(value),
      ]),
    ),
    ...(body !== undefined && { body }),
    status: 0,
    at: tenant.options.now(),
  };
  tenant.log.push(entry);
  if (tenant.log.length > tenant.options.logLimit) tenant.log.shift();
  return entry;
}

/** As JSON, or as a form if it looks like one with a secret or a grant, or as text. */
function readLoggedBody(text: string): Json | undefined {
  if (text === '') return undefined;
  try {
    return hideSecrets(JSON.parse(text) as Json);
  } catch {
    const form = [...new URLSearchParams(text)];
    const isForm =
      form.every(([key]) => /^[\w.-]+$/.test(key)) && form.some(([key]) => isSecret(key) || key === 'grant_type');
    if (isForm) return Object.fromEntries(form.map(([key, value]) => [key, isSecret(key) ? REDACTED : value]));
    // Neither JSON nor a form, so nobody knows where a secret ends.
    return SECRET_WORD.test(text) ? REDACTED : text;
  }
}

/** At every depth. A log line shows a deeper body than any real one only in part. */
function hideSecrets(value: Json, depth = 0): Json {
  if (depth > MAX_LOGGED_DEPTH) return '[too deep]';
  if (Array.isArray(value)) return value.map((part) => hideSecrets(part, depth + 1));
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, part]) => [key, isSecret(key) ? REDACTED : hideSecrets(part, depth + 1)]),
  );
}

const MAX_LOGGED_DEPTH = 500;

const SECRET_WORD = /client[\W_]?(%5F)?secret|access[\W_]?(%5F)?token|password|authorization|bearer /i;

/** By name, not by value: a secret sent here by mistake may be a real one. */
function isSecret(key: string): boolean {
  return SECRET_WORD.test(key);
}

interface Message {
  status: number;
  text: string;
  headers: Record<string, string>;
}

const PORTIONS = 10;

/**
 * Sends an answer, and logs the status that the client sees. Answers above the tenant's size cap become
 * a gateway's 502 (API reference, section 1).
 */
export async function deliver(
  tenant: Tenant,
  outgoing: ServerResponse,
  { answer, wire }: Delivery,
  entry?: RequestLogEntry,
): Promise<Response> {
  const whole = formatMessage(answer);
  const tooLarge = entry !== undefined && Buffer.byteLength(whole.text) > tenant.options.responseCapBytes;
  const message = tooLarge ? formatMessage(answerGatewayPage(502)) : whole;
  if (entry && wire?.kind !== 'drop' && wire?.kind !== 'hang') entry.status = message.status;
  if (!wire) return new Response(message.text, message);
  await sendWithFault(outgoing, message, wire);
  return RESPONSE_ALREADY_SENT;
}

function formatMessage(answer: Answer): Message {
  const { status, headers = {} } = answer;
  const [text, type] =
    'json' in answer
      ? [JSON.stringify(answer.json), 'application/json; charset=utf-8']
      : 'html' in answer
        ? [answer.html, 'text/html']
        : [answer.text, answer.type];
  return { status, text, headers: { ...headers, 'content-type': type } };
}

async function sendWithFault(outgoing: ServerResponse, message: Message, wire: Wire): Promise<void> {
  switch (wire.kind) {
    case 'drop':
      outgoing.destroy();
      return;
    case 'hang':
      return hang(outgoing, wire.ms);
    case 'cut': {
      const bytes = sendHead(outgoing, message);
      // Send the first half before closing the connection.
      await new Promise<void>((resolve) =>
        outgoing.write(bytes.subarray(0, Math.ceil(bytes.length / 2)), () => resolve()),
      );
      outgoing.destroy();
      return;
    }
    case 'slow': {
      const bytes = sendHead(outgoing, message);
      const size = Math.max(1, Math.ceil(bytes.length / PORTIONS));
      for (let from = 0; from < bytes.length && !outgoing.destroyed; from += size) {
        await pause(wire.ms / PORTIONS);
        outgoing.write(bytes.subarray(from, from + size));
      }
      outgoing.end();
    }
  }
}

/** Sends the length of the body, so that a client can detect half of one. */
function sendHead(outgoing: ServerResponse, { status, text, headers }: Message): Buffer {
  const bytes = Buffer.from(text);
  outgoing.writeHead(status, { ...headers, 'content-length': bytes.length });
  outgoing.flushHeaders();
  return bytes;
}

/** Waits until the client gives up, the emulator stops, or `ms` have passed. */
function hang(outgoing: ServerResponse, ms: number | undefined): Promise<void> {
  return new Promise((resolve) => {
    outgoing.once('close', resolve);
    if (outgoing.destroyed) resolve();
    if (ms !== undefined) setTimeout(() => outgoing.destroy(), ms).unref();
  });
}

/** Unreferenced, so that it does not delay the end of the process. */
export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms).unref();
  });
}
