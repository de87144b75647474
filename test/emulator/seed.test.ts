import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { loadSeed } from '../../src/emulator/seed.js';
import type { Json, JsonObject } from '../../src/model/json.js';
import { ACME, GEO, makeOffer, makePage, makePromoCode, MONTHLY } from './acme-seed.js';
import { connect } from './connect.js';

const REAL_DATA = resolve(import.meta.dirname, '../../../shared/real-data');

async function writeFolder(files: Record<string, Json | string>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'seed-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  for (const [name, content] of Object.entries(files)) {
    await writeFile(join(folder, name), typeof content === 'string' ? content : JSON.stringify(content));
  }
  return folder;
}

describe('a seed', () => {
  it('is read from a folder with a file for each part', async () => {
    const folder = await writeFolder({
      'offers.json': { items: [makeOffer('A'), makeOffer('B')], hits: { value: 2 } },
      'pages.json': [makePage('a', { offers: ['/offers2/A'] }), makePage('b', { offers: ['/offers2/B'] })],
      'products.json': [{ path: '/products/Digital', record_type: 'product', attributes: { a: 1 } }],
      'journeys.json': [{ name: 'geo', data: GEO }],
      'promo-codes.json': [
        makePromoCode('SPRING25'),
        { name: 'x', id: 'promo_code_v2-x', data: makePromoCode('xmas') },
      ],
      'published.json': ['/pages/a', '/offers2/A', '/offers2/B'],
      'routes.json': ['/a/', '/elsewhere/'],
      'README.md': 'not a seed',
    });
    const { emulator } = await connect({ seed: await loadSeed(folder) });
    const state = emulator.state();
    expect(state.items.map(({ path }) => path)).toEqual([
      '/offers2/A',
      '/offers2/B',
      '/pages/a',
      '/pages/b',
      '/products/Digital',
    ]);
    expect(state.routes).toEqual(['/a/', '/elsewhere/']);
    expect(state.published.map(({ path }) => path)).toEqual(['/offers2/B', '/offers2/A', '/pages/a']);
    expect(state.liveRoutes.map(({ route }) => route)).toEqual(['/a/']);
    expect(state.journeys.map(({ name }) => name)).toEqual(['geo']);
    expect(state.promoCodes.map(({ id, data }) => [id, data['promoCode']])).toEqual([
      ['promo_code_v2-SPRING25', 'SPRING25'],
      ['promo_code_v2-x', 'XMAS'],
    ]);
  });

  it('is read from one file, of items or of everything', async () => {
    const folder = await writeFolder({ 'all.json': ACME as unknown as JsonObject, 'items.json': [makeOffer('A')] });
    expect(await loadSeed(join(folder, 'all.json'))).toMatchObject(ACME);
    expect((await loadSeed(join(folder, 'items.json'))).items).toEqual([makeOffer('A')]);
  });

  it.each([
    ['broken JSON', 'offers.json', '[{', /JSON/],
    ['a number', 'offers.json', 7, /neither an array nor an object/],
    ['an item without a path', 'offers.json', [{ name: 'x' }], /item 1 has no path/],
    ['an unknown root', 'offers.json', [{ path: '/x/y' }], /record_type/],
    ['an item twice', 'offers.json', [makeOffer('A'), makeOffer('A')], /already in/],
    ['a journey without data', 'journeys.json', [{ name: 'x' }], /journey 1 \("x"\) has no data/],
    ['a code that lacks a field', 'promo-codes.json', [{ promoCode: 'X' }], /applicationLevel/],
    ['a code twice', 'promo-codes.json', [makePromoCode('A'), makePromoCode('a')], /twice/],
    ['an unknown published path', 'published.json', ['/offers2/None'], /not an item of the seed/],
    ['a route without slashes', 'routes.json', ['shop'], /start and end with a slash/],
  ] satisfies [string, string, Json | string, RegExp][])(
    'with %s is refused by file and reason',
    async (_case, file, content, reason) => {
      const folder = await writeFolder({ [file]: content });
      await expect(loadSeed(folder)).rejects.toMatchObject({
        code: 'CONFIG_INVALID',
        message: expect.stringMatching(reason),
        details: { file: join(folder, file) },
      });
    },
  );

  it('that is not there, or a folder with none, is refused', async () => {
    await expect(loadSeed(join(tmpdir(), 'no-such-seed'))).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
    await expect(loadSeed(await writeFolder({}))).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      message: expect.stringContaining('no .json file'),
    });
  });
});

