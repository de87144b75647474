import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { createLimioReader } from '../../src/api/api.js';
import { parseCatalogItem } from '../../src/api/catalog-reads.js';
import { DEFAULT_DIALECT } from '../../src/model/dialect.js';
import type { Json, JsonObject } from '../../src/model/json.js';
import { createFakeTenant, type FakeTenant, networkError, type Step } from './support/fake-tenant.js';

const HEX = 'a'.repeat(40);

function offer(path: string): JsonObject {
  return {
    path,
    name: path.slice(1),
    id: HEX,
    type: 'item',
    version: HEX,
    data: {
      path: '/offers2/stale',
      name: 'stale',
      id: 'stale',
      version: 'stale',
      record_type: 'offer',
      attributes: { label__limio: ['x'] },
    },
  };
}

function page(paths: string[], hits: Json, from?: string): Step {
  return {
    json: { items: paths.map(offer), hits, ...(from === undefined ? {} : { queryMore: { from, alias: 'scroll' } }) },
  };
}

const FIRST = '/api/add_ons?addOnsSource=catalog&opt.all=true&opt.pageSize=50';
const OFFERS = '/api/offers/v2?offersSource=catalog&opt.all=true&opt.pageSize=50';
const OLD_OFFERS = '/api/catalog_items?record_type=offers&opt.all=true&opt.pageSize=50';
const withPageSize = (size: number): string => FIRST.replace('pageSize=50', `pageSize=${size}`);
const byRecordType = (type: string): string => `/api/catalog_items?record_type=${type}&opt.all=true&opt.pageSize=10`;
const next = (from: string): string => `${FIRST}&opt.queryMoreFrom=${from}&opt.queryMoreAlias=scroll`;

function listAddOns(tenant: FakeTenant) {
  return createLimioReader(tenant.options).listItems('add_on', 'catalog');
}

function listOffers(tenant: FakeTenant) {
  return createLimioReader(tenant.options).listItems('offer', 'catalog');
}

