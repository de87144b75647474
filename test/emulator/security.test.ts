import { describe, expect, it } from 'vitest';
import { ACME, MONTHLY } from './acme-seed.js';
import { connect, type Connection } from './connect.js';

const KEY = { authorization: 'emulator-api-key' };

/** Documented per endpoint (API reference, section 3). */
const KEY_ONLY = ['/api/pages', '/api/campaigns'];
const EITHER = ['/api/offers', '/api/assets', '/api/products', '/api/segments', '/api/journeys', '/api/v2/journey'];
const BEARER_ONLY = [
  '/api/offers/v2',
  '/api/add_ons',
  '/api/catalog_items?record_type=page',
  '/api/published_catalog_items?record_type=page',
  '/api/v2/journey/web',
  '/api/component/builds',
  '/api/objects/limio/promo_codes_v2',
  '/limio/catalogs/1/items/offers2/Digital%20Monthly',
];

async function statusOf({ send, call }: Connection, path: string, key: boolean): Promise<number> {
  return (await (key ? send('GET', path, { headers: KEY }) : call('GET', path))).status;
}

describe('the credentials that each call accepts', () => {
  it.each(KEY_ONLY)('%s: an API key; a bearer token too, unless the dialect says that it is refused', async (path) => {
    const usual = await connect({ seed: ACME });
    expect([await statusOf(usual, path, true), await statusOf(usual, path, false)]).toEqual([200, 200]);
    for (const status of ['401', '403'] as const) {
      const strict = await connect({ seed: ACME, dialect: { pagesForBearers: status } });
      expect([await statusOf(strict, path, true), await statusOf(strict, path, false)]).toEqual([200, Number(status)]);
    }
  });

  it.each(EITHER)('%s: an API key or a bearer token', async (path) => {
    const connection = await connect({ seed: ACME });
    expect([await statusOf(connection, path, true), await statusOf(connection, path, false)]).toEqual([200, 200]);
  });

  it.each(BEARER_ONLY)('%s: a bearer token only', async (path) => {
    const connection = await connect({ seed: ACME });
    expect(await statusOf(connection, path, true)).toBe(401);
    expect([200, 404]).toContain(await statusOf(connection, path, false));
  });

  it('a wrong key, or the key as a bearer token, is refused', async () => {
    const { send } = await connect({ seed: ACME });
    const refused = await Promise.all(
      ['other-key', 'Bearer emulator-api-key', ''].map((authorization) =>
        send('GET', '/api/products', { headers: { authorization } }),
      ),
    );
    expect(refused.map(({ status }) => status)).toEqual([401, 401, 401]);
  });
});

describe('the scopes of a token', () => {
  const bulk = { diffs: [{ path: MONTHLY, diff: { cta_text__limio: 'Buy' } }] };

  it('catalog/read alone reads and writes nothing', async () => {
    const { call } = await connect({ seed: ACME, scopes: ['catalog/read'] });
    expect((await call('GET', '/api/offers/v2')).status).toBe(200);
    expect((await call('PUT', '/limio/catalogs/1/bulk-update', bulk)).status).toBe(403);
    expect((await call('POST', '/api/v2/journey', { name: 'new' })).status).toBe(403);
  });

  it('bulk-update requires checkout, partner calls partner; the status is a dialect setting', async () => {
    const checkout = await connect({ seed: ACME, scopes: ['catalog/read', 'checkout'] });
    expect((await checkout.call('PUT', '/limio/catalogs/1/bulk-update', bulk)).status).toBe(200);
    expect((await checkout.call('POST', '/api/partner/order/preview', {})).status).toBe(403);
    const partner = await connect({ seed: ACME, scopes: ['partner'], dialect: { missingScope: '401' } });
    expect((await partner.call('POST', '/api/partner/order/preview', {})).status).toBe(400);
    expect((await partner.call('PUT', '/limio/catalogs/1/bulk-update', bulk)).status).toBe(401);
  });
});
