import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { loadConfig } from '../../src/config/config.js';
import { isGitTracked } from '../../src/config/env-files.js';
import { resolveEnvironment } from '../../src/config/environments.js';

const ROOT = join(import.meta.dirname, '../..');
const CONFIG = { environments: { sandbox: { tenant: 'acme-sandbox' } } };

let root = '';
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'limio-sync-'));
});
afterEach(() => rmSync(root, { recursive: true }));

const write = (name: string, text: string): void => writeFileSync(join(root, name), text);

describe('a configuration file', () => {
  test.each([
    ['limio.config.json', `\uFEFF${JSON.stringify({ $schema: './schema/config.json', ...CONFIG })}`],
    ['limio.config.mjs', `export default ${JSON.stringify(CONFIG)};`],
    ['limio.config.js', `export default ${JSON.stringify(CONFIG)};`],
    ['limio.config.ts', `const config: object = ${JSON.stringify(CONFIG)};\nexport default config;`],
    [
      'limio.config.ts',
      `import { defineConfig } from 'limio-sync';\nexport default defineConfig(${JSON.stringify(CONFIG)} as const);`,
    ],
    [
      'limio.config.mjs',
      `import { defineConfig } from 'limio-sync';\nexport default defineConfig(${JSON.stringify(CONFIG)});`,
    ],
  ])('%s is read (%#), also where limio-sync is not installed', async (name, text) => {
    write(name, text);
    const { config, file } = await loadConfig(root);
    expect(config).toMatchObject(CONFIG);
    expect(file).toBe(join(root, name));
  });

  test('can be named', async () => {
    write('other.json', JSON.stringify(CONFIG));
    expect((await loadConfig(root, 'other.json')).config).toEqual(CONFIG);
    expect((await loadConfig(root, join(root, 'other.json'))).config).toEqual(CONFIG);
    await expect(loadConfig(root, 'nothing.json')).rejects.toMatchObject({ code: 'CONFIG_NOT_FOUND' });
  });

  test('that is missing is said to be, with the names that are looked for', async () => {
    await expect(loadConfig(root)).rejects.toMatchObject({
      code: 'CONFIG_NOT_FOUND',
      message: expect.stringContaining('limio.config.ts'),
    });
  });

  test('beside another one is refused: nobody knows which counts', async () => {
    write('limio.config.ts', 'export default {};');
    write('limio.config.json', '{}');
    await expect(loadConfig(root)).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      message: expect.stringContaining('limio.config.ts, limio.config.json'),
    });
  });

  test.each([
    ['limio.config.json', '{\n  "environments": {,}\n}', 'limio.config.json:2:20 cannot be read'],
    ['limio.config.ts', 'export default {\n  a b,\n};', 'limio.config.ts:2:5 cannot be read: Unexpected token'],
    ['limio.config.mjs', 'throw new Error("no luck");', 'no luck'],
    ['limio.config.mjs', 'export const config = {};', 'default export'],
    ['limio.config.mjs', 'export default class Config {}', 'The default export of limio.config.mjs is a class.'],
    ['limio.config.ts', 'export default class { x = 1 }', 'The default export of limio.config.ts is a class.'],
    ['limio.config.mjs', 'import "no-such-package-here"; export default {};', 'no-such-package-here'],
  ])('%s with %j is an error that says why', async (name, text, reason) => {
    write(name, text);
    await expect(loadConfig(root)).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      message: expect.stringContaining(reason),
    });
  });

  test('of this repository loads, with every environment', async () => {
    const { config } = await loadConfig(ROOT);
    for (const name of Object.keys(config.environments)) expect(resolveEnvironment(config, name).name).toBe(name);
  });
});

test('whether git tracks a file is asked of git', () => {
  write('a.json', '{}');
  expect(isGitTracked(root, 'a.json')).toBe(false);
  execFileSync('git', ['init', '-q'], { cwd: root });
  expect(isGitTracked(root, 'a.json')).toBe(false);
  execFileSync('git', ['add', 'a.json'], { cwd: root });
  expect(isGitTracked(root, 'a.json')).toBe(true);
});

