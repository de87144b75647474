import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { afterEach, expect, test } from 'vitest';
import { createLimioClient, type LimioClient } from '../../src/api/api.js';
import { DEFAULT_DIALECT } from '../../src/model/dialect.js';
import { createFakeClock } from '../api/support/fake-clock.js';

/** What MockAgent cannot play: real sockets on loopback, through the client's own pool. */
const open: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const close of open.splice(0).toReversed()) await close();
});

async function serve(listener: RequestListener): Promise<string> {
  const server: Server = createServer((request, response) => {
    if (request.url !== '/oauth2/token') return listener(request, response);
    response.end(JSON.stringify({ access_token: 'token', expires_in: 3600 }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  open.push(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function connect(
  baseUrl: string,
  options: { timeoutMs?: number; maxAttempts?: number; signal?: AbortSignal } = {},
): LimioClient {
  const client = createLimioClient({
    baseUrl,
    credentials: { clientId: 'client', clientSecret: 'secret-value' },
    dialect: DEFAULT_DIALECT,
    clock: createFakeClock(),
    random: () => 0,
    maxAttempts: 2,
    ...options,
  });
  open.push(() => client.close());
  return client;
}

test('a request arrives with its body, its path as it was encoded, and the token', async () => {
  const seen: unknown[] = [];
  const url = await serve((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      seen.push([request.method, request.url, request.headers.authorization, request.headers['content-type'], body]);
      response.end('{"item":{"path":"/offers/../x","data":{}}}');
    });
  });
  const client = connect(url);
  await client.putJourney('50% ü', { starting_point: '/ü/' });
  await client.readItem('/offers/../x');
  expect(seen).toEqual([
    [
      'PUT',
      '/api/v2/journey/50%25%20%C3%BC',
      'Bearer token',
      'application/json',
      '{"name":"50% ü","data":{"starting_point":"/ü/"}}',
    ],
    ['GET', '/limio/catalogs/1/items/offers%2F..%2Fx', 'Bearer token', undefined, ''],
  ]);
});

test('after a refused connection even a creation is sent again, and NETWORK names what to check', async () => {
  const url = await serve(() => {});
  await open.pop()?.();
  await expect(connect(url).createJourney('x')).rejects.toMatchObject({
    code: 'NETWORK',
    message: `POST /oauth2/token got no answer from ${new URL(url).host} (ECONNREFUSED) (tried 2 times).`,
    hint: expect.stringContaining('tenant and region'),
  });
});

test.each([
  ['gzip', gzipSync],
  ['br', brotliCompressSync],
  ['deflate', deflateSync],
])('an answer that a gateway compressed unasked is read: %s', async (encoding, compress) => {
  const url = await serve((_, response) => {
    response.setHeader('content-encoding', encoding);
    response.end(compress(JSON.stringify({ name: 'a', data: { starting_point: '/ü/' } })));
  });
  expect(await connect(url).readJourney('a')).toMatchObject({ data: { starting_point: '/ü/' } });
});

test('an answer with a wrong encoding, or one that unpacks to more than the limit, is an error', async () => {
  const url = await serve((request, response) => {
    response.setHeader('content-encoding', 'gzip');
    response.end(request.url?.endsWith('bomb') ? gzipSync(Buffer.alloc(65 * 1024 * 1024, ' ')) : '{}');
  });
  await expect(connect(url).readJourney('a')).rejects.toMatchObject({
    code: 'HTTP_BAD_BODY',
    message: expect.stringContaining('not JSON'),
  });
  await expect(connect(url).readJourney('bomb')).rejects.toMatchObject({
    code: 'HTTP_BAD_BODY',
    message: expect.stringContaining('too large'),
  });
});

test('an answer that breaks off is read again', async () => {
  let calls = 0;
  const url = await serve((_, response) => {
    calls += 1;
    if (calls > 1) return response.end('{"name":"a","data":{}}');
    response.writeHead(200, { 'content-length': '1000' });
    response.write('{"name":"a",');
    return setImmediate(() => response.destroy());
  });
  expect(await connect(url).readJourney('a')).toMatchObject({ name: 'a' });
  expect(calls).toBe(2);
});

test('a connection that closes without an answer leaves the outcome of a creation open', async () => {
  let calls = 0;
  const url = await serve((request) => {
    calls += 1;
    request.socket.destroy();
  });
  await expect(connect(url).createJourney('x')).rejects.toMatchObject({
    code: 'NETWORK',
    details: { ambiguous: true, attempts: 1 },
  });
  expect(calls).toBe(1);
});

test('an answer that does not come is a TIMEOUT, and so is one that never ends', async () => {
  const url = await serve((request, response) => {
    if (request.url?.endsWith('silent') === true) return;
    response.writeHead(200);
    response.write('{');
  });
  // Long enough for the first bytes on a busy machine.
  const client = connect(url, { timeoutMs: 1000, maxAttempts: 1 });
  await expect(client.readJourney('silent')).rejects.toMatchObject({
    code: 'TIMEOUT',
    message: expect.stringContaining('timed out'),
  });
  await expect(client.readJourney('endless')).rejects.toMatchObject({
    code: 'TIMEOUT',
    message: expect.stringContaining('timed out before the whole answer'),
  });
});

test('a redirect is not followed, so the credentials stay with the tenant', async () => {
  const stolen: unknown[] = [];
  const thief = await serve((request, response) => {
    stolen.push(request.headers.authorization);
    response.end('{}');
  });
  const url = await serve((_, response) => response.writeHead(307, { location: `${thief}/api/v2/journey/a` }).end());
  await expect(connect(url).putJourney('a', {})).rejects.toMatchObject({
    code: 'HTTP_STATUS',
    details: { status: 307 },
  });
  expect(stolen).toEqual([]);
});

test('an interruption cuts off a read at once, and lets a write in flight finish', async () => {
  const abort = new AbortController();
  const finished: string[] = [];
  const url = await serve((request, response) => {
    abort.abort(new Error('SIGINT'));
    if (request.method === 'GET') return;
    setImmediate(() => {
      finished.push(request.method ?? '');
      response.end('{}');
    });
  });
  await connect(url, { signal: abort.signal }).putJourney('a', {});
  expect(finished).toEqual(['PUT']);
  const later = new AbortController();
  const hanging = await serve(() => later.abort(new Error('SIGINT')));
  await expect(connect(hanging, { signal: later.signal }).readJourney('a')).rejects.toMatchObject({
    code: 'INTERRUPTED',
  });
});
