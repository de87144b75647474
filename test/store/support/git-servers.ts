import { execFileSync, spawn } from 'node:child_process';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createSocketServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

export interface GitServer {
  /** Address of a folder of repositories. */
  url: string;
  close: () => Promise<void>;
}

export interface HttpServerOptions {
  /** Without one, the server refuses pushes with 403, as GitHub does for a token that only reads. */
  mayPush?: boolean;
  /** The value of `Authorization` that the server requires. */
  authorization?: string;
  /** Breaks the connection of the first pushes before the server carries them out, or after. */
  breakPush?: { when: 'before' | 'after'; times: number };
}

/** `git http-backend` behind a server of this process. */
export async function startHttpServer(
  folder: string,
  { mayPush = true, authorization, breakPush }: HttpServerOptions = {},
): Promise<GitServer> {
  let faults = breakPush?.times ?? 0;
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    if (authorization !== undefined && request.headers.authorization !== authorization) {
      response.writeHead(401, { 'www-authenticate': 'Basic realm="git"' }).end();
      return;
    }
    const isPush = request.url?.endsWith('/git-receive-pack') === true;
    const now = isPush && faults > 0 ? breakPush?.when : undefined;
    if (isPush) faults -= 1;
    if (now === 'before') return void request.socket.destroy();
    const { status, headers, body } = await runBackend(folder, request, mayPush);
    if (now === 'after') return void request.socket.destroy();
    response.writeHead(status, headers).end(body);
  };
  const server = createServer((request, response) => void answer(request, response));
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const address = server.address();
  return {
    url: `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`,
    close: async () => {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
}

interface CgiAnswer {
  status: number;
  headers: Record<string, string>;
  body: Buffer;
}

async function runBackend(folder: string, request: IncomingMessage, mayPush: boolean): Promise<CgiAnswer> {
  const { pathname, search } = new URL(request.url ?? '/', 'http://localhost');
  const child = spawn('git', ['http-backend'], {
    env: {
      ...process.env,
      GIT_PROJECT_ROOT: folder,
      GIT_HTTP_EXPORT_ALL: '1',
      REQUEST_METHOD: request.method,
      PATH_INFO: pathname,
      QUERY_STRING: search.slice(1),
      CONTENT_TYPE: request.headers['content-type'] ?? '',
      HTTP_CONTENT_ENCODING: request.headers['content-encoding'] ?? '',
      GIT_PROTOCOL: String(request.headers['git-protocol'] ?? ''),
      ...(mayPush ? { REMOTE_USER: 'ada' } : {}),
    },
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  const chunks: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
  child.stdin.on('error', () => undefined);
  request.pipe(child.stdin);
  await new Promise((done) => child.once('close', done));
  const output = Buffer.concat(chunks);
  const end = output.indexOf('\r\n\r\n');
  const lines = output.toString('latin1', 0, end).split('\r\n');
  const headers = Object.fromEntries(lines.map((line) => [line.split(':')[0], line.slice(line.indexOf(':') + 2)]));
  return { status: Number.parseInt(headers['Status'] ?? '200'), headers, body: output.subarray(end + 4) };
}

export async function startDaemon(folder: string): Promise<GitServer> {
  const port = await findFreePort();
  const program = `${execFileSync('git', ['--exec-path'], { encoding: 'utf8' }).trim()}/git-daemon`;
  const options = ['--export-all', '--enable=receive-pack', '--reuseaddr', '--listen=127.0.0.1'];
  const child = spawn(program, [...options, `--port=${port}`, `--base-path=${folder}`, '--verbose'], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const ended = new Promise((done) => child.once('close', done));
  await Promise.race([
    new Promise((done) => child.stderr.once('data', done)),
    sleep(10_000, undefined, { ref: false }),
  ]);
  return {
    url: `git://127.0.0.1:${port}`,
    close: async () => {
      child.kill();
      await ended;
    },
  };
}

export async function findFreePort(): Promise<number> {
  const server = createSocketServer();
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const address = server.address();
  await new Promise((done) => server.close(done));
  return typeof address === 'object' ? (address?.port ?? 0) : 0;
}
