import { describe, expect, test } from 'vitest';
import type { Emulator } from '../../src/emulator/emulator.js';
import type { Seed } from '../../src/emulator/seed-format.js';
import type { ProgramRun } from '../support/run-program.js';
import { openFolder, openWorkspace, QUICK_PUBLISH } from './support/open-workspace.js';
import { journeyFile, offerFile, ONE_CHANGE, promoCodeFile, SMALL_SEED } from './support/small-tenant.js';

/** Clears the screen, retitles the window, turns text round, hides itself, begins a line of its own. */
const HOSTILE =
  'A\u001B[2J\u001B]0;owned\u0007\u009B31m\u202Eevil\u2066\u200B\u061C\r\nApplied to prod: 99 done\u2028B\u0000';
const NAME = 'web-\u001B[2J\u202Ename\nforged line';

/** What must not reach a terminal: control characters but the end of a line, marks of direction, invisible ones. */
const UNSAFE = /[\u0000-\u0009\u000B-\u001F\u007F-\u009F\u061C\u200B-\u200F\u2028-\u202E\u2060-\u206F\uFEFF]/u;

/** Text without colours, so that no escape sequence is the program's own. */
function expectSafe({ stdout, stderr }: ProgramRun): void {
  const output = `${stdout}\n${stderr}`;
  expect(UNSAFE.exec(output)?.[0].codePointAt(0)?.toString(16)).toBeUndefined();
  // A line break in a name must not let it write a line of its own.
  expect(output).not.toMatch(/^(Applied to prod|forged line)/m);
}

const HOSTILE_SEED: Seed = {
  items: [
    ...(SMALL_SEED.items ?? []),
    {
      path: '/add_ons/Hostile',
      data: {
        record_type: 'add_on',
        products: [],
        attributes: {
          display_name__limio: HOSTILE,
          offer_features__limio: `<p>${HOSTILE}</p>`,
          label__limio: [HOSTILE],
          [HOSTILE]: HOSTILE,
          term__limio: { [NAME]: HOSTILE },
        },
      },
    },
    {
      path: `/pages/${NAME}`,
      name: NAME,
      data: { record_type: 'page', attributes: {}, tags: [`/tags/${NAME}`], offers: ['/offers2/Monthly'] },
    },
  ],
  promoCodes: SMALL_SEED.promoCodes ?? [],
  journeys: [
    ...(SMALL_SEED.journeys ?? []),
    { name: NAME, data: { starting_point: `/${HOSTILE}/`, fallback_tag: '/shop/', domains: [HOSTILE], journeys: [] } },
  ],
};

const HOSTILE_FILES = {
  ...ONE_CHANGE,
  'catalog/hostile.yaml': `kind: add_on
path: /add_ons/Hostile
attributes:
  display_name__limio: Tame
  offer_features__limio: <p>Tame</p>
  label__limio: [tame]
  term__limio: { renewal_type: EVERGREEN }
`,
  'catalog/codes.yaml': promoCodeFile('WELCOME10', 8),
  'journeys/geo.yaml': journeyFile('web-geo', 'GB'),
};

const OWNED = { scope: { journeys: ['*'] }, dialect: { ...QUICK_PUBLISH, journeyCodec: 'assumed' } };

