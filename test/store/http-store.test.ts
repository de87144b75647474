import { describe, expect, test } from 'vitest';
import type { Clock } from '../../src/model/async.js';
import type { HttpStateSettings } from '../../src/store/http-state.js';
import { createHttpStore } from '../../src/store/http-store.js';
import { probeConditions } from '../../src/store/probe.js';
import { type StoreScope, swap } from '../../src/store/store.js';
import { createStillClock, describeStoreContract, SCOPE } from './contract.js';
import { type Dialect, HTTP_LOGIN, startHttpStateServer } from './support/http-state-server.js';

const ENV = { TF_HTTP_USERNAME: HTTP_LOGIN.username, TF_HTTP_PASSWORD: HTTP_LOGIN.password };
const NAME = 'acme.prod.eu.limio.com__prod';

interface Opening {
  settings?: Partial<HttpStateSettings>;
  env?: Record<string, string>;
  clock?: Clock;
  timeoutMs?: number;
}

const EPOCH = createStillClock().now();

/** Time as it passes, but faster: machines that wait for each other wait as long as the work of the others takes. */
function createFastClock(): Clock {
  const start = performance.now();
  return {
    now: () => Math.floor(EPOCH + (performance.now() - start) * 10),
    sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms / 10)),
  };
}

async function makeHttpWorld(dialect: Dialect, login = HTTP_LOGIN) {
  const server = await startHttpStateServer(dialect, login);
  const verbs = { lockAddress: server.address, lockMethod: 'LOCK', unlockMethod: 'UNLOCK' } as const;
  const secrets: string[] = [];
  return {
    server,
    secrets,
    open: (scope: StoreScope = SCOPE, { settings, env = ENV, clock = createFastClock(), timeoutMs }: Opening = {}) =>
      createHttpStore({ address: server.address, ...(dialect === 'verbs' ? verbs : {}), ...settings }, scope, {
        env,
        clock,
        timeoutMs,
        rememberSecret: (secret) => void secrets.push(secret),
      }),
    damage: async (key: string, text: string) => {
      const version = server.states.get(NAME)?.versions.at(-1);
      const document = JSON.parse(version?.text ?? '') as { limio_sync: { entries: { key: string; text: string }[] } };
      for (const entry of document.limio_sync.entries) if (entry.key === key) entry.text = text;
      if (version) version.text = JSON.stringify(document);
    },
    close: () => server.close(),
  };
}

type World = Awaited<ReturnType<typeof makeHttpWorld>>;

const inWorld =
  (use: (world: World) => Promise<void>, dialect: Dialect = 'gitlab', login = HTTP_LOGIN) =>
  async () => {
    const world = await makeHttpWorld(dialect, login);
    try {
      await use(world);
    } finally {
      await world.close();
    }
  };

const lockOf = ({ server }: World) => server.states.get(NAME)?.lock;

describeStoreContract('http as GitLab', () => makeHttpWorld('gitlab'));
describeStoreContract('http with LOCK and UNLOCK', () => makeHttpWorld('verbs'));

