import type { ServerResponse } from 'node:http';
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response';
import type { Delivery, Wire } from './faults/fault-call.js';
import { pause } from './pause.js';
import { answerGatewayPage, type Answer } from './route.js';
import type { RequestLogEntry, Tenant } from './tenant.js';

interface Message {
  status: number;
  text: string;
  headers: Record<string, string>;
}

const PORTIONS = 10;

/**
 * Puts an answer onto the wire, and the status that the client gets to see into the log. Answers
 * over the tenant's cap become a gateway's 502 (API reference, section 1).
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
  await sendBadly(outgoing, message, wire);
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

async function sendBadly(outgoing: ServerResponse, message: Message, wire: Wire): Promise<void> {
  switch (wire.kind) {
    case 'drop':
      outgoing.destroy();
      return;
    case 'hang':
      return hang(outgoing, wire.ms);
    case 'cut': {
      const bytes = begin(outgoing, message);
      // The first half has left before the connection goes.
      await new Promise<void>((resolve) =>
        outgoing.write(bytes.subarray(0, Math.ceil(bytes.length / 2)), () => resolve()),
      );
      outgoing.destroy();
      return;
    }
    case 'slow': {
      const bytes = begin(outgoing, message);
      const size = Math.max(1, Math.ceil(bytes.length / PORTIONS));
      for (let from = 0; from < bytes.length && !outgoing.destroyed; from += size) {
        await pause(wire.ms / PORTIONS);
        outgoing.write(bytes.subarray(from, from + size));
      }
      outgoing.end();
    }
  }
}

/** Says how long the body will be, so that a client can tell half of one from the whole. */
function begin(outgoing: ServerResponse, { status, text, headers }: Message): Buffer {
  const bytes = Buffer.from(text);
  outgoing.writeHead(status, { ...headers, 'content-length': bytes.length });
  outgoing.flushHeaders();
  return bytes;
}

/** Until the client gives up, the emulator stops, or `ms` are over. */
function hang(outgoing: ServerResponse, ms: number | undefined): Promise<void> {
  return new Promise((resolve) => {
    outgoing.once('close', resolve);
    if (outgoing.destroyed) resolve();
    if (ms !== undefined) setTimeout(() => outgoing.destroy(), ms).unref();
  });
}
