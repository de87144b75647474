import { describe, expect, test } from 'vitest';
import { probeConditions } from '../../src/store/probe.js';
import { createS3Store, type S3StoreSettings } from '../../src/store/s3-store.js';
import { nameScope, type StoreScope, swap } from '../../src/store/store.js';
import { createStillClock, describeStoreContract, SCOPE } from './contract.js';
import { BUCKET, S3_KEYS, type S3ServerOptions, startS3Server } from './support/s3-server.js';

const ENV = { AWS_ACCESS_KEY_ID: S3_KEYS.id, AWS_SECRET_ACCESS_KEY: S3_KEYS.secret, AWS_REGION: 'eu-west-1' };

interface Opening {
  settings?: Partial<S3StoreSettings>;
  env?: Record<string, string>;
  clock?: ReturnType<typeof createStillClock>;
  timeoutMs?: number;
}

async function makeS3World(options: Partial<S3ServerOptions> = {}) {
  const server = await startS3Server({ now: createStillClock().now, ...options });
  return {
    server,
    open: (scope: StoreScope = SCOPE, { settings, env = ENV, clock = createStillClock(), timeoutMs }: Opening = {}) =>
      createS3Store({ bucket: BUCKET, endpoint: server.origin, ...settings }, scope, { env, clock, timeoutMs }),
    damage: async (key: string, text: string) =>
      void server.objects.set(nameObject(key), { text, etag: `by-hand-${text.length}` }),
    close: () => server.close(),
  };
}

function nameObject(key: string): string {
  return ['limio-sync', ...nameScope(SCOPE), key].join('/');
}

type World = Awaited<ReturnType<typeof makeS3World>>;

const inWorld =
  (use: (world: World) => Promise<void>, options: Partial<S3ServerOptions> = {}) =>
  async () => {
    const world = await makeS3World(options);
    try {
      await use(world);
    } finally {
      await world.close();
    }
  };

describeStoreContract('s3', () => makeS3World());
describeStoreContract('s3 with lists of three', () => makeS3World({ pageSize: 3 }));

describe('objects of a bucket', () => {
  test(
    'are named after prefix, tenant, environment and key',
    inWorld(async ({ open, server }) => {
      await open().write('runs/a b.json', 'text', undefined);
      await open(SCOPE, { settings: { prefix: '/teams/shop/' } }).write('a', 'text', undefined);
      expect([...server.objects.keys()]).toEqual([
        'limio-sync/acme.prod.eu.limio.com/prod/runs/a b.json',
        'teams/shop/acme.prod.eu.limio.com/prod/a',
      ]);
      expect(open().place).toBe('s3://limio-state/limio-sync/acme.prod.eu.limio.com/prod/');
    }),
  );

  test(
    'that were removed are empty, so that a store without conditional deletion is safe',
    inWorld(async ({ open, server }) => {
      const version = (await open().write('lock.json', 'mine', undefined)) ?? '';
      expect(await open().remove('lock.json', version)).toBe(true);
      expect(server.objects.get(nameObject('lock.json'))?.text).toBe('');
      expect(new Set(server.requests.map(({ method }) => method))).toEqual(new Set(['PUT']));
    }),
  );

  test(
    'can have every letter, and never reach what lies above them',
    inWorld(async ({ open }) => {
      const keys = ["!'()*~+&=;,:@$", '[]{}|\\^`<>"', '%2F%2e%2e/+ +/ä 🗝.json', '...', 'a..b', '\t\n\u007f'];
      for (const key of keys) expect(await open().write(key, `text of ${key}`, undefined)).toBeDefined();
      expect((await open().list()).map(({ key }) => key)).toEqual(keys.toSorted());
      for (const key of keys) expect((await open().read(key))?.text).toBe(`text of ${key}`);
      for (const key of ['../a', 'a/../../b', '.'])
        await expect(open().write(key, 'text', undefined)).rejects.toMatchObject({ code: 'INTERNAL' });
    }),
  );

  test(
    'are signed with the session token of temporary credentials',
    inWorld(
      async ({ open }) => {
        const env = { ...ENV, AWS_SESSION_TOKEN: 'session/token+==' };
        expect(await open(SCOPE, { env }).write('a', 'text', undefined)).toBeDefined();
        await expect(open().write('b', 'text', undefined)).rejects.toMatchObject({ code: 'STORE_FORBIDDEN' });
      },
      { sessionToken: 'session/token+==' },
    ),
  );

  test(
    'of a list that change before they are read are an error, not another text',
    inWorld(async ({ open }) => {
      const version = await open().write('a', 'first', undefined);
      const [entry] = await open().list();
      await open().write('a', 'second', version);
      await expect(entry?.read()).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
    }),
  );
});