describe('a state of Terraform that holds texts', () => {
  test(
    'is one that Terraform, GitLab and Gitea accept, and grows by one serial a write',
    inWorld(async ({ open, server }) => {
      const version = await open().write('a', 'first', undefined);
      await open().write('a', 'second', version);
      const versions = server.states.get(NAME)?.versions.map(({ text }) => JSON.parse(text) as Record<string, unknown>);
      expect(versions?.map(({ serial }) => serial)).toEqual([1, 2]);
      expect(versions?.[1]).toMatchObject({
        version: 4,
        outputs: {},
        resources: [],
        lineage: versions?.[0]?.['lineage'],
      });
      expect(server.requests.map(({ method, url }) => `${method} ${url.replace(/=.*/, '=…')}`).slice(0, 6)).toEqual([
        `POST /api/v4/projects/17/terraform/state/${NAME}/lock`,
        `POST /api/v4/projects/17/terraform/state/${NAME}/lock`,
        `GET /api/v4/projects/17/terraform/state/${NAME}`,
        `POST /api/v4/projects/17/terraform/state/${NAME}?ID=…`,
        `DELETE /api/v4/projects/17/terraform/state/${NAME}/lock`,
        `POST /api/v4/projects/17/terraform/state/${NAME}/lock`,
      ]);
    }),
  );

  test(
    'keeps long texts small',
    inWorld(async ({ open, server }) => {
      const text = JSON.stringify(
        Array.from({ length: 2000 }, (_, index) => ({ path: `/offers/${index % 7}`, ü: '–' })),
      );
      const version = await open().write('runs/1.json', text, undefined);
      expect(await open().read('runs/1.json')).toEqual({ text, version });
      expect(server.states.get(NAME)?.versions.at(-1)?.text.length).toBeLessThan(text.length / 10);
    }),
  );

  test(
    'is read without its lock',
    inWorld(async (world) => {
      await world.open().write('a', 'text', undefined);
      const state = world.server.states.get(NAME);
      if (state) state.lock = { ID: 'of somebody', Who: 'bob' };
      expect((await world.open().read('a'))?.text).toBe('text');
    }),
  );

  test.each([
    ['half of it', '{"version":4,"serial":1,"lin'],
    ['a state of infrastructure', '{"version":4,"serial":7,"lineage":"x","outputs":{},"resources":[{"type":"a"}]}'],
    ['an entry without its text', '{"version":4,"serial":7,"lineage":"x","limio_sync":{"entries":[{"key":"a"}]}}'],
    [
      'a packed text that is damaged',
      '{"serial":7,"lineage":"x","limio_sync":{"entries":[{"key":"a","serial":1,"gzip":"AA"}]}}',
    ],
  ])('is an error and not replaced when it is something else: %s', async (_, text) => {
    await inWorld(async (world) => {
      await world.open().write('a', 'text', undefined);
      world.server.states.get(NAME)?.versions.push({ serial: 7, text });
      const expected = { code: 'STORE_UNAVAILABLE', hint: expect.stringContaining('earlier version') as string };
      await expect(world.open().read('a')).rejects.toMatchObject(expected);
      await expect(world.open().write('b', 'text', undefined)).rejects.toMatchObject(expected);
      expect(world.server.states.get(NAME)?.versions.at(-1)?.text).toBe(text);
      expect(lockOf(world)).toBeUndefined();
    })();
  });
});

const hold = async (world: World, lock: Record<string, string>) => {
  await world.open().write('other', 'text', undefined);
  const state = world.server.states.get(NAME);
  if (state) state.lock = lock;
};

describe('the lock of a state', () => {
  test(
    'of somebody else is waited for, and then named with what to do',
    inWorld(async (world) => {
      await hold(world, { ID: 'b0b', Who: 'bob@laptop', Created: '2026-11-28T09:59:00Z' });
      const clock = createStillClock();
      const before = clock.now();
      await expect(world.open(SCOPE, { clock }).write('a', 'text', undefined)).rejects.toMatchObject({
        code: 'STORE_UNAVAILABLE',
        message: expect.stringContaining('is locked by bob@laptop since 2026-11-28T09:59:00Z (lock b0b)') as string,
        hint: expect.stringContaining('Terraform states') as string,
        details: { ambiguous: false },
      });
      expect(clock.now() - before).toBeGreaterThanOrEqual(60_000);
      expect(lockOf(world)?.['ID']).toBe('b0b');
    }),
  );

  test(
    'of a limio-sync that died is removed after four minutes, and not before',
    inWorld(async (world) => {
      const clock = createStillClock();
      const dead = { ID: `limio-sync-${clock.now()}-abcdef`, Who: 'ci@runner', Created: '2026-11-28T10:00:00Z' };
      await hold(world, dead);
      await expect(world.open(SCOPE, { clock }).write('a', 'text', undefined)).rejects.toMatchObject({
        message: expect.stringContaining('ci@runner') as string,
      });
      clock.advance(4 * 60_000);
      expect(await world.open(SCOPE, { clock }).write('a', 'text', undefined)).toBeDefined();
      expect(lockOf(world)).toBeUndefined();
    }),
  );

  test(
    'that was removed under a suspended machine lets it write nothing',
    inWorld(async (world) => {
      const clock = createStillClock();
      await world.open().write('a', 'first', undefined);
      // The suspended one holds the lock and has read; then another one removes the lock and takes it.
      const suspended = world.open(SCOPE, {
        clock: {
          ...clock,
          now: () => {
            const state = world.server.states.get(NAME);
            const isWriting = world.server.requests.filter(({ method }) => method === 'GET').length > 1;
            if (isWriting && state?.lock) state.lock = { ...state.lock, ID: 'of another' };
            return clock.now();
          },
        },
      });
      await expect(suspended.write('b', 'text', undefined)).rejects.toMatchObject({
        code: 'STORE_UNAVAILABLE',
        details: { ambiguous: true },
      });
      expect(world.server.states.get(NAME)?.versions).toHaveLength(1);
      expect(lockOf(world)?.['ID']).toBe('of another');
    }),
  );

  test.each(['gitlab', 'gitea', 'verbs'] as const)(
    'that a server gives to two at once makes the store unsafe: %s',
    async (dialect) => {
      await inWorld(async ({ open, server }) => {
        server.ignoresLocks = true;
        await expect(probeConditions(open())).rejects.toMatchObject({ code: 'STORE_UNSAFE' });
        expect(server.states.get(NAME)?.versions).toEqual([]);
      }, dialect)();
    },
  );

  test.each(['gitlab', 'gitea', 'verbs'] as const)('passes the check of the conditions: %s', async (dialect) => {
    await inWorld(async ({ open }) => {
      await probeConditions(open());
      expect(await open().list()).toEqual([]);
    }, dialect)();
  });
});

