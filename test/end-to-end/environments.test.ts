import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Plan } from '../../src/model/plan.js';
import { parseDocument } from '../support/run-program.js';
import * as inProcess from './support/in-process.js';
import { CREDENTIALS, openFolder, openTenant } from './support/open-workspace.js';
import { SMALL_SEED, offerFile } from './support/small-tenant.js';

const FILES = { 'catalog/offers.yaml': offerFile('/offers2/Monthly', '"Monthly for ${vars.place}"') };

const configure = (sandbox: string, prod: string): object => ({
  environments: {
    sandbox: { url: sandbox, vars: { place: 'the sandbox' }, dialect: { publish: { attempts: 100, intervalMs: 20 } } },
    prod: { url: prod, protected: true, vars: { place: 'everybody' } },
  },
});

describe.concurrent('two environments in one configuration', () => {
  test('--env wins over LIMIO_ENV, and each has its own variables, tenant and credentials', async (context) => {
    const sandbox = await openTenant(context, { seed: SMALL_SEED, clientSecret: 'secret-of-the-sandbox' });
    const prod = await openTenant(context, { seed: SMALL_SEED, clientSecret: 'secret-of-prod' });
    const { run } = inProcess.openFolder(context, {
      ...FILES,
      'limio.config.json': JSON.stringify(configure(sandbox.url, prod.url)),
    });
    const env = {
      LIMIO_SANDBOX_CLIENT_ID: 'emulator',
      LIMIO_SANDBOX_CLIENT_SECRET: 'secret-of-the-sandbox',
      LIMIO_CLIENT_ID: 'emulator',
      LIMIO_CLIENT_SECRET: 'secret-of-prod',
    };
    const planFor = async (
      args: string,
      more: Record<string, string>,
    ): Promise<{ environment: string; name: unknown }> => {
      const plan = parseDocument(await run(`plan --format json ${args}`, { env: { ...env, ...more } })) as Plan;
      return { environment: plan.environment, name: plan.changes[0]?.fields[0]?.after };
    };
    expect(await planFor('', { LIMIO_ENV: 'prod' })).toEqual({ environment: 'prod', name: 'Monthly for everybody' });
    expect(sandbox.log()).toEqual([]);
    expect(await planFor('--env sandbox', { LIMIO_ENV: 'prod' })).toEqual({
      environment: 'sandbox',
      name: 'Monthly for the sandbox',
    });
    expect(await planFor('--env sandbox', {})).toEqual({ environment: 'sandbox', name: 'Monthly for the sandbox' });
    expect(await run('plan', { env: { ...env, LIMIO_ENV: '' } })).toMatchObject({ exitCode: 3 });
  });

  test('apply to one leaves the other alone, and a protected one asks for its own name', async (context) => {
    const sandbox = await openTenant(context, { seed: SMALL_SEED });
    const prod = await openTenant(context, { seed: SMALL_SEED });
    const { run } = inProcess.openFolder(context, {
      ...FILES,
      'limio.config.json': JSON.stringify(configure(sandbox.url, prod.url)),
    });
    const untouched = prod.state();
    expect(await run('apply --env sandbox --yes')).toMatchObject({ exitCode: 0 });
    expect(await run('plan --env sandbox --detailed-exitcode')).toMatchObject({ exitCode: 0 });
    expect(await run('apply --env prod --yes')).toMatchObject({ exitCode: 4 });
    expect(prod.state()).toEqual(untouched);
    expect(await run('plan --env prod --detailed-exitcode')).toMatchObject({ exitCode: 2 });
  });

  test('validate checks the variables of both, whichever is chosen', async (context) => {
    const config = {
      environments: {
        sandbox: { url: 'http://127.0.0.1:9', vars: { place: 'here' } },
        prod: { url: 'http://127.0.0.1:9' },
      },
    };
    const { run } = inProcess.openFolder(context, { ...FILES, 'limio.config.json': JSON.stringify(config) });
    const validation = await run('validate', { env: { LIMIO_ENV: 'sandbox' } });
    expect(validation.exitCode).toBe(3);
    expect(validation.stdout).toMatch(/error VARIABLE_UNKNOWN [^]*prod/);
  });
});

const body = '{ environments: { test: { url: process.env.TENANT_URL, vars: { place: "everybody" } } } }';
const FORMS: readonly [file: string, text: string][] = [
  [
    'limio.config.ts',
    `import { defineConfig } from 'limio-sync';\n\ninterface Vars { [name: string]: string }\nconst vars: Vars = { place: 'everybody' };\nexport default defineConfig({ environments: { test: { url: process.env['TENANT_URL'] as string, vars } } });\n`,
  ],
  ['limio.config.ts', `const config = ${body} satisfies object;\nexport default config;\n`],
  ['limio.config.mjs', `import { defineConfig } from 'limio-sync';\nexport default defineConfig(${body});\n`],
  ['limio.config.mjs', `export default ${body};\n`],
  ['limio.config.js', `export default ${body};\n`],
  ['limio.config.json', ''],
];

describe.concurrent('a configuration', () => {
  for (const [file, text] of FORMS) {
    test(`may be ${file}${text.includes("from 'limio-sync'") ? ' with defineConfig of limio-sync, which is not installed beside it' : ''}${text.startsWith('const') ? ' with a plain object' : ''}`, async (context) => {
      const tenant = await openTenant(context, { seed: SMALL_SEED });
      const { root, run } = openFolder(context, FILES);
      writeFileSync(join(root, 'package.json'), '{"type": "module"}');
      writeFileSync(
        join(root, file),
        text === ''
          ? JSON.stringify({ environments: { test: { url: tenant.url, vars: { place: 'everybody' } } } })
          : text,
      );
      const planned = await run('plan --format json', { env: { ...CREDENTIALS, TENANT_URL: tenant.url } });
      expect(planned).toMatchObject({ exitCode: 0, stderr: '' });
      expect((parseDocument(planned) as Plan).changes[0]?.fields[0]?.after).toBe('Monthly for everybody');
    });
  }

  test('may be a TypeScript file that is named with --config; its folder is the repository', async (context) => {
    const tenant = await openTenant(context, { seed: SMALL_SEED });
    const { root, write, run } = openFolder(context);
    write('shop/catalog/offers.yaml', FILES['catalog/offers.yaml']);
    write('shop/own.ts', FORMS[0]?.[1] ?? '');
    write('elsewhere/readme.txt', '');
    const planned = await run('plan --format json --config ../shop/own.ts', {
      cwd: join(root, 'elsewhere'),
      env: { ...CREDENTIALS, TENANT_URL: tenant.url },
    });
    expect(planned).toMatchObject({ exitCode: 0 });
    expect((parseDocument(planned) as Plan).changes).toHaveLength(1);
  });

  test('may come twice by mistake, which is refused', async (context) => {
    const { run } = openFolder(context, {
      ...FILES,
      'limio.config.json': '{}',
      'limio.config.mjs': `export default ${body};`,
    });
    const failed = await run('plan');
    expect(failed).toMatchObject({ exitCode: 3, stdout: '' });
    expect(failed.stderr).toMatch(/limio\.config\.mjs[^]*limio\.config\.json/);
  });
});
