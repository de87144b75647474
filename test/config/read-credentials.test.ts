import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { readCredentials } from '../../src/config/credentials.js';
import { readVariables } from '../../src/config/env-files.js';

const environment = { name: 'acme-sandbox', baseUrl: 'https://acme-sandbox.prod-us.limio.com' };
const OWN = { LIMIO_ACME_SANDBOX_CLIENT_ID: 'own-id', LIMIO_ACME_SANDBOX_CLIENT_SECRET: 'own-secret' };
const GENERAL = { LIMIO_CLIENT_ID: 'id', LIMIO_CLIENT_SECRET: 'secret' };
const FILE = { tenant: 'acme-sandbox', region: 'us', clientId: 'file-id', clientSecret: 'file-secret' };

let root = '';
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'limio-sync-'));
});
afterEach(() => rmSync(root, { recursive: true }));

const read = (variables: Record<string, string>, tracked = false) =>
  readCredentials(environment, {
    variables: readVariables(undefined, { process: variables, root }),
    root,
    isTracked: () => tracked,
  });
const writeFile = (content: unknown): void =>
  writeFileSync(join(root, '.limio.json'), typeof content === 'string' ? content : JSON.stringify(content));

describe('credentials', () => {
  test('come from the variables of the environment first, then the general ones, then the file', () => {
    writeFile(FILE);
    expect(read({ ...OWN, ...GENERAL })).toMatchObject({ clientId: 'own-id', clientSecret: 'own-secret' });
    expect(read(GENERAL)).toMatchObject({ clientId: 'id', clientSecret: 'secret' });
    expect(read({ LIMIO_CLIENT_ID: '', LIMIO_CLIENT_SECRET: '' })).toMatchObject({
      clientId: 'file-id',
      clientSecret: 'file-secret',
      origin: '.limio.json',
    });
  });

  test('that are missing are named exactly', () => {
    expect(() => read({})).toThrow(
      expect.objectContaining({
        code: 'AUTH_MISSING',
        hint: 'Set LIMIO_ACME_SANDBOX_CLIENT_ID and LIMIO_ACME_SANDBOX_CLIENT_SECRET, or LIMIO_CLIENT_ID and LIMIO_CLIENT_SECRET, or write .limio.json for the same tenant.',
      }),
    );
  });

  test('that are half there are not filled up from elsewhere', () => {
    const half = { LIMIO_ACME_SANDBOX_CLIENT_ID: 'own-id', ...GENERAL };
    expect(() => read(half)).toThrow(
      expect.objectContaining({
        code: 'AUTH_MISSING',
        message: expect.stringContaining('LIMIO_ACME_SANDBOX_CLIENT_SECRET is not'),
      }),
    );
  });

  test.each([
    ['another tenant', { ...FILE, tenant: 'acme' }],
    ['another region', { ...FILE, region: 'eu' }],
    ['no region, which is the EU', { ...FILE, region: undefined }],
  ])('of a file for %s are not used', (_name, content) => {
    writeFile(content);
    expect(() => read({})).toThrow(expect.objectContaining({ code: 'AUTH_MISSING' }));
  });

  test('of a file that git tracks are refused, with what to do', () => {
    writeFile(FILE);
    expect(() => read({}, true)).toThrow(
      expect.objectContaining({ code: 'AUTH_MISSING', hint: expect.stringContaining('git rm --cached') }),
    );
  });

  test.each(['{ "clientSecret": "hunter2", ', '{ "clientSecret": "hunter2" }', '[]'])(
    'of a malformed file are not printed: %s',
    (content) => {
      writeFile(content);
      try {
        read({});
        expect.unreachable();
      } catch (error) {
        expect(error).toMatchObject({ code: 'AUTH_MISSING' });
        expect(`${JSON.stringify(error)} ${String(error)}`).not.toContain('hunter2');
      }
    },
  );
});

