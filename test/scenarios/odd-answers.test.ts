import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createLimioReader } from '../../src/api/api.js';
import { startEmulator } from '../../src/emulator/emulator.js';
import { LimioError } from '../../src/errors/errors.js';
import type { JsonObject } from '../../src/model/json.js';
import type { LiveReader } from '../../src/model/live-api.js';
import type { DesiredResource } from '../../src/model/model.js';
import type { Plan } from '../../src/model/plan.js';
import type { PlanContext } from '../../src/plan/plan-context.js';
import { makePlan } from '../../src/plan/plan.js';
import { renderPlanHtml } from '../../src/render/plan/html.js';
import { renderPlanText } from '../../src/render/plan/text.js';
import { PLAIN_STYLE } from '../../src/render/terminal.js';
import { type GateAnswer, type GateHooks, startGate } from '../end-to-end/support/start-gate.js';
import { SMALL_SEED } from '../end-to-end/support/small-tenant.js';
import { declare } from '../plan/support/tenant-reader.js';
import { pullFiles } from '../pull/support/pull-bench.js';
import { consentToAll, QUICK_CLOCK, TEST_CONTEXT, withBench } from '../support/run-scenario.js';

const DEEP = 20_000;
const deep = (inner: string): string => `${'['.repeat(DEEP)}${inner}${']'.repeat(DEEP)}`;

/** Bodies that no documented call returns. `{}` in a list stays a list of one element. */
const ODD_BODIES: Readonly<Record<string, string>> = {
  null: 'null',
  'a text': '"maintenance"',
  HTML: '<html><body>Sign in</body></html>',
  nothing: '',
  'deep nesting': deep('1'),
  'wrong types': '{"items": 5, "hits": "many", "queryMore": [1], "item": [], "data": "x", "id": {}, "name": []}',
  'odd elements': '{"items": [null, 5, "x", [], {}, {"path": 7}, {"name": {}}], "hits": 7}',
  'deep elements': `{"items": [{"path": "/offers2/Deep", "name": "Deep", "id": "Deep", "data": ${deep('{}')}}], "hits": 1}`,
  'a deep record': `{"item": {"path": "/offers2/Monthly", "data": ${deep('1')}}, "name": "web-geo", "data": {"a": ${deep('1')}}}`,
  'impossible names': JSON.stringify({
    items: ['..', '.', '', 'a\u0000b', '\ud800', '__proto__', 'x'.repeat(100_000), '/', '../../etc/passwd', '\r\n'].map(
      (name) => ({ path: name, name, id: `promo_code_v2-${name}`, data: { journeys: [], promoCode: name } }),
    ),
    hits: 10,
  }),
  'odd values': JSON.stringify({
    items: [
      {
        path: '/offers2/Odd',
        name: 'Odd',
        id: 'Odd',
        data: {
          attributes: 5,
          products: 'x',
          tags: { a: 1 },
          offers: [[]],
          journeys: [null, 5, { conditions: 3, actions: 'x' }],
          promoCode: 5,
        },
      },
    ],
    hits: { value: 1, relation: 'eq' },
  }),
  'statuses of its own': '{"statusCode": 500}',
};

/** Each call that a plan reads, by a part of its URL. */
const READS: Readonly<Record<string, RegExp>> = {
  offers: /^\/api\/offers\/v2/,
  'add-ons': /^\/api\/add_ons/,
  pages: /^\/api\/(pages|catalog_items)/,
  'published items': /^\/api\/published_catalog_items|Source=published/,
  journeys: /^\/api\/v2\/journey(\?|$)/,
  'one journey': /^\/api\/v2\/journey\/./,
  'promo codes': /^\/api\/objects\/limio\/promo_codes_v2(\?|$)/,
  'one promo code': /^\/api\/objects\/limio\/promo_codes_v2\/./,
  'one item': /^\/limio\/catalogs\/1\/items\//,
};