const write = (world: World, opening: Opening = {}) =>
  swap(world.open(SCOPE, opening), { key: 'a', text: 'mine', expected: undefined }, createStillClock());

describe('a store that answers badly', () => {
  test.each(['unheard', 'lost', 'broken', 'busy', 'twice'] as const)(
    'a write is done once and known to be done: %s',
    async (fault) => {
      await inWorld(async (world) => {
        world.server.fail('PUT', fault);
        const version = await write(world);
        expect(version).toBeTypeOf('string');
        expect(await world.open().read('a')).toEqual({ text: 'mine', version });
      })();
    },
  );

  test.each(['late', 'never'] as const)(
    'a write whose answer does not come in time is done once: %s',
    async (fault) => {
      await inWorld(async (world) => {
        world.server.fail('PUT', fault);
        const version = await write(world, { timeoutMs: 60 });
        await world.server.settle();
        expect(await world.open().read('a')).toEqual({ text: 'mine', version });
      })();
    },
  );

  test.each(['unheard', 'lost', 'broken', 'busy', 'truncated'] as const)('a read is repeated: %s', async (fault) => {
    await inWorld(async ({ open, server }) => {
      await open().write('a', 'a text that is long enough to break off', undefined);
      server.fail('GET', fault, 2);
      expect((await open().read('a'))?.text).toBe('a text that is long enough to break off');
      server.fail('GET', fault, 2);
      expect(await open().list()).toHaveLength(1);
    })();
  });

  test(
    'a write waits while the store says that others are in progress',
    inWorld(async (world) => {
      world.server.conflicts = 7;
      expect(await write(world)).toBeTypeOf('string');
    }),
  );

  test(
    'a store that says so without end is an error, and nothing was written',
    inWorld(async (world) => {
      world.server.conflicts = 1000;
      await expect(write(world)).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE', details: { ambiguous: false } });
      expect(world.server.objects.size).toBe(0);
    }),
  );

  test(
    'an older answer never lets a write through that the newer version forbids',
    inWorld(async ({ open, server }) => {
      const first = await open().write('a', 'first', undefined);
      await open().write('a', 'second', first);
      server.answersOld = true;
      const old = await open().read('a');
      expect(old?.text).toBe('first');
      expect(await open().write('a', 'third', old?.version)).toBeUndefined();
      expect(await open().write('a', 'third', undefined)).toBeUndefined();
      server.answersOld = false;
      expect((await open().read('a'))?.text).toBe('second');
    }),
  );

  test(
    'half a list is an error',
    inWorld(async ({ open, server }) => {
      await open().write('a', 'text', undefined);
      server.fail('GET', 'truncated', 3);
      await expect(open().list()).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
    }),
  );

  test(
    'a server that is down is an error, and the write certainly did not happen',
    inWorld(async (world) => {
      const store = world.open();
      await world.close();
      await expect(store.write('a', 'text', undefined)).rejects.toMatchObject({
        code: 'STORE_UNAVAILABLE',
        message: expect.stringContaining('ECONNREFUSED') as string,
        details: { ambiguous: false },
      });
      world.close = async () => undefined;
    }),
  );
});