test.each([
  ['without keys', { clientSecret: 'hunter2' }, '"tenant" is missing; "clientId" is missing'],
  [
    'with wrong values',
    { ...FILE, tenant: 3, region: 'uk', clientSecret: '' },
    '"tenant" must be a text; "region" must be eu, us or dev; "clientSecret" is empty',
  ],
  ['that is no JSON', '{ "clientSecret": "hunter2", ', 'it is not JSON'],
  ['that is a list', '[]', 'it is not an object'],
])('a .limio.json %s names every fault', (_what, content, faults) => {
  writeFile(content);
  expect(() => read({})).toThrow(
    expect.objectContaining({
      code: 'AUTH_MISSING',
      message: `.limio.json cannot be used: ${faults}.`,
      hint: 'Write {"tenant": "...", "region": "eu", "clientId": "...", "clientSecret": "..."}. Regions are eu, us and dev.',
    }),
  );
});

const named = (name: string, text: string): string => {
  writeFileSync(join(root, name), text);
  return join(root, name);
};

describe('credentials in files that variables name', () => {
  test('are read without the line break at their end, for the environment before the general ones', () => {
    const [id, secret] = [named('id', 'file-id\n'), named('secret', 'file secret \r\n')];
    expect(read({ LIMIO_CLIENT_ID_FILE: id, LIMIO_CLIENT_SECRET_FILE: secret })).toEqual({
      clientId: 'file-id',
      clientSecret: 'file secret ',
      origin: 'LIMIO_CLIENT_ID_FILE, LIMIO_CLIENT_SECRET_FILE',
    });
    const own = { LIMIO_ACME_SANDBOX_CLIENT_ID: 'own-id', LIMIO_ACME_SANDBOX_CLIENT_SECRET_FILE: 'secret' };
    expect(read({ ...GENERAL, ...own })).toMatchObject({ clientId: 'own-id', clientSecret: 'file secret ' });
  });

  test.each([
    [
      'beside the variable itself',
      { LIMIO_CLIENT_SECRET: 'secret' },
      'LIMIO_CLIENT_SECRET and LIMIO_CLIENT_SECRET_FILE are both set.',
    ],
    [
      'that are missing',
      { LIMIO_CLIENT_SECRET_FILE: 'nothing' },
      'Cannot read nothing, which LIMIO_CLIENT_SECRET_FILE names (ENOENT).',
    ],
    ['that are empty', { LIMIO_CLIENT_SECRET_FILE: 'empty' }, 'empty, which LIMIO_CLIENT_SECRET_FILE names, is empty.'],
  ])('%s are an error', (_what, variables, message) => {
    named('secret', 'file-secret');
    named('empty', '\n');
    expect(() => read({ LIMIO_CLIENT_ID: 'id', LIMIO_CLIENT_SECRET_FILE: 'secret', ...variables })).toThrow(
      expect.objectContaining({ code: 'AUTH_MISSING', message: expect.stringContaining(message) }),
    );
  });
});

const runWith = (code: string, variables: Record<string, string> = {}) =>
  readCredentials(
    { ...environment, credentialCommand: [process.execPath, '-e', code, 'a b; $(false)'] },
    { variables: readVariables(undefined, { process: variables, root }), root, isTracked: () => false },
  );

