import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Plan } from '../../src/model/plan.js';
import { parseDocument } from '../support/run-program.js';
import { CREDENTIALS, openFolder, openTenant } from './support/in-process.js';
import { SMALL_SEED, promoCodeFile } from './support/small-tenant.js';

const FILES = {
  'catalog/offers/monthly.yaml': `kind: offer
path: /offers2/Monthly
attributes:
  display_name__limio: Monthly for \${vars.place}
  cta_text__limio: Subscribe
  badge_text__limio: New
  display_description__limio: "<p>Every article, on every device, from the branch \${env.CI_BRANCH}; cancel whenever you like</p>"
  authorization: Bearer \${vars.key}
  feature list: |-
    one
    two: three
  allowed_countries__limio: [GB, IE]
`,
  'catalog/promo-codes/tester.yaml': `${promoCodeFile('TESTER50', 50)}only: sandbox\n`,
  'overlays/sandbox/offers/monthly.yaml': `kind: offer
path: /offers2/Monthly
attributes:
  cta_text__limio: Try \${vars.place}
  badge_text__limio: null
  allowed_countries__limio: [DE]
`,
};

const vars = (place: string) => ({ place, key: { secret: 'ACME_KEY' } });
const configure = (sandbox = 'http://127.0.0.1:9', prod = sandbox): string =>
  JSON.stringify({
    environments: {
      sandbox: { url: sandbox, vars: vars('the sandbox') },
      prod: { url: prod, vars: vars('everybody') },
    },
    env: ['CI_BRANCH'],
    ownership: { app: ['offer:*#/attributes/feature list'] },
  });

const ENV = { ...CREDENTIALS, ACME_KEY: 'value-of-the-secret', CI_BRANCH: 'main' };
const golden = (file: string): string => join(import.meta.dirname, '../golden', file);