const write = (world: World, opening: Opening = {}) =>
  swap(world.open(SCOPE, opening), { key: 'a', text: 'mine', expected: undefined }, createStillClock());

describe.each(['gitlab', 'gitea', 'verbs'] as const)('a server that answers badly: %s', (dialect) => {
  const methods = { gitlab: ['POST', 'DELETE'], gitea: ['POST', 'DELETE'], verbs: ['LOCK', 'POST', 'UNLOCK'] }[dialect];
  for (const method of methods)
    for (const fault of ['unheard', 'lost', 'broken', 'busy', 'twice'] as const)
      test(`a write is done once, and the lock is free after it: ${method} ${fault}`, async () => {
        await inWorld(async (world) => {
          world.server.fail(method, fault);
          const version = await write(world);
          expect(version).toBeTypeOf('string');
          expect(await world.open().read('a')).toEqual({ text: 'mine', version });
          expect(lockOf(world)).toBeUndefined();
        }, dialect)();
      });

  test.each(['late', 'never'] as const)('a write whose answer does not come in time is done: %s', async (fault) => {
    await inWorld(async (world) => {
      await world.open().write('other', 'text', undefined);
      const store = world.open(SCOPE, { timeoutMs: 60 });
      await store.write('b', 'text', undefined);
      world.server.fail(dialect === 'verbs' ? 'LOCK' : 'POST', fault);
      const version = await swap(store, { key: 'a', text: 'mine', expected: undefined }, createStillClock());
      await world.server.settle();
      expect(await world.open().read('a')).toEqual({ text: 'mine', version });
      expect((await world.open().list()).map(({ key }) => key)).toEqual(['a', 'b', 'other']);
    }, dialect)();
  });

  test.each(['unheard', 'lost', 'broken', 'busy', 'truncated'] as const)('a read is repeated: %s', async (fault) => {
    await inWorld(async ({ open, server }) => {
      await open().write('a', 'text', undefined);
      server.fail('GET', fault, 2);
      expect((await open().read('a'))?.text).toBe('text');
    }, dialect)();
  });

  test('an older answer loses no write', async () => {
    await inWorld(async ({ open, server }) => {
      const store = open();
      await store.write('a', 'first', undefined);
      await store.write('b', 'second', undefined);
      server.answersOld = true;
      await expect(store.read('b')).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
      await expect(store.write('c', 'third', undefined)).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
      server.answersOld = false;
      expect((await open().list()).map(({ key }) => key)).toEqual(['a', 'b']);
    }, dialect)();
  });

  test('an unlock that fails for good is made up for by the next write of the same run', async () => {
    await inWorld(async (world) => {
      const store = world.open();
      world.server.fail(dialect === 'verbs' ? 'UNLOCK' : 'DELETE', 'busy', 3);
      const version = await store.write('a', 'first', undefined);
      expect(lockOf(world)).toBeDefined();
      expect(await store.write('a', 'second', version)).toBeTypeOf('string');
      expect(lockOf(world)).toBeUndefined();
    }, dialect)();
  });
});

