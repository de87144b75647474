import { describe, expect, test } from 'vitest';
import type { ApplyResult } from '../../src/model/outcome.js';
import { parseDocument } from '../support/run-program.js';
import { createHold } from './support/create-hold.js';
import { QUICK_PUBLISH, openFolder, openWorkspace } from './support/open-workspace.js';
import type { GateRequest } from './support/start-gate.js';
import { CHANGED_FILES, ONE_CHANGE, SMALL_SEED, WHOLE_SCOPE } from './support/small-tenant.js';

const OWNED = { ...WHOLE_SCOPE, dialect: { ...QUICK_PUBLISH, journeyCodec: 'assumed' } };
const APPLY = 'apply --yes --allow-delete-unknown=2 --format json';
/** What apply says on stderr once it knows. */
const HEARD = 'Interrupted: ';

const isBulkUpdate = ({ method, path }: GateRequest): boolean => method === 'PUT' && path.endsWith('/bulk-update');

const INTERRUPTIONS: readonly {
  signal: NodeJS.Signals;
  what: string;
  during: (request: GateRequest) => boolean;
  finished: string;
  done: readonly string[];
}[] = [
  { signal: 'SIGINT', what: 'the bulk-update', during: isBulkUpdate, finished: 'offer:/offers2/Annual', done: [] },
  { signal: 'SIGTERM', what: 'the bulk-update', during: isBulkUpdate, finished: 'offer:/offers2/Annual', done: [] },
  {
    signal: 'SIGINT',
    what: 'the creation of a journey',
    during: ({ method, path }) => method === 'PUT' && path.endsWith('/v2/journey/web-new'),
    finished: 'journey:web-new',
    done: [
      'journey:web-geo',
      'offer:/offers2/Annual',
      'offer:/offers2/Monthly',
      'promo_code:SPRING25',
      'promo_code:WELCOME10',
    ],
  },
  {
    signal: 'SIGTERM',
    what: 'the first deletion',
    during: ({ method }) => method === 'DELETE',
    finished: 'journey:web-old',
    done: [
      'journey:web-geo',
      'journey:web-new',
      'offer:/offers2/Annual',
      'offer:/offers2/Monthly',
      'promo_code:SPRING25',
      'promo_code:WELCOME10',
    ],
  },
];