describe('credentials that a command prints', () => {
  const PRINT = `console.log(JSON.stringify({ clientId: process.argv[1], clientSecret: process.env.VAULT + process.cwd() }))`;

  test('are used; the command runs beside the configuration, without a shell, with the variables', () => {
    expect(runWith(PRINT, { VAULT: 'v-' })).toEqual({
      clientId: 'a b; $(false)',
      clientSecret: `v-${realpathSync(root)}`,
      origin: `the command ${process.execPath}`,
    });
  });

  test('come after variables and before the file', () => {
    writeFile(FILE);
    expect(runWith(PRINT, GENERAL)).toMatchObject({ clientId: 'id' });
    expect(runWith(PRINT)).toMatchObject({ clientId: 'a b; $(false)' });
  });

  test.each([
    [
      'fails',
      `console.log('hunter2-hunter2'); console.error('no session for hunter2-hunter2'); process.exit(3)`,
      'failed with exit status 3.',
    ],
    [
      'names the secret in another spelling',
      `console.log('{"clientSecret": "hunter2\\\\/hunter2"}'); console.error('hunter2/hunter2'); process.exit(2)`,
      'failed with exit status 2.',
    ],
    ['is killed', `process.kill(process.pid, 'SIGKILL')`, 'was ended by SIGKILL.'],
    ['prints something else', `console.log('hunter2-hunter2')`, 'did not print the credentials.'],
    ['prints half a pair', `console.log('{"clientSecret": "hunter2-hunter2"}')`, 'did not print the credentials.'],
    ['prints without end', `console.log('hunter2-hunter2'.repeat(9000))`, 'printed more than 64 KiB.'],
  ])('are never part of a message: one that %s', (_what, code, message) => {
    let error: unknown;
    try {
      runWith(code);
    } catch (caught) {
      error = caught;
    }
    expect(error).toMatchObject({
      code: 'AUTH_MISSING',
      message: `The command ${process.execPath}, from "credentials" of the environment "acme-sandbox", ${message}`,
    });
    expect(`${JSON.stringify(error)} ${String(error)}`).not.toContain('hunter2');
  });

  test('need a program that exists', () => {
    expect(() =>
      readCredentials(
        { ...environment, credentialCommand: ['no-such-helper'] },
        { variables: readVariables(undefined, { process: {}, root }), root },
      ),
    ).toThrow(expect.objectContaining({ message: expect.stringContaining('no-such-helper') }));
  });
});

describe('variables of env files', () => {
  const config = {
    envFile: ['.env', '../shared.env'],
    environments: { a: { tenant: 'acme', vars: { key: { secret: 'PARTNER' } } } },
  };
  const load = (process: Record<string, string>, tracked = false) =>
    readVariables(config, { process, root, isTracked: () => tracked });
  const using = (process: Record<string, string>) =>
    readCredentials(environment, { variables: load(process), root, isTracked: () => false });

  test('are read as Node reads them, later files win, and a file that does not exist is skipped', () => {
    named('.env', '# mine\nexport A="x y" # note\nB=1\nEMPTY=\n');
    expect(load({}).files).toEqual({ A: 'x y', B: '1' });
  });

  test('give way to variables of the process that are not empty', () => {
    named('.env', 'A=file\nB=file\n');
    expect(load({ A: 'process', B: '' }).all).toMatchObject({ A: 'process', B: 'file' });
  });

  test('are never the other half of a pair of the process', () => {
    named('.env', 'LIMIO_CLIENT_ID=file-id\nLIMIO_CLIENT_SECRET=file-secret\n');
    expect(using({})).toMatchObject({ clientId: 'file-id', clientSecret: 'file-secret' });
    expect(() => using({ LIMIO_CLIENT_ID: 'id' })).toThrow(
      expect.objectContaining({ message: 'LIMIO_CLIENT_ID is set, but LIMIO_CLIENT_SECRET is not.' }),
    );
    named('.env', 'LIMIO_ACME_SANDBOX_CLIENT_ID=file-id\nLIMIO_ACME_SANDBOX_CLIENT_SECRET=file-secret\n');
    expect(using(GENERAL)).toMatchObject({ clientId: 'file-id' });
  });

  test.each(['LIMIO_CLIENT_SECRET', 'PARTNER', 'GITHUB_TOKEN'])('in a file that git tracks may not be %s', (name) => {
    named('.env', `${name}=hunter2-hunter2\n`);
    expect(() => load({}, true)).toThrow(
      expect.objectContaining({
        code: 'AUTH_MISSING',
        message: `.env is tracked by git and holds ${name}, so the secret is in the history.`,
        hint: expect.stringContaining('git rm --cached .env'),
      }),
    );
    named('.env', 'CI_BRANCH=main\n');
    expect(load({}, true).files).toEqual({ CI_BRANCH: 'main' });
  });

  test('are only read when the configuration says so', () => {
    named('.env', 'A=file\n');
    expect(readVariables({ environments: {} }, { process: {}, root }).all).toEqual({});
  });

  test('of a file that cannot be read are an error', () => {
    mkdirSync(join(root, '.env'));
    expect(() => load({})).toThrow(
      expect.objectContaining({ code: 'CONFIG_INVALID', message: 'Cannot read .env, which "envFile" names (EISDIR).' }),
    );
  });
});
