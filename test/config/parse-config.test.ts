import { describe, expect, test } from 'vitest';
import { pickProcessVariables } from '../../src/config/credentials.js';
import { mergeDialect, resolveEnvironment, selectEnvironment } from '../../src/config/environments.js';
import { parseConfig } from '../../src/config/parse-config.js';
import type { ConfigProblem } from '../../src/config/problems.js';
import type { Config, EnvironmentConfig } from '../../src/config/schema.js';
import { LimioError } from '../../src/errors/errors.js';
import { DEFAULT_DIALECT } from '../../src/model/dialect.js';

function listProblems(value: unknown): ConfigProblem[] {
  try {
    parseConfig(value, 'limio.config.ts');
    return [];
  } catch (error) {
    if (error instanceof LimioError && error.code === 'CONFIG_INVALID')
      return error.details['problems'] as ConfigProblem[];
    throw error;
  }
}

const withEnvironment = (environment: unknown) => ({ environments: { prod: environment } });
const resolve = (environment: EnvironmentConfig) => resolveEnvironment({ environments: { prod: environment } }, 'prod');

test.each<[string, unknown, string]>([
  ['an empty list', { tenant: 'a', credentials: { command: [] } }, 'Must have at least one element.'],
  ['an empty text', { tenant: 'a', credentials: { command: [''] } }, 'Must not be empty.'],
  ['a number too small', { tenant: 'a', dialect: { pageSize: 0 } }, 'Must be 1 or more.'],
  ['a number too large', { tenant: 'a', dialect: { pageSize: 1001 } }, 'Must be 1000 or less.'],
])('%s is refused with a sentence of limio-sync, not of a library', (_what, environment, message) => {
  expect(listProblems(withEnvironment(environment))).toMatchObject([{ message }]);
});

describe('a configuration', () => {
  test.each<[string, unknown, string[]]>([
    ['that is no object', 'text', ['the configuration']],
    ['without environments', {}, ['environments']],
    ['with no environment in it', { environments: {} }, ['environments']],
    ['with a misspelt key', { ...withEnvironment({ tenant: 'a' }), file: {} }, ['file']],
    ['with a misspelt key of an environment', withEnvironment({ tennant: 'a' }), ['environments.prod.tennant']],
    [
      'with a misspelt setting of the dialect',
      withEnvironment({ tenant: 'a', dialect: { bulkUpdate: { wraper: 'bare' } } }),
      ['environments.prod.dialect.bulkUpdate.wraper'],
    ],
    [
      'with a wrong value of a setting',
      withEnvironment({ tenant: 'a', dialect: { journeyPut: 'merg' } }),
      ['environments.prod.dialect.journeyPut'],
    ],
    [
      'with a wrong codec',
      withEnvironment({ tenant: 'a', dialect: { journeyCodec: 'guess' } }),
      ['environments.prod.dialect.journeyCodec'],
    ],
    [
      'with an unfinished codec',
      withEnvironment({ tenant: 'a', dialect: { journeyCodec: { conditions: {} } } }),
      ['environments.prod.dialect.journeyCodec.actions'],
    ],
    [
      'with a scope for a kind that is never deleted',
      withEnvironment({ tenant: 'a', scope: { offers: ['*'] } }),
      ['environments.prod.scope.offers'],
    ],
    [
      'with a variable of a wrong type',
      withEnvironment({ tenant: 'a', vars: { x: null } }),
      ['environments.prod.vars.x'],
    ],
    [
      'with a variable that no file can name',
      withEnvironment({ tenant: 'a', vars: { 'x-y': 1 } }),
      ['environments.prod.vars["x-y"]'],
    ],
    ['without an address', withEnvironment({}), ['environments.prod']],
    [
      'with two addresses',
      withEnvironment({ tenant: 'a', url: 'https://a.prod.limio.com' }),
      ['environments.prod.url'],
    ],
    ['with a host for a tenant', withEnvironment({ tenant: 'acme.prod.limio.com' }), ['environments.prod.tenant']],
    ['with an unknown region', withEnvironment({ tenant: 'a', region: 'uk' }), ['environments.prod.region']],
    [
      'with a name that cannot stand in a variable',
      { environments: { pröd: { tenant: 'a' } } },
      ['environments["pröd"]'],
    ],
    [
      'with two names that read the same credentials',
      { environments: { 'a-b': { tenant: 'a' }, a_b: { tenant: 'b' } } },
      ['environments.a_b'],
    ],
    [
      'with files outside',
      { ...withEnvironment({ tenant: 'a' }), files: { catalog: ['../x/*.yaml', '/etc/*', ''], journeys: 'ok/*.yaml' } },
      ['files.catalog', 'files.catalog', 'files.catalog'],
    ],
    [
      'with several problems',
      { environments: { a: { tennant: 'a' }, b: { tenant: 1 } } },
      ['environments.a.tennant', 'environments.b.tenant'],
    ],
  ])('%s', (_name, value, expected) => {
    expect(listProblems(value).map(({ path }) => path)).toEqual(expected);
  });

  test('says what was meant', () => {
    expect(listProblems(withEnvironment({ tennant: 'a' }))[0]?.hint).toBe('Did you mean "tenant"?');
    expect(listProblems(withEnvironment({ tenant: 'a', dialect: { publish: { atempts: 1 } } }))[0]?.hint).toBe(
      'Did you mean "attempts"?',
    );
    expect(listProblems(withEnvironment({ tenant: 'a', dialect: { journeyPut: 'merg' } }))[0]?.hint).toBe(
      'Did you mean "merge"?',
    );
  });

  test('is one error with every problem on a line', () => {
    expect(() => parseConfig({ environments: { a: { tennant: 'a' }, b: { tenant: 1 } } }, 'limio.config.ts')).toThrow(
      'limio.config.ts has 2 problems:\n  environments.a.tennant: Unknown key. Did you mean "tenant"?\n  environments.b.tenant: Must be text.',
    );
  });

  test.each([
    'http://acme.prod.limio.com',
    'https://user:hunter2@acme.prod.limio.com',
    'https://acme.prod.limio.com/api',
    'ftp://localhost',
    'nowhere',
    'http://localhost.evil.com',
    'http://127.0.0.1.evil.com',
  ])('refuses the address %s, and does not repeat it', (url) => {
    const problems = listProblems(withEnvironment({ url }));
    expect(problems.map(({ path }) => path)).toEqual(['environments.prod.url']);
    expect(problems[0]?.message).not.toContain(url);
  });

  test.each(['http://localhost:4010', 'http://127.0.0.1:80/', 'http://[::1]:9', 'https://acme.prod.limio.com/'])(
    'accepts the address %s',
    (url) => {
      expect(listProblems(withEnvironment({ url }))).toEqual([]);
    },
  );
});

