import { connect as connectSocket } from 'node:net';

/** Every byte of the answer to one request over a bare socket: no client library smooths anything over. */
export function exchangeRaw(
  port: number,
  {
    method,
    path,
    headers = {},
    body = '',
    host = `127.0.0.1:${port}`,
  }: { method: string; path: string; headers?: Record<string, string>; body?: string; host?: string },
): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connectSocket(port, '127.0.0.1');
    let text = '';
    socket.setEncoding('utf8');
    socket.on('data', (chunk: string) => {
      text += chunk;
    });
    socket.on('close', () => resolve(text));
    socket.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'ECONNRESET') reject(error);
    });
    const lines = [
      `${method} ${path} HTTP/1.1`,
      `Host: ${host}`,
      'Connection: close',
      `Content-Length: ${Buffer.byteLength(body)}`,
      ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
    ];
    socket.write(`${lines.join('\r\n')}\r\n\r\n${body}`);
  });
}