const DESIRED = declare({
  'offer:/offers2/Monthly': { attributes: { display_name__limio: 'Renamed' } },
  'add_on:/add_ons/Archive': { attributes: { display_name__limio: 'Renamed' } },
  'journey:web-geo': { fallback_tag: '/us/' },
  'promo_code:WELCOME10': { status: false },
});

const SCOPE = { journey: ['web-*'], promo_code: ['*'] };

let tenant: Awaited<ReturnType<typeof startEmulator>>;
let odd: NonNullable<GateHooks['before']> = () => undefined;
let gate: Awaited<ReturnType<typeof startGate>>;

beforeAll(async () => {
  tenant = await startEmulator({ port: 0, seed: SMALL_SEED });
  gate = await startGate(tenant.url, { before: (request) => odd(request) });
});
afterAll(async () => {
  await gate.close();
  await tenant.close();
});

async function planThrough(
  hook: typeof odd,
  desired: readonly DesiredResource[] = DESIRED,
  scope: PlanContext['scope'] = SCOPE,
): Promise<Plan> {
  return withGate(hook, (reader) => makePlan(reader, desired, { ...TEST_CONTEXT, scope }));
}

async function withGate<T>(hook: typeof odd, use: (reader: LiveReader) => Promise<T>): Promise<T> {
  odd = hook;
  const reader = createLimioReader({
    baseUrl: gate.url,
    credentials: { clientId: 'emulator', clientSecret: 'emulator-secret' },
    dialect: TEST_CONTEXT.dialect,
    clock: QUICK_CLOCK,
    random: () => 0.5,
    ratePerSecond: 100_000,
  });
  try {
    return await use(reader);
  } finally {
    await reader.close();
  }
}

const answerAt =
  (url: RegExp, answer: Partial<GateAnswer>): typeof odd =>
  ({ method, path }) =>
    method === 'GET' && url.test(path) ? { status: 200, body: '{}', ...answer } : undefined;

const changed = ({ changes }: Plan): string[] => changes.map(({ address, action }) => `${action} ${address}`);

const UPDATES = DESIRED.map(({ address }) => `update ${address}`).sort();