describe('an environment', () => {
  test.each<[EnvironmentConfig, string, string | undefined]>([
    [{ tenant: 'acme' }, 'https://acme.prod.limio.com', 'https://acme-shop.prod.limio.com'],
    [{ tenant: 'acme', region: 'us' }, 'https://acme.prod-us.limio.com', 'https://acme-shop.prod-us.limio.com'],
    [{ tenant: 'acme', region: 'dev', shop: 'shop.acme.com' }, 'https://acme.dev.limio.com', 'https://shop.acme.com'],
    [{ url: 'http://127.0.0.1:4010/' }, 'http://127.0.0.1:4010', undefined],
  ])('%j is at %s', (environment, baseUrl, shopUrl) => {
    const resolved = resolve(environment);
    expect([resolved.baseUrl, resolved.shopUrl]).toEqual([baseUrl, shopUrl]);
  });

  test('has defaults: nothing is owned, nothing protected, the default dialect', () => {
    expect(resolve({ tenant: 'acme' })).toEqual({
      name: 'prod',
      baseUrl: 'https://acme.prod.limio.com',
      host: 'acme.prod.limio.com',
      shopUrl: 'https://acme-shop.prod.limio.com',
      protected: false,
      vars: {},
      secrets: [],
      dialect: DEFAULT_DIALECT,
      scope: {},
      policies: {
        price: { maxIncrease: 20, maxDecrease: 20 },
        massChange: { percent: 30, atLeast: 10 },
        partial: 'stop',
        alsoPublish: 'consent',
      },
      protect: [],
      ignore: [],
      createItems: false,
      ownership: { app: [], server: [], git: [] },
      freeze: [],
      lintRules: {},
    });
  });

  test('owns by kind; promo codes in upper case, as they are stored', () => {
    expect(resolve({ tenant: 'a', scope: { journeys: ['geo-*'], promo_codes: ['spring*'] } }).scope).toEqual({
      journey: ['geo-*'],
      promo_code: ['SPRING*'],
    });
  });

  test('sets parts of the dialect, and undefined sets nothing', () => {
    const dialect = mergeDialect({
      journeyCodec: 'assumed',
      publish: { attempts: 3 },
      bulkUpdate: { wrapper: 'attributes', merge: undefined },
    });
    expect(dialect).toEqual({
      ...DEFAULT_DIALECT,
      journeyCodec: 'assumed',
      publish: { ...DEFAULT_DIALECT.publish, attempts: 3 },
      bulkUpdate: { ...DEFAULT_DIALECT.bulkUpdate, wrapper: 'attributes' },
    });
  });
});