describe('a configuration that is a function', () => {
  const BODY = `({ environments: { [context.env.NAME]: { tenant: 'acme' } } })`;

  test.each([
    ['limio.config.mjs', `export default (context) => ${BODY};`],
    ['limio.config.mjs', `export default async (context) => ${BODY};`],
    ['limio.config.ts', `export default async (context: { env: Record<string, string> }) => ${BODY};`],
    [
      'limio.config.ts',
      `import { defineConfig } from 'limio-sync';\nexport default defineConfig((context) => ${BODY});`,
    ],
  ])('is called with the variables of the process: %s (%#)', async (name, text) => {
    write(name, text);
    const { config } = await loadConfig(root, undefined, { env: { NAME: 'stage' } });
    expect(config).toEqual({ environments: { stage: { tenant: 'acme' } } });
  });

  test.each([
    ['throws', `() => { throw new Error('no vault'); }`, 'The function in limio.config.mjs failed: no vault'],
    ['rejects', `async () => { throw new Error('no vault'); }`, 'The function in limio.config.mjs failed: no vault'],
    ['returns nothing', `() => {}`, 'The function in limio.config.mjs returned nothing.'],
    ['returns a text', `() => 'acme'`, 'the configuration: Must be an object.'],
  ])('and %s is an error that says so', async (_what, code, message) => {
    write('limio.config.mjs', `export default ${code};`);
    await expect(loadConfig(root)).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      message: expect.stringContaining(message),
    });
  });
});

describe('paths of a tsconfig', () => {
  const TSCONFIG = JSON.stringify({ compilerOptions: { baseUrl: '.', paths: { '@shared/*': ['shared/*'] } } });

  test.each([
    ['limio.config.ts', 'read by jiti'],
    ['limio.config.mjs', 'which Node reads first'],
  ])('work in %s, %s', async (name) => {
    mkdirSync(join(root, 'shared'));
    mkdirSync(join(root, 'brand'));
    write('tsconfig.json', TSCONFIG);
    write('shared/t.ts', `export const x: string = 'acme';`);
    write(
      `brand/${name}`,
      `import { x } from '@shared/t';\nimport { defineConfig } from 'limio-sync';\n` +
        `export default defineConfig({ environments: { a: { tenant: x } } });`,
    );
    expect((await loadConfig(join(root, 'brand'))).config).toEqual({ environments: { a: { tenant: 'acme' } } });
  });

  test('that lead nowhere are an error that says where they come from', async () => {
    write('tsconfig.json', TSCONFIG);
    write('limio.config.ts', `import { x } from '@sharde/t';\nexport default { environments: { a: { tenant: x } } };`);
    await expect(loadConfig(root)).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      message: expect.stringContaining('@sharde/t'),
      hint: 'Check its imports. Aliases come from "paths" of tsconfig.json.',
    });
  });

  test('of a tsconfig above are named with their file, and a missing tsconfig too', async () => {
    const text = `import { x } from '@sharde/t';\nexport default { environments: { a: { tenant: x } } };`;
    mkdirSync(join(root, 'brand'));
    write('brand/limio.config.mjs', text);
    await expect(loadConfig(join(root, 'brand'))).rejects.toMatchObject({
      hint: 'Check its imports. No tsconfig.json here or above defines aliases.',
    });
    write('tsconfig.json', TSCONFIG);
    await expect(loadConfig(join(root, 'brand'))).rejects.toMatchObject({
      hint: 'Check its imports. Aliases come from "paths" of ../tsconfig.json.',
    });
  });

  test.each([
    ['extends a file that does not exist', '{"extends":"./no-such.json"}', "File './no-such.json' not found"],
    ['has paths of a wrong form', '{"compilerOptions":{"paths":{"@x/*":"a"}}}', ''],
  ])('of a tsconfig that %s are an error of that file', async (_what, tsconfig, reason) => {
    write('tsconfig.json', tsconfig);
    write('limio.config.mjs', `import { x } from '@x/t';\nexport default { environments: { a: { tenant: x } } };`);
    await expect(loadConfig(root)).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      message: expect.stringContaining(
        `tsconfig.json, which limio.config.mjs uses for aliases, cannot be read: ${reason}`,
      ),
      hint: 'Correct "extends" and "paths" in tsconfig.json.',
    });
  });
});
