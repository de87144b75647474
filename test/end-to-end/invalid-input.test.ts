import { describe, expect, test } from 'vitest';
import { parseDocument } from '../support/run-program.js';
import { CREDENTIALS, openFolder, openWorkspace } from './support/in-process.js';
import * as processes from './support/open-workspace.js';
import { ONE_CHANGE, SMALL_SEED, offerFile } from './support/small-tenant.js';

/** The one error document of a failed command. */
interface ErrorDocument {
  kind: 'limio-sync/error';
  formatVersion: number;
  error: { code: string; message: string; hint?: string; details?: Record<string, unknown>; stack?: string };
}

const UNREACHED = { 'limio.config.json': JSON.stringify({ environments: { test: { url: 'http://127.0.0.1:9' } } }) };
const TWO_ENVIRONMENTS = {
  'limio.config.json': JSON.stringify({
    environments: { sandbox: { url: 'http://127.0.0.1:9' }, prod: { url: 'http://127.0.0.1:9' } },
  }),
};

const GOOD_FILES = { ...UNREACHED, ...ONE_CHANGE };

interface BadInput {
  what: string;
  args: string;
  code: string;
  says: RegExp;
  files?: Record<string, string>;
  env?: Record<string, string>;
}

const BAD_INPUT: readonly BadInput[] = [
  {
    what: 'YAML that cannot be read',
    args: 'plan',
    code: 'FILES_INVALID',
    says: /"file":"catalog\/bad\.yaml"[^]*YAML_SYNTAX/,
    files: { ...UNREACHED, 'catalog/bad.yaml': 'kind: offer\npath: [unclosed\n' },
  },
  {
    what: 'a misspelt attribute',
    args: 'apply --yes',
    code: 'FILES_INVALID',
    says: /dispaly_name__limio[^]*display_name__limio/,
    files: {
      ...UNREACHED,
      'catalog/bad.yaml': 'kind: offer\npath: /offers2/A\nattributes: { dispaly_name__limio: A }\n',
    },
  },
  { what: 'no files at all', args: 'plan', code: 'FILES_INVALID', says: /EMPTY_FILES/, files: UNREACHED },
  {
    what: 'a configuration that is not JSON',
    args: 'plan',
    code: 'CONFIG_INVALID',
    says: /limio\.config\.json:1:2 cannot be read/,
    files: { 'limio.config.json': '{' },
  },
  {
    what: 'a configuration with an unknown key',
    args: 'validate',
    code: 'CONFIG_INVALID',
    says: /enviroments[^]*Did you mean "environments"/,
    files: { 'limio.config.json': '{"enviroments": {}}' },
  },
  {
    what: 'a configuration that throws',
    args: 'plan',
    code: 'CONFIG_INVALID',
    says: /limio\.config\.mjs cannot be read: thrown on purpose/,
    files: { 'limio.config.mjs': 'throw new Error("thrown on purpose");' },
  },
  {
    what: 'a configuration with a syntax error',
    args: 'plan',
    code: 'CONFIG_INVALID',
    says: /"limio\.config\.mjs:2:5 cannot be read: Unexpected token/,
    files: { 'limio.config.mjs': 'export default {\n  a b,\n};' },
  },
  {
    what: 'a configuration that imports what is not there',
    args: 'plan',
    code: 'CONFIG_INVALID',
    says: /cannot be read: The requested module 'node:fs' does not provide an export named 'nope'/,
    files: { 'limio.config.mjs': "import { nope } from 'node:fs';\nexport default nope;" },
  },
  {
    what: 'plain http to another machine',
    args: 'plan',
    code: 'CONFIG_INVALID',
    says: /http/,
    files: { 'limio.config.json': JSON.stringify({ environments: { test: { url: 'http://acme.prod.limio.com' } } }) },
  },
  { what: 'no configuration', args: 'plan', code: 'CONFIG_NOT_FOUND', says: /limio\.config\.ts/, files: {} },
  {
    what: 'a configuration that is named and missing',
    args: 'validate --config other.json',
    code: 'CONFIG_NOT_FOUND',
    says: /other\.json/,
  },
  {
    what: 'an unknown environment',
    args: 'plan --env prdo',
    code: 'ENVIRONMENT_UNKNOWN',
    says: /"prdo"[^]*Did you mean "prod"/,
    files: TWO_ENVIRONMENTS,
  },
  {
    what: 'several environments and none named',
    args: 'plan',
    code: 'ENVIRONMENT_REQUIRED',
    says: /sandbox, prod/,
    files: TWO_ENVIRONMENTS,
  },
  { what: 'missing credentials', args: 'plan', code: 'AUTH_MISSING', says: /LIMIO_TEST_CLIENT_ID/, env: {} },
  {
    what: 'half a pair of credentials',
    args: 'plan',
    code: 'AUTH_MISSING',
    says: /LIMIO_CLIENT_SECRET is not/,
    env: { LIMIO_CLIENT_ID: 'emulator' },
  },
  {
    what: 'a misspelt guard',
    args: 'apply --yes --alow-delete=2',
    code: 'USAGE',
    says: /--alow-delete[^]*--allow-delete/,
  },
  { what: 'an unknown command', args: 'plna', code: 'USAGE', says: /plna[^]*plan/ },
  { what: 'a stray argument', args: 'plan catalog', code: 'USAGE', says: /too many arguments/ },
  {
    what: 'a number of deletions that is none',
    args: 'apply --yes --allow-delete=all',
    code: 'USAGE',
    says: /whole number/,
  },
  { what: 'a port that cannot be', args: 'emulator --port 70000', code: 'USAGE', says: /65535/ },
  {
    what: 'a seed that is not there',
    args: 'emulator --port 0 --seed nowhere',
    code: 'CONFIG_INVALID',
    says: /nowhere/,
  },
  {
    what: 'an unknown dialect setting',
    args: 'emulator --port 0 --dialect bulkUpdate.wraper=bare',
    code: 'USAGE',
    says: /bulkUpdate\.wrapper/,
  },
];

