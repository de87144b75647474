import { onTestFinished } from 'vitest';
import { type Emulator, startEmulator } from '../../src/emulator/emulator.js';
import type { EmulatorOptions } from '../../src/emulator/options.js';
import type { Json, JsonObject } from '../../src/model/json.js';

export interface Reply {
  status: number;
  type: string;
  text: string;
  /** Throws when the answer was not a JSON object. */
  json: JsonObject;
}

export interface Connection {
  emulator: Emulator;
  /** Moves the tenant's clock on. */
  advance: (ms: number) => void;
  /** A call with the token; `body` goes as JSON. */
  call: (method: string, path: string, body?: Json) => Promise<Reply>;
  send: (method: string, path: string, init?: { body?: string; headers?: Record<string, string> }) => Promise<Reply>;
  renewToken: () => Promise<void>;
  /** The header of a call made by `send`. */
  authorize: () => Record<string, string>;
}

const START = Date.parse('2026-03-01T12:00:00.000Z');

/** A tenant on a free port with a clock of its own, closed when the test ends; signed in already. */
export async function connect(options: EmulatorOptions = {}): Promise<Connection> {
  let now = START;
  const emulator = await startEmulator({ now: () => now, ...options });
  onTestFinished(() => emulator.close());
  let token = '';
  const send: Connection['send'] = async (method, path, init = {}) =>
    readReply(await fetch(emulator.url + path, { method, ...init }));
  const renewToken = async (): Promise<void> => {
    const reply = await send('POST', '/oauth2/token', {
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: tokenForm(),
    });
    token = readText(reply.json, 'access_token');
  };
  await renewToken();
  return {
    emulator,
    advance: (ms) => {
      now += ms;
    },
    call: (method, path, body) =>
      send(method, path, {
        headers: {
          authorization: `Bearer ${token}`,
          ...(body !== undefined && { 'content-type': 'application/json' }),
        },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      }),
    send,
    renewToken,
    authorize: () => ({ authorization: `Bearer ${token}` }),
  };
}

/** A text that the test counts on. */
export function readText(object: JsonObject, key: string): string {
  const value = object[key];
  if (typeof value !== 'string') throw new Error(`the test expects a text at ${key}, not ${JSON.stringify(value)}`);
  return value;
}

export function tokenForm(secret = 'emulator-secret'): string {
  return new URLSearchParams({
    grant_type: 'client_credentials',
    client_id: 'emulator',
    client_secret: secret,
  }).toString();
}

async function readReply(response: Response): Promise<Reply> {
  const text = await response.text();
  return {
    status: response.status,
    type: response.headers.get('content-type') ?? '',
    text,
    get json(): JsonObject {
      return JSON.parse(text) as JsonObject;
    },
  };
}
