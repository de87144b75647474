import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import { runChecks } from '../../src/doctor/doctor.js';
import type { EmulatorOptions } from '../../src/emulator/options.js';
import { DEFAULT_DIALECT, type Dialect } from '../../src/model/dialect.js';
import type { FindingStatus } from '../../src/model/doctor.js';
import { MESSY_SEED } from './messy-seed.js';
import { examine, openTenant } from './support/open-probe.js';

const manyOffers = Array.from({ length: 120 }, (_, i) => ({
  path: `/offers2/Offer ${i}`,
  data: { record_type: 'offer', products: [], attributes: { display_name__limio: `Offer ${i}` } },
}));

describe('doctor against an emulated tenant', () => {
  test('a messy tenant: every finding, and every list is read once', async () => {
    const tenant = await openTenant({ seed: MESSY_SEED });
    const { report } = await examine(tenant);
    expect(Object.fromEntries(report.checks.map(({ id, status }) => [id, status]))).toEqual({
      reachable: 'ok',
      credentials: 'ok',
      rights: 'ok',
      clock: 'ok',
      setting: 'ok',
      'read-paths': 'ok',
      'list-shapes': 'ok',
      'page-size': 'ok',
      'index-lag': 'ok',
      published: 'warning',
      'untagged-pages': 'warning',
      labels: 'problem',
      'duplicate-names': 'warning',
      'inner-copies': 'ok',
      ids: 'problem',
      'promo-version': 'ok',
      'journey-forms': 'warning',
    });
    expect(report.summary).toEqual({ ok: 11, warning: 4, problem: 2, unknown: 0 });
    const find = (id: string) => report.checks.find((check) => check.id === id)?.evidence;
    expect(find('labels')).toEqual(['"digtal" on /pages/shop; did you mean "digital"?']);
    expect(find('untagged-pages')).toEqual(['/pages/draft']);
    expect(find('duplicate-names')).toEqual(['"Digital" of offers: /offers2/Digital Monthly, /offers2/Digital Annual']);
    expect(find('ids')).toEqual([`/offers2/Print: ${'0'.repeat(40)}`]);
    expect(find('journey-forms')).toEqual([
      'confirmed by live journeys: country',
      'not confirmed: city, region, billing_country, query, cookie, segment, offer_label, subscription_status, device',
    ]);

    const calls = tenant.log().map(({ method, path, query }) => `${method} ${path}?${JSON.stringify(query)}`);
    expect(calls.filter((call, i) => calls.indexOf(call) !== i && !call.includes('/offers/v2'))).toEqual([]);
    expect(new Set(tenant.log().map(({ method, path }) => (path === '/oauth2/token' ? 'token' : method)))).toEqual(
      new Set(['token', 'GET']),
    );
  });

  test.each<[string, EmulatorOptions, Partial<Dialect>, string, FindingStatus, string]>([
    [
      'a tenant that reads by catalog_items, and a dialect that says typed',
      { dialect: { catalogRead: 'catalog_items' } },
      {},
      'read-paths',
      'problem',
      'The catalog cannot be read as the dialect says (catalogRead: typed).',
    ],
    [
      'the same tenant with the right dialect',
      { dialect: { catalogRead: 'catalog_items' } },
      { catalogRead: 'catalog_items' },
      'read-paths',
      'ok',
      'The catalog can be read from /catalog_items, as the dialect says.',
    ],
    ['a ceiling of pages', { pageSizeCap: 70 }, {}, 'page-size', 'ok', 'The tenant returns at most 70 items per page.'],
    [
      'a ceiling below the page size of the dialect',
      { pageSizeCap: 20 },
      {},
      'page-size',
      'warning',
      'The tenant returns at most 20 items per page, fewer than dialect.pageSize (50).',
    ],
    ['hits as a number', { hitsShape: 'number' }, {}, 'list-shapes', 'ok', 'Lists have a known shape.'],
    [
      'journeys as one object',
      { dialect: { journeyList: 'object' } },
      {},
      'list-shapes',
      'warning',
      'The tenant lists a single journey, without its name.',
    ],
    [
      'journeys in another shape than the dialect insists on',
      { dialect: { journeyList: 'items' } },
      { journeyList: 'array' },
      'journey-forms',
      'unknown',
      'Not checked: the list of journeys could not be read: GET /api/v2/journey returned the shape "items", not "array".',
    ],
  ])('%s', async (_name, options, dialect, id, status, message) => {
    const tenant = await openTenant({ seed: { ...MESSY_SEED, items: manyOffers }, ...options });
    const { check } = await examine(tenant, { dialect });
    expect(check(id)).toMatchObject({ status, message });
  });

  test('an index that lags is reported with its items', async () => {
    const tenant = await openTenant({ seed: MESSY_SEED, indexLagMs: 60_000 });
    tenant.edit.item('/offers2/Print', { cta_text__limio: 'Buy' });
    const { check } = await examine(tenant);
    expect(check('index-lag')).toMatchObject({ status: 'warning', evidence: ['/offers2/Print is newer at head'] });
  });

  test('an edit since the publish is distinguished from what was never published', async () => {
    const tenant = await openTenant({ seed: MESSY_SEED });
    tenant.edit.item('/offers2/Digital Monthly', { cta_text__limio: 'Buy' });
    const { check } = await examine(tenant);
    expect(check('published').evidence).toEqual([
      '/offers2/Digital Monthly: differs from the published copy',
      '/offers2/Digital Annual: never published',
      '/offers2/Print: never published',
    ]);
  });

  test('one list that is refused stops only the checks that need it', async () => {
    const tenant = await openTenant({
      seed: MESSY_SEED,
      faults: [{ operation: ['list-pages', 'list-catalog-items'], fault: 'status', status: 403, times: 100 }],
    });
    const { check, report } = await examine(tenant);
    expect(check('rights').status).toBe('problem');
    expect(report.checks.filter(({ status }) => status === 'unknown').map(({ id }) => id)).toEqual([
      'untagged-pages',
      'labels',
      'ids',
    ]);
    expect(check('labels').message).toMatch(/^Not checked: the list of pages could not be read: .*403/);
  });

  test('credentials that are refused: one problem, and everything else is not checked', async () => {
    const tenant = await openTenant({ seed: MESSY_SEED });
    const { check, report } = await examine(tenant, {
      client: { credentials: { clientId: 'emulator', clientSecret: 'wrong' } },
      context: { credentials: 'the command vault' },
    });
    expect(check('reachable').status).toBe('ok');
    expect(check('credentials')).toMatchObject({
      status: 'problem',
      advice: expect.stringMatching(/^They come from the command vault\. [^_]+$/),
    });
    expect(report.checks.filter(({ status }) => status === 'problem')).toHaveLength(1);
    expect(check('labels')).toMatchObject({
      status: 'unknown',
      message: 'Not checked: the tenant is unreachable or rejected the credentials.',
    });
    expect(tenant.log()).toHaveLength(1);
  });

  test('nobody answers: one problem, nothing else is asked', async () => {
    const tenant = await openTenant({});
    await tenant.close();
    const { report } = await examine(tenant);
    expect(report.checks.filter(({ status }) => status === 'problem').map(({ id }) => id)).toEqual(['reachable']);
    expect(report.summary.ok).toBe(1);
  });
});

