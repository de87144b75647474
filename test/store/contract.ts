import { describe, expect, test } from 'vitest';
import type { LockOwner } from '../../src/journal/documents.js';
import { LimioError } from '../../src/errors/errors.js';
import { breakLease, LEASE_MS, LOCK_KEY, takeLease } from '../../src/store/lease.js';
import { type StateStore, type StoreScope, swap } from '../../src/store/store.js';

/** A store as machines see it: each `open` is another machine, and all see the same texts. */
export interface StoreWorld {
  open: (scope?: StoreScope) => StateStore;
  /** Writes past the store, as a person would who edits by hand. */
  damage?: (key: string, text: string) => Promise<void>;
  /** Puts many texts there at once, for a store where two hundred writes take minutes. */
  seed?: (texts: ReadonlyMap<string, string>) => Promise<void>;
  close?: () => Promise<void>;
}

export const SCOPE: StoreScope = { tenant: 'acme.prod.eu.limio.com', environment: 'prod' };

/** Time that passes only when a test says so; sleeping costs none. */
export function createStillClock(start = Date.parse('2026-11-28T10:00:00Z')) {
  let now = start;
  return {
    now: () => now,
    advance: (ms: number) => void (now += ms),
    sleep: (ms: number) => Promise.resolve(void (now += ms)),
  };
}

function nameOwner(nonce: string, more: Partial<LockOwner> = {}): LockOwner {
  return {
    pid: 1,
    host: `machine-${nonce}`,
    command: 'apply',
    environment: 'prod',
    since: '2026-11-28T10:00:00.000Z',
    nonce,
    ...more,
  };
}

const ODD_KEYS = [
  'runs/20261128T100000000Z-prod-abcdef.json',
  'runs/with blank.json',
  'runs/ümläut-日本語.json',
  'runs/quote\'and"double.json',
  'runs/percent%20and#hash?.json',
  'runs/-leading-dash',
  'a.b',
];

const TENANT: StoreScope = { tenant: SCOPE.tenant };
const take = (store: StateStore, nonce: string, clock = createStillClock(), more = {}) =>
  takeLease(store, { owner: nameOwner(nonce), clock, isDead: () => false, ...more });

const lose = async (
  world: StoreWorld,
  fault: 'request' | 'answer',
  act: (store: StateStore) => Promise<void>,
): Promise<void> => {
  const real = world.open();
  let isLost = false;
  await act({
    ...real,
    write: async (...args) => {
      if (isLost) return real.write(...args);
      isLost = true;
      if (fault === 'answer') await real.write(...args);
      throw new LimioError({ code: 'STORE_UNAVAILABLE', message: 'lost', details: { ambiguous: true } });
    },
  });
};

