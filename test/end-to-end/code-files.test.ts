import { mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parseDocument } from '../support/run-program.js';
import * as inProcess from './support/in-process.js';
import { openFolder, openWorkspace, REPOSITORY } from './support/open-workspace.js';
import { SMALL_SEED } from './support/small-tenant.js';

const OFFERS = 'catalog/offers.catalog.ts';

const PROGRAM = `import { defineOffer, defineResources } from 'limio-sync';

interface Plan { name: string; cta: string }
const PLANS: readonly Plan[] = [{ name: 'Monthly', cta: 'Start' }, { name: 'Annual', cta: 'Save' }];

export default defineResources(async ({ env }) =>
  PLANS.map(({ name, cta }) =>
    defineOffer({ path: \`/offers2/\${name}\`, attributes: { cta_text__limio: \`\${cta} \${env['SEASON']}, \\\${vars.shop}\` } }),
  ),
);
`;

const CONFIG = {
  environments: { test: { url: 'http://127.0.0.1:9', vars: { shop: 'in our shop' } } },
  env: ['SEASON'],
};

describe.concurrent('programs that declare resources', () => {
  test('are planned and applied like YAML, and then the plan is empty', async (context) => {
    const { run, tenant, write, root } = await openWorkspace(context, {
      seed: SMALL_SEED,
      files: { [OFFERS]: PROGRAM },
    });
    write(
      'limio.config.json',
      JSON.stringify({ ...CONFIG, environments: { test: { ...CONFIG.environments.test, url: tenant.url } } }),
    );
    const env = { LIMIO_CLIENT_ID: 'emulator', LIMIO_CLIENT_SECRET: 'emulator-secret', SEASON: 'now', OTHER: 'x' };
    const planned = parseDocument(await run('plan --format json', { env }));
    expect(planned).toMatchObject({
      changes: [
        { address: 'offer:/offers2/Annual', source: { file: OFFERS, line: 8, col: 5 } },
        { address: 'offer:/offers2/Monthly', fields: [{ after: 'Start now, in our shop' }] },
      ],
    });
    expect(await run('apply --yes', { env })).toMatchObject({ exitCode: 0 });
    expect(await run('plan --detailed-exitcode', { env })).toMatchObject({ exitCode: 0 });
    expect(readFileSync(join(root, OFFERS), 'utf8')).toBe(PROGRAM);
    const explained = await run(['explain', 'offer:/offers2/Annual'], { env });
    expect(explained.stdout).toMatch(
      /# catalog\/offers\.catalog\.ts:8 \(code\) <- vars\.shop\n +cta_text__limio: Save now, in our shop\n/,
    );
  });

  test.for([
    ['of the program itself, where limio-sync is not installed beside it', false],
    ['that is installed beside it', true],
  ] as const)('have the place of the call of a define function %s', async ([, isInstalled], context) => {
    const { root, run } = openFolder(context, {
      'package.json': '{ "type": "module" }',
      'limio.config.json': JSON.stringify(CONFIG),
      'catalog/pages.catalog.mjs': `import { definePage } from 'limio-sync';\n\nexport default [1].map((n) =>    definePage({ path: '/page/' + n }));\n`,
    });
    if (isInstalled) {
      mkdirSync(join(root, 'node_modules'));
      symlinkSync(REPOSITORY, join(root, 'node_modules/limio-sync'));
    }
    const { stdout, exitCode } = await run('validate');
    expect(exitCode).toBe(3);
    expect(stdout).toMatch(
      /^catalog\/pages\.catalog\.mjs:3:34 error PATH_SYNTAX path of page:\/page\/1: [^]*\n> 3 \| export default .*\n +\| {34}\^\n/,
    );
  });

  test.for([
    ['ends the process', `process.exit(0);`, 'ended the process with process.exit (exit code 0).'],
    ['waits for what never comes', `await new Promise(() => {});`, 'awaits a promise that never settles.'],
    [
      'returns a promise that never settles',
      `export default () => new Promise(() => {});`,
      'awaits a promise that never settles.',
    ],
  ] as const)('are an error of their file when one %s', async ([, program, says], context) => {
    const { run } = openFolder(context, {
      'limio.config.json': JSON.stringify(CONFIG),
      'catalog/a.catalog.mjs': program,
    });
    const failed = await run('validate --format json');
    expect(failed.exitCode).toBe(3);
    const message = `catalog/a.catalog.mjs ${says}`;
    expect(parseDocument(failed)).toMatchObject({
      error: {
        code: 'FILES_INVALID',
        message,
        details: { problems: [{ code: 'CODE_FILE', file: 'catalog/a.catalog.mjs', message }] },
      },
    });
  });

  test('run once for a command that reads the files several times, and lint changes nothing in them', async (context) => {
    const program = `// limio-lint-disable nothing\nconsole.error('run');\nexport default { kind: 'offer', path: '/offers2/a', attributes: { cta_text__limio: ' Buy ' } };\n`;
    const { root, run } = openFolder(context, {
      'limio.config.json': JSON.stringify({ environments: { ...CONFIG.environments, prod: CONFIG.environments.test } }),
      'catalog/a.catalog.mjs': program,
    });
    const linted = await run('lint --fix --format json');
    expect(linted.stderr).toBe('run\n');
    expect(parseDocument(linted)).toMatchObject({
      findings: expect.arrayContaining([expect.objectContaining({ fixable: false })]),
    });
    expect(readFileSync(join(root, 'catalog/a.catalog.mjs'), 'utf8')).toBe(program);
    expect((await run('validate')).stderr).toBe('run\n');
  });

  test('are reported by pull, which edits none and can write overlays over them', async (context) => {
    const program = `export default { kind: 'offer', path: '/offers2/Monthly', attributes: { cta_text__limio: 'Start' } };\n`;
    const { root, run } = await inProcess.openWorkspace(context, {
      seed: SMALL_SEED,
      files: { 'catalog/a.catalog.mjs': program },
    });
    const pulled = await run('pull --format json');
    expect(pulled.exitCode).toBe(4);
    expect(parseDocument(pulled)).toMatchObject({
      files: [],
      conflicts: [
        { code: 'PULL_UNWRITABLE', address: 'offer:/offers2/Monthly', source: { file: 'catalog/a.catalog.mjs' } },
      ],
    });
    expect(await run('pull --into overlay')).toMatchObject({ exitCode: 0 });
    expect(readFileSync(join(root, 'catalog/a.catalog.mjs'), 'utf8')).toBe(program);
    expect(await run('plan --detailed-exitcode')).toMatchObject({ exitCode: 0 });
  });

  test('have lint findings that name the resource, and that lint --fix leaves alone', async (context) => {
    const program = `export default ['a', 'b'].map((name) => ({ kind: 'offer', path: '/offers2/' + name, attributes: { display_name__limio: ' A' } }));\n`;
    const { root, run } = inProcess.openFolder(context, {
      'limio.config.json': JSON.stringify(CONFIG),
      'catalog/a.catalog.mjs': program,
    });
    const { findings } = parseDocument(await run('lint --fix --format json')) as {
      findings: { message: string; fixable: boolean; address: string }[];
    };
    expect(findings.map(({ address }) => address)).toEqual(
      expect.arrayContaining(['offer:/offers2/a', 'offer:/offers2/b']),
    );
    for (const { message, fixable, address } of findings) {
      expect(message).toContain(address);
      expect(fixable).toBe(false);
    }
    expect(readFileSync(join(root, 'catalog/a.catalog.mjs'), 'utf8')).toBe(program);
  });
});
