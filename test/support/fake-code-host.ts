import { type IncomingMessage, type ServerResponse, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { TestContext } from 'vitest';

export interface HostRequest {
  method: string;
  /** Without the query and without the base path. */
  path: string;
  query: URLSearchParams;
  headers: IncomingMessage['headers'];
  json: Record<string, unknown>;
}

export interface HostAnswer {
  status: number;
  headers?: Record<string, string>;
  body?: unknown;
}

/** What goes wrong with the next request that fits. */
export interface HostFault {
  on: (request: HostRequest) => boolean;
  /** `cut`: the connection breaks without an answer. */
  answer: HostAnswer | 'cut';
  /** The request is carried out all the same. */
  carriedOut?: boolean;
  /** How many requests it strikes; 1 unless given. */
  times?: number;
}

export interface FakeCodeHost {
  url: string;
  requests: HostRequest[];
  /** Method and path of every request that writes. */
  writes(): string[];
  fail(fault: HostFault): void;
}

/** A server on a free port that plays the REST API of a code host; closed when the test ends. */
export async function startFakeCodeHost(
  { onTestFinished }: Pick<TestContext, 'onTestFinished'>,
  basePath: string,
  handle: (request: HostRequest, url: string) => HostAnswer,
): Promise<FakeCodeHost> {
  const requests: HostRequest[] = [];
  const faults: HostFault[] = [];
  const server = createServer((incoming, response) => {
    void readRequest(incoming, basePath).then((request) => {
      requests.push(request);
      const fault = faults.find(({ on, times = 1 }) => times > 0 && on(request));
      if (fault === undefined) return send(response, handle(request, url));
      fault.times = (fault.times ?? 1) - 1;
      if (fault.carriedOut) handle(request, url);
      return fault.answer === 'cut' ? response.destroy() : send(response, fault.answer);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}${basePath}`;
  onTestFinished(
    () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  );
  return {
    url,
    requests,
    writes: () =>
      requests
        .filter(({ method, path }) => method !== 'GET' && path !== '/graphql')
        .map(({ method, path }) => `${method} ${path}`),
    fail: (fault) => void faults.push(fault),
  };
}

async function readRequest(incoming: IncomingMessage, basePath: string): Promise<HostRequest> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString('utf8');
  const { pathname, searchParams } = new URL(incoming.url ?? '/', 'http://host');
  return {
    method: incoming.method ?? '',
    path: pathname.startsWith(basePath) ? pathname.slice(basePath.length) : pathname,
    query: searchParams,
    headers: incoming.headers,
    json: text === '' ? {} : (JSON.parse(text) as Record<string, unknown>),
  };
}

function send(response: ServerResponse, { status, headers = {}, body }: HostAnswer): void {
  response
    .writeHead(status, { 'content-type': 'application/json', ...headers })
    .end(body === undefined ? '' : JSON.stringify(body));
}
