import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, describe, expect, onTestFinished, test } from 'vitest';
import { parseDocument } from '../support/run-program.js';
import { REPOSITORY, copyExample, openFolder } from '../end-to-end/support/open-workspace.js';
import { journeyFile } from '../end-to-end/support/small-tenant.js';
import { runInProcess } from './support/run-in-process.js';

const PAGE = readFileSync(join(REPOSITORY, 'docs/journeys.md'), 'utf8');

/** The output that the page shows for a command. */
function readOutput(command: string): string {
  return PAGE.split(`$ ${command}\n`)[1]?.split('```')[0] ?? '';
}

type Bench = Pick<ReturnType<typeof openFolder>, 'root' | 'write'> & {
  run: (args: string, columns?: number) => ReturnType<typeof runInProcess>;
};

function openBench(context: TestContext, files: Readonly<Record<string, string>> = {}): Bench {
  const { root, write } = openFolder(context, files);
  return {
    root,
    write,
    run: (args, columns) => runInProcess(args, { cwd: root, ...(columns === undefined ? {} : { columns }) }),
  };
}

function openExample(
  context: TestContext,
): Bench & { edit: (path: string, from: string | RegExp, to: string) => void } {
  const folder = openBench(context);
  copyExample(folder.root);
  const edit = (path: string, from: string | RegExp, to: string): void => {
    const text = readFileSync(join(folder.root, path), 'utf8');
    const edited = text.replace(from, to);
    if (edited === text) throw new Error(`${path} does not hold ${String(from)}`);
    folder.write(path, edited);
  };
  return { ...folder, edit };
}

const CONFIG = JSON.stringify({
  environments: { dev: { tenant: 'acme-dev', vars: { place: 'US' } }, prod: { tenant: 'acme', vars: { place: 'CA' } } },
});

