import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface ServedRequest {
  method: string;
  /** Path with query, as it was sent. */
  url: string;
  headers: IncomingHttpHeaders;
  body: string;
}

export interface ServedAnswer {
  status: number;
  headers?: Record<string, string>;
  body?: string;
}

/**
 * What can happen to a request on its way. `unheard`: the connection breaks before the server reads it. `lost`: it is
 * carried out, and the answer breaks off. `broken`: it is carried out, and a gateway answers 502. `busy`: it is not
 * carried out, and the answer is 503. `twice`: it is carried out twice, and the second answer counts. `late`: it is
 * carried out when the client does not wait any more. `never`: as `unheard`, but the connection stays open.
 * `truncated`: the answer ends in the middle.
 */
export type Fault = 'unheard' | 'lost' | 'broken' | 'busy' | 'twice' | 'late' | 'never' | 'truncated';

export interface FaultyServer {
  origin: string;
  requests: ServedRequest[];
  /** The next `times` requests of that method suffer the fault. */
  fail(method: string, fault: Fault, times?: number): void;
  /** When every request that is late has been carried out. */
  settle(): Promise<void>;
  close(): Promise<void>;
}

const LATE_MS = 150;

export async function serveWithFaults(
  handle: (request: ServedRequest) => ServedAnswer | Promise<ServedAnswer>,
): Promise<FaultyServer> {
  const requests: ServedRequest[] = [];
  const faults: { method: string; fault: Fault }[] = [];
  const late: Promise<unknown>[] = [];

  const answer = async (request: ServedRequest, response: ServerResponse): Promise<void> => {
    const index = faults.findIndex(({ method }) => method === request.method);
    const fault = index === -1 ? undefined : faults.splice(index, 1)[0]?.fault;
    if (fault === 'unheard') return void response.destroy();
    if (fault === 'never') return;
    if (fault === 'busy') return send(response, { status: 503, body: '<Error><Code>SlowDown</Code></Error>' });
    if (fault === 'late') {
      late.push(
        new Promise((resolve) => setTimeout(resolve, LATE_MS))
          .then(() => handle(request))
          .then((done) => send(response, done)),
      );
      return;
    }
    const first = await handle(request);
    if (fault === 'lost') return void response.destroy();
    if (fault === 'broken') return send(response, { status: 502, body: '<html>Bad gateway</html>' });
    const last = fault === 'twice' ? await handle(request) : first;
    send(response, last, fault === 'truncated');
  };

  const server = createServer((incoming, response) => {
    const chunks: Buffer[] = [];
    incoming.on('error', () => undefined);
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
    incoming.on('end', () => {
      const { method = '', url = '', headers } = incoming;
      const request = { method, url, headers, body: Buffer.concat(chunks).toString('utf8') };
      requests.push(request);
      void answer(request, response);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    fail: (method, fault, times = 1) => faults.push(...Array.from({ length: times }, () => ({ method, fault }))),
    settle: async () => void (await Promise.all(late)),
    close: async () => {
      await Promise.all(late);
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function send(response: ServerResponse, { status, headers = {}, body = '' }: ServedAnswer, isTruncated = false): void {
  const bytes = Buffer.from(body, 'utf8');
  response.writeHead(status, { ...headers, ...(status === 204 ? {} : { 'content-length': String(bytes.length) }) });
  if (!isTruncated) return void response.end(bytes);
  response.write(bytes.subarray(0, Math.floor(bytes.length / 2)));
  setImmediate(() => response.destroy());
}
