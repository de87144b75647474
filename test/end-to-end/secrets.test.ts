import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, describe, expect, test } from 'vitest';
import type { ProgramRun } from '../support/run-program.js';
import * as inProcess from './support/in-process.js';
import { CLIENT_SECRET, openFolder, openWorkspace } from './support/open-workspace.js';
import { type GateAnswer, type GateRequest, startServer } from './support/start-gate.js';
import { ONE_CHANGE, SMALL_SEED } from './support/small-tenant.js';

/** With every character that some encoding writes in another way. */
const SECRET = `k9Q~vT4x(W)z7*Lm!p2 R's8+Yb/Hc=3&Jd%5"Nf\\6Gq`;
const TOKEN = 'eyJqd3Q.Zm9v-bXk_dG9rZW4.c2lnbmF0dXJl';
const ENV = { LIMIO_CLIENT_ID: 'emulator', LIMIO_CLIENT_SECRET: SECRET };

/** As they are, in JSON, in a form, in a URL; the last two in either case of hexadecimal digits. */
function listSpellings(secret: string): string[] {
  const encoded = [encodeURIComponent(secret), new URLSearchParams([['', secret]]).toString().slice(1)];
  const lower = encoded.map((text) => text.replace(/%[0-9A-F]{2}/g, (code) => code.toLowerCase()));
  return [secret, JSON.stringify(secret).slice(1, -1), ...encoded, ...lower];
}

/** No part of a secret long enough to be one may stand in the output: a cut-off one is a leak as well. */
function findLeaks({ stdout, stderr }: ProgramRun, secrets: readonly string[]): string[] {
  const output = `${stdout}\n${stderr}`;
  const parts = secrets
    .flatMap(listSpellings)
    .flatMap((text) => Array.from({ length: Math.max(0, text.length - 9) }, (_, at) => text.slice(at, at + 10)));
  return parts.filter((part) => output.includes(part)).slice(0, 3);
}

const echo = ({ method, path, headers, body }: GateRequest): string =>
  `${method} ${path} ${JSON.stringify(headers)} ${body}`;
const grantToken: GateAnswer = {
  status: 200,
  body: JSON.stringify({ access_token: TOKEN, token_type: 'Bearer', expires_in: 3600 }),
};
const isTokenCall = ({ path }: GateRequest): boolean => path === '/oauth2/token';
const inHtml = (status: number, text: string): GateAnswer => ({
  status,
  headers: { 'content-type': 'text/html' },
  body: `<html><head><title>${text}</title></head></html>`,
});

/** Servers that repeat what they were sent. A refused token call is explained without their words, so most use another status. */
const ECHOES: readonly [what: string, answer: (request: GateRequest) => GateAnswer][] = [
  [
    'in the message that refuses the token',
    (request) => ({ status: 401, body: JSON.stringify({ message: `Refused: ${request.body}` }) }),
  ],
  [
    'in the message that the token call leads nowhere',
    (request) => ({ status: 404, body: JSON.stringify({ message: `Not found: ${request.body}` }) }),
  ],
  ['as the plain text of that form', ({ body }) => ({ status: 404, headers: { 'content-type': 'text/plain' }, body })],
  [
    'with the form decoded',
    ({ body }) => ({
      status: 404,
      body: JSON.stringify({ message: JSON.stringify(Object.fromEntries(new URLSearchParams(body))) }),
    }),
  ],
  ['in the title of a page', ({ body }) => inHtml(404, body)],
  [
    'at the end of a long title, where it is cut off',
    ({ body }) => inHtml(404, `${'x'.repeat(260)}${new URLSearchParams(body).get('client_secret')}`),
  ],
  [
    'in the message that refuses a list',
    (request) =>
      isTokenCall(request) ? grantToken : { status: 403, body: JSON.stringify({ message: echo(request) }) },
  ],
  [
    'in an error of the other shape',
    (request) =>
      isTokenCall(request)
        ? grantToken
        : {
            status: 400,
            body: JSON.stringify({ error: { code: 'BADREQUEST', message: echo(request), headers: request.headers } }),
          },
  ],
  [
    'in an error of no known shape',
    (request) =>
      isTokenCall(request)
        ? grantToken
        : { status: 400, body: JSON.stringify({ request: { headers: request.headers } }) },
  ],
  [
    'in the title of a page that stands in place of a list',
    (request) => (isTokenCall(request) ? grantToken : inHtml(404, `${request.headers.authorization} ${echo(request)}`)),
  ],
  [
    'at the end of a long title in place of a list, where it is cut off',
    (request) =>
      isTokenCall(request) ? grantToken : inHtml(404, `${'x'.repeat(262)}${request.headers.authorization}`),
  ],
  [
    'in the address of a redirect',
    (request) =>
      isTokenCall(request)
        ? grantToken
        : {
            status: 302,
            headers: { location: `https://login.example/?next=${encodeURIComponent(echo(request))}` },
            body: '',
          },
  ],
];