describe('limio-sync test', () => {
  test('passes for the example company, and its cases reach everything', async (context) => {
    const { run } = openExample(context);
    expect(await run('test journeys --coverage --coverage-threshold 100')).toMatchObject({
      exitCode: 0,
      stderr: '',
      stdout:
        '25 journey cases pass in demo, sandbox, prod.\n\nCoverage 100 %: 40 of 40 branches, conditions and destinations.\n',
    });
  });

  test('prints a failing case as docs/journeys.md shows it', async (context) => {
    const { run, edit } = openExample(context);
    edit('journeys/web-geo-landing.yaml', '[US]', '[US, CA]');
    edit('journeys/web-geo-landing.test.yaml', 'country: GB', 'country: CA');
    expect(await run('test journeys')).toMatchObject({
      exitCode: 1,
      stderr: '',
      stdout: readOutput('limio-sync test journeys'),
    });
    const { exitCode, stdout } = await run('test journeys --format json');
    expect(exitCode).toBe(1);
    expect(parseDocument({ stdout, stderr: '' })).toMatchObject({
      kind: 'limio-sync/tests',
      formatVersion: 1,
      passed: false,
      summary: { cases: 25, failed: 1 },
      suites: [
        {
          suite: 'journeys',
          cases: expect.arrayContaining([
            expect.objectContaining({
              name: 'country CA',
              code: 'TEST_FAILED',
              place: expect.objectContaining({ line: 12, col: 28 }),
            }),
          ]),
        },
      ],
    });
    const validated = await run('validate --format json');
    expect(validated.exitCode).toBe(3);
    expect(parseDocument(validated)).toMatchObject({
      valid: false,
      problems: [{ code: 'TEST_FAILED', file: 'journeys/web-geo-landing.test.yaml', line: 12, col: 28 }],
    });
  });

  test('prints gaps in coverage as docs/journeys.md shows them, and fails only below the threshold', async (context) => {
    const { run, edit } = openExample(context);
    edit('journeys/web-campus.test.yaml', /.*Ely.*\n/, '');
    edit('journeys/web-trial-test.test.yaml', /.*country: FR.*\n.*country: FR.*\n/, '');
    const shown = readOutput('limio-sync test journeys --coverage');
    expect(await run('test journeys --coverage')).toMatchObject({ exitCode: 0, stdout: shown });
    expect(await run('test journeys --coverage-threshold 90')).toMatchObject({ exitCode: 0, stdout: shown });
    expect(await run('test journeys --coverage-threshold 91')).toMatchObject({
      exitCode: 1,
      stdout: `${shown}error TEST_COVERAGE: 90 % is below the threshold of 91 %.\n`,
    });
  });

  test('runs each case in every environment and names the environments where it fails', async (context) => {
    const { run } = openBench(context, {
      'limio.config.json': CONFIG,
      'journeys/web.yaml': journeyFile('web', '"${vars.place}"'),
      'journeys/web.test.yaml': 'kind: journey_test\ncases:\n  - { visit: /landing/, country: US, expect: /us/ }\n',
    });
    const all = await run('test');
    expect(all.exitCode).toBe(1);
    expect(all.stdout).toContain('  in       prod\n');
    expect(all.stdout).toMatch(/\n1 of 2 journey cases fails in dev, prod\.\n$/);
    expect(await run('test --env dev')).toMatchObject({ exitCode: 0, stdout: '1 journey case passes in dev.\n' });
    expect(await run('test --env prd')).toMatchObject({
      exitCode: 3,
      stdout: '',
      stderr: expect.stringContaining('ENVIRONMENT_UNKNOWN'),
    });
    expect(await run('validate')).toMatchObject({
      exitCode: 3,
      stdout: expect.stringContaining('fails in prod: expected /us/, but it ends at /shop/'),
    });
  });

  test('refuses invalid tests with their places before anything runs, also in validate', async (context) => {
    const { run } = openBench(context, {
      'limio.config.json': CONFIG,
      'journeys/web.yaml': journeyFile('web', 'US'),
      'journeys/web.test.yaml': 'kind: journey_test\ncases:\n  - { visit: /landing/, country: UK, expect: falback }\n',
    });
    const { exitCode, stdout, stderr } = await run('test');
    expect({ exitCode, stdout }).toEqual({ exitCode: 3, stdout: '' });
    expect(stderr).toContain(
      'journeys/web.test.yaml:3:34 error TEST_VISITOR There is no country "UK" in ISO 3166-1.\n',
    );
    expect(stderr).toContain('journeys/web.test.yaml:3:46 error TEST_EXPECTATION There is no outcome "falback".\n');
    expect(await run('validate')).toMatchObject({
      exitCode: 3,
      stdout: expect.stringMatching(/\n2 errors in 2 files \(1 resource\)\.\n$/),
    });
  });

  test('reports that there are no tests, and validate ignores it', async (context) => {
    const { run } = openBench(context, { 'limio.config.json': CONFIG, 'journeys/web.yaml': journeyFile('web', 'US') });
    expect(await run('test')).toMatchObject({
      exitCode: 0,
      stdout:
        'No tests of journeys: no case in *.test.yaml files of journeys/**/*.{yaml,yml}.\n\n' +
        'No tests of prices: no case in *.test.yaml files of prices/**/*.{yaml,yml}.\n',
    });
    expect(await run('validate')).toMatchObject({ exitCode: 0, stdout: 'No problems in 1 file (1 resource).\n' });
  });

  test('suggests the suite with the nearest name', async (context) => {
    const { run } = openBench(context);
    expect(await run('test jorneys')).toMatchObject({
      exitCode: 3,
      stderr: 'error USAGE: There is no test suite "jorneys".\nDid you mean journeys?\n',
    });
    expect((await run('test --coverage-threshold 101')).exitCode).toBe(3);
  });

  test('uses only the journeys and cases of the chosen environment', async (context) => {
    const { run } = openBench(context, {
      'limio.config.json': CONFIG,
      'journeys/web.yaml': `${journeyFile('web', 'US')}only: dev\n`,
      'journeys/dev.test.yaml':
        'kind: journey_test\nonly: dev\ncases:\n  - { visit: /landing/, country: US, expect: /us/ }\n',
      'journeys/prod.test.yaml':
        'kind: journey_test\nexcept: dev\ncases:\n  - { visit: /landing/, country: US, page_exists: true, expect: not_intercepted }\n',
    });
    expect(await run('test')).toMatchObject({ exitCode: 0, stdout: '2 journey cases pass in dev, prod.\n' });
    expect(await run('test --env prod --coverage')).toMatchObject({
      exitCode: 0,
      stdout: '1 journey case passes in prod.\n\nCoverage 100 %: 0 of 0 branches, conditions and destinations.\n',
    });
  });

  test('works without a configuration', async (context) => {
    const { run } = openBench(context, {
      'journeys/web.yaml': journeyFile('web', 'US'),
      'journeys/web.test.yaml': 'kind: journey_test\ncases:\n  - { visit: /landing/, country: US, expect: fallback }\n',
    });
    expect(await run('test')).toMatchObject({
      exitCode: 1,
      stdout: expect.stringMatching(/\n1 of 1 journey case fails\.\n$/),
    });
  });

  test('runs tests despite an error in an offer, but not with an error in a journey', async (context) => {
    const { run, write } = openBench(context, {
      'limio.config.json': CONFIG,
      'catalog/offer.yaml': 'kind: offer\npath: offers2\nattributes: {}\n',
      'journeys/web.yaml': journeyFile('web', 'US'),
      'journeys/web.test.yaml': 'kind: journey_test\ncases:\n  - { visit: /landing/, country: US, expect: fallback }\n',
    });
    expect((await run('test')).exitCode).toBe(1);
    expect((await run('validate')).stdout).toMatch(
      /PATH_SYNTAX[^]*TEST_FAILED[^]*\n2 errors in 3 files \(1 resource\)\.\n$/,
    );
    write('journeys/web.yaml', journeyFile('web', 'UK'));
    expect(await run('test')).toMatchObject({
      exitCode: 3,
      stdout: '',
      stderr: expect.stringContaining('COUNTRY_UNKNOWN'),
    });
    expect((await run('validate')).stdout).not.toContain('TEST_FAILED');
  });
});

