import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../src/model/json.js';
import { ACME, makePromoCode } from './acme-seed.js';
import { connect, readText } from './connect.js';

const BASE = '/api/objects/limio/promo_codes_v2';
const SPRING = `${BASE}/promo_code_v2-SPRING25`;

function body(name: string, data: JsonObject): JsonObject {
  return { name, id: `promo_code_v2-${name}`, data };
}

function amount(discountType: string): JsonObject {
  return makePromoCode('A', { discount: { discountType, amountDiscount: 5, currency: 'GBP' } });
}

describe('creating a promo code', () => {
  it("stores the code in upper case and adds the tenant's own fields", async () => {
    const { call } = await connect();
    const reply = await call('POST', BASE, body('summer', makePromoCode('summer10', { status: false })));
    expect(reply.status).toBe(200);
    expect(reply.json).toMatchObject({
      id: 'promo_code_v2-summer',
      name: 'summer',
      status: 'active',
      record_type: 'promo_code_v2',
      service: 'limio',
      data: { promoCode: 'SUMMER10', status: false },
    });
    expect((await call('GET', `${BASE}/promo_code_v2-summer`)).json).toEqual(reply.json);
  });

  it('refuses a code that exists, whatever its case, and an id that exists', async () => {
    const { call } = await connect({ seed: ACME });
    expect((await call('POST', BASE, body('other', makePromoCode('spring25')))).status).toBe(409);
    expect((await call('POST', BASE, body('SPRING25', makePromoCode('OTHER')))).status).toBe(409);
  });

  it.each([
    ['an id that does not fit the name', { name: 'a', id: 'a', data: makePromoCode('A') }],
    ['no data', { name: 'a', id: 'promo_code_v2-a' }],
    ['no level', body('a', makePromoCode('A', { applicationLevel: null }))],
    ['a status text', body('a', makePromoCode('A', { status: 'true' }))],
    ['a code with a dash', body('a', makePromoCode('A-1'))],
    ['no rate plan', body('a', makePromoCode('A', { productDetails: { product: { path: '/products/X' } } }))],
    ['no discount', body('a', makePromoCode('A', { discount: null }))],
    ['no percentage', body('a', makePromoCode('A', { discount: { discountType: 'DiscountPercentage' } }))],
    ['a negative quantity', body('a', makePromoCode('A', { usage: { availableQuantity: -1 } }))],
  ])('refuses %s with a message', async (_case, sent) => {
    const { call, emulator } = await connect();
    const reply = await call('POST', BASE, sent);
    expect([reply.status, typeof reply.json['message']]).toEqual([400, 'string']);
    expect(emulator.state().promoCodes).toEqual([]);
  });

  it("hides a bad payload behind the gateway's 502 where the tenant does", async () => {
    const { call } = await connect({ badPayloadStatus: 502 });
    const reply = await call('POST', BASE, { name: 'a' });
    expect([reply.status, reply.type]).toEqual([502, 'text/html']);
  });

  it("knows a fixed amount by the tenant's own token only", async () => {
    const { call } = await connect({ dialect: { promo: { fixedAmountType: 'FixedAmount' } } });
    expect((await call('POST', BASE, body('a', amount('DiscountFixedAmount')))).status).toBe(400);
    expect((await call('POST', BASE, body('a', amount('FixedAmount')))).status).toBe(200);
    const seeded = await connect({
      seed: { promoCodes: [amount('DiscountFixedAmount')] },
      dialect: { promo: { fixedAmountType: 'FixedAmount' } },
    });
    expect(seeded.emulator.state().promoCodes[0]?.data).toMatchObject({ discount: { discountType: 'FixedAmount' } });
  });
});

describe('the promo code list', () => {
  it('holds summaries and goes on by opaque cursors to the end', async () => {
    const codes = ['A1', 'A2', 'A3', 'A4', 'A5'];
    const { call, emulator } = await connect({ seed: { promoCodes: codes.map((code) => makePromoCode(code)) } });
    const first = (await call('GET', `${BASE}?limit=2`)).json;
    expect((first['items'] as JsonObject[]).map((item) => [item['name'], 'data' in item])).toEqual([
      ['A1', false],
      ['A2', false],
    ]);
    emulator.edit.deletePromoCode('a2');
    const second = (await call('GET', `${BASE}?limit=2&queryMore=${readText(first, 'queryMore')}`)).json;
    const third = (await call('GET', `${BASE}?limit=2&queryMore=${readText(second, 'queryMore')}`)).json;
    expect([second, third].flatMap((page) => (page['items'] as JsonObject[]).map((item) => item['name']))).toEqual([
      'A3',
      'A4',
      'A5',
    ]);
    expect(third['queryMore']).toBeNull();
  });

  it('refuses a cursor that is none', async () => {
    const { call } = await connect();
    expect((await call('GET', `${BASE}?queryMore=abc`)).status).toBe(400);
    expect((await call('GET', `${BASE}?limit=many`)).status).toBe(400);
  });
});

describe('changing a promo code', () => {
  it('keeps what is left out and replaces nested objects whole', async () => {
    const { call } = await connect({ seed: ACME });
    const before = (await call('GET', SPRING)).json;
    const discount = { discountType: 'DiscountPercentage', percentageDiscount: 30 };
    const reply = await call('PUT', SPRING, body('SPRING25', { discount }));
    expect(reply.status).toBe(200);
    const after = (await call('GET', SPRING)).json;
    expect(after['data']).toEqual({ ...makePromoCode('SPRING25'), discount });
    expect(after['version']).not.toBe(before['version']);
    expect((await call('PUT', SPRING, body('SPRING25', { discount: { percentageDiscount: 40 } }))).status).toBe(400);
  });

  it('removes a key by null, or does nothing where that is not supported', async () => {
    const seed = { promoCodes: [makePromoCode('SPRING25', { description: 'old' })] };
    const removing = await connect({ seed });
    await removing.call('PUT', SPRING, body('SPRING25', { description: null }));
    expect(removing.emulator.state().promoCodes[0]?.data).not.toHaveProperty('description');
    expect((await removing.call('PUT', SPRING, body('SPRING25', { discount: null }))).status).toBe(400);
    const keeping = await connect({ seed, dialect: { promo: { removal: 'unsupported' } } });
    await keeping.call('PUT', SPRING, body('SPRING25', { description: null }));
    expect(keeping.emulator.state().promoCodes[0]?.data).toHaveProperty('description', 'old');
  });

  it('never changes id, name or code', async () => {
    const { call } = await connect({ seed: ACME });
    expect((await call('PUT', SPRING, body('OTHER', {}))).status).toBe(400);
    expect((await call('PUT', SPRING, body('SPRING25', { promoCode: 'OTHER' }))).status).toBe(400);
    expect((await call('PUT', SPRING, { data: {} })).status).toBe(400);
    expect((await call('PUT', SPRING, body('SPRING25', { promoCode: 'spring25' }))).status).toBe(200);
  });

  it('deletes once, answering as the storage service does', async () => {
    const { call } = await connect({ seed: ACME });
    expect((await call('DELETE', SPRING)).json).toEqual({
      httpStatusCode: 200,
      requestId: expect.any(String),
      attempts: 1,
      totalRetryDelay: 0,
    });
    for (const method of ['GET', 'PUT', 'DELETE']) {
      expect((await call(method, SPRING, method === 'PUT' ? body('SPRING25', {}) : undefined)).status).toBe(404);
    }
  });
});