describe('a list', () => {
  test.each<[string, Json]>([
    ['a number', 3],
    ['an object', { value: 3, relation: 'eq' }],
  ])('is read page by page to its proven end, hits being %s', async (_, hits) => {
    const tenant = createFakeTenant();
    tenant.on('GET', FIRST, page(['/a', '/b'], hits, 'c1'));
    tenant.on('GET', next('c1'), page(['/c'], hits));
    const listing = await listAddOns(tenant);
    expect(listing).toMatchObject({ complete: true, items: [{ path: '/a' }, { path: '/b' }, { path: '/c' }] });
    expect(listing.note).toBeUndefined();
    tenant.assertAllUsed();
  });

  test('keys items on the outer path and keeps the stale copies where they are', async () => {
    const tenant = createFakeTenant();
    tenant.on('GET', FIRST, page(['/offers2/Real'], 1));
    const [item] = (await listAddOns(tenant)).items;
    expect(item).toMatchObject({
      path: '/offers2/Real',
      id: HEX,
      version: HEX,
      attributes: { label__limio: ['x'] },
      data: { path: '/offers2/stale' },
    });
  });

  test('follows a scroll id that stays the same, and an empty last page', async () => {
    const tenant = createFakeTenant();
    tenant.on('GET', FIRST, page(['/a'], 2, 'same'));
    tenant.on('GET', next('same'), page(['/b'], 2, 'same'), page([], 2, 'same'));
    expect(await listAddOns(tenant)).toMatchObject({ complete: true, items: [{ path: '/a' }, { path: '/b' }] });
  });

  test('drops a path that comes twice, which does not count', async () => {
    const tenant = createFakeTenant();
    tenant.on('GET', FIRST, page(['/a', '/b'], 3, 'c1'), page(['/a', '/b'], 3, 'c1'));
    tenant.on('GET', next('c1'), page(['/b'], 3), page(['/c'], 3));
    expect(await listAddOns(tenant)).toMatchObject({
      complete: true,
      items: [{ path: '/a' }, { path: '/b' }, { path: '/c' }],
    });
  });

  test('begins again from page 1 when a cursor was refused', async () => {
    const tenant = createFakeTenant();
    tenant.on('GET', FIRST, page(['/a'], 2, 'c1'), page(['/a'], 2, 'c2'));
    tenant.on('GET', next('c1'), { status: 400, json: { message: 'No search context found' } });
    tenant.on('GET', next('c2'), page(['/b'], 2));
    expect(await listAddOns(tenant)).toMatchObject({ complete: true, items: [{ path: '/a' }, { path: '/b' }] });
    tenant.assertAllUsed();
  });

  test('is complete when only the cursor after the last item was refused', async () => {
    const tenant = createFakeTenant();
    tenant.on('GET', FIRST, page(['/a'], 1, 'c1'));
    tenant.on('GET', next('c1'), { status: 404, json: { message: 'gone' } });
    expect(await listAddOns(tenant)).toMatchObject({ complete: true, items: [{ path: '/a' }] });
  });

  test('that never adds up is incomplete after three runs, with both counts', async () => {
    const tenant = createFakeTenant();
    tenant.on('GET', FIRST, page(['/a', '/b'], 393), page(['/a'], 393), page(['/b'], 393));
    expect(await listAddOns(tenant)).toMatchObject({
      complete: false,
      items: [{ path: '/a' }, { path: '/b' }],
      note: '2 add-ons were read and the tenant counts 393',
    });
    tenant.assertAllUsed();
  });

  test.each<[string, Json, number]>([
    ['a count that is only a bound', { value: 1, relation: 'gte' }, 1],
    ['no count', null, 1],
    ['fewer hits than items', 0, 3],
  ])('with %s is not proved', async (_, hits, runs) => {
    const tenant = createFakeTenant();
    tenant.on('GET', FIRST, ...Array.from({ length: runs }, () => page(['/a'], hits)));
    const listing = await listAddOns(tenant);
    expect(listing).toMatchObject({ complete: false, items: [{ path: '/a' }] });
    expect(listing.note).toContain('1 add-ons were read');
    tenant.assertAllUsed();
  });

  test('whose pages go in circles ends, incomplete', async () => {
    const tenant = createFakeTenant();
    tenant.always(
      'GET',
      (path) => path.startsWith('/api/add_ons'),
      () => page(['/a'], 9, 'again') as { json: Json },
    );
    const listing = await listAddOns(tenant);
    expect(listing).toMatchObject({ complete: false, note: expect.stringContaining('the pages repeat') });
    expect(tenant.paths()).toHaveLength(6);
  });

  test('with elements that have no path is incomplete and says so', async () => {
    const tenant = createFakeTenant();
    tenant.on('GET', FIRST, { json: { items: [offer('/a'), { name: 'lost' }, null], hits: 3 } });
    expect(await listAddOns(tenant)).toMatchObject({
      complete: false,
      note: '1 add-ons were read and the tenant counts 3; 2 elements have no path or name',
    });
  });

  test.each<[string, Step]>([
    ['502', { status: 502 }],
    ['413', { status: 413 }],
    ['HTML', { text: '<html>' }],
    ['half a document', { text: '{"items":[{"path":"/a' }],
  ])('page that is over the cap (%s) is asked for again in halves, from page 1', async (_, step) => {
    const tenant = createFakeTenant({ dialect: { ...DEFAULT_DIALECT, pageSize: 5 } });
    const twice = 'status' in step && step.status === 413 ? [step] : [step, step];
    tenant.on('GET', withPageSize(5), ...twice);
    tenant.on('GET', withPageSize(2), page(['/a', '/b'], 3, 'c1'));
    tenant.on('GET', `${withPageSize(2)}&opt.queryMoreFrom=c1&opt.queryMoreAlias=scroll`, ...twice);
    tenant.on('GET', withPageSize(1), page(['/a'], 1));
    expect(await listAddOns(tenant)).toMatchObject({ complete: true, items: [{ path: '/a' }] });
    tenant.assertAllUsed();
  });

  test('that is 502 down to a single item is an error', async () => {
    const tenant = createFakeTenant();
    tenant.always(
      'GET',
      (path) => path.startsWith('/api/add_ons'),
      () => ({ status: 502 }),
    );
    await expect(listAddOns(tenant)).rejects.toMatchObject({ code: 'HTTP_STATUS', details: { status: 502 } });
  });

  test('whose first page is refused is an error, not an empty list', async () => {
    const tenant = createFakeTenant();
    tenant.on('GET', FIRST, { status: 404, json: { message: 'Not found' } });
    await expect(listAddOns(tenant)).rejects.toMatchObject({ code: 'HTTP_STATUS', details: { status: 404 } });
  });

  test('is an error when the tenant cannot be reached in the middle', async () => {
    const tenant = createFakeTenant({ maxAttempts: 2 });
    tenant.on('GET', FIRST, page(['/a'], 2, 'c1'));
    tenant.on('GET', next('c1'), networkError('ECONNREFUSED'), networkError('ECONNREFUSED'));
    await expect(listAddOns(tenant)).rejects.toMatchObject({ code: 'NETWORK' });
  });

  test('of offers by typed calls has those of campaigns too, which /offers/v2 leaves out', async () => {
    const tenant = createFakeTenant();
    tenant.on('GET', OFFERS, page(['/offers2/A'], 1));
    tenant.on('GET', OLD_OFFERS, page(['/offers/Winter/B'], 1));
    const listing = await listOffers(tenant);
    expect(listing).toMatchObject({ complete: true, items: [{ path: '/offers2/A' }, { path: '/offers/Winter/B' }] });
    tenant.assertAllUsed();
  });

  test('of offers reads those of campaigns from /offers where catalog_items is refused', async () => {
    const tenant = createFakeTenant();
    tenant.on('GET', OFFERS, page(['/offers2/A'], 1));
    tenant.on('GET', OLD_OFFERS, { status: 404, json: { message: 'Not found' } });
    tenant.on('GET', '/api/offers?opt.all=true&opt.pageSize=50', page(['/offers2/A', '/offers/Winter/B'], 2));
    const listing = await listOffers(tenant);
    expect(listing).toMatchObject({ complete: true, items: [{ path: '/offers2/A' }, { path: '/offers/Winter/B' }] });
  });

  test('of offers is incomplete where no call lists those of campaigns', async () => {
    const tenant = createFakeTenant();
    const refused = { status: 403, json: { message: 'Forbidden' } };
    tenant.on('GET', OFFERS, page(['/offers2/A'], 1));
    tenant.on('GET', OLD_OFFERS, refused);
    tenant.on('GET', '/api/offers?opt.all=true&opt.pageSize=50', refused);
    expect(await listOffers(tenant)).toMatchObject({
      complete: false,
      items: [{ path: '/offers2/A' }],
      note: expect.stringContaining('The tenant shows no list of offers') as string,
    });
  });

  test.each(['campaign', 'page'] as const)(
    'of the kind %s comes from catalog_items where its call is refused',
    async (type) => {
      const tenant = createFakeTenant();
      tenant.on('GET', `/api/${type}s?opt.all=true&opt.pageSize=50`, { status: 403, json: { message: 'Forbidden' } });
      tenant.on('GET', `/api/catalog_items?record_type=${type}&opt.all=true&opt.pageSize=50`, page(['/x/A'], 1));
      const listing = await createLimioReader(tenant.options).listItems(type, 'catalog');
      expect(listing).toMatchObject({ complete: true, items: [{ path: '/x/A' }] });
    },
  );

  test('by catalog_items joins both record types of offers', async () => {
    const tenant = createFakeTenant({ dialect: { ...DEFAULT_DIALECT, catalogRead: 'catalog_items', pageSize: 10 } });
    tenant.on('GET', byRecordType('offers'), page(['/offers/A', '/offers2/B'], 2));
    tenant.on('GET', byRecordType('offers2'), page(['/offers2/B', '/offers2/C'], 2));
    const listing = await listOffers(tenant);
    expect(listing.complete).toBe(true);
    expect(listing.items.map((item) => item.path)).toEqual(['/offers/A', '/offers2/B', '/offers2/C']);
  });

  test('by catalog_items is incomplete when either half is', async () => {
    const tenant = createFakeTenant({ dialect: { ...DEFAULT_DIALECT, catalogRead: 'catalog_items', pageSize: 10 } });
    tenant.always(
      'GET',
      (path) => /record_type=offers(&|$)/.test(path),
      () => page(['/offers/A'], 1) as { json: Json },
    );
    tenant.always(
      'GET',
      (path) => path.includes('record_type=offers2'),
      () => page(['/offers2/B'], 4) as { json: Json },
    );
    expect(await listOffers(tenant)).toMatchObject({
      complete: false,
      note: '1 offers were read and the tenant counts 4',
    });
  });
});