describe.concurrent('the client secret and the token are never printed', () => {
  // As text and as JSON by turns: both are made of the same sentence.
  test.for(ECHOES.map(([what, answer], at) => [what, answer, at % 2 === 0 ? 'text' : 'json'] as const))(
    'when the server repeats what it was sent %s',
    async ([, answer, format], context) => {
      const server = await startServer((incoming, body, reply) => {
        const {
          status,
          headers,
          body: text,
        } = answer({ method: incoming.method ?? '', path: incoming.url ?? '', headers: incoming.headers, body });
        reply.writeHead(status, { 'content-type': 'application/json', ...headers }).end(text);
      });
      context.onTestFinished(() => server.close());
      const { run } = inProcess.openFolder(context, {
        ...ONE_CHANGE,
        'limio.config.json': JSON.stringify({ environments: { test: { url: server.url } } }),
      });
      const failed = await run(`apply --yes --debug --format ${format}`, { env: ENV });
      expect(failed.exitCode).toBe(1);
      expect(failed.stdout + failed.stderr).toContain('returned');
      expect(findLeaks(failed, [SECRET, TOKEN])).toEqual([]);
    },
  );

  test(
    'by any command against a tenant that behaves, good or failing, with --debug or without',
    { timeout: 180_000 },
    async (context) => {
      const tokens: string[] = [];
      const { run, write } = await openWorkspace(context, {
        seed: SMALL_SEED,
        files: ONE_CHANGE,
        clientSecret: SECRET,
        hooks: () => ({
          after: (request, { body }) => {
            if (isTokenCall(request)) tokens.push((JSON.parse(body) as { access_token: string }).access_token);
          },
        }),
      });
      write('throws.mjs', 'throw new Error(`It was ${process.env.LIMIO_CLIENT_SECRET}`);');
      const runs: ProgramRun[] = [];
      for (const args of [
        'validate --debug',
        'plan --debug --format json',
        ['plan', '--debug', `--client-secret=${SECRET}`],
        ['plan', '--env', SECRET],
        'plan --debug --config throws.mjs',
        'apply --yes --debug',
        'apply --yes --debug --format json',
      ]) {
        runs.push(await run(args, { env: ENV }));
      }
      expect(runs.map(({ exitCode }) => exitCode)).toEqual([0, 0, 3, 3, 3, 0, 0]);
      expect(tokens.length).toBeGreaterThanOrEqual(4);
      for (const one of runs) expect(findLeaks(one, [SECRET, ...tokens])).toEqual([]);
    },
  );

  test('when a write is refused with them in the message: neither in the result nor in the progress', async (context) => {
    const tokens: string[] = [];
    const { run } = await openWorkspace(context, {
      seed: SMALL_SEED,
      files: ONE_CHANGE,
      clientSecret: SECRET,
      hooks: () => ({
        before: (request) =>
          request.path.endsWith('/bulk-update')
            ? { status: 400, body: JSON.stringify({ error: { message: echo(request) } }) }
            : undefined,
        after: (request, { body }) => {
          if (isTokenCall(request)) tokens.push((JSON.parse(body) as { access_token: string }).access_token);
        },
      }),
    });
    for (const args of ['apply --yes --debug', 'apply --yes --debug --format json']) {
      const failed = await run(args, { env: ENV });
      expect(failed.exitCode).toBe(1);
      expect(failed.stdout).toContain('bulk-update');
      expect(findLeaks(failed, [SECRET, ...tokens])).toEqual([]);
    }
  });

  test('when a publish leaves a page out with them as the reason', async (context) => {
    let token = '';
    const { run } = await openWorkspace(context, {
      seed: SMALL_SEED,
      files: ONE_CHANGE,
      environment: { dialect: { publish: { attempts: 2, intervalMs: 1 } } },
      hooks: () => ({
        before: (request) => {
          if (!request.path.endsWith('/publish')) return undefined;
          token = String(request.headers.authorization).replace('Bearer ', '');
          const left = [
            {
              path: '/pages/shop',
              isDefault: true,
              pathPrefix: '/__v/1',
              message: `Build failed for ${request.headers.authorization}`,
            },
          ];
          return {
            status: 200,
            body: JSON.stringify({
              success: true,
              publishedData: { pages: {} },
              ommitedWithError: { pages: { '/shop/': left } },
            }),
          };
        },
      }),
    });
    for (const args of ['apply --yes', 'apply --yes --format json']) {
      const applied = await run(args);
      expect(applied.exitCode).toBe(6);
      expect(applied.stdout).toContain('Build failed for');
      expect(findLeaks(applied, [token])).toEqual([]);
    }
  });

  test('when .limio.json is not as it should be', async (context) => {
    const { run, write } = openFolder(context, {
      ...ONE_CHANGE,
      'limio.config.json': JSON.stringify({ environments: { test: { tenant: 'acme' } } }),
    });
    for (const text of [
      JSON.stringify({ tenant: 'acme', clientSecret: SECRET }),
      `{"tenant": "acme", "clientSecret": ${JSON.stringify(SECRET)}`,
    ]) {
      write('.limio.json', text);
      const failed = await run('plan --debug', { env: {} });
      expect(failed.exitCode).toBe(3);
      expect(failed.stderr).toContain('error AUTH_MISSING: ');
      expect(findLeaks(failed, [SECRET])).toEqual([]);
    }
  });
});