test(
  'a write that arrives when its lock was given back changes nothing',
  inWorld(async (world) => {
    const store = world.open(SCOPE, { timeoutMs: 60 });
    const version = await store.write('a', 'first', undefined);
    world.server.fail('POST', 'late');
    const late = { key: 'a', text: 'second', expected: version };
    expect(await swap(store, late, createStillClock())).toBeTypeOf('string');
    await world.server.settle();
    expect(world.server.states.get(NAME)?.versions).toHaveLength(2);
    expect((await world.open().read('a'))?.text).toBe('second');
  }, 'verbs'),
);

describe('credentials of a state', () => {
  test(
    'are the name of the configuration, and the password of the environment',
    inWorld(async ({ open, secrets }) => {
      const env = { TF_HTTP_USERNAME: 'bob', TF_HTTP_PASSWORD: HTTP_LOGIN.password };
      expect(await open(SCOPE, { env, settings: { username: 'ada' } }).read('a')).toBeUndefined();
      expect(secrets).toContain(HTTP_LOGIN.password);
    }),
  );

  test(
    'of a job in GitLab CI go to its own GitLab, and to no other host',
    inWorld(
      async ({ open, server }) => {
        const env = { CI_JOB_TOKEN: 'token-of-the-job', CI_API_V4_URL: `${server.origin}/api/v4` };
        expect(await open(SCOPE, { env }).read('a')).toBeUndefined();
        const elsewhere = { ...env, CI_API_V4_URL: 'https://gitlab.example.com/api/v4' };
        await expect(open(SCOPE, { env: elsewhere }).read('a')).rejects.toMatchObject({
          code: 'STORE_FORBIDDEN',
          message: expect.stringContaining('requires credentials') as string,
          hint: expect.stringContaining('TF_HTTP_PASSWORD') as string,
        });
        expect(server.requests.at(-1)?.headers.authorization).toBeUndefined();
      },
      'gitlab',
      { username: 'gitlab-ci-token', password: 'token-of-the-job' },
    ),
  );

  test(
    'never follow a redirect, which is named without its query',
    inWorld(async ({ open, server }) => {
      server.refusal = { status: 307, headers: { location: 'https://thief.example.com/state?token=x' } };
      await expect(open().read('a')).rejects.toMatchObject({
        code: 'STORE_UNAVAILABLE',
        message: expect.stringMatching(/ redirects to https:\/\/thief.example.com\/state\.$/) as string,
      });
    }),
  );

  test.each([
    [401, 'STORE_FORBIDDEN', 'refused the credentials', 'access token'],
    [403, 'STORE_FORBIDDEN', 'may not write', 'Maintainer'],
    [404, 'STORE_UNAVAILABLE', 'does not exist', 'address'],
    [413, 'STORE_UNAVAILABLE', 'too large', 'state prune'],
    [418, 'STORE_UNAVAILABLE', 'status 418', 'network'],
  ])('that a server refuses with %s have the next step', async (status, code, message, hint) => {
    await inWorld(async ({ open, server }) => {
      server.refusal = { status };
      await expect(open().write('a', 'text', undefined)).rejects.toMatchObject({
        code,
        message: expect.stringContaining(message) as string,
        hint: expect.stringContaining(hint) as string,
        details: { ambiguous: false },
      });
    })();
  });

  test(
    'for a project that does not exist do not read as an empty store',
    inWorld(async ({ open, server }) => {
      const address = `${server.origin}/api/v4/projects/99/terraform/state/{name}`;
      await expect(open(SCOPE, { settings: { address } }).list()).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
    }),
  );
});
