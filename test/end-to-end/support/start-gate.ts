import {
  type IncomingHttpHeaders,
  type IncomingMessage,
  type Server,
  type ServerResponse,
  createServer,
  request as sendRequest,
} from 'node:http';
import type { AddressInfo } from 'node:net';

export interface GateRequest {
  method: string;
  /** As on the wire, with the query. */
  path: string;
  headers: IncomingHttpHeaders;
  body: string;
}

export interface GateAnswer {
  status: number;
  body: string;
  /** JSON unless it says otherwise. */
  headers?: Record<string, string>;
}

/** Requests and answers are held up for as long as a hook takes. */
export interface GateHooks {
  /** Before the tenant sees the request. What it returns is the answer; the tenant sees nothing then. */
  before?: (request: GateRequest) => GateAnswer | undefined | Promise<GateAnswer | undefined>;
  /** After the tenant answered, before the program hears of it. */
  after?: (request: GateRequest, answer: GateAnswer) => void | Promise<void>;
}

export interface Gate {
  url: string;
  close: () => Promise<void>;
}

/** A server between the program and a tenant: a test can act between any two requests. */
export async function startGate(target: string, hooks: GateHooks): Promise<Gate> {
  return startServer(async (incoming, body, answer) => {
    const request = { method: incoming.method ?? '', path: incoming.url ?? '/', headers: incoming.headers, body };
    const given = (await hooks.before?.(request)) ?? (await forward(target, request));
    await hooks.after?.(request, given);
    answer.writeHead(given.status, { 'content-type': 'application/json', ...given.headers }).end(given.body);
  });
}

type Handler = (incoming: IncomingMessage, body: string, answer: ServerResponse) => void | Promise<void>;

/** Any server on a free port of this machine; each request comes with its whole body. */
export async function startServer(handle: Handler): Promise<Gate> {
  const server = createServer((incoming, answer) => {
    void readText(incoming)
      .then((body) => handle(incoming, body, answer))
      .catch(() => answer.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close: () => closeServer(server) };
}

async function forward(target: string, { method, path, headers, body }: GateRequest): Promise<GateAnswer> {
  const { host, hostname, port } = new URL(target);
  const answer = await new Promise<IncomingMessage>((resolve, reject) => {
    const outgoing = sendRequest(
      { host: hostname, port, method, path, agent: false, headers: { ...headers, host, connection: 'close' } },
      resolve,
    );
    outgoing.once('error', reject).end(body);
  });
  return {
    status: answer.statusCode ?? 502,
    headers: { 'content-type': answer.headers['content-type'] ?? 'text/plain' },
    body: await readText(answer),
  };
}

async function readText(stream: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}

function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