describe.concurrent('hostile text', () => {
  test('of a tenant is shown escaped by plan and apply, with the names of what is deleted and published', async (context) => {
    const { run } = await openWorkspace(context, { seed: HOSTILE_SEED, files: HOSTILE_FILES, environment: OWNED });
    const plan = await run('plan');
    expect(plan.exitCode).toBe(0);
    expect(plan.stdout).toContain('\\u{1b}[2J');
    expectSafe(plan);
    const withheld = await run('apply --yes');
    expect(withheld.exitCode).toBe(4);
    expectSafe(withheld);
    const applied = await run('apply --yes --allow-delete-unknown=2');
    expect(applied.exitCode).toBe(0);
    expect(applied.stdout).toContain('web-\\u{1b}[2J');
    expectSafe(applied);
  });

  test('of a tenant keeps its meaning in JSON and brings no control character', async (context) => {
    const { run } = await openWorkspace(context, { seed: HOSTILE_SEED, files: HOSTILE_FILES, environment: OWNED });
    const plan = await run('plan --format json');
    expect(plan.exitCode).toBe(0);
    expectSafe(plan);
    const { changes } = JSON.parse(plan.stdout) as {
      changes: { address: string; before?: { attributes: Record<string, unknown> } }[];
    };
    expect(changes.map(({ address }) => address)).toContain(`journey:${NAME}`);
    expect(
      changes.find(({ address }) => address === 'add_on:/add_ons/Hostile')?.before?.attributes['display_name__limio'],
    ).toBe(HOSTILE);
  });

  const edits: readonly [what: string, edit: (tenant: Emulator) => void][] = [
    ['in a stale object', ({ edit }) => edit.item('/offers2/Monthly', { display_name__limio: HOSTILE })],
    [
      'as the reason of a stale journey',
      ({ edit }) =>
        edit.journey('web-geo', { starting_point: HOSTILE, fallback_tag: '/shop/', domains: [HOSTILE], journeys: [] }),
    ],
  ];
  test.for(edits)('%s is escaped in the result', async ([, edit], context) => {
    let tokens = 0;
    const { run } = await openWorkspace(context, {
      seed: HOSTILE_SEED,
      files: HOSTILE_FILES,
      environment: { dialect: OWNED.dialect },
      hooks: (tenant) => ({
        before: ({ path }) => {
          if (path === '/oauth2/token' && ++tokens === 2) edit(tenant);
          return undefined;
        },
      }),
    });
    const applied = await run('apply --yes');
    expect(applied.exitCode).toBe(5);
    expectSafe(applied);
  });

  test.for<[what: string, status: number, body: string, format: string]>([
    ['in an error message of the tenant', 400, JSON.stringify({ message: HOSTILE }), 'text'],
    ['in a page of a gateway', 404, `<html><title>${HOSTILE}</title></html>`, 'text'],
    ['as plain text of a gateway', 400, HOSTILE, 'json'],
  ])('%s is escaped, also with --debug', async ([, status, body, format], context) => {
    const headers = { 'content-type': body.startsWith('<') ? 'text/html' : 'text/plain' };
    const answer = { status, body, headers };
    let refused = '';
    const { run } = await openWorkspace(context, {
      seed: SMALL_SEED,
      files: ONE_CHANGE,
      hooks: () => ({
        before: ({ path }) => (path.startsWith(refused) && path !== '/oauth2/token' ? answer : undefined),
      }),
    });
    // A refused list is a warning; with everything refused there is no plan.
    for (const [prefix, exitCode] of [
      ['/api/offers', 0],
      ['/', 1],
    ] as const) {
      refused = prefix;
      const planned = await run(`plan --debug --format ${format}`);
      expect(planned.exitCode).toBe(exitCode);
      expect(planned.stdout + planned.stderr).toContain('evil');
      expectSafe(planned);
    }
  });

  test('of a path near to a declared one is escaped, also with --debug', async (context) => {
    const path = '/offers2/Month\u202E\u001Bly';
    const seed = { items: [{ path, data: { record_type: 'offer', products: [], attributes: {} } }] };
    const { run } = await openWorkspace(context, {
      seed,
      files: { 'catalog/offers.yaml': offerFile('/offers2/Monthly', 'Monthly') },
    });
    const failed = await run('plan --debug');
    expect(failed.exitCode).toBe(0);
    expect(failed.stdout).toContain('did you mean /offers2/Month\\u{202e}\\u{1b}ly?');
    expectSafe(failed);
  });

  test.skipIf(process.platform === 'win32')(
    'in file names, on the command line and in the environment is escaped, also with --debug',
    async (context) => {
      const { run } = openFolder(context, {
        'limio.config.json': JSON.stringify({ environments: { test: { url: 'http://127.0.0.1:9' } } }),
        [`catalog/${NAME}.yaml`]: 'kind: offre\n',
      });
      const runs = [
        await run('validate --debug'),
        await run('plan --debug'),
        await run(['plan', '--debug', `--${HOSTILE.replaceAll('\u0000', '')}`]),
        await run('plan --debug', { env: { LIMIO_ENV: NAME } }),
        await run(['plan', '--debug', '--config', NAME]),
        await run(['explain', NAME]),
        await run(['emulator', '--seed', NAME]),
      ];
      for (const one of runs) {
        expect(one.exitCode).toBe(3);
        expectSafe(one);
      }
    },
  );
});
