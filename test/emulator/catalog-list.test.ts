import { describe, expect, it } from 'vitest';
import { getOwn, isJsonObject, type Json, type JsonObject } from '../../src/model/json.js';
import { ACME, makeOffer, MONTHLY } from './acme-seed.js';
import { connect, type Connection, type Reply } from './connect.js';

const MANY = { items: Array.from({ length: 120 }, (_, n) => makeOffer(`Offer ${n}`)) };
const CATALOG = '/api/offers/v2?offersSource=catalog';

function paths(reply: Reply): Json[] {
  return (reply.json['items'] as JsonObject[]).map((item) => item['path'] ?? null);
}

function nextPage(first: string, reply: Reply): string {
  const more = reply.json['queryMore'] as { from: string; alias: string };
  return `${first}&${new URLSearchParams({ 'opt.queryMoreFrom': more.from, 'opt.queryMoreAlias': more.alias }).toString()}`;
}

async function edit({ call }: Connection, name: string): Promise<void> {
  await call('PUT', '/limio/catalogs/1/bulk-update', {
    diffs: [{ path: MONTHLY, diff: { display_name__limio: name } }],
  });
}

function readName(reply: Reply, path = MONTHLY): Json | undefined {
  const item = (reply.json['items'] as JsonObject[]).find((one) => one['path'] === path);
  const data = item?.['data'];
  const attributes = isJsonObject(data) ? data['attributes'] : undefined;
  return isJsonObject(attributes) ? getOwn(attributes, 'display_name__limio') : undefined;
}

describe('a list', () => {
  it('without opt.all is one page of 50 with no way on, while hits tells the whole', async () => {
    const { call } = await connect({ seed: MANY });
    const { json } = await call('GET', CATALOG);
    expect((json['items'] as Json[]).length).toBe(50);
    expect(json).toMatchObject({
      hits: { value: 120, relation: 'eq' },
      indexName: expect.stringContaining('items_'),
      commitId: expect.stringMatching(/^[0-9a-f]{40}$/),
    });
    expect(json).not.toHaveProperty('queryMore');
  });

  it('shows hits as a number where the tenant does', async () => {
    const { call } = await connect({ seed: MANY, hitsShape: 'number' });
    expect((await call('GET', CATALOG)).json['hits']).toBe(120);
  });

  it('with opt.all is paged to the end by cursors, each item once', async () => {
    const { call } = await connect({ seed: MANY });
    const url = `${CATALOG}&opt.all=true&opt.pageSize=50`;
    const one = await call('GET', url);
    const two = await call('GET', nextPage(url, one));
    const three = await call('GET', nextPage(url, two));
    expect([one, two, three].map((reply) => paths(reply).length)).toEqual([50, 50, 20]);
    expect(new Set([one, two, three].flatMap(paths)).size).toBe(120);
    expect(three.json).not.toHaveProperty('queryMore');
  });

  it('cuts the page size to its own maximum without a word', async () => {
    const { call } = await connect({ seed: MANY, pageSizeCap: 30 });
    expect(paths(await call('GET', `${CATALOG}&opt.all=true&opt.pageSize=500`)).length).toBe(30);
    expect((await call('GET', `${CATALOG}&opt.pageSize=0`)).status).toBe(400);
  });

  it('has cursors that are good once, for their own index, and not for long', async () => {
    const { call, advance } = await connect({ seed: MANY, cursorLifetimeMs: 1000 });
    const url = `${CATALOG}&opt.all=true`;
    const next = nextPage(url, await call('GET', url));
    expect((await call('GET', next.replace(/opt.queryMoreAlias=[^&]*/, 'opt.queryMoreAlias=other'))).status).toBe(400);
    expect((await call('GET', next)).status).toBe(200);
    const again = await call('GET', next);
    expect([again.status, typeof again.json['message']]).toEqual([404, 'string']);
    const late = nextPage(url, await call('GET', url));
    advance(1000);
    expect((await call('GET', late)).status).toBe(404);
  });

  it("scrolls over a snapshot of the first page's moment", async () => {
    const { call, emulator } = await connect({ seed: MANY });
    const url = `${CATALOG}&opt.all=true&opt.pageSize=60`;
    const one = await call('GET', url);
    emulator.edit.deleteItem('/offers2/Offer 100');
    const two = await call('GET', nextPage(url, one));
    expect(paths(two)).toContain('/offers2/Offer 100');
    expect(two.json['hits']).toMatchObject({ value: 120 });
  });

  it('that is larger than 6 MB is refused by the gateway', async () => {
    const big = { items: Array.from({ length: 7 }, (_, n) => makeOffer(`Big ${n}`, { text: 'x'.repeat(1_000_000) })) };
    const { call } = await connect({ seed: big });
    const reply = await call('GET', CATALOG);
    expect([reply.status, reply.type]).toEqual([502, 'text/html']);
    expect((await call('GET', `${CATALOG}&opt.pageSize=3`)).status).toBe(200);
  });

  it('lags behind head, deletions included', async () => {
    const connection = await connect({ seed: ACME, indexLagMs: 5000 });
    const { call, advance, emulator } = connection;
    await edit(connection, 'New');
    emulator.edit.deleteItem('/offers2/Print');
    advance(4999);
    expect(readName(await call('GET', CATALOG))).toBe('Digital Monthly');
    expect(paths(await call('GET', CATALOG))).toContain('/offers2/Print');
    expect((await call('GET', '/limio/catalogs/1/items/offers2/Print')).status).toBe(404);
    advance(1);
    expect(readName(await call('GET', CATALOG))).toBe('New');
    expect(paths(await call('GET', CATALOG))).not.toContain('/offers2/Print');
  });
});