describe('a seeded item', () => {
  it('keeps stale inner copies and old composite ids as given', async () => {
    const item = {
      path: '/offers/Old/Monthly',
      id: 'abc.def',
      name: 'M',
      version: 'v',
      parent_path: '/offers/Old',
      data: { path: '/offers/Other', name: 'Other', id: 'x', version: 'y', attributes: { 'Device Access': ['Web'] } },
    };
    const { emulator } = await connect({ seed: { items: [item] } });
    expect(emulator.state().items[0]).toMatchObject(item);
  });

  it('without inner copies gets some that are right, some that are wrong and some that are missing', async () => {
    const { emulator } = await connect({
      seed: { items: Array.from({ length: 30 }, (_, n) => makeOffer(`Offer ${n}`)) },
    });
    const verdicts = emulator
      .state()
      .items.map(({ path, data }) =>
        data['path'] === undefined ? 'missing' : data['path'] === path ? 'right' : 'wrong',
      );
    expect([...new Set(verdicts)].toSorted()).toEqual(['missing', 'right', 'wrong']);
    for (const { path, id } of emulator.state().items)
      expect([path, id]).toEqual([path, expect.stringMatching(/^[0-9a-f]{40}$/)]);
  });

  it('with expanded products has their paths at head, and the objects again when published', async () => {
    const product = { path: '/products/Else', attributes: { a: 1 } };
    const offer = { path: '/offers2/A', data: { products: [product] } };
    const { emulator } = await connect({ seed: { items: [offer, makePage('a', { offers: ['/offers2/A'] })] } });
    expect(emulator.state().items[0]?.data['products']).toEqual(['/products/Else']);
    expect(emulator.state().published[0]?.data['products']).toEqual([product]);
  });

  it('is published as the seed says, where that differs from the working copy', async () => {
    const page = makePage('a', { offers: [MONTHLY] });
    const old = makeOffer('Digital Monthly', { display_name__limio: 'Old' });
    const { emulator } = await connect({
      seed: { items: [makeOffer('Digital Monthly'), page], published: ['/pages/a', old] },
    });
    const [offer] = emulator.state().liveRoutes[0]?.items ?? [];
    expect(offer?.data['attributes']).toMatchObject({ display_name__limio: 'Old' });
  });

  it('that was never published leaves no trace of the mark', async () => {
    const { emulator } = await connect({ seed: ACME });
    expect(emulator.state().routes).toEqual(['/shop/']);
    expect(JSON.stringify(emulator.state())).not.toContain('neverPublished');
  });
});

describe.skipIf(!existsSync(REAL_DATA))('the real objects', () => {
  it('load, list and read at head under their own ids', async () => {
    const { call, emulator } = await connect({ seed: await loadSeed(REAL_DATA) });
    const count = async (url: string): Promise<number> =>
      ((await call('GET', url)).json['hits'] as { value: number }).value;
    expect(await count('/api/offers/v2?offersSource=catalog')).toBe(8);
    expect(await count('/api/catalog_items?record_type=offers')).toBe(3);
    expect(await count('/api/offers')).toBe(11);
    expect(await count('/api/add_ons?addOnsSource=catalog')).toBe(10);
    expect(await count('/api/products')).toBe(7);
    for (const item of emulator.state().items) {
      const path = item.path.slice(1).split('/').map(encodeURIComponent).join('/');
      expect((await call('GET', `/limio/catalogs/1/items/${path}`)).json).toMatchObject({ item });
    }
    const stale = emulator
      .state()
      .items.filter(({ path, data }) => typeof data['path'] === 'string' && data['path'] !== path);
    expect(stale.length).toBeGreaterThan(5);
  });

  it('keep every attribute through a bulk update of another', async () => {
    const { call, emulator } = await connect({ seed: await loadSeed(REAL_DATA) });
    const path = '/offers2/Karbon Business Annual GBP';
    const read = (): JsonObject =>
      emulator.state().items.find((item) => item.path === path)?.data['attributes'] as JsonObject;
    const before = read();
    await call('PUT', '/limio/catalogs/1/bulk-update', { diffs: [{ path, diff: { badge_text__limio: 'New' } }] });
    expect(read()).toEqual({ ...before, badge_text__limio: 'New' });
  });
});