describe.concurrent('overlays, only and variables of the process', () => {
  test('make two plans of one repository', async (context) => {
    const [sandbox, prod] = [
      await openTenant(context, { seed: SMALL_SEED }),
      await openTenant(context, { seed: SMALL_SEED }),
    ];
    const { run } = openFolder(context, { ...FILES, 'limio.config.json': configure(sandbox.url, prod.url) });
    const planFor = async (environment: string): Promise<Record<string, unknown>> => {
      const { changes } = parseDocument(await run(`plan --env ${environment} --format json`, { env: ENV })) as Plan;
      return Object.fromEntries(
        changes.map(({ address, fields }) => [
          address,
          Object.fromEntries(fields.map(({ path, after }) => [path.replace('/attributes/', ''), after])),
        ]),
      );
    };
    const description = '<p>Every article, on every device, from the branch main; cancel whenever you like</p>';
    const [ofSandbox, ofProd] = [await planFor('sandbox'), await planFor('prod')];
    expect(Object.keys(ofSandbox).sort()).toEqual(['offer:/offers2/Monthly', 'promo_code:TESTER50']);
    expect(ofSandbox['offer:/offers2/Monthly']).toMatchObject({
      cta_text__limio: 'Try the sandbox',
      display_description__limio: description,
    });
    expect(ofSandbox['offer:/offers2/Monthly']).not.toHaveProperty('badge_text__limio');
    expect(Object.keys(ofProd)).toEqual(['offer:/offers2/Monthly']);
    expect(ofProd['offer:/offers2/Monthly']).toMatchObject({
      cta_text__limio: 'Subscribe',
      badge_text__limio: 'New',
      display_name__limio: 'Monthly for everybody',
    });
    expect(
      sandbox
        .log()
        .concat(prod.log())
        .filter(({ method, path }) => method !== 'GET' && !path.includes('oauth')),
    ).toEqual([]);
  });

  test('explain tells where each value comes from, in text and as one document, without the secret', async (context) => {
    const { run } = openFolder(context, { ...FILES, 'limio.config.json': configure() });
    // Neither credentials nor the secret are needed.
    const env = { CI_BRANCH: 'main' };
    const text = await run(['explain', 'offer:/offers2/Monthly', '--env', 'sandbox'], { env });
    expect(text).toMatchObject({ exitCode: 0, stderr: '' });
    await context.expect(text.stdout).toMatchFileSnapshot(golden('explain-resource.txt'));
    const json = parseDocument(
      await run(['explain', 'offer:/offers2/Monthly', '--env', 'sandbox', '--format', 'json'], { env: ENV }),
    ) as { values: { pointer: string }[] };
    expect(json).toMatchObject({
      kind: 'limio-sync/explained-resource',
      formatVersion: 1,
      address: 'offer:/offers2/Monthly',
      environment: 'sandbox',
    });
    expect(json.values.find(({ pointer }) => pointer === '/attributes/cta_text__limio')).toEqual({
      pointer: '/attributes/cta_text__limio',
      value: 'Try the sandbox',
      file: 'overlays/sandbox/offers/monthly.yaml',
      line: 4,
      col: 20,
      layer: 'overlay',
      variables: [{ reference: 'vars.place', source: 'vars' }],
    });
    expect(json.values.find(({ pointer }) => pointer === '/attributes/feature list')).toMatchObject({ owner: 'app' });
    expect(json.values.map(({ pointer }) => pointer).filter((pointer) => pointer.includes('countries'))).toEqual([
      '/attributes/allowed_countries__limio/0',
    ]);
    expect(json).toMatchObject({
      removed: [
        {
          pointer: '/attributes/badge_text__limio',
          file: 'overlays/sandbox/offers/monthly.yaml',
          line: 5,
          layer: 'overlay',
        },
      ],
    });
    expect(JSON.stringify(json)).not.toContain(ENV.ACME_KEY);
  });

  test('explain of what the environment does not declare ends with 3 and helps', async (context) => {
    const { run } = openFolder(context, { ...FILES, 'limio.config.json': configure() });
    const hints = {
      'offer:/offers2/Montly': 'Did you mean "offer:/offers2/Monthly"?',
      'promo_code:tester50': 'it is declared in sandbox.',
      'ofer:/offers2/Monthly': 'For example: limio-sync explain',
    };
    for (const [address, hint] of Object.entries(hints)) {
      const failed = await run(['explain', address, '--env', 'prod'], { env: ENV });
      expect(failed).toMatchObject({ exitCode: 3, stdout: '' });
      expect(failed.stderr).toContain(hint);
    }
  });

  test('validate finds what any environment lacks, at once, and never prints a value of the process', async (context) => {
    const { run } = openFolder(context, {
      ...FILES,
      'catalog/hostile.yaml':
        'kind: offer\npath: /offers2/Annual\nattributes:\n  a: ${env.LIMIO_CLIENT_SECRET}\n  b: ${env.HOME}\n  c: ${env.__proto__}\n  d: ${vars.absent}\n',
      'overlays/prdo/x.yaml': 'kind: offer\n',
      'limio.config.json': configure(),
    });
    const { exitCode, stdout } = await run('validate', { env: { ...ENV, CI_BRANCH: '', HOME: 'home-of-somebody' } });
    expect(exitCode).toBe(3);
    expect([...stdout.matchAll(/^\S+:\d+:\d+ \w+ .*$/gm)].map(([line]) => line)).toEqual([
      'catalog/hostile.yaml:4:6 error VARIABLE_REFUSED Files may not read the environment variable LIMIO_CLIENT_SECRET: its name looks like a credential.',
      'catalog/hostile.yaml:5:6 error VARIABLE_REFUSED Files may not read the environment variable HOME.',
      'catalog/hostile.yaml:6:6 error VARIABLE_REFUSED Files may not read the environment variable __proto__.',
      'catalog/hostile.yaml:7:6 error VARIABLE_UNKNOWN The environments "sandbox" and "prod" have no variable "absent".',
      'catalog/offers/monthly.yaml:7:31 error VARIABLE_UNKNOWN The environment variable CI_BRANCH is not set.',
      'overlays/prdo/x.yaml:1:1 error OVERLAY_PLACE There is no environment "prdo". Nothing uses the overlays in the folder "prdo".',
    ]);
    for (const value of [ENV.LIMIO_CLIENT_SECRET, 'home-of-somebody']) expect(stdout).not.toContain(value);
  });
});