describe('the sources of a list', () => {
  it('are the working copy and what is published, the latter by default', async () => {
    const connection = await connect({ seed: ACME });
    const { call } = connection;
    await edit(connection, 'New');
    expect(readName(await call('GET', CATALOG))).toBe('New');
    expect(readName(await call('GET', '/api/offers/v2?offersSource=published'))).toBe('Digital Monthly');
    expect(readName(await call('GET', '/api/offers/v2'))).toBe('Digital Monthly');
    expect((await call('GET', '/api/offers/v2?offersSource=draft')).status).toBe(400);
    const other = await connect({ seed: ACME, defaultSource: 'catalog' });
    await edit(other, 'New');
    expect(readName(await other.call('GET', '/api/offers/v2'))).toBe('New');
  });

  it('differ in what is there: only items of registered pages are published, and no bare add-on', async () => {
    const { call } = await connect({ seed: ACME });
    expect(paths(await call('GET', CATALOG))).toEqual([MONTHLY, '/offers2/Digital Annual', '/offers2/Print']);
    expect(paths(await call('GET', '/api/offers/v2?offersSource=published'))).toEqual([
      MONTHLY,
      '/offers2/Digital Annual',
    ]);
    expect(paths(await call('GET', '/api/add_ons?addOnsSource=catalog'))).toEqual([
      '/add_ons/Archive',
      '/add_ons/Bare',
    ]);
    expect(paths(await call('GET', '/api/add_ons?addOnsSource=published'))).toEqual(['/add_ons/Archive']);
  });

  it('show product paths in the working copy and product objects when published', async () => {
    const { call } = await connect({ seed: ACME });
    const products = async (url: string): Promise<Json | undefined> => {
      const [item] = (await call('GET', url)).json['items'] as { data: JsonObject }[];
      return item?.data['products'];
    };
    expect(await products(CATALOG)).toEqual(['/products/Digital']);
    expect(await products('/api/offers/v2?offersSource=published')).toMatchObject([
      { path: '/products/Digital', record_type: 'product', attributes: { display_name__limio: 'Digital' } },
    ]);
  });

  it('have commit ids of their own: a hash, and milliseconds', async () => {
    const { call } = await connect({ seed: ACME });
    expect((await call('GET', CATALOG)).json['commitId']).toMatch(/^[0-9a-f]{40}$/);
    expect((await call('GET', '/api/offers/v2')).json['commitId']).toBe('1772366400000');
  });
});

