import { assert, asyncProperty, constantFrom, jsonValue } from 'fast-check';
import { expect, it } from 'vitest';
import type { Json, JsonObject } from '../../src/model/json.js';
import { ACME, GEO, makePromoCode, MONTHLY } from './acme-seed.js';
import { connect } from './connect.js';

const PROMO = '/api/objects/limio/promo_codes_v2';

/** Well-formed bodies; the property breaks one field at a time, so that inner checks are reached. */
const WRITES: readonly [string, string, JsonObject][] = [
  ['POST', '/api/v2/journey', { name: 'x' }],
  ['PUT', '/api/v2/journey/geo', { name: 'geo', data: GEO }],
  ['PUT', '/limio/catalogs/1/bulk-update', { diffs: [{ path: MONTHLY, diff: { a: { b: 1 } } }] }],
  [
    'POST',
    '/limio/jobs',
    {
      jobType: 'creation',
      updatePath: '/limio/catalogs/1/tree/offers2',
      itemData: { name: 'x', path: '/offers2/x', record_type: 'offer' },
    },
  ],
  ['POST', PROMO, { name: 'x', id: 'promo_code_v2-x', data: makePromoCode('X') }],
  [
    'PUT',
    `${PROMO}/promo_code_v2-SPRING25`,
    { name: 'SPRING25', id: 'promo_code_v2-SPRING25', data: makePromoCode('SPRING25') },
  ],
  ['POST', '/api/shop/builds', { items: ['/pages/shop'] }],
  ['POST', '/api/publish', { tags: ['/tags/shop'], buildId: 'b', name: 'shop' }],
  ['POST', '/__emulator/edit', { path: MONTHLY, attributes: {} }],
];

it('whatever a client sends, the tenant answers, keeps working and says what it holds', async () => {
  const { call, emulator } = await connect({
    seed: ACME,
    jobMs: 0,
    buildMs: 0,
    dialect: { bulkUpdate: { wrapper: 'data.attributes', merge: 'deep' } },
  });
  const writes = WRITES.flatMap(([method, url, body]) =>
    listPointers(body).map((pointer) => [method, url, body, pointer] as const),
  );
  await assert(
    asyncProperty(constantFrom(...writes), jsonValue({ maxDepth: 3 }), async ([method, url, body, pointer], value) => {
      const reply = await call(method, url, replaceAt(body, pointer, value as Json));
      expect(reply.status).toBeLessThan(500);
      expect((await call('GET', '/api/pages')).status).toBe(200);
      expect(JSON.parse(JSON.stringify(emulator.state()))).toHaveProperty('items');
    }),
    { numRuns: 200 },
  );
  expect(emulator.log().filter(({ error }) => error !== undefined)).toEqual([]);
});

function listPointers(value: Json): string[][] {
  const children = typeof value === 'object' && value !== null ? Object.entries(value) : [];
  return [[], ...children.flatMap(([key, child]) => listPointers(child).map((rest) => [key, ...rest]))];
}

function replaceAt(target: Json, [key, ...rest]: readonly string[], value: Json): Json {
  if (key === undefined) return value;
  if (Array.isArray(target))
    return target.map((child, place) => (String(place) === key ? replaceAt(child, rest, value) : child));
  if (typeof target !== 'object' || target === null) throw new Error('the test lost its way');
  return Object.fromEntries(
    Object.entries(target).map(([k, child]) => [k, k === key ? replaceAt(child, rest, value) : child]),
  );
}
