import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { runInProcess } from './support/run-in-process.js';

const BROKEN = 'kind: promo_cod\n';

let root = '';
beforeEach(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), 'limio-sync-folders-')));
  mkdirSync(join(root, '.git'));
  write('limio.config.json', JSON.stringify({ environments: { test: { url: 'http://127.0.0.1:1' } } }));
  write('catalog/promo.yaml', BROKEN);
});
afterEach(() => rmSync(root, { recursive: true }));

function write(path: string, text: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
}

const run = (line: string, folder = '.', env: Record<string, string> = {}) =>
  runInProcess(line, {
    cwd: join(root, folder),
    env: { LIMIO_CLIENT_ID: 'a', LIMIO_CLIENT_SECRET: 'bbbbbbbb', ...env },
  });

describe('in a folder below the configuration', () => {
  test.each(['validate', 'lint', 'plan', 'apply --yes', 'drift', 'pull', 'journeys check'])(
    '%s says which configuration it uses, and names the files as the terminal finds them',
    async (line) => {
      const { stdout, stderr, exitCode } = await run(line, 'catalog');
      expect(stderr).toMatch(/^Using \.\.\/limio\.config\.json\n/);
      expect(`${stdout}${stderr}`).toContain('promo.yaml:1:7 error KIND_UNKNOWN');
      expect(`${stdout}${stderr}`).not.toContain('catalog/promo.yaml:1:7');
      expect(exitCode).toBe(3);
    },
  );

  test.each(['envs', 'runs', 'test journeys', 'explain promo_code:A'])('%s finds it, too', async (line) => {
    expect((await run(line, 'catalog')).stderr).toMatch(/^Using \.\.\/limio\.config\.json\n/);
  });

  test('doctor finds it, too', async () => {
    const { stderr } = await run('doctor --timeout 1', 'catalog');
    expect(stderr).toMatch(/^Using \.\.\/limio\.config\.json\n/);
    expect(stderr).not.toContain('CONFIG_NOT_FOUND');
  });

  test('JSON names files from the folder of the configuration, wherever the command runs', async () => {
    const { stdout } = await run('validate --format json', 'catalog');
    expect(JSON.parse(stdout)).toMatchObject({ problems: [{ file: 'catalog/promo.yaml' }] });
  });

  test('annotations of GitHub name files from the root of the checkout', async () => {
    write('shop/limio.config.json', JSON.stringify({ environments: { test: { url: 'http://127.0.0.1:1' } } }));
    write('shop/catalog/promo.yaml', BROKEN);
    const { stdout } = await run('validate --format github', 'shop/catalog', { GITHUB_WORKSPACE: root });
    expect(stdout).toContain('file=shop/catalog/promo.yaml');
  });

  test('nothing is said of a configuration in the folder itself, or one that was named', async () => {
    expect((await run('validate')).stderr).toBe('');
    expect((await run('validate --config ../limio.config.json', 'catalog')).stderr).toBe('');
  });

  test('LIMIO_CONFIG names the configuration, and --config wins', async () => {
    write('other.json', JSON.stringify({ environments: { other: { tenant: 'acme' } } }));
    expect((await run('envs', '.', { LIMIO_CONFIG: 'other.json' })).stdout).toContain('other  acme.prod.limio.com');
    expect((await run('envs --config limio.config.json', '.', { LIMIO_CONFIG: 'other.json' })).stdout).toContain(
      'test',
    );
    expect((await run('envs', '.', { LIMIO_CONFIG: '' })).stdout).toContain('test');
    const missing = await run('validate', '.', { LIMIO_CONFIG: 'missing.json' });
    expect(missing.stderr).toContain('There is no configuration file missing.json.');
    expect(missing.exitCode).toBe(3);
  });
});

