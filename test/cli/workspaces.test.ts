import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { runInProcess } from './support/run-in-process.js';

let root = '';
beforeEach(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), 'limio-workspaces-')));
  mkdirSync(join(root, '.git'));
  brand('brands/acme', { sandbox: { tenant: 'acme-sandbox' }, prod: { tenant: 'acme', protected: true } });
  brand('brands/globex', { prod: { tenant: 'globex', region: 'us' } });
  write('brands/notes/readme.md', 'Nothing to see.');
});
afterEach(() => rmSync(root, { recursive: true }));

function write(path: string, text: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
}

const brand = (folder: string, environments: object): void =>
  write(`${folder}/limio.config.json`, JSON.stringify({ environments }));

const run = (line: string, folder = '.') => runInProcess(line, { cwd: join(root, folder), env: {} });

describe('a root configuration that lists workspaces', () => {
  beforeEach(() => write('limio.config.mjs', "export default () => ({ workspaces: ['brands/*'] });\n"));

  test('envs lists the environments of all, each with its folder', async () => {
    expect(await run('envs')).toMatchObject({
      exitCode: 0,
      stdout:
        'brands/acme  sandbox  acme-sandbox.prod.limio.com\n' +
        'brands/acme  prod  acme.prod.limio.com  protected\n' +
        'brands/globex  prod  globex.prod-us.limio.com\n',
    });
  });

  test('envs --matrix feeds a workflow with one job for each pair of folder and environment', async () => {
    const { stdout } = await run('envs --matrix prod');
    expect(JSON.parse(stdout)).toEqual({
      include: [
        { folder: 'brands/acme', name: 'prod', host: 'acme.prod.limio.com', protected: true },
        { folder: 'brands/globex', name: 'prod', host: 'globex.prod-us.limio.com', protected: false },
      ],
    });
  });

  test('an error in one of them says in which', async () => {
    write('brands/globex/limio.config.json', '{');
    expect((await run('envs')).stderr).toContain('brands/globex: limio.config.json');
  });

  test('a name that no workspace has is an error', async () => {
    expect(await run('envs staging')).toMatchObject({ exitCode: 3, stderr: expect.stringContaining('staging') });
  });

  test.each(['plan', 'validate', 'apply --yes'])('%s asks for one of them, with the command to type', async (line) => {
    const { exitCode, stderr } = await run(line);
    expect(exitCode).toBe(3);
    expect(stderr).toContain('error CONFIG_INVALID: limio.config.mjs has no environments, only workspaces');
    expect(stderr).toContain('limio-sync plan --cwd brands/acme');
  });

  test('in a workspace its own configuration is used', async () => {
    expect((await run('envs', 'brands/globex')).stdout).toBe('prod  globex.prod-us.limio.com\n');
    expect((await run('envs --cwd brands/globex')).stdout).toBe('prod  globex.prod-us.limio.com\n');
  });
});

test.each([
  [{ workspaces: ['brand/*'] }, 'No folder with a configuration matches "brand/*"'],
  [{ workspaces: ['brands/*', 'shops/*'] }, 'No folder with a configuration matches "shops/*"'],
  [{ workspaces: ['../*'] }, '"../*": Must be a folder below that of the configuration'],
  [{ workspaces: ['brands/['] }, '"brands/["'],
  [{ workspaces: [] }, 'No folder with a configuration matches'],
  [{ workspaces: 'brands/*' }, 'Must be a list of folders'],
  [{ workspaces: ['brands/*'], environments: {} }, 'environments: A configuration with "workspaces" has no other keys'],
])('%j is refused: %s', async (config, message) => {
  write('limio.config.json', JSON.stringify(config));
  const { exitCode, stderr } = await run('envs');
  expect(stderr).toContain(message);
  expect(exitCode).toBe(3);
});

test('an exclusion leaves a folder out', async () => {
  write('limio.config.json', JSON.stringify({ workspaces: ['brands/*', '!brands/acme'] }));
  expect((await run('envs')).stdout).toBe('brands/globex  prod  globex.prod-us.limio.com\n');
});