function openTaxCase(context: TestContext): Bench {
  const bench = openExample(context);
  bench.write(
    'prices/digital.test.yaml',
    'kind: price_test\ncases:\n  - { offer: /offers2/Digital Monthly, date: 2027-01-31, expect: { tax: "2.00" } }\n',
  );
  bench.write('prices/promo-codes.test.yaml', '');
  return bench;
}

describe('a price test that expects nothing that can be compared', () => {
  const REASON = 'only the tax is expected, which the files do not give; use --live';

  test('says so under the case, once', async (context) => {
    const { exitCode, stdout } = await openTaxCase(context).run('test prices --env demo', 120);
    expect(exitCode).toBe(1);
    expect(stdout).toContain(`  expected tax 2.00\n  actual   first payment 12.99, GBP\n  hint: ${REASON}\n`);
  });

  test.each(['json', 'junit'])('says so with --format %s', async (format) => {
    const { stdout } = await openTaxCase({ onTestFinished } as TestContext).run(`test prices --format ${format}`);
    expect(stdout).toContain(format === 'json' ? `"hint": "${REASON}"` : `hint: ${REASON}\n`);
  });
});

describe('the whole output of limio-sync test', () => {
  /** Failures of every kind, and gaps; a name with a control sequence, a long and a wide one. */
  const FILES = {
    'limio.config.json': CONFIG,
    'journeys/web.yaml': [
      'kind: journey',
      'name: "web <b>&\u202E [a](b)"',
      'starting_point: /landing/',
      'fallback_tag: /home/',
      'journeys:',
      '  - conditions: [{ type: country, values: ["${vars.place}"] }]',
      '    actions: [{ type: destination, destination: /us/, split: 100 }]',
      '  - conditions: [{ raw: { type: articles_read, value: "<script>" } }, { type: device, values: [mobile] }]',
      '    actions: [{ type: destination, destination: /reader/, split: 30 }, { type: destination, destination: /trial/, split: 70 }]',
      '  - actions: [{ raw: { type: url } }]',
      '',
    ].join('\n'),
    'journeys/web.test.yaml': [
      'kind: journey_test',
      'name: "Every <sort> & \u202E"',
      'defaults: { visit: "/landing/?utm_source=a", device: mobile, country: FR }',
      'cases:',
      '  - { country: US, expect: /us/ }',
      '  - { expect: { /reader/: 30, /trial/: 70 } }',
      '  - { name: "a name that is so long that it cannot stand on one line of eighty columns, 漢字漢字漢字漢字", expect: /raeder/ }',
      '  - { country: unknown, segments: unknown, expect: { any_of: [/us/, fallback] } }',
      '  - { device: desktop, expect: raw_action }',
      '',
    ].join('\n'),
  };

  test.each<[string, string, number | undefined]>([
    ['journey-tests.txt', 'test --coverage --coverage-threshold 80', undefined],
    ['journey-tests-60-columns.txt', 'test --no-color --env prod', 60],
    ['journey-tests-colour.txt', 'test --env prod --coverage', 80],
    ['journey-tests.json', 'test --coverage-threshold 80 --format json', undefined],
    ['journey-tests.xml', 'test --coverage-threshold 80 --format junit', undefined],
    ['journey-tests-validate.txt', 'validate', undefined],
  ])('%s', async (file, args, columns) => {
    const { run } = openBench({ onTestFinished } as TestContext, FILES);
    const { stdout, stderr, exitCode } = await run(args, columns);
    expect([stderr, exitCode]).toEqual(['', args === 'validate' ? 3 : 1]);
    if (!file.includes('colour')) expect(stdout).not.toMatch(/[\u001B\u202E]/);
    await expect(stdout.replaceAll('\u001B', '\\e')).toMatchFileSnapshot(join(import.meta.dirname, '../golden', file));
  });
});