describe('--cwd', () => {
  test.each(['--cwd shop envs', 'envs --cwd shop', 'envs --cwd=shop'])(
    'runs a command as if it was started there: %s',
    async (line) => {
      write('shop/limio.config.json', JSON.stringify({ environments: { shop: { tenant: 'acme' } } }));
      expect(await run(line)).toEqual({ exitCode: 0, stdout: 'shop  acme.prod.limio.com\n', stderr: '' });
    },
  );

  test('other paths of the line begin there; places of problems still begin at the terminal', async () => {
    write('shop/limio.json', JSON.stringify({ environments: { shop: { tenant: 'acme' } } }));
    write('shop/catalog/promo.yaml', BROKEN);
    const { stdout } = await run('--cwd shop validate --config limio.json');
    expect(stdout).toContain('shop/catalog/promo.yaml:1:7 error');
    const refused = await run('--cwd shop lint --config limio.json');
    expect(refused.stderr).toContain('shop/catalog/promo.yaml:1:7 error');
  });

  test('of init is where the files are made', async () => {
    mkdirSync(join(root, 'brand'));
    const { stdout, stderr } = await run('init --cwd brand --tenant acme --ci none');
    expect(stderr).toBe(`Commands in this folder now use its own configuration instead of the one in ${root}\n`);
    expect(stdout).toContain('created   limio.config.ts');
    expect((await run('envs', 'brand')).stdout).toContain('acme.prod.limio.com');
  });

  test('of a folder that does not exist is an error', async () => {
    const { stderr, exitCode } = await run('--cwd shpo envs');
    expect(stderr).toContain('error USAGE: There is no folder shpo.');
    expect(exitCode).toBe(3);
  });

  test('is part of the help of every command', async () => {
    for (const line of ['--help', 'plan --help', 'runs show --help', 'init --help'])
      expect((await run(line)).stdout).toContain('--cwd <folder>');
  });
});

test('without a configuration the error names init', async () => {
  rmSync(join(root, 'limio.config.json'));
  const { stderr, exitCode } = await run('plan', 'catalog');
  expect(stderr).toContain('error CONFIG_NOT_FOUND');
  expect(stderr).toContain("To begin: limio-sync init, then limio-sync pull --adopt '*'.");
  expect(exitCode).toBe(3);
});

/** Without credentials in the environment. */
const runThere = (line: string) => runInProcess(line, { cwd: root });

describe('a folder with nothing but .limio.json', () => {
  const TENANT = { tenant: 'acme-sandbox', region: 'us', clientId: 'id', clientSecret: 'hunter2-hunter2' };
  beforeEach(() => {
    rmSync(join(root, 'limio.config.json'));
    rmSync(join(root, 'catalog'), { recursive: true });
    write('.limio.json', JSON.stringify(TENANT));
  });

  test('is enough for pull, which says what it uses and how to begin', async () => {
    const { stderr, exitCode } = await runThere('pull');
    expect(stderr).toContain('using the tenant of .limio.json as the environment acme-sandbox.');
    expect(stderr).toContain("To create files from the tenant: limio-sync pull --adopt '*'");
    expect(exitCode).toBe(3);
    expect(stderr).not.toContain('hunter2');
  });

  test('with another environment is an error', async () => {
    expect((await runThere('pull --env prod')).stderr).toContain('The environments are acme-sandbox.');
  });

  test.each(['plan', 'apply --yes', 'drift'])('is not enough for %s, which names init', async (line) => {
    const { stderr, exitCode } = await runThere(line);
    expect(stderr).toContain('error CONFIG_NOT_FOUND');
    expect(stderr).toContain("To begin: limio-sync init, then limio-sync pull --adopt '*'.");
    expect(exitCode).toBe(3);
  });

  test('that git tracks is refused', async () => {
    rmSync(join(root, '.git'), { recursive: true });
    execFileSync('git', ['init', '-q'], { cwd: root });
    execFileSync('git', ['add', '.limio.json'], { cwd: root });
    expect((await runThere('doctor')).stderr).toContain('error AUTH_MISSING: .limio.json is tracked by git');
  });

  test('that is malformed is named', async () => {
    write('.limio.json', '{ "clientSecret": "hunter2-hunter2" }');
    const { stderr } = await runThere('doctor');
    expect(stderr).toContain(
      'error AUTH_MISSING: .limio.json cannot be used: "tenant" is missing; "clientId" is missing.',
    );
    expect(stderr).not.toContain('hunter2');
  });
});