describe('one odd answer stops only what depends on it', () => {
  test('without an odd answer everything is planned', async () => {
    const plan = await planThrough(() => undefined);
    expect(changed(plan)).toEqual([...UPDATES, 'delete journey:web-old', 'delete promo_code:OLD5'].sort(byAddress));
  });

  describe.each(Object.entries(READS))('%s', (_, url) => {
    test.each(Object.entries(ODD_BODIES))('%s', async (__, body) => {
      const plan = await planThrough(answerAt(url, { body }));
      const kinds = new Set(plan.changes.map(({ kind }) => kind));
      // At most the objects of the odd call are missing.
      expect(kinds.size).toBeGreaterThanOrEqual(url === READS['one item'] ? 2 : 3);
      expect(renderPlanText(plan, { style: PLAIN_STYLE })).not.toBe('');
      expect(renderPlanHtml(plan)).not.toBe('');
    });

    test.each([400, 401, 403, 404, 500])('the status %s', async (status) => {
      // A list that also says what is to be deleted is not opened by a new token: a matter of the credentials.
      if (status === 401 && (url === READS['journeys'] || url === READS['promo codes'])) {
        const answer = answerAt(url, { status, body: '{"message": "Unauthorized"}' });
        await expect(planThrough(answer)).rejects.toMatchObject({ code: 'AUTH_REFUSED' });
        return;
      }
      const plan = await planThrough(answerAt(url, { status, body: '{"message": "no"}' }));
      expect(new Set(plan.changes.map(({ kind }) => kind)).size).toBeGreaterThanOrEqual(2);
    });
  });

  test('a journey list of unknown shape: declared journeys are read by name, and no deletion is planned', async () => {
    const plan = await planThrough(answerAt(READS['journeys'] ?? /x/, { body: '{"result": []}' }));
    expect(changed(plan)).toEqual([...UPDATES, 'delete promo_code:OLD5'].sort(byAddress));
    expect(plan.warnings).toContainEqual(
      expect.objectContaining({
        code: 'INCOMPLETE_READ',
        message: expect.stringMatching(/journeys.*unknown shape.*no deletion/s),
      }),
    );
  });

  test('/pages refused: the list of all catalog items is read instead', async () => {
    const whole = await planThrough(() => undefined);
    const plan = await planThrough(answerAt(/^\/api\/pages/, { status: 401, body: '{"message": "Unauthorized"}' }));
    expect(plan.publish).toEqual(whole.publish);
    expect(plan.guards.map(({ code }) => code)).not.toContain('INCOMPLETE_PAGES');
  });

  test('/pages refused, and its replacement too: only publishing stops, and nobody blames the credentials', async () => {
    const refused = { status: 401, body: '{"message": "Unauthorized"}' };
    const plan = await planThrough(answerAt(/^\/api\/(pages|catalog_items)/, refused));
    expect(changed(plan).slice(0, 1)).toEqual(['update add_on:/add_ons/Archive']);
    const guard = plan.guards.find(({ code }) => code === 'INCOMPLETE_PAGES');
    expect(guard).toMatchObject({ stopsPublish: true });
    expect(JSON.stringify(plan)).not.toContain('CLIENT_SECRET');
  });

  test.each(DESIRED)(
    '$address that cannot be read is skipped and named; the rest is planned',
    async ({ address, name }) => {
      const odds = answerAt(new RegExp(`${encodeURIComponent(name.replace(/^.*[/]/, ''))}$`), { body: '"odd"' });
      const plan = await planThrough(odds);
      expect(changed(plan)).not.toContain(`update ${address}`);
      expect(changed(plan)).toEqual(expect.arrayContaining(UPDATES.filter((line) => !line.endsWith(address))));
      expect(plan.warnings).toContainEqual(expect.objectContaining({ code: 'OBJECT_UNREADABLE', address }));
      expect(changed(plan)).not.toContain(`delete ${address}`);
    },
  );

  test('an object of the tenant that is too deep is skipped and named', async () => {
    const body = { items: [{ path: '/offers2/Deep', name: 'Deep', id: 'a' }, ...(await listOffers())], hits: 3 };
    const text = JSON.stringify(body).replace('"id":"a"', `"id":"a","data":${deep('1')}`);
    const plan = await planThrough(answerAt(READS['offers'] ?? /x/, { body: text }));
    expect(changed(plan)).toContain('update offer:/offers2/Monthly');
    expect(plan.warnings).toContainEqual(
      expect.objectContaining({ code: 'INCOMPLETE_READ', message: expect.stringContaining('/offers2/Deep') }),
    );
  });

  describe('an object with a name that no URL can hold (case "one odd object") is named; the rest is planned', () => {
    test.each(['..', 'web-\ud800'])('the journey %j', async (name) => {
      const entry = { name, data: { starting_point: '/x/', journeys: [] } };
      const plan = await planThrough(
        answerAt(READS['journeys'] ?? /x/, { body: JSON.stringify([entry, ...listJourneys()]) }),
        DESIRED,
        { journey: ['**'], promo_code: ['*'] },
      );
      expect(changed(plan)).toEqual(expect.arrayContaining(UPDATES));
      expect(JSON.stringify(plan.warnings)).toContain(JSON.stringify(name).slice(1, -1).replaceAll('\\', '\\\\'));
    });
  });

  describe('an adoption of the whole tenant skips and names (case "one odd object")', () => {
    const deepAttribute = `{"path":"/offers2/Deep","name":"Deep","id":"Deep","data":{"attributes":{"a":${deep('1')}}}}`;
    test.each([
      ['a journey called ..', 'journeys', () => addJourney('..'), '".."'],
      ['a name with half a surrogate pair', 'journeys', () => addJourney('web-\ud800'), String.raw`"web-\ud800"`],
      [
        'an attribute nested 5,000 deep',
        'offers',
        async () =>
          JSON.stringify({ items: ['deep', ...(await listOffers())], hits: 3 }).replace('"deep"', deepAttribute),
        '/offers2/Deep',
      ],
    ] as const)('%s; every other object gets its file', async (_, call, body, named) => {
      const adopt = ['offer:**', 'journey:**'];
      const { pull } = await withGate(answerAt(READS[call] ?? /x/, { body: await body() }), (reader) =>
        pullFiles(reader, [], { adopt }),
      );
      const paths = pull.files.map(({ path }) => path);
      expect(paths.join()).toMatch(/monthly.*web-geo/);
      expect(pull.incomplete.map(({ note }) => note).join()).toContain(named);
    });
  });

  test('when nothing can be read, the first refusal is the error', async () => {
    const refused = answerAt(/./, { status: 403, body: '{"message": "no"}' });
    await expect(planThrough(refused)).rejects.toMatchObject({ code: 'AUTH_REFUSED' });
    await expect(planThrough(refused, [], SCOPE)).rejects.toBeInstanceOf(LimioError);
  });
});