describe('the net under every end-to-end test', () => {
  test('catches a program that prints the client secret or a token', async (context) => {
    const { run, tenant } = await openWorkspace(context, { seed: SMALL_SEED, files: ONE_CHANGE });
    const print = (script: string) => run([script], { command: [process.execPath, '-e'] });
    await expect(print('console.log(process.env.LIMIO_CLIENT_SECRET)')).rejects.toThrow(
      'printed the value of LIMIO_CLIENT_SECRET',
    );
    const answer = await fetch(`${tenant.url}/oauth2/token`, {
      method: 'POST',
      body: new URLSearchParams({
        grant_type: 'client_credentials',
        client_id: 'emulator',
        client_secret: CLIENT_SECRET,
      }),
    });
    const { access_token: token } = (await answer.json()) as { access_token: string };
    await fetch(`${tenant.url}/api/v2/journey`, { headers: { authorization: `Bearer ${token}` } });
    await expect(print(`console.error(${JSON.stringify(`x${token}y`)})`)).rejects.toThrow('printed a token');
  });

  test('catches a file that holds the client secret, and lets those of the test itself be', () => {
    const cleanups: Parameters<TestContext['onTestFinished']>[0][] = [];
    const open = () => openFolder({ onTestFinished: (clean) => void cleanups.push(clean) });
    open().write('note.txt', CLIENT_SECRET);
    writeFileSync(join(open().root, 'journal.jsonl'), `{"body":"${CLIENT_SECRET}"}`);
    expect(cleanups[0]).not.toThrow();
    expect(cleanups[1]).toThrow(/Files hold credentials: .*journal\.jsonl: the value of LIMIO_CLIENT_SECRET/);
  });
});
