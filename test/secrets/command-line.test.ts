import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { describe, expect, test, type TestContext } from 'vitest';
import { runCli } from '../../src/cli/cli.js';
import { startEmulator } from '../../src/emulator/emulator.js';
import type { JsonObject } from '../../src/model/json.js';

const OLD = 'value-of-the-old-key';
const KEY = 'value-of-the-new-key';
const shown = (text: string) => `(secret, sha256:${createHash('sha256').update(text).digest('hex').slice(0, 12)})`;
const TOKEN = { ACME_API_KEY: KEY };

/** A repository with one offer that holds a secret, and its tenant. */
async function openRepository({ onTestFinished }: Pick<TestContext, 'onTestFinished'>) {
  const offer: JsonObject = {
    path: '/offers2/A',
    name: 'A',
    type: 'item',
    data: { record_type: 'offer', products: [], attributes: { token: OLD } },
  };
  const tenant = await startEmulator({ seed: { items: [offer] }, buildMs: 1 });
  const root = mkdtempSync(join(tmpdir(), 'limio-secrets-'));
  onTestFinished(async () => {
    rmSync(root, { recursive: true, force: true });
    await tenant.close();
  });
  mkdirSync(join(root, 'catalog'));
  writeFileSync(
    join(root, 'catalog/a.yaml'),
    'kind: offer\npath: /offers2/A\nattributes:\n  token: "Bearer ${vars.apiKey}"\n',
  );
  writeFileSync(
    join(root, 'limio.config.json'),
    JSON.stringify({
      environments: {
        test: {
          url: tenant.url,
          vars: { apiKey: { secret: 'ACME_API_KEY' } },
          dialect: { publish: { attempts: 3, intervalMs: 1 } },
        },
      },
    }),
  );
  const output = { all: '' };
  const run = async (line: string, env: Record<string, string> = {}) => {
    const said = { stdout: '', stderr: '' };
    const write = (stream: 'stdout' | 'stderr') => (text: string) => {
      said[stream] += text;
      output.all += text;
    };
    const exitCode = await runCli(line.split(' '), {
      stdout: { write: write('stdout') },
      stderr: { write: write('stderr') },
      stdin: Readable.from([]),
      env: { LIMIO_CLIENT_ID: 'emulator', LIMIO_CLIENT_SECRET: 'emulator-secret', ...env },
      cwd: root,
      signal: new AbortController().signal,
    });
    return { exitCode, ...said };
  };
  const attributes = () => tenant.state().items.find(({ path }) => path === '/offers2/A')?.data['attributes'];
  return { root, tenant, run, output, attributes };
}

describe('the command line with a secret', () => {
  test('plans, shows and applies a saved plan, and prints digests only', async (context) => {
    const { root, tenant, run, output, attributes } = await openRepository(context);
    expect(await run('validate')).toMatchObject({ exitCode: 0 });
    const planned = await run('plan --out plan.json', TOKEN);
    expect(planned).toMatchObject({ exitCode: 0 });
    expect(planned.stdout).toContain(`Bearer ${shown(KEY)}`);
    expect(planned.stdout).toContain(shown(OLD));
    expect(await run('show plan.json')).toMatchObject({ exitCode: 0, stdout: planned.stdout });
    expect(readFileSync(join(root, 'plan.json'), 'utf8')).not.toMatch(/value-of/);

    expect(await run('apply plan.json --yes --format json --check-files', TOKEN)).toMatchObject({ exitCode: 0 });
    expect(attributes()).toEqual({ token: `Bearer ${KEY}` });
    expect(await run('plan --detailed-exitcode', TOKEN)).toMatchObject({ exitCode: 0 });
    tenant.edit.item('/offers2/A', { token: OLD });
    expect(await run('apply --yes', TOKEN)).toMatchObject({ exitCode: 0 });
    expect(attributes()).toEqual({ token: `Bearer ${KEY}` });
    expect(output.all).not.toMatch(/value-of/);
  });

  test('writes nothing without the secret, with another one, or after the tenant changed', async (context) => {
    const { tenant, run, output, attributes } = await openRepository(context);
    for (const command of ['plan', 'apply --yes', 'apply plan.json --yes']) {
      await run('plan --out plan.json', TOKEN);
      expect(await run(command)).toMatchObject({ exitCode: 3, stderr: expect.stringContaining('SECRET_MISSING') });
    }
    expect(await run('apply plan.json --yes', { ACME_API_KEY: 'value-of-another' })).toMatchObject({
      exitCode: 5,
      stderr: expect.stringContaining('PLAN_SECRET_CHANGED'),
    });
    tenant.edit.item('/offers2/A', { token: 'value-of-a-third' });
    const stale = await run('apply plan.json --yes', TOKEN);
    expect(stale).toMatchObject({
      exitCode: 5,
      stderr: expect.stringContaining(`token from "${shown(OLD)}" to "${shown('value-of-a-third')}"`),
    });
    expect(attributes()).toEqual({ token: 'value-of-a-third' });
    expect(output.all).not.toMatch(/value-of/);
  });
});