/** What every adapter must do, whatever it stores in. */
export function describeStoreContract(
  name: string,
  makeWorld: () => Promise<StoreWorld>,
  /** `writers`: those of the races after the first, where each of them takes seconds. */
  limits: { racers: number; writers?: number } = { racers: 20 },
): void {
  const withWorld = async (use: (world: StoreWorld) => Promise<void>): Promise<void> => {
    const world = await makeWorld();
    try {
      await use(world);
    } finally {
      await world.close?.();
    }
  };
  const { racers: creators, writers = creators } = limits;
  const inWorld = (use: (world: StoreWorld) => Promise<void>) => () => withWorld(use);

  describe(`${name}: a store with compare-and-swap`, () => {
    test(
      'is empty at first',
      inWorld(async ({ open }) => {
        expect(await open().list()).toEqual([]);
        expect(await open().read('snapshot.json')).toBeUndefined();
      }),
    );

    test(
      'gives another machine what was written, byte for byte',
      inWorld(async ({ open }) => {
        const text = '{"name":"Zeitung – günstig\\u0000"}\r\n\n  \u2028end';
        const version = await open().write('snapshot.json', text, undefined);
        expect(version).toBeTypeOf('string');
        expect(await open().read('snapshot.json')).toEqual({ text, version });
      }),
    );

    test(
      'creates a key only while it is absent',
      inWorld(async ({ open }) => {
        const first = await open().write('lock.json', 'first', undefined);
        expect(await open().write('lock.json', 'second', undefined)).toBeUndefined();
        expect(await open().read('lock.json')).toEqual({ text: 'first', version: first });
      }),
    );

    test(
      'replaces a key only at the version that was read',
      inWorld(async ({ open }) => {
        const first = await open().write('a', 'first', undefined);
        const second = await open().write('a', 'second', first);
        expect(second).toBeTypeOf('string');
        expect(second).not.toBe(first);
        expect(await open().write('a', 'third', first)).toBeUndefined();
        expect(await open().read('a')).toEqual({ text: 'second', version: second });
      }),
    );

    test(
      'does not create what another machine removed',
      inWorld(async ({ open }) => {
        const first = (await open().write('a', 'first', undefined)) ?? '';
        expect(await open().remove('a', first)).toBe(true);
        expect(await open().write('a', 'second', first)).toBeUndefined();
        expect(await open().read('a')).toBeUndefined();
      }),
    );

    test(
      'removes a key only at the version that was read, and it can be created again',
      inWorld(async ({ open }) => {
        const first = (await open().write('a', 'first', undefined)) ?? '';
        const second = (await open().write('a', 'second', first)) ?? '';
        expect(await open().remove('a', first)).toBe(false);
        expect(await open().remove('a', second)).toBe(true);
        expect(await open().remove('a', second)).toBe(false);
        expect(await open().write('a', 'third', undefined)).toBeTypeOf('string');
        expect((await open().read('a'))?.text).toBe('third');
      }),
    );

    test(
      'lists every key with its version, sorted, whatever letters are in it',
      inWorld(async ({ open }) => {
        const store = open();
        const written = new Map<string, string | undefined>();
        for (const key of ODD_KEYS) written.set(key, await store.write(key, `text of ${key}`, undefined));
        const listed = await open().list();
        expect(listed.map(({ key }) => key)).toEqual(ODD_KEYS.toSorted());
        for (const entry of listed) {
          expect(entry.version).toBe(written.get(entry.key));
          expect(await entry.read()).toBe(`text of ${entry.key}`);
        }
      }),
    );

    test(
      'keeps two hundred runs apart',
      inWorld(async ({ open, seed }) => {
        const store = open();
        const keys = Array.from({ length: 200 }, (_, index) => `runs/${String(index).padStart(4, '0')}.json`);
        const seeded = seed ? keys.slice(0, -3) : [];
        await seed?.(new Map(seeded.map((key) => [key, `{"run":"${key}"}`])));
        for (const key of keys.slice(seeded.length))
          expect(await store.write(key, `{"run":"${key}"}`, undefined)).toBeDefined();
        const listed = await open().list();
        expect(listed.map(({ key }) => key)).toEqual(keys);
        expect(await listed[137]?.read()).toBe('{"run":"runs/0137.json"}');
      }),
      120_000,
    );

    test(
      'keeps environments and tenants apart, also those whose names differ little',
      inWorld(async ({ open }) => {
        const scopes: StoreScope[] = [
          SCOPE,
          { tenant: SCOPE.tenant },
          { tenant: SCOPE.tenant, environment: 'Prod' },
          { tenant: SCOPE.tenant, environment: 'prod/eu' },
          { tenant: SCOPE.tenant, environment: 'prod_eu' },
          { tenant: SCOPE.tenant, environment: 'lock.json' },
          { tenant: SCOPE.tenant, environment: 'x.lock' },
          { tenant: 'localhost:8080', environment: 'prod' },
        ];
        for (const [index, scope] of scopes.entries())
          expect(await open(scope).write('a', `text ${index}`, undefined)).toBeDefined();
        for (const [index, scope] of scopes.entries()) {
          const listed = await open(scope).list();
          expect(listed.map(({ key }) => key)).toEqual(['a']);
          expect(await listed[0]?.read()).toBe(`text ${index}`);
        }
      }),
    );

    test(
      `has one winner of ${creators} racing creators`,
      inWorld(async ({ open }) => {
        const racers = Array.from({ length: creators }, (_, index) => `racer ${index}`);
        const versions = await Promise.all(
          racers.map((text) => swap(open(), { key: 'lock.json', text, expected: undefined }, createStillClock())),
        );
        const winners = racers.filter((_, index) => versions[index] !== undefined);
        expect(winners).toHaveLength(1);
        expect((await open().read('lock.json'))?.text).toBe(winners[0]);
      }),
      120_000,
    );

    test(
      `has one winner of ${writers} racing writers of one version`,
      inWorld(async ({ open }) => {
        const expected = await open().write('a', 'first', undefined);
        const racers = Array.from({ length: writers }, (_, index) => `racer ${index}`);
        const versions = await Promise.all(
          racers.map((text) => swap(open(), { key: 'a', text, expected }, createStillClock())),
        );
        const winners = racers.filter((_, index) => versions[index] !== undefined);
        expect(winners).toHaveLength(1);
        expect((await open().read('a'))?.text).toBe(winners[0]);
      }),
      120_000,
    );

    test(
      'loses no write when machines write different keys at once',
      inWorld(async ({ open }) => {
        const keys = Array.from({ length: 8 }, (_, index) => `runs/${index}.json`);
        await Promise.all(
          keys.map(async (key) =>
            expect(await swap(open(), { key, text: key, expected: undefined }, createStillClock())).toBeDefined(),
          ),
        );
        expect((await open().list()).map(({ key }) => key)).toEqual(keys);
      }),
      120_000,
    );

    test(
      'sees an edit by hand as another version',
      inWorld(async ({ open, damage }) => {
        if (damage === undefined) return;
        const version = await open().write('a', 'first', undefined);
        await damage('a', 'edited');
        expect((await open().read('a'))?.text).toBe('edited');
        expect(await open().write('a', 'second', version)).toBeUndefined();
      }),
    );
  });

  describe(`${name}: a lock that expires`, () => {
    test(
      'is held by one, named to the next, and free after its release',
      inWorld(async ({ open }) => {
        const lease = await take(open(TENANT), 'a');
        await lease.ensure();
        const refused = await take(open(TENANT), 'b').catch((error: unknown) => error);
        expect(refused).toBeInstanceOf(LimioError);
        expect(refused).toMatchObject({
          code: 'LOCKED',
          message: expect.stringContaining('process 1 on machine-a') as string,
        });
        await lease.release();
        const next = await take(open(TENANT), 'b');
        expect(next.takenFrom).toBeUndefined();
        await next.release();
      }),
    );

    test(
      `has one holder of ${writers} that race for it`,
      inWorld(async ({ open }) => {
        const racers = Array.from({ length: writers }, (_, index) => `racer-${index}`);
        const results = await Promise.allSettled(racers.map((nonce) => take(open(TENANT), nonce)));
        const winners = results.filter(({ status }) => status === 'fulfilled');
        expect(winners).toHaveLength(1);
        for (const result of results)
          if (result.status === 'rejected') expect(result.reason).toMatchObject({ code: 'LOCKED' });
        for (const result of results) if (result.status === 'fulfilled') await result.value.release();
      }),
      120_000,
    );

    test(
      'of a killed holder is refused until it expired, and then taken over and said so',
      inWorld(async ({ open }) => {
        const clock = createStillClock();
        await take(open(TENANT), 'killed', clock);
        clock.advance(LEASE_MS);
        await expect(take(open(TENANT), 'b', createStillClock(clock.now()))).rejects.toMatchObject({ code: 'LOCKED' });
        clock.advance(60_000);
        const lease = await take(open(TENANT), 'b', clock);
        expect(lease.takenFrom?.nonce).toBe('killed');
        await lease.release();
      }),
    );

    test(
      'that expired is taken over by one of several',
      inWorld(async ({ open }) => {
        const clock = createStillClock();
        await take(open(TENANT), 'killed', clock);
        clock.advance(LEASE_MS + 60_000);
        const results = await Promise.allSettled(
          ['a', 'b', 'c', 'd'].map((nonce) => take(open(TENANT), nonce, createStillClock(clock.now()))),
        );
        expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
      }),
      60_000,
    );

    test(
      'stops its former holder before the next write',
      inWorld(async ({ open }) => {
        const clock = createStillClock();
        const suspended = await take(open(TENANT), 'suspended', clock);
        clock.advance(LEASE_MS + 60_000);
        await take(open(TENANT), 'b', createStillClock(clock.now()));
        await expect(suspended.ensure()).rejects.toMatchObject({
          code: 'LOCK_LOST',
          message: expect.stringContaining('machine-b') as string,
        });
        await suspended.release();
        expect((await open(TENANT).read(LOCK_KEY))?.text).toContain('machine-b');
      }),
    );

    test(
      'that somebody removed stops its holder within seconds',
      inWorld(async ({ open }) => {
        const clock = createStillClock();
        const lease = await take(open(TENANT), 'a', clock);
        await breakLease(open(TENANT), 'a', createStillClock());
        clock.advance(5_000);
        await expect(lease.ensure()).rejects.toMatchObject({
          code: 'LOCK_LOST',
          message: expect.stringContaining('somebody removed it') as string,
        });
      }),
    );

    test(
      'is renewed while its holder lives',
      inWorld(async ({ open }) => {
        const clock = createStillClock();
        const lease = await take(open(TENANT), 'a', clock);
        for (let step = 0; step < 4; step += 1) {
          clock.advance(LEASE_MS / 2);
          await lease.ensure();
        }
        await expect(take(open(TENANT), 'b', createStillClock(clock.now()))).rejects.toMatchObject({ code: 'LOCKED' });
        await lease.release();
      }),
    );

    test(
      'is removed by hand only by its id',
      inWorld(async ({ open }) => {
        await take(open(TENANT), 'dead');
        await expect(breakLease(open(TENANT), 'other', createStillClock())).rejects.toMatchObject({ code: 'LOCKED' });
        expect((await breakLease(open(TENANT), 'dead', createStillClock()))?.nonce).toBe('dead');
        expect(await open(TENANT).read(LOCK_KEY)).toBeUndefined();
      }),
    );

    test(
      'that cannot be read is never taken over',
      inWorld(async ({ open }) => {
        await open(TENANT).write(LOCK_KEY, '{"trunca', undefined);
        await expect(take(open(TENANT), 'a')).rejects.toMatchObject({ code: 'LOCKED' });
        const version = (await open(TENANT).read(LOCK_KEY))?.version ?? '';
        await breakLease(open(TENANT), version, createStillClock());
        await (await take(open(TENANT), 'a')).release();
      }),
    );
  });

  describe(`${name}: a store that answers badly`, () => {
    test('a write whose answer is lost is known to have happened', () =>
      withWorld((world) =>
        lose(world, 'answer', async (store) => {
          const version = await swap(store, { key: 'a', text: 'mine', expected: undefined }, createStillClock());
          expect(await world.open().read('a')).toEqual({ text: 'mine', version });
        }),
      ));

    test('a write whose request is lost is sent again', () =>
      withWorld((world) =>
        lose(world, 'request', async (store) => {
          const version = await swap(store, { key: 'a', text: 'mine', expected: undefined }, createStillClock());
          expect(await world.open().read('a')).toEqual({ text: 'mine', version });
        }),
      ));

    test('a write that another machine overtakes while its answer is lost is lost too', () =>
      withWorld(async (world) => {
        const real = world.open();
        const store: StateStore = {
          ...real,
          write: async (key) => {
            await world.open().write(key, 'other', undefined);
            throw new LimioError({ code: 'STORE_UNAVAILABLE', message: 'lost', details: { ambiguous: true } });
          },
        };
        expect(await swap(store, { key: 'a', text: 'mine', expected: undefined }, createStillClock())).toBeUndefined();
      }));

    test('a store that never answers ends the write with its error', () =>
      withWorld(async (world) => {
        const silence = new LimioError({
          code: 'STORE_UNAVAILABLE',
          message: 'no answer',
          details: { ambiguous: true },
        });
        const fail = (): Promise<never> => Promise.reject(silence);
        const store: StateStore = { ...world.open(), write: fail, read: fail };
        await expect(swap(store, { key: 'a', text: 'mine', expected: undefined }, createStillClock())).rejects.toBe(
          silence,
        );
      }));
  });
}
