import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { readCredentials } from '../../src/config/credentials.js';

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
  readCredentials(environment, { variables, root, isTracked: () => tracked });
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