describe('the check of the conditions', () => {
  test(
    'accepts a store that respects them, and leaves nothing that a list shows',
    inWorld(async ({ open }) => {
      await probeConditions(open());
      expect(await open().list()).toEqual([]);
    }),
  );

  test(
    'refuses a store that ignores them',
    inWorld(async ({ open, server }) => {
      server.ignoresConditions = true;
      await expect(probeConditions(open())).rejects.toMatchObject({
        code: 'STORE_UNSAFE',
        message: expect.stringContaining('s3://limio-state/') as string,
      });
      expect(await open().list()).toEqual([]);
    }),
  );

  test(
    'refuses a store that answers NotImplemented to a condition',
    inWorld(async ({ open, server }) => {
      server.refusal = { status: 501, code: 'NotImplemented' };
      await expect(probeConditions(open())).rejects.toMatchObject({ code: 'STORE_UNSAFE' });
    }),
  );
});

const refused = async (world: World, act: 'read' | 'write' | 'list', opening: Opening = {}) => {
  const store = world.open(SCOPE, opening);
  const calls = {
    read: () => store.read('a'),
    write: () => store.write('a', 'text', undefined),
    list: () => store.list(),
  };
  const error: unknown = await calls[act]().then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(JSON.stringify(error)).not.toContain(S3_KEYS.secret);
  return error;
};

describe('what the store refuses is an error with the next step', () => {
  test.each([
    ['read', 's3:GetObject'],
    ['write', 's3:PutObject'],
    ['list', 's3:ListBucket'],
  ] as const)('%s names the right %s', async (act, right) => {
    await inWorld(async (world) => {
      world.server.refusal = { status: 403, code: 'AccessDenied' };
      expect(await refused(world, act)).toMatchObject({
        code: 'STORE_FORBIDDEN',
        message: expect.stringContaining(right) as string,
        hint: expect.stringContaining(right) as string,
      });
    })();
  });

  test(
    'another region is named, and no redirect is followed',
    inWorld(async (world) => {
      const expected = {
        code: 'STORE_UNAVAILABLE',
        message: 'The bucket limio-state is in the region eu-west-1, not in us-east-1.',
        hint: expect.stringContaining("region: 'eu-west-1'") as string,
      };
      const opening = { settings: { region: 'us-east-1' } };
      expect(await refused(world, 'read', opening)).toMatchObject(expected);
      world.server.refusal = {
        status: 301,
        code: 'PermanentRedirect',
        headers: { 'x-amz-bucket-region': 'eu-west-1', location: 'http://thief.example.com/' },
      };
      expect(await refused(world, 'write', opening)).toMatchObject(expected);
    }),
  );

  test(
    'a clock that is wrong, a bucket that is missing, credentials that expired',
    inWorld(async (world) => {
      const late = createStillClock(createStillClock().now() + 3_600_000);
      expect(await refused(world, 'read', { clock: late })).toMatchObject({
        code: 'STORE_FORBIDDEN',
        message: expect.stringContaining('clock') as string,
      });
      expect(await refused(world, 'list', { settings: { bucket: 'other' } })).toMatchObject({
        code: 'STORE_UNAVAILABLE',
        message: expect.stringContaining('The bucket other does not exist') as string,
      });
      const env = { ...ENV, AWS_SECRET_ACCESS_KEY: 'another-secret' };
      expect(await refused(world, 'read', { env })).toMatchObject({
        code: 'STORE_FORBIDDEN',
        message: expect.stringContaining('SignatureDoesNotMatch') as string,
      });
      world.server.refusal = { status: 400, code: 'ExpiredToken' };
      expect(await refused(world, 'write')).toMatchObject({
        code: 'STORE_FORBIDDEN',
        hint: expect.stringContaining('expired') as string,
      });
    }),
  );

  test(
    'a page that is not from S3 is not an absent object',
    inWorld(async (world) => {
      world.server.refusal = { status: 404, code: 'SomethingElse' };
      expect(await refused(world, 'read')).toMatchObject({ code: 'STORE_UNAVAILABLE' });
    }),
  );
});