describe('which environment', () => {
  const one: Config = { environments: { sandbox: { tenant: 'a' } } };
  const two: Config = { environments: { sandbox: { tenant: 'a' }, prod: { tenant: 'b' } } };

  test('is the only one, the one of LIMIO_ENV, or the one of --env, which wins', () => {
    expect(selectEnvironment(one, {})).toBe('sandbox');
    expect(selectEnvironment(two, { variable: 'prod' })).toBe('prod');
    expect(selectEnvironment(two, { flag: 'sandbox', variable: 'prod' })).toBe('sandbox');
  });

  test('has no default among several', () => {
    expect(() => selectEnvironment(two, { variable: '' })).toThrow(
      expect.objectContaining({ code: 'ENVIRONMENT_REQUIRED', message: expect.stringContaining('sandbox, prod') }),
    );
  });

  test('is never guessed: an unknown name is an error even when there is only one', () => {
    expect(() => selectEnvironment(one, { flag: 'sandbx' })).toThrow(
      expect.objectContaining({ code: 'ENVIRONMENT_UNKNOWN', hint: 'Did you mean "sandbox"?' }),
    );
    expect(() => resolveEnvironment(one, 'constructor')).toThrow(
      expect.objectContaining({ code: 'ENVIRONMENT_UNKNOWN' }),
    );
  });
});

const list = (env: unknown, vars = {}) =>
  listProblems({ environments: { prod: { tenant: 'acme', vars } }, env }).map(({ path }) => path);
const folder = (overlays: string) =>
  listProblems({ environments: { prod: { tenant: 'acme' } }, files: { overlays } }).map(({ path }) => path);

describe('variables of the process that files may name', () => {
  test('are names, and never those of credentials or of secrets', () => {
    expect(list(['CI_BRANCH', 'MONKEY', 'BUILD_NUMBER', 'LIMIO_ENV'])).toEqual([]);
    expect(
      list(['GITHUB_TOKEN', 'CI_BRANCH', 'LIMIO_CLIENT_ID', 'limio_prod_client_secret', 'ACME_API_KEY', 'PGPASSWORD']),
    ).toEqual(['env[0]', 'env[2]', 'env[3]', 'env[4]', 'env[5]']);
    expect(list(['ACME_PARTNER'], { partner: { secret: 'ACME_PARTNER' } })).toEqual(['env[0]']);
    expect(list(['a-b'])).toEqual(['env[0]']);
    expect(list('CI_BRANCH')).toEqual(['env']);
  });

  test('are read from the process, empty ones as not set, and nothing of the prototype', () => {
    const picked = pickProcessVariables(
      { env: ['CI_BRANCH', 'EMPTY', 'UNSET', 'toString'] },
      { CI_BRANCH: 'main', EMPTY: '', OTHER: 'x' },
    );
    expect(picked).toEqual({ CI_BRANCH: 'main', EMPTY: undefined, UNSET: undefined, toString: undefined });
    expect(pickProcessVariables(undefined, { CI_BRANCH: 'main' })).toEqual({});
  });

  test('the folder of overlays is one inside the repository, and no pattern', () => {
    expect(folder('environments')).toEqual([]);
    for (const bad of ['overlays/*', '../overlays', '/overlays', '']) expect(folder(bad)).toEqual(['files.overlays']);
  });
});

const stateOf = (state: unknown) => listProblems({ environments: { prod: { tenant: 'a' } }, state });

describe('the problems of "state"', () => {
  test.each<[string, unknown, ConfigProblem]>([
    [
      'an unknown backend names those that there are',
      { backend: 'gti' },
      {
        path: 'state.backend',
        message: 'Must be one of "folder", "git", "s3", "http".',
        hint: 'Did you mean "git"?',
      },
    ],
    [
      'a backend that is no text, too',
      { backend: 3 },
      { path: 'state.backend', message: 'Must be one of "folder", "git", "s3", "http".', hint: undefined },
    ],
    [
      'a misspelt key gets a suggestion of its own backend',
      { backend: 'git', remot: 'origin' },
      { path: 'state.remot', message: 'Unknown key.', hint: 'Did you mean "remote"?' },
    ],
    [
      'an unknown key lists the keys of its own backend',
      { backend: 'git', xyzzy: 1 },
      { path: 'state.xyzzy', message: 'Unknown key.', hint: 'Allowed keys: backend, remote, branch.' },
    ],
    [
      'a key of another backend says of which',
      { backend: 'git', bucket: 'acme' },
      { path: 'state.bucket', message: 'Unknown key.', hint: 'It belongs to backend "s3".' },
    ],
    [
      'without a backend the keys are those of a folder',
      { branch: 'x' },
      { path: 'state.branch', message: 'Unknown key.', hint: 'It belongs to backend "git".' },
    ],
    [
      'a folder of snapshots beside a shared folder, which holds them itself',
      { path: '/mnt/limio', folder: 'state' },
      {
        path: 'state.folder',
        message: '"folder" and "path" cannot be combined: the shared folder holds the snapshots, too.',
        hint: 'Remove "folder".',
      },
    ],
  ])('%s', (_, state, problem) => {
    expect(stateOf(state)).toEqual([problem]);
  });

  test.each([{}, { folder: 'state' }, { backend: 'folder', path: '/mnt/limio' }, { backend: 'git' }])(
    '%j has none',
    (state) => {
      expect(stateOf(state)).toEqual([]);
    },
  );
});
