import { describe, expect, test } from 'vitest';
import { createLimioClient, createLimioReader } from '../../src/api/api.js';
import type { Json } from '../../src/model/json.js';
import { createFakeTenant, type Step } from './support/fake-tenant.js';

const PROMOS = '/api/objects/limio/promo_codes_v2';
const FIRST = `${PROMOS}?limit=50`;
const body = { name: 'SPRING25', id: 'promo_code_v2-SPRING25', data: { promoCode: 'SPRING25', status: true } };
const page = (ids: string[], queryMore?: Json): Step => ({
  json: { items: ids.map((id) => ({ id, name: id })), ...(queryMore === undefined ? {} : { queryMore }) },
});

describe('the list of promo codes', () => {
  test.each<[string, Json | undefined]>([
    ['absent', undefined],
    ['null', null],
    ['empty', ''],
  ])('ends when the cursor is %s', async (_, end) => {
    const tenant = createFakeTenant();
    tenant.on('GET', FIRST, page(['a'], 'c/1=='));
    tenant.on('GET', `${FIRST}&queryMore=c%2F1%3D%3D`, page([], 'c2'));
    tenant.on('GET', `${FIRST}&queryMore=c2`, page(['b', 'a'], end));
    expect(await createLimioReader(tenant.options).listPromoCodes()).toEqual({
      complete: true,
      items: [
        { id: 'a', name: 'a' },
        { id: 'b', name: 'b' },
      ],
    });
  });
  test('ends, incomplete, when the cursors go in circles', async () => {
    const tenant = createFakeTenant();
    tenant.always(
      'GET',
      () => true,
      () => page(['a'], 'again') as { json: Json },
    );
    expect(await createLimioReader(tenant.options).listPromoCodes()).toMatchObject({
      complete: false,
      note: expect.stringContaining('the pages repeat'),
    });
  });
  test('begins again when a cursor was refused, and is incomplete after three times', async () => {
    const tenant = createFakeTenant();
    tenant.always(
      'GET',
      (path) => path === FIRST,
      () => page(['a'], 'c') as { json: Json },
    );
    tenant.always(
      'GET',
      (path) => path.endsWith('queryMore=c'),
      () => ({ status: 400, json: { message: 'bad cursor' } }),
    );
    const listing = await createLimioReader(tenant.options).listPromoCodes();
    expect(listing).toMatchObject({
      complete: false,
      items: [{ id: 'a' }],
      note: expect.stringContaining('bad cursor'),
    });
    expect(tenant.paths()).toHaveLength(6);
  });
  test('makes the id from the name when a summary has none', async () => {
    const tenant = createFakeTenant();
    tenant.on('GET', FIRST, { json: { items: [{ name: 'X1' }] } });
    expect((await createLimioReader(tenant.options).listPromoCodes()).items).toEqual([
      { id: 'promo_code_v2-X1', name: 'X1' },
    ]);
  });
  test('is an error without items', async () => {
    const tenant = createFakeTenant();
    tenant.on('GET', FIRST, { json: { message: 'hm' } });
    await expect(createLimioReader(tenant.options).listPromoCodes()).rejects.toMatchObject({ code: 'HTTP_BAD_BODY' });
  });
});

describe('one promo code', () => {
  const at = `${PROMOS}/promo_code_v2-SPRING25`;
  test('is read with every field kept', async () => {
    const tenant = createFakeTenant();
    const record = { ...body, status: 'active', record_type: 'promo_code_v2', service: 'limio', version: 'v' };
    tenant.on('GET', at, { json: record });
    expect(await createLimioClient(tenant.options).readPromoCode(body.id)).toEqual({ ...body, version: 'v', record });
  });
  test('is missing for a JSON 404 only', async () => {
    const tenant = createFakeTenant();
    tenant.on('GET', at, { status: 404, json: { message: 'Not found' } }, { status: 404, text: '<html>' });
    const client = createLimioClient(tenant.options);
    expect(await client.readPromoCode(body.id)).toBeUndefined();
    await expect(client.readPromoCode(body.id)).rejects.toMatchObject({ code: 'HTTP_BAD_BODY' });
  });
  test('is created, updated and deleted by its id', async () => {
    const tenant = createFakeTenant();
    tenant.on('POST', PROMOS, { json: body });
    tenant.on('PUT', at, { json: body });
    tenant.on('DELETE', at, { json: { httpStatusCode: 200, requestId: 'r', attempts: 1, totalRetryDelay: 0 } });
    const client = createLimioClient(tenant.options);
    await client.createPromoCode(body);
    await client.updatePromoCode(body);
    expect(await client.deletePromoCode(body.id)).toBe(true);
    expect(tenant.sent.slice(1, 3).map((request) => JSON.parse(request.body) as Json)).toEqual([body, body]);
  });
});