const HEAD = '/limio/catalogs/1/items/offers2/Digital%20Monthly';
const read = (tenant: FakeTenant) => createLimioReader(tenant.options).readItem('/offers2/Digital Monthly');

describe('one item at head', () => {
  const NOTFOUND = { error: { message: 'Not found', code: 'NOTFOUND' } };

  test('is read by its encoded path', async () => {
    const tenant = createFakeTenant();
    tenant.on('GET', HEAD, { json: { header: { commitId: 'c' }, item: offer('/offers2/Digital Monthly') } });
    expect(await read(tenant)).toMatchObject({
      path: '/offers2/Digital Monthly',
      version: HEX,
      attributes: { label__limio: ['x'] },
    });
  });
  test.each([404, 200])('is missing when the API says NOTFOUND, with status %i', async (status) => {
    const tenant = createFakeTenant();
    tenant.on('GET', HEAD, { status, json: NOTFOUND });
    expect(await read(tenant)).toBeUndefined();
  });
  test('is missing when the tenant answers with an item of another normal form, which has another id', async () => {
    const tenant = createFakeTenant();
    const items = '/limio/catalogs/1/items/offers2';
    tenant.on('GET', `${items}/Caf%C3%A9`, { json: { item: offer('/offers2/Cafe\u0301') } });
    expect(await createLimioReader(tenant.options).readItem('/offers2/Caf\u00E9')).toBeUndefined();
  });
  test.each<[string, Step, string]>([
    ['a 404 in HTML', { status: 404, text: '<html><title>404</title>' }, 'HTTP_BAD_BODY'],
    ['an empty 404', { status: 404 }, 'HTTP_STATUS'],
    ['a 404 of an API gateway', { status: 404, json: { message: 'Not Found' } }, 'HTTP_STATUS'],
    ['another item', { json: { item: offer('/offers2/Other') } }, 'HTTP_BAD_BODY'],
    ['JSON without an item', { json: { header: {} } }, 'HTTP_BAD_BODY'],
  ])('is an error, not missing, after %s', async (_, step, code) => {
    const tenant = createFakeTenant();
    tenant.on('GET', HEAD, step);
    await expect(read(tenant)).rejects.toMatchObject({ code });
  });
});