describe.concurrent('invalid input ends with 3', () => {
  test.for(BAD_INPUT.map((input) => [input.what, input] as const))(
    '%s: one JSON document that says so, and nothing else',
    async ([, { args, code, says, files = GOOD_FILES, env = CREDENTIALS }], context) => {
      // A configuration that is a program runs as one.
      const open = 'limio.config.mjs' in files ? processes.openFolder : openFolder;
      const failed = await open(context, files).run(`${args} --format json`, { env });
      expect(failed).toMatchObject({ exitCode: 3, stderr: '' });
      const document = parseDocument(failed) as ErrorDocument;
      expect(document).toMatchObject({ kind: 'limio-sync/error', formatVersion: 1, error: { code } });
      expect(JSON.stringify(document.error).replaceAll('\\"', '"')).toMatch(says);
      expect(document.error).not.toHaveProperty('stack');
    },
  );

  test.for<[string, RegExp]>([
    ['plan', /^error AUTH_MISSING: [^]*LIMIO_TEST_CLIENT_ID/],
    ['apply --yes --alow-delete=2', /^error USAGE: [^]*--alow-delete[^]*--allow-delete/],
    ['plan --env prdo', /^error ENVIRONMENT_UNKNOWN: [^]*"prdo"/],
    ['plan --format yaml', /^error USAGE: [^]*text, json/],
    ['plan --format', /^error USAGE: [^]*argument missing/],
  ])('as text, the error of `%s` goes to stderr without a stack trace', async ([args, says], context) => {
    const { run } = openFolder(context, GOOD_FILES);
    const failed = await run(args, { env: {} });
    expect(failed).toMatchObject({ exitCode: 3, stdout: '' });
    expect(failed.stderr).toMatch(says);
    expect(failed.stderr).not.toMatch(/^\s+at /m);
  });

  test('a file with an error is shown with its line and a caret, and the stack trace only with --debug', async (context) => {
    const { run } = openFolder(context, {
      ...UNREACHED,
      'catalog/bad.yaml': 'kind: offer\npath: /offers2/A\nattributes: { dispaly_name__limio: A }\n',
    });
    const failed = await run('plan --debug');
    expect(failed).toMatchObject({ exitCode: 3, stdout: '' });
    expect(failed.stderr).toMatch(
      /^catalog\/bad\.yaml:3:15 error ATTRIBUTE_MISSPELT [^]*\n +\| +\^{19}\n[^]*display_name__limio/,
    );
    expect(failed.stderr).toMatch(/error FILES_INVALID: [^]*\n\s+at /);
  });

  test.for<[string, string, string, string]>([
    [
      'ends the process',
      'process.exit(0);',
      'limio.config.mjs ended the process with process.exit (exit code 0).',
      'To refuse to run, throw an error with the reason instead: throw new Error("...")',
    ],
    [
      'is a function that ends the process',
      'export default () => process.exit(2);',
      'limio.config.mjs ended the process with process.exit (exit code 2).',
      'To refuse to run, throw an error with the reason instead: throw new Error("...")',
    ],
    [
      'waits for what never comes',
      'await new Promise(() => {});\nexport default {};',
      'limio.config.mjs awaits a promise that never settles.',
      'Check each await in it, and the promise that it exports or returns.',
    ],
    [
      'returns a promise that never settles',
      'export default () => new Promise(() => {});',
      'limio.config.mjs awaits a promise that never settles.',
      'Check each await in it, and the promise that it exports or returns.',
    ],
  ])('a configuration that %s is invalid, and the error says why', async ([, config, message, hint], context) => {
    const { run } = processes.openFolder(context, { ...ONE_CHANGE, 'limio.config.mjs': config });
    const failed = await run('validate --format json');
    expect(failed.exitCode).toBe(3);
    expect(parseDocument(failed)).toMatchObject({ error: { code: 'CONFIG_INVALID', message, hint } });
  });

  test('without a command the help is shown', async (context) => {
    const failed = await processes.openFolder(context).run('');
    expect(failed.exitCode).toBe(3);
    expect(failed.stderr).toMatch(/Usage: limio-sync [^]*validate [^]*plan [^]*apply /);
    expect(failed.stderr).not.toContain('outputHelp');
  });

  test('validate reports the problems themselves, as text and as one JSON document', async (context) => {
    const { run } = openFolder(context, { 'catalog/bad.yaml': 'kind: offre\npath: /offers2/A\n' });
    const text = await run('validate');
    expect(text).toMatchObject({ exitCode: 3, stderr: '' });
    expect(text.stdout).toMatch(/catalog\/bad\.yaml:1:7 error KIND_UNKNOWN[^]*offer/);
    const json = await run('validate --format json');
    expect(json).toMatchObject({ exitCode: 3, stderr: '' });
    expect((parseDocument(json) as { problems: unknown[] }).problems).toMatchObject([
      { code: 'KIND_UNKNOWN', file: 'catalog/bad.yaml', line: 1 },
    ]);
  });

  test('a declared item that the tenant does not have is named with its place and the nearest path', async (context) => {
    const { run, writes } = await openWorkspace(context, {
      seed: SMALL_SEED,
      files: { 'catalog/offers.yaml': offerFile('/offers2/Monthyl', 'Monthly') },
    });
    const text = await run('apply --yes');
    expect(text.exitCode).toBe(4);
    expect(text.stdout).toMatch(/CREATE_BY_HAND[^]*offer:\/offers2\/Monthyl: did you mean \/offers2\/Monthly\?/);
    const json = await run('plan --format json');
    expect(json).toMatchObject({ exitCode: 0, stderr: '' });
    expect(parseDocument(json)).toMatchObject({
      changes: [{ address: 'offer:/offers2/Monthyl', action: 'create', source: { file: 'catalog/offers.yaml' } }],
      byHand: [
        {
          address: 'offer:/offers2/Monthyl',
          parent: '/offers2',
          item: { name: 'Monthyl', record_type: 'offer', path: '/offers2/Monthyl' },
        },
      ],
    });
    expect(writes()).toEqual([]);
  });
});