describe.each(['401', '403'] as const)('a tenant that refuses /pages to bearer tokens, with %s', (status) => {
  const options = { seed: SMALL_SEED, buildMs: 0, dialect: { pagesForBearers: status } };

  test('is planned and published from catalog_items?record_type=page', async () => {
    const whole = await withBench({ ...options, dialect: {} }, (bench) => bench.plan(DESIRED, SCOPE));
    await withBench(options, async (bench) => {
      const plan = await bench.plan(DESIRED, SCOPE);
      const lists = bench.emulator.log().filter(({ path }) => /^\/api\/(pages|catalog_items)$/.test(path));
      expect(new Set(lists.map((entry) => `${entry.path} ${entry.query['record_type']} ${entry.status}`))).toEqual(
        new Set([
          `/api/pages undefined ${status}`,
          '/api/catalog_items page 200',
          '/api/catalog_items campaign 200',
          '/api/catalog_items offers 200',
        ]),
      );
      expect(plan.publish).toEqual(whole.publish);
      const result = await bench.apply(plan, consentToAll(plan));
      expect(new Set(result.outcomes.map((outcome) => outcome.status))).toEqual(new Set(['done']));
      expect(result.publish.pages.map((page) => page.status)).toContain('live');
    });
  });

  test('and that list too: only publishing stops, and nobody blames the credentials', async () => {
    const faults = [{ operation: 'list-catalog-items', fault: 'status', status: 403 }] as const;
    await withBench({ ...options, faults }, async (bench) => {
      const plan = await bench.plan(DESIRED, SCOPE);
      expect(changed(plan)).toEqual(expect.arrayContaining(UPDATES));
      expect(plan.guards.filter(({ stopsPublish }) => stopsPublish).map(({ code }) => code)).toEqual([
        'INCOMPLETE_PAGES',
      ]);
      const result = await bench.apply(plan, consentToAll(plan));
      expect(result.outcomes.filter((outcome) => outcome.status !== 'done')).toEqual([]);
      expect(bench.emulator.log().filter(({ path }) => /builds|publish$/.test(path))).toEqual([]);
      expect(JSON.stringify([plan, result])).not.toMatch(/CLIENT_SECRET|credentials/);
    });
  });
});

async function listOffers(): Promise<JsonObject[]> {
  return tenant
    .state()
    .items.filter(({ path }) => path.startsWith('/offers2/'))
    .map((item) => item as unknown as JsonObject);
}

function addJourney(name: string): string {
  return JSON.stringify([{ name, data: { starting_point: '/x/', journeys: [] } }, ...listJourneys()]);
}

function listJourneys(): JsonObject[] {
  return tenant.state().journeys.map(({ name, data }) => ({ name, data }));
}

function byAddress(a: string, b: string): number {
  const [x, y] = [a.split(' ')[1] ?? '', b.split(' ')[1] ?? ''];
  return x < y ? -1 : x > y ? 1 : 0;
}
