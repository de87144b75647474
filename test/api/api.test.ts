import { expect, test } from 'vitest';
import { createLimioClient, createLimioReader } from '../../src/api/api.js';
import { DEFAULT_DIALECT } from '../../src/model/dialect.js';
import type { Json } from '../../src/model/json.js';
import type { LiveReader } from '../../src/model/live-api.js';
import { createFakeTenant } from './support/fake-tenant.js';

function answerRead(path: string): { json: Json } {
  if (path.startsWith('/api/v2/journey/')) return { json: { data: {} } };
  if (path.startsWith('/api/v2/journey')) return { json: [] };
  if (path.startsWith('/limio/catalogs')) return { json: { item: { path: '/offers2/A', data: {} } } };
  if (path.startsWith('/api/objects/limio/promo_codes_v2/')) return { json: { id: 'x', name: 'x', data: {} } };
  return { json: { items: [], hits: 0 } };
}

test.each(['typed', 'catalog_items'] as const)(
  'whatever a reader is asked, it sends GET and the token call only (%s)',
  async (catalogRead) => {
    const tenant = createFakeTenant({ dialect: { ...DEFAULT_DIALECT, catalogRead } });
    tenant.always('GET', () => true, answerRead);
    const reader = createLimioReader(tenant.options);
    const reads: LiveReader = reader;
    const calls: Record<keyof LiveReader, () => Promise<unknown>> = {
      listItems: async () => {
        for (const type of ['offer', 'add_on', 'product', 'page'] as const) {
          for (const source of ['catalog', 'published'] as const) await reads.listItems(type, source);
        }
      },
      readItem: () => reads.readItem('/offers2/A'),
      listJourneys: () => reads.listJourneys(),
      readJourney: () => reads.readJourney('a'),
      listPromoCodes: () => reads.listPromoCodes(),
      readPromoCode: () => reads.readPromoCode('x'),
    };
    // A method that is new to the reader must be added above before this passes again.
    expect(
      Object.keys(reader)
        .filter((name) => name !== 'stats' && name !== 'close')
        .sort(),
    ).toEqual(Object.keys(calls).sort());
    for (const call of Object.values(calls)) await call();
    const methods = new Set(tenant.sent.map(({ method, path }) => (method === 'GET' ? 'GET' : `${method} ${path}`)));
    expect(methods).toEqual(new Set(['POST /oauth2/token', 'GET']));
    expect(reader.stats().requests).toBe(tenant.sent.length);
    await reader.close();
  },
);

test('the reader has none of the methods that write, at run time either', () => {
  const tenant = createFakeTenant();
  const reader = createLimioReader(tenant.options);
  const client = createLimioClient(tenant.options);
  const writes = Object.keys(client).filter((name) => !(name in reader));
  expect(writes.sort()).toEqual([
    'createItem',
    'createJourney',
    'createPromoCode',
    'deleteJourney',
    'deletePromoCode',
    'publish',
    'putJourney',
    'readJob',
    'startBuild',
    'updateItems',
    'updatePromoCode',
  ]);
  expect(Object.isFrozen(reader)).toBe(true);
});

test('plain http to another machine is refused before anything is sent', () => {
  const { options } = createFakeTenant();
  expect(() => createLimioReader({ ...options, baseUrl: 'http://acme.prod.limio.com' })).toThrowError(
    expect.objectContaining({ code: 'CONFIG_INVALID' }),
  );
  expect(() => createLimioClient({ ...options, baseUrl: 'http://acme.prod.limio.com' })).toThrowError(
    expect.objectContaining({ code: 'CONFIG_INVALID' }),
  );
});
