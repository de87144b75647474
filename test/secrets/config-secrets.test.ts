import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { loadConfig } from '../../src/config/config.js';
import { readSecrets } from '../../src/config/credentials.js';
import { secret } from '../../src/config/define-config.js';
import { resolveEnvironment } from '../../src/config/environments.js';
import { parseConfig } from '../../src/config/parse-config.js';
import type { ConfigProblem } from '../../src/config/problems.js';
import { LimioError } from '../../src/errors/errors.js';

const withVars = (vars: unknown) => ({ environments: { prod: { tenant: 'acme', vars } } });

function catchError(run: () => unknown): LimioError {
  try {
    run();
  } catch (error) {
    if (error instanceof LimioError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

describe('a secret in the configuration', () => {
  test('is plain data, and a reference wherever files use the variable', () => {
    expect(secret('ACME_API_KEY')).toEqual({ secret: 'ACME_API_KEY' });
    const config = parseConfig(
      withVars({ apiKey: { secret: 'ACME_API_KEY' }, again: secret('ACME_API_KEY'), other: secret('A_KEY'), plain: 1 }),
      'limio.config.json',
    );
    expect(resolveEnvironment(config, 'prod')).toMatchObject({
      vars: { apiKey: '${secret:ACME_API_KEY}', again: '${secret:ACME_API_KEY}', other: '${secret:A_KEY}', plain: 1 },
      secrets: ['ACME_API_KEY', 'A_KEY'],
    });
  });

  test.each([
    [{ secret: '' }],
    [{ secret: 'a-b' }],
    [{ secret: 'A', x: 1 }],
    [{ secret: 1 }],
    [{}],
    ['${secret:ACME_API_KEY}'],
    ['x ${secret:'],
  ])('%j is an error at its variable', (value) => {
    const { code, details } = catchError(() => parseConfig(withVars({ key: value }), 'limio.config.ts'));
    expect(code).toBe('CONFIG_INVALID');
    for (const { path } of details['problems'] as ConfigProblem[])
      expect(path).toMatch(/^environments\.prod\.vars\.key/);
  });

  test('can be written in TypeScript with defineConfig', async () => {
    const root = mkdtempSync(join(tmpdir(), 'limio-secret-'));
    onTestFinished(() => rmSync(root, { recursive: true, force: true }));
    writeFileSync(
      join(root, 'limio.config.ts'),
      [
        `import { defineConfig, secret } from 'limio-sync';`,
        `const prod = { tenant: 'acme', vars: { key: secret('ACME_KEY') } };`,
        `export default defineConfig({ environments: { prod } });`,
      ].join('\n'),
    );
    expect((await loadConfig(root)).config.environments['prod']?.vars).toEqual({ key: { secret: 'ACME_KEY' } });
  });
});

describe('values of secrets', () => {
  const environment = { name: 'prod', secrets: ['A_KEY', 'B_KEY', 'C_KEY', 'toString'] };

  test('come from the process', () => {
    expect(readSecrets({ name: 'prod', secrets: ['A_KEY'] }, { A_KEY: 'value-of-a', B_KEY: 'x' })).toEqual(
      new Map([['A_KEY', 'value-of-a']]),
    );
  });

  test('that are missing, empty or guessable are all named at once, and their values never printed', () => {
    const { code, message, details } = catchError(() => readSecrets(environment, { A_KEY: '', C_KEY: 'short-1' }));
    expect(code).toBe('SECRET_MISSING');
    expect(message).toBe(
      'Secrets of the environment "prod" cannot be used: A_KEY is not set; B_KEY is not set; ' +
        'C_KEY has fewer than 8 characters; toString is not set.',
    );
    expect(details).toEqual({ variables: ['A_KEY', 'B_KEY', 'C_KEY', 'toString'] });
  });
});