describe.concurrent('an interruption', () => {
  for (const { signal, what, during, finished, done } of INTERRUPTIONS) {
    test(`with ${signal} during ${what}: that write is finished and read back, nothing new starts, the result is printed`, async (context) => {
      const hold = createHold();
      const order: string[] = [];
      const { start } = await openWorkspace(context, {
        seed: SMALL_SEED,
        files: CHANGED_FILES,
        environment: OWNED,
        hooks: () => ({
          before: async (request) => {
            order.push(`${request.method} ${request.path}`);
            if (during(request)) await hold.stand();
            return undefined;
          },
        }),
      });
      const program = start(APPLY);
      await hold.reached;
      const held = order.length;
      program.signal(signal);
      await program.waitFor(HEARD);
      hold.release();
      const ended = await program.ended;
      expect(ended).toMatchObject({ exitCode: 130, signal: null });

      const result = parseDocument(ended) as ApplyResult;
      expect(result).toMatchObject({ kind: 'limio-sync/result', interrupted: true });
      expect(result.outcomes).toHaveLength(8);
      expect(result.outcomes.filter(({ status }) => status === 'done').map(({ address }) => address)).toEqual(
        [...done, finished].toSorted(),
      );
      for (const { error } of result.outcomes.filter(({ status }) => status !== 'done'))
        expect(error?.code).toBe('INTERRUPTED');

      const later = order.slice(held);
      expect(later.length).toBeGreaterThan(0);
      expect(later.filter((line) => !line.startsWith('GET '))).toEqual([]);
    });
  }

  test('leaves nothing behind that the next apply does not complete', async (context) => {
    const hold = createHold();
    const { start, run } = await openWorkspace(context, {
      seed: SMALL_SEED,
      files: CHANGED_FILES,
      environment: OWNED,
      hooks: () => ({
        before: async ({ method, path }) =>
          method === 'POST' && path.includes('/promo_codes_v2') ? (await hold.stand(), undefined) : undefined,
      }),
    });
    const program = start(APPLY);
    await hold.reached;
    program.signal('SIGINT');
    await program.waitFor(HEARD);
    hold.release();
    expect(await program.ended).toMatchObject({ exitCode: 130 });
    expect(await run(APPLY)).toMatchObject({ exitCode: 0 });
    expect(await run('plan --detailed-exitcode')).toMatchObject({ exitCode: 0 });
  });

  test('that comes a second time ends the program at once, with the write still in flight', async (context) => {
    const hold = createHold();
    const { start } = await openWorkspace(context, {
      seed: SMALL_SEED,
      files: ONE_CHANGE,
      hooks: () => ({
        before: async (request) => (isBulkUpdate(request) ? (await hold.stand(), undefined) : undefined),
      }),
    });
    const program = start('apply --yes --format json');
    await hold.reached;
    program.signal('SIGINT');
    await program.waitFor(HEARD);
    program.signal('SIGINT');
    expect(await program.ended).toMatchObject({ exitCode: 130, stdout: '' });
    hold.release();
  });

  test('while a page is waited for ends the wait: the items are done and the page is reported as not live', async (context) => {
    const published = createHold();
    const { start, run, tenant } = await openWorkspace(context, {
      seed: SMALL_SEED,
      files: ONE_CHANGE,
      environment: { dialect: { publish: { attempts: 30, intervalMs: 60_000 } } },
      // A build that takes an hour.
      buildMs: 3_600_000,
      hooks: () => ({
        after: ({ path }) => {
          if (path.endsWith('/publish')) void published.stand();
        },
      }),
    });
    const program = start('apply --yes --format json');
    await published.reached;
    program.signal('SIGINT');
    const ended = await program.ended;
    expect(ended.exitCode).toBe(130);
    expect(parseDocument(ended) as ApplyResult).toMatchObject({
      interrupted: true,
      outcomes: [{ address: 'offer:/offers2/Monthly', status: 'done' }],
      publish: {
        pages: [{ path: '/pages/shop', route: '/shop/', status: 'omitted', build: 'accepted', code: 'INTERRUPTED' }],
      },
    });
    // The page is still older than the catalog, so the next plan publishes it.
    expect(
      tenant.state().liveRoutes[0]?.items.find(({ path }) => path === '/offers2/Monthly')?.data.attributes,
    ).toMatchObject({ display_name__limio: 'Monthly' });
    const plan = parseDocument(await run('plan --format json')) as {
      changes: unknown[];
      publish: { pages: unknown[] };
    };
    expect(plan).toMatchObject({ changes: [], publish: { pages: [{ path: '/pages/shop', reason: 'not-live' }] } });
  });

  test.for(['plan', 'apply --yes'])(
    'during the reading of `%s` ends it at once and nothing was written',
    async (command, context) => {
      const hold = createHold();
      const { start, writes } = await openWorkspace(context, {
        seed: SMALL_SEED,
        files: ONE_CHANGE,
        hooks: () => ({
          before: async ({ path }) => (path.startsWith('/api/') ? (await hold.stand(), undefined) : undefined),
        }),
      });
      const program = start(`${command} --format json`);
      await hold.reached;
      program.signal('SIGINT');
      const ended = await program.ended;
      expect(ended).toMatchObject({ exitCode: 130, signal: null, stderr: '' });
      expect(parseDocument(ended)).toMatchObject({ kind: 'limio-sync/error', error: { code: 'INTERRUPTED' } });
      expect(writes()).toEqual([]);
      hold.release();
    },
  );

  test('while a lost tenant is tried again ends the wait', async (context) => {
    const { start } = openFolder(context, {
      ...ONE_CHANGE,
      'limio.config.json': JSON.stringify({ environments: { test: { url: 'http://127.0.0.1:9' } } }),
    });
    const program = start('plan --debug');
    await program.waitFor('attempt 1');
    program.signal('SIGINT');
    const ended = await program.ended;
    expect(ended).toMatchObject({ exitCode: 130, stdout: '' });
    expect(ended.stderr).toContain('error INTERRUPTED: ');
  });
});
