import { describe, expect, it, onTestFinished } from 'vitest';
import { createLimioClient, type LimioClient } from '../../src/api/api.js';
import { type Emulator, startEmulator } from '../../src/emulator/emulator.js';
import type { Fault, FaultTrigger } from '../../src/emulator/faults/fault-rules.js';
import type { EmulatorOptions } from '../../src/emulator/options.js';
import type { Operation } from '../../src/emulator/route.js';
import type { Seed } from '../../src/emulator/seed-format.js';
import type { ErrorCode } from '../../src/errors/codes.js';
import { LimioError } from '../../src/errors/errors.js';
import { DEFAULT_DIALECT } from '../../src/model/dialect.js';
import type { Json, JsonObject } from '../../src/model/json.js';
import { createFakeClock } from '../api/support/fake-clock.js';
import { ACME, GEO, makePromoCode, MONTHLY } from './acme-seed.js';

const SPRING = 'promo_code_v2-SPRING25';
const SEED: Seed = { ...ACME, promoCodes: ['SPRING25', 'A1', 'B2'].map((code) => makePromoCode(code)) };

const NOW = Date.parse('2026-03-01T12:00:00.000Z');

interface Bench {
  emulator: Emulator;
  api: LimioClient;
}

/** The real client against a tenant with faults; pages hold one element, and no wait takes time. */
async function openBench(faults: EmulatorOptions['faults'] = [], timeoutMs = 5000): Promise<Bench> {
  const emulator = await startEmulator({ seed: SEED, buildMs: 0, now: () => NOW, faults });
  const api = createLimioClient({
    baseUrl: emulator.url,
    credentials: { clientId: 'emulator', clientSecret: 'emulator-secret' },
    dialect: { ...DEFAULT_DIALECT, pageSize: 1 },
    clock: createFakeClock(),
    random: () => 0.5,
    ratePerSecond: 100_000,
    timeoutMs,
  });
  onTestFinished(async () => {
    await api.close();
    await emulator.close();
  });
  return { emulator, api };
}

type Read = (api: LimioClient) => Promise<unknown>;

const FOUND: readonly [operation: Operation, read: Read][] = [
  ['list-offers', (api) => api.listItems('offer', 'catalog')],
  ['list-offers', (api) => api.listItems('offer', 'published')],
  ['list-add-ons', (api) => api.listItems('add_on', 'catalog')],
  ['head-item', (api) => api.readItem(MONTHLY)],
  ['list-journeys', (api) => api.listJourneys()],
  ['get-journey', (api) => api.readJourney('geo')],
  ['list-promos', (api) => api.listPromoCodes()],
  ['get-promo', (api) => api.readPromoCode(SPRING)],
];

const ABSENT: typeof FOUND = [
  ['head-item', (api) => api.readItem('/offers2/None')],
  ['get-journey', (api) => api.readJourney('none')],
  ['get-promo', (api) => api.readPromoCode('promo_code_v2-NONE')],
];

const READS = [...FOUND, ...ABSENT];

/** What another attempt may get over. */
const PASSING: readonly Fault[] = [
  { fault: 'drop-connection' },
  { fault: 'drop-connection', when: 'after' },
  { fault: 'cut-off' },
  { fault: 'cut-off', when: 'before' },
  { fault: 'no-answer', ms: 2 },
  { fault: 'status', status: 429 },
  { fault: 'status', status: 429, retryAfter: 3 },
  { fault: 'status', status: 429, retryAfter: 30, retryAfterAs: 'date' },
  { fault: 'status', status: 429, retryAfter: 'soon' },
  { fault: 'status', status: 429, retryAfter: 999_999_999 },
  { fault: 'status', status: 429, retryAfter: -5, body: 'empty' },
  { fault: 'status', status: 500 },
  { fault: 'status', status: 502, body: 'html' },
  { fault: 'status', status: 502, when: 'after' },
  { fault: 'status', status: 503, body: 'empty' },
  { fault: 'wrong-body', body: 'html' },
  { fault: 'wrong-body', body: 'truncated' },
  { fault: 'wrong-body', body: 'empty' },
  { fault: 'wrong-type' },
  { fault: 'slow', ms: 10 },
];