describe('the shape of an item', () => {
  test('without an outer data is lifted into one', () => {
    expect(
      parseCatalogItem({
        path: '/products/P',
        name: 'P',
        type: 'item',
        record_type: 'product',
        baseTemplate: '/t',
        attributes: { product_code__limio: 'x' },
      }),
    ).toEqual({
      path: '/products/P',
      name: 'P',
      id: '',
      attributes: { product_code__limio: 'x' },
      data: { record_type: 'product', baseTemplate: '/t', attributes: { product_code__limio: 'x' } },
    });
  });
  test('gets its name from the path when it has none', () => {
    expect(parseCatalogItem({ path: '/offers2/A B', data: {} })).toMatchObject({ name: 'A B', attributes: {} });
  });
  test.each([null, [], 'x', {}, { path: 3 }, { path: '' }])('%j is no item', (json) => {
    expect(parseCatalogItem(json as Json)).toBeUndefined();
  });
});

const REAL = new URL('../../../shared/real-data/', import.meta.url);
const load = (name: string): Json => JSON.parse(readFileSync(new URL(name, REAL), 'utf8')) as Json;

describe.skipIf(!existsSync(REAL))('real objects', () => {
  test.each(['offers.json', 'add-ons.json', 'products.json'])('of %s are understood, nothing of them lost', (name) => {
    for (const json of load(name) as JsonObject[]) {
      const item = parseCatalogItem(json);
      expect(item).toMatchObject({
        path: json['path'],
        name: json['name'] ?? (json['path'] as string).split('/').at(-1),
      });
      const data = (json['data'] ?? json) as JsonObject;
      expect(item?.attributes).toEqual(data['attributes'] ?? {});
    }
  });
  test('a real page is one page of 393, so the read is incomplete', async () => {
    const tenant = createFakeTenant();
    tenant.always(
      'GET',
      (path) => path.startsWith('/api/offers/v2'),
      () => ({ json: load('offers-published-page.json') }),
    );
    tenant.on('GET', '/api/published_catalog_items?record_type=offers&opt.all=true&opt.pageSize=50', page([], 0));
    const listing = await createLimioReader(tenant.options).listItems('offer', 'published');
    expect(listing).toMatchObject({ complete: false, note: '4 offers were read and the tenant counts 393' });
  });
});