describe('the read paths', () => {
  it.each([
    ['/api/products', ['/products/Digital']],
    ['/api/pages', ['/pages/shop', '/pages/new']],
    ['/api/offers', [MONTHLY, '/offers2/Digital Annual', '/offers2/Print']],
    ['/api/campaigns', []],
    ['/api/segments', []],
    ['/api/assets', []],
    ['/api/catalog_items?record_type=offers2', [MONTHLY, '/offers2/Digital Annual', '/offers2/Print']],
    ['/api/catalog_items?record_type=offers', []],
    ['/api/catalog_items?record_type=page', ['/pages/shop', '/pages/new']],
    ['/api/published_catalog_items?record_type=page', ['/pages/shop']],
    ['/api/published_catalog_items?record_type=product', ['/products/Digital']],
  ])('%s lists its type', async (url, expected) => {
    const { call } = await connect({ seed: ACME });
    expect(paths(await call('GET', url))).toEqual(expected);
  });

  it('of catalog_items take the documented record types only', async () => {
    const { call } = await connect({ seed: ACME });
    expect((await call('GET', '/api/catalog_items?record_type=offer')).status).toBe(400);
    expect((await call('GET', '/api/catalog_items')).status).toBe(400);
  });

  it('are not the typed ones on a tenant that speaks catalog_items', async () => {
    const { call } = await connect({ seed: ACME, dialect: { catalogRead: 'catalog_items' } });
    expect((await call('GET', CATALOG)).status).toBe(404);
    expect((await call('GET', '/api/pages')).status).toBe(404);
    expect((await call('GET', '/api/catalog_items?record_type=offers2')).status).toBe(200);
  });

  it('filter by path, attribute, tag and date, and count what is left', async () => {
    const { call, advance } = await connect({ seed: ACME });
    expect(paths(await call('GET', `${CATALOG}&path=${encodeURIComponent(MONTHLY)}`))).toEqual([MONTHLY]);
    expect(paths(await call('GET', `${CATALOG}&attributes.label__limio=annual`))).toEqual(['/offers2/Digital Annual']);
    expect(paths(await call('GET', '/api/pages?tags=/tags/new'))).toEqual(['/pages/new']);
    advance(60_000);
    await call('PUT', '/limio/catalogs/1/bulk-update', { diffs: [{ path: MONTHLY, diff: { a: 1 } }] });
    const recent = await call('GET', `${CATALOG}&opt.modifiedAfter=2026-03-01T12:00:30Z`);
    expect([paths(recent), recent.json['hits']]).toEqual([[MONTHLY], { value: 1, relation: 'eq' }]);
    expect((await call('GET', `${CATALOG}&opt.modifiedAfter=yesterday`)).status).toBe(400);
  });

  it('give too little for a comparison with reducedData', async () => {
    const { call } = await connect({ seed: ACME });
    const [item] = (await call('GET', `${CATALOG}&reducedData=true`)).json['items'] as { data: JsonObject }[];
    expect(item?.data['attributes']).toEqual({ display_name__limio: 'Digital Monthly', label__limio: ['digital'] });
    expect(item?.data).not.toHaveProperty('products');
  });

  it('ignore a parameter that they do not know, and the log tells', async () => {
    const { call, emulator } = await connect({ seed: ACME });
    expect((await call('GET', '/api/products?pageSize=1&attributes.x=1')).status).toBe(200);
    expect(emulator.log().at(-1)).toMatchObject({
      query: { pageSize: '1', 'attributes.x': '1' },
      unknownParameters: ['pageSize'],
    });
  });
});