function nameFault(fault: Fault): string {
  return JSON.stringify(fault).replaceAll(/["{}]/g, '').replace('fault:', '');
}

async function catchError(promise: Promise<unknown>): Promise<LimioError> {
  const error: unknown = await promise.then(
    () => new Error('it claims success'),
    (reason: unknown) => reason,
  );
  if (error instanceof LimioError) return error;
  throw error;
}

describe('a read by the real client', () => {
  it.each(PASSING.map((fault): [string, Fault] => [nameFault(fault), fault]))('survives: %s', async (_name, fault) => {
    const healthy = await openBench();
    // A "not found" whose body is spoilt is refused at once: it may be the gateway's.
    for (const [operation, read] of fault.fault === 'wrong-body' ? FOUND : READS) {
      const { emulator, api } = await openBench([{ ...fault, operation, times: 1 }]);
      expect(await read(api), operation).toEqual(await read(healthy.api));
      expect(emulator.faults.show().rules[0]?.fired, operation).toBe(1);
    }
  });

  it('survives a request that is never answered', async () => {
    const { emulator, api } = await openBench([{ operation: 'get-journey', times: 1, fault: 'no-answer' }], 150);
    expect(await api.readJourney('geo')).toMatchObject({ data: GEO });
    expect(
      emulator
        .log()
        .filter(({ path }) => path.includes('geo'))
        .map(({ status }) => status),
    ).toEqual([0, 200]);
  });

  it('survives a token that ends in the middle, and faults of the token call', async () => {
    const { emulator, api } = await openBench([
      { operation: 'token', nth: [1, 4], fault: 'status', status: 503 },
      { operation: 'token', nth: 2, fault: 'cut-off' },
      { operation: 'list-offers', nth: 2, fault: 'expired-token' },
    ]);
    expect(await api.listItems('offer', 'catalog')).toMatchObject({ complete: true });
    expect(emulator.faults.show().rules.map(({ fired }) => fired)).toEqual([2, 1, 1]);
  });

  it.each<[Fault]>([
    [{ fault: 'repeated-page' }],
    [{ fault: 'repeated-page', skips: true }],
    [{ fault: 'missing-page' }],
    [{ fault: 'missing-page', how: 'end' }],
    [{ fault: 'expired-cursor' }],
  ])('of a list counts what it read, and reads again or says that it is not complete: %j', async (fault) => {
    const once = await openBench([{ ...fault, operation: 'list-offers', times: 1 }]);
    const healthy = await once.api.listItems('offer', 'catalog');
    expect(healthy).toMatchObject({ complete: true, items: [{}, {}, {}] });
    expect(once.emulator.faults.show().rules[0]?.fired).toBe(1);

    const always = await openBench([{ ...fault, operation: 'list-offers' }]);
    const listing = await always.api.listItems('offer', 'catalog');
    expect(listing.complete).toBe(listing.items.length === 3);
  });

  // No count comes with promo codes: a list that ends early, or a page that comes without its
  // items, looks like any other. What can be seen must be: a page that comes twice.
  it.each<[Fault]>([
    [{ fault: 'repeated-page' }],
    [{ fault: 'repeated-page', skips: true }],
    [{ fault: 'expired-cursor' }],
  ])('of promo codes, which are not counted, notices: %j', async (fault) => {
    const once = await openBench([{ ...fault, operation: 'list-promos', times: 1 }]);
    expect(await once.api.listPromoCodes()).toMatchObject({ complete: true, items: [{}, {}, {}] });
    expect(once.emulator.faults.show().rules[0]?.fired).toBe(1);

    const always = await openBench([{ ...fault, operation: 'list-promos' }]);
    const listing = await always.api.listPromoCodes();
    expect(listing.complete).toBe(listing.items.length === 3);
  });

  it.each<[Fault, ErrorCode, JsonObject]>([
    [{ fault: 'status', status: 400 }, 'HTTP_STATUS', { status: 400, attempts: 1 }],
    [{ fault: 'status', status: 403 }, 'AUTH_REFUSED', { status: 403, attempts: 1 }],
    [{ fault: 'status', status: 404, body: 'html' }, 'HTTP_BAD_BODY', { status: 404, attempts: 1 }],
    [{ fault: 'status', status: 404, body: 'empty' }, 'HTTP_STATUS', { status: 404, attempts: 1 }],
    [{ fault: 'status', status: 429, retryAfter: 999_999_999 }, 'HTTP_RATE_LIMITED', { status: 429, attempts: 2 }],
    [{ fault: 'status', status: 503 }, 'HTTP_STATUS', { status: 503, attempts: 5 }],
    [{ fault: 'expired-token' }, 'AUTH_REFUSED', { status: 401, attempts: 2 }],
    [{ fault: 'drop-connection' }, 'NETWORK', { attempts: 5 }],
    [{ fault: 'cut-off' }, 'NETWORK', { attempts: 5 }],
    [{ fault: 'wrong-body', body: 'empty' }, 'HTTP_BAD_BODY', { status: 200, attempts: 5 }],
    [{ fault: 'wrong-body', body: 'truncated' }, 'HTTP_BAD_BODY', { status: 200, attempts: 5 }],
  ])('reports what goes on going wrong, and never as absence: %j', async (fault, code, details) => {
    for (const [operation, read] of FOUND.filter(([name]) => !name.startsWith('list-'))) {
      const { api } = await openBench([{ ...fault, operation }]);
      expect(await catchError(read(api)), operation).toMatchObject({ code, details: { ...details, ambiguous: false } });
    }
  });

  it.each<[Fault]>([
    [{ fault: 'wrong-body', body: 'html' }],
    [{ fault: 'wrong-body', body: 'truncated' }],
    [{ fault: 'wrong-body', body: 'empty' }],
    [{ fault: 'cut-off' }],
  ])('never takes a spoilt "not found" for absence: %j', async (fault) => {
    for (const [operation, read] of ABSENT) {
      const { api } = await openBench([{ ...fault, operation }]);
      expect(await catchError(read(api)), operation).toMatchObject({ details: { ambiguous: false } });
    }
  });

  it('reports that no answer ever comes', async () => {
    const { api } = await openBench([{ operation: 'get-promo', fault: 'no-answer' }], 50);
    expect(await catchError(api.readPromoCode(SPRING))).toMatchObject({ code: 'TIMEOUT', details: { attempts: 5 } });
  });

  it('reports credentials that are refused, and does not try them again', async () => {
    const { api, emulator } = await openBench([{ operation: 'token', fault: 'status', status: 401 }]);
    for (const read of [() => api.readJourney('geo'), () => api.listJourneys()]) {
      expect(await catchError(read())).toMatchObject({ code: 'AUTH_REFUSED' });
    }
    expect(emulator.log()).toHaveLength(1);
  });
});

interface Write {
  operation: Operation;
  write: (api: LimioClient) => Promise<unknown>;
  /** What the write changes, in the tenant's own state. */
  look: (emulator: Emulator) => Json | undefined;
  /** Whether it may be sent again after an unknown outcome. */
  repeats: boolean;
}

const WRITES: readonly Write[] = [
  {
    operation: 'bulk-update',
    write: (api) => api.updateItems([{ path: MONTHLY, before: {}, after: { cta_text__limio: 'Buy' } }]),
    look: (emulator) => emulator.state().items.find(({ path }) => path === MONTHLY)?.data['attributes'],
    repeats: true,
  },
  {
    operation: 'put-journey',
    write: (api) => api.putJourney('geo', { ...GEO, fallback_tag: '/other/' }),
    look: (emulator) => emulator.state().journeys[0]?.data['fallback_tag'],
    repeats: true,
  },
  {
    operation: 'create-journey',
    write: (api) => api.createJourney('new'),
    look: (emulator) => emulator.state().journeys.map(({ name }) => name),
    repeats: false,
  },
  {
    operation: 'delete-journey',
    write: (api) => api.deleteJourney('geo'),
    look: (emulator) => emulator.state().journeys.length,
    repeats: true,
  },
  {
    operation: 'create-promo',
    write: (api) => api.createPromoCode({ name: 'NEW1', id: 'promo_code_v2-NEW1', data: makePromoCode('NEW1') }),
    look: (emulator) => emulator.state().promoCodes.map(({ id }) => id),
    repeats: false,
  },
  {
    operation: 'put-promo',
    write: (api) => api.updatePromoCode({ name: 'SPRING25', id: SPRING, data: { description: 'new' } }),
    look: (emulator) => emulator.state().promoCodes[0]?.data['description'],
    repeats: true,
  },
  {
    operation: 'delete-promo',
    write: (api) => api.deletePromoCode(SPRING),
    look: (emulator) => emulator.state().promoCodes.length,
    repeats: true,
  },
  {
    operation: 'build',
    write: (api) => api.startBuild(['/pages/shop']),
    look: (emulator) => emulator.state().builds.length,
    repeats: false,
  },
];

const WRITE_FAULTS: readonly Fault[] = [
  ...PASSING,
  { fault: 'drop-connection', when: 'after' },
  { fault: 'no-answer', when: 'before', ms: 2 },
  { fault: 'status', status: 500, when: 'after' },
  { fault: 'status', status: 503, when: 'after', body: 'html' },
  { fault: 'status', status: 409 },
  { fault: 'status', status: 400 },
  { fault: 'wrong-body', body: 'html', when: 'before' },
  { fault: 'wrong-body', body: 'truncated', when: 'before' },
  { fault: 'expired-token' },
];

describe('a write by the real client', () => {
  it.each(WRITE_FAULTS.map((fault): [string, Fault] => [nameFault(fault), fault]))(
    'is done when it resolves, and undone when it fails without a doubt: %s',
    async (_name, fault) => {
      for (const { operation, write, look } of WRITES) {
        for (const times of [1, 99]) {
          const { emulator, api } = await openBench([{ ...fault, operation, times }]);
          const before = look(emulator);
          const error = await write(api).then(
            () => undefined,
            (reason: unknown) => reason,
          );
          const done = JSON.stringify(look(emulator)) !== JSON.stringify(before);
          if (error === undefined) expect(done, `${operation} claims success`).toBe(true);
          else if (!(error instanceof LimioError)) throw error;
          else if (error.details['ambiguous'] !== true)
            expect(done, `${operation} claims that nothing happened: ${error.message}`).toBe(false);
        }
      }
    },
  );

  it.each(
    PASSING.filter(({ fault }) => fault !== 'wrong-body').map((fault): [string, Fault] => [nameFault(fault), fault]),
  )('that may be repeated gets over: %s', async (_name, fault) => {
    for (const { operation, write, look } of WRITES.filter(({ repeats }) => repeats)) {
      const { emulator, api } = await openBench([{ ...fault, operation, times: 1 }]);
      const before = look(emulator);
      const answer = await write(api);
      expect(look(emulator), operation).not.toEqual(before);
      // A deletion that found nothing, after one of unknown outcome, is one that worked.
      if (operation.startsWith('delete-')) expect(answer, operation).toBe(true);
    }
  });

  it('that may not be repeated is sent once after an unknown outcome, and says so', async () => {
    const unknown: Fault[] = [
      { fault: 'drop-connection', when: 'after' },
      { fault: 'status', status: 502, when: 'after' },
      { fault: 'cut-off' },
      { fault: 'wrong-body', body: 'html' },
    ];
    for (const { operation, write } of WRITES.filter(({ repeats }) => !repeats)) {
      for (const fault of unknown) {
        const { emulator, api } = await openBench([{ ...fault, operation, times: 1 }]);
        expect(await catchError(write(api)), `${operation} ${nameFault(fault)}`).toMatchObject({
          details: { ambiguous: true, attempts: 1 },
        });
        expect(emulator.log().filter(({ faults }) => faults)).toHaveLength(1);
      }
    }
  });

  it('that may not be repeated goes out again where certainly nothing happened', async () => {
    for (const { operation, write, look } of WRITES.filter(({ repeats }) => !repeats)) {
      const { emulator, api } = await openBench([
        { operation, nth: 1, fault: 'status', status: 429 },
        { operation, nth: 2, fault: 'expired-token' },
      ]);
      const before = look(emulator);
      await write(api);
      expect(look(emulator), operation).not.toEqual(before);
    }
  });

  it.each(['path', 'object', 'error', 'message', 'number', 'null', 'mixed', 'not-an-array'] as const)(
    'of several items passes on what was refused, whatever it looks like: %s',
    async (shape) => {
      const { api } = await openBench([{ fault: 'refused-items', shape }]);
      const answer = await api.updateItems(
        [MONTHLY, '/offers2/Print'].map((path) => ({ path, before: {}, after: { cta_text__limio: 'Buy' } })),
      );
      expect(answer.failed).toHaveLength(1);
    },
  );

  it('of a publish reports a route that is omitted for ever, and a build that never ends', async () => {
    const faults: (Fault & FaultTrigger)[] = [
      { fault: 'unfinished-build', nth: 1 },
      { fault: 'omitted-route', after: 1 },
    ];
    const { api } = await openBench(faults);
    for (const message of [/not complete/, /could not be deployed/]) {
      const { id } = await api.startBuild(['/pages/shop']);
      const answer = await api.publish({ tags: ['/tags/shop'], buildId: id, name: 'shop' });
      expect(answer).toMatchObject({
        published: [],
        omitted: [{ route: '/shop/', neverPublished: false, message: expect.stringMatching(message) }],
      });
    }
  });
});
