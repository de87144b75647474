import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { describe, expect, test } from 'vitest';
import type { ApplyResult } from '../../src/model/outcome.js';
import { parseDocument } from '../support/run-program.js';
import { CREDENTIALS, openFolder, openWorkspace } from './support/open-workspace.js';
import { startServer } from './support/start-gate.js';
import { CHANGED_FILES, ONE_CHANGE, SMALL_SEED, WHOLE_SCOPE } from './support/small-tenant.js';

/** A port that nobody listens on. */
async function findDeadUrl(): Promise<string> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return `http://127.0.0.1:${port}`;
}

const configFor = (url: string): Record<string, string> => ({
  'limio.config.json': JSON.stringify({ environments: { test: { url } } }),
});
const outcomesOf = (result: ApplyResult): Record<string, string> =>
  Object.fromEntries(result.outcomes.map(({ address, status }) => [address, status]));

describe.concurrent('what fails on the way to the tenant ends with 1', () => {
  test('a tenant that is down is named with its address, after several tries', async (context) => {
    const { run } = openFolder(context, { ...ONE_CHANGE, ...configFor(await findDeadUrl()) });
    const failed = await run('plan --debug --format json');
    expect(failed.exitCode).toBe(1);
    const { error } = parseDocument(failed) as { error: { code: string; message: string; stack: string } };
    expect(error).toMatchObject({
      code: 'NETWORK',
      message: expect.stringMatching(/ECONNREFUSED[^]*tried \d times/) as string,
    });
    expect(error.stack).toMatch(/\n\s+at /);
    expect(failed.stderr).toMatch(/^(retry: POST \/oauth2\/token in \d+ ms \(attempt \d: .*\)\n)+$/);
  });

  test('wrong credentials are tried once and answered with where to put the right ones', async (context) => {
    const { run, tenant } = await openWorkspace(context, { seed: SMALL_SEED, files: ONE_CHANGE });
    const env = { ...CREDENTIALS, LIMIO_CLIENT_SECRET: 'of-another-tenant' };
    const text = await run('apply --yes', { env });
    expect(text).toMatchObject({ exitCode: 1, stdout: '' });
    expect(text.stderr).toMatch(/^error AUTH_REFUSED: [^]*own pair of credentials[^]*limio-sync doctor\n/);
    expect(tenant.log()).toHaveLength(1);
    expect(parseDocument(await run('plan --format json', { env }))).toMatchObject({
      kind: 'limio-sync/error',
      error: { code: 'AUTH_REFUSED' },
    });
  });

  test("a shop or a proxy that answers in the tenant's place is asked as often as the message says, and recognised", async (context) => {
    let requests = 0;
    const shop = await startServer((_incoming, _body, answer) => {
      requests += 1;
      answer.writeHead(200, { 'content-type': 'text/html' }).end('<html><title>Acme shop</title></html>');
      // Nobody waits for what should not be.
      if (requests > 5) program.signal('SIGKILL');
    });
    context.onTestFinished(() => shop.close());
    const program = openFolder(context, { ...ONE_CHANGE, ...configFor(shop.url) }).start('plan');
    const failed = await program.ended;
    expect(failed).toMatchObject({ exitCode: 1, signal: null, stdout: '' });
    expect(failed.stderr).toMatch(
      /^4 requests were retried; --debug shows which\.\nerror HTTP_BAD_BODY: POST \/oauth2\/token [^]*HTML[^]*check the url of the environment/i,
    );
    expect(failed.stderr).toContain(`tried ${requests} times`);
  });

  test('credentials that may not publish: the items are changed, and the result says that the page is not live', async (context) => {
    const { run, tenant } = await openWorkspace(context, { seed: SMALL_SEED, files: ONE_CHANGE, role: 'editor' });
    const applied = await run('apply --yes --format json');
    expect(applied.exitCode).toBe(6);
    expect(parseDocument(applied) as ApplyResult).toMatchObject({
      outcomes: [{ address: 'offer:/offers2/Monthly', status: 'done' }],
      publish: { pages: [{ route: '/shop/', status: 'failed' }] },
    });
    expect(tenant.state().items.find(({ path }) => path === '/offers2/Monthly')?.data.attributes).toMatchObject({
      display_name__limio: 'Monthly, renamed',
    });
  });

  test('a change that the tenant refuses fails alone; the others are done, and nothing is deleted after it', async (context) => {
    const refused = '/api/objects/limio/promo_codes_v2/promo_code_v2-WELCOME10';
    const { run, tenant } = await openWorkspace(context, {
      seed: SMALL_SEED,
      files: CHANGED_FILES,
      environment: { ...WHOLE_SCOPE, dialect: { publish: { attempts: 100, intervalMs: 20 }, journeyCodec: 'assumed' } },
      hooks: () => ({
        before: ({ method, path }) =>
          method === 'PUT' && path === refused
            ? { status: 400, body: '{"message":"The rate plan is unknown"}' }
            : undefined,
      }),
    });
    const applied = await run('apply --yes --allow-delete-unknown=2 --format json');
    expect(applied.exitCode).toBe(1);
    expect(outcomesOf(parseDocument(applied) as ApplyResult)).toMatchObject({
      'offer:/offers2/Monthly': 'done',
      'offer:/offers2/Annual': 'done',
      'promo_code:WELCOME10': 'failed',
      'promo_code:SPRING25': 'done',
      'promo_code:OLD5': 'blocked',
      'journey:web-old': 'blocked',
    });
    expect(tenant.state().promoCodes.map(({ name }) => name)).toContain('OLD5');
  });
});