function checkClock(dateMs: number | undefined) {
  const failure = { failure: { code: 'X', message: 'x', because: 'signedIn' } };
  const readings = new Proxy({}, { get: () => failure });
  const timings = [{ elapsedMs: 100, receivedAtMs: 1_000_000, ...(dateMs === undefined ? {} : { dateMs }) }];
  return runChecks(readings as never, {
    environment: 'test',
    host: 'h',
    protected: false,
    dialect: DEFAULT_DIALECT,
    timings,
    learned: false,
    credentials: 'LIMIO_CLIENT_ID, LIMIO_CLIENT_SECRET',
  }).checks.find(({ id }) => id === 'clock');
}

describe('the clock', () => {
  test.each([
    ['a second apart', 999_000, 'ok', ['less than 2 s apart (the Date header has whole seconds)']],
    ['ten minutes behind', 1_600_000, 'warning', ['this machine is 600 s behind the tenant']],
    ['an hour ahead', -2_600_000, 'warning', ['this machine is 3600 s ahead of the tenant']],
    ['no Date header', undefined, 'unknown', []],
  ])('%s', (_name, dateMs, status, evidence) => {
    expect(checkClock(dateMs)).toMatchObject({ status, evidence });
  });

  test('is read from the Date header of real answers', async () => {
    const server = createServer((_request, response) => {
      response.setHeader('date', 'Sun, 01 Mar 2026 12:00:00 GMT');
      response.setHeader('content-type', 'application/json');
      response.end('{"message":"no"}');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void server.close());
    const { check } = await examine({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });
    expect(check('clock').status).toBe('warning');
  });
});
