import type { Json, JsonObject } from '../../src/model/json.js';
import { GEO, makePromoCode, MONTHLY } from './acme-seed.js';
import { readText, tokenForm, type Connection } from './connect.js';

const PROMOS = '/api/objects/limio/promo_codes_v2';
const SPRING = 'promo_code_v2-SPRING25';

/**
 * Every kind of call, one after the other, as a client makes them who gives up soon and never
 * repeats. Needs `Digital Monthly`, the page `shop`, SPRING25 and a journey.
 */
export async function makeCalls(
  { emulator, advance }: Connection,
  { journey, rounds = 4 }: { journey: string; rounds?: number },
): Promise<void> {
  let token = '';
  const call = async (method: string, path: string, body?: Json): Promise<JsonObject> => {
    try {
      const reply = await fetch(emulator.url + path, {
        method,
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        signal: AbortSignal.timeout(500),
        ...(body !== undefined && { body: JSON.stringify(body) }),
      });
      if (reply.status === 401) {
        token = '';
        await signIn();
      }
      return (await reply.json()) as JsonObject;
    } catch {
      return {};
    }
  };
  const signIn = async (): Promise<void> => {
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    for (let tries = 0; tries < 20 && token === ''; tries += 1) {
      try {
        const reply = await fetch(`${emulator.url}/oauth2/token`, {
          method: 'POST',
          headers,
          body: tokenForm(),
          signal: AbortSignal.timeout(500),
        });
        token = readText((await reply.json()) as JsonObject, 'access_token');
      } catch {
        // The sign-in has its faults as well.
      }
    }
  };
  const walk = async (path: string): Promise<void> => {
    let query = '';
    for (let pages = 0; pages < 6; pages += 1) {
      const { queryMore } = await call('GET', path + query);
      if (queryMore === undefined || queryMore === null) return;
      if (typeof queryMore === 'string') {
        query = `&queryMore=${queryMore}`;
      } else {
        const { from = '', alias = '' } = queryMore as Record<string, string>;
        query = `&${new URLSearchParams({ 'opt.queryMoreFrom': from, 'opt.queryMoreAlias': alias }).toString()}`;
      }
    }
  };
  await signIn();
  for (let round = 0; round < rounds; round += 1) {
    await walk('/api/offers/v2?offersSource=catalog&opt.all=true&opt.pageSize=1');
    await walk(`${PROMOS}?limit=1`);
    await call('GET', '/limio/catalogs/1/items/offers2/Digital%20Monthly');
    await call('GET', `/api/v2/journey/${journey}`);
    await call('GET', `${PROMOS}/${SPRING}`);
    await call('PUT', '/limio/catalogs/1/bulk-update', {
      diffs: [{ path: MONTHLY, diff: { cta_text__limio: ` Buy ${round} ` } }],
    });
    await call('POST', '/api/v2/journey', { name: `new-${round}` });
    await call('PUT', `/api/v2/journey/${journey}`, {
      name: journey,
      data: { ...GEO, domains: [`shop-${round}.prod.limio.com`] },
    });
    await call('POST', PROMOS, {
      name: `NEW${round}`,
      id: `promo_code_v2-NEW${round}`,
      data: makePromoCode(`NEW${round}`),
    });
    await call('PUT', `${PROMOS}/${SPRING}`, { name: 'SPRING25', id: SPRING, data: { description: `round ${round}` } });
    const { id } = await call('POST', '/api/shop/builds', { items: ['/pages/shop'] });
    advance(1000);
    if (id !== undefined) await call('POST', '/api/publish', { tags: ['/tags/shop'], buildId: id, name: 'shop' });
  }
}
