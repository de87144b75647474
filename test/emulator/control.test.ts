import { describe, expect, it } from 'vitest';
import type { Json, JsonObject } from '../../src/model/json.js';
import { ACME, GEO, MONTHLY } from './acme-seed.js';
import { connect, tokenForm } from './connect.js';
import { exchangeRaw } from './raw-exchange.js';

describe('the log', () => {
  it("holds every request with its answer's status, and none of the emulator's own", async () => {
    const { call, send } = await connect({ seed: ACME });
    await call('GET', '/api/offers/v2?offersSource=catalog&path=%2Foffers2%2FDigital%20Monthly');
    await call('PUT', '/limio/catalogs/1/bulk-update', { diffs: [] });
    await call('GET', '/nowhere');
    await send('GET', '/__emulator/state');
    const reply = await send('GET', '/__emulator/log');
    const entries = reply.json as Json as JsonObject[];
    expect(entries.map(({ method, path, query, status }) => [method, path, query, status])).toEqual([
      ['POST', '/oauth2/token', {}, 200],
      ['GET', '/api/offers/v2', { offersSource: 'catalog', path: MONTHLY }, 200],
      ['PUT', '/limio/catalogs/1/bulk-update', {}, 400],
      ['GET', '/nowhere', {}, 404],
    ]);
    expect(entries[2]?.['body']).toEqual({ diffs: [] });
  });

  it('never holds a secret, right or wrong, well sent or badly', async () => {
    const { call, send, emulator } = await connect();
    await call('GET', '/api/v2/journey?client_secret=query-secret');
    await send('POST', '/oauth2/token', {
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: tokenForm('wrong-secret'),
    });
    await send('POST', '/oauth2/token', {
      headers: { 'content-type': 'application/json' },
      body: '{"client_secret":"json-secret"}',
    });
    await send('POST', '/oauth2/token', {
      headers: { 'content-type': 'text/plain' },
      body: 'x client_secret=text-secret',
    });
    await send('GET', '/api/v2/journey', { headers: { authorization: 'Basic header-secret' } });
    const text = JSON.stringify(emulator.log());
    expect(text).not.toMatch(/(emulator|wrong|json|text|header|query)-secret/);
    expect(emulator.log()[0]).toMatchObject({
      body: { grant_type: 'client_credentials', client_id: 'emulator', client_secret: '[redacted]' },
    });
    expect(emulator.log()[1]).toMatchObject({ headers: { authorization: '[redacted]' } });
  });

  it('keeps the latest requests only, and can be cleared', async () => {
    const { call, emulator } = await connect({ logLimit: 2 });
    for (const name of ['a', 'b', 'c']) await call('GET', `/api/v2/journey/${name}`);
    expect(emulator.log().map(({ path }) => path)).toEqual(['/api/v2/journey/b', '/api/v2/journey/c']);
    emulator.edit.clearLog();
    expect(emulator.log()).toEqual([]);
  });
});

describe('the state', () => {
  it('is the whole tenant as JSON, without a token', async () => {
    const { send, emulator } = await connect({ seed: ACME });
    const reply = await send('GET', '/__emulator/state');
    expect(reply.json).toEqual(JSON.parse(JSON.stringify(emulator.state())));
    expect(reply.json).toMatchObject({
      routes: ['/shop/'],
      journeys: [{ name: 'geo', data: GEO }],
      promoCodes: [{ name: 'SPRING25' }],
    });
  });

  it('is a snapshot that a test cannot change the tenant by', async () => {
    const { emulator } = await connect({ seed: ACME });
    const state = emulator.state();
    state.items.length = 0;
    for (const code of state.promoCodes) code.data = {};
    expect(emulator.state().items.length).toBe(ACME.items?.length);
    expect(emulator.state().promoCodes[0]?.data).toHaveProperty('promoCode');
  });
});

describe("a colleague's edit", () => {
  it('changes attributes, journeys, codes and routes over HTTP', async () => {
    const { call, emulator } = await connect({ seed: ACME });
    const edits: JsonObject[] = [
      { path: MONTHLY, attributes: { display_name__limio: 'Theirs', label__limio: null } },
      { journey: 'geo', data: { ...GEO, fallback_tag: '/theirs/' } },
      { promoCode: 'spring25', data: { usage: { availableQuantity: 4 } } },
      { route: '/new/' },
    ];
    for (const edit of edits) expect((await call('POST', '/__emulator/edit', edit)).status).toBe(200);
    const state = emulator.state();
    const attributes = state.items.find(({ path }) => path === MONTHLY)?.data['attributes'] as JsonObject;
    expect([attributes['display_name__limio'], 'label__limio' in attributes]).toEqual(['Theirs', false]);
    expect(state.journeys[0]?.data['fallback_tag']).toBe('/theirs/');
    expect(state.promoCodes[0]?.data).toMatchObject({ status: true, usage: { availableQuantity: 4 } });
    expect(state.routes).toEqual(['/new/', '/shop/']);
  });

  it('of what is not there is an error', async () => {
    const { call, emulator } = await connect();
    expect((await call('POST', '/__emulator/edit', { path: '/offers2/None', attributes: {} })).status).toBe(404);
    expect((await call('POST', '/__emulator/edit', {})).status).toBe(400);
    expect(() => emulator.edit.item('/offers2/None', {})).toThrow('has no /offers2/None');
    expect(() => emulator.edit.deleteJourney('none')).toThrow('has no journey none');
    expect(() => emulator.edit.promoCode('NONE', {})).toThrow('has no promo code NONE');
  });

  it('can end tokens and cursors', async () => {
    const { call, emulator } = await connect({ seed: ACME });
    const url = '/api/offers/v2?offersSource=catalog&opt.all=true&opt.pageSize=1';
    const more = (await call('GET', url)).json['queryMore'] as { from: string; alias: string };
    emulator.edit.expireCursors();
    expect(
      (
        await call(
          'GET',
          `${url}&${new URLSearchParams({ 'opt.queryMoreFrom': more.from, 'opt.queryMoreAlias': more.alias }).toString()}`,
        )
      ).status,
    ).toBe(404);
    emulator.edit.expireTokens();
    expect((await call('GET', url)).status).toBe(401);
  });
});

const hosted = async (host: string, path = '/__emulator/state'): Promise<number> => {
  const { emulator } = await connect({ seed: ACME });
  const answer = await exchangeRaw(emulator.port, {
    method: 'GET',
    path,
    host: host.replace('PORT', `${emulator.port}`),
  });
  return Number(/^HTTP\/1\.1 (\d+)/.exec(answer)?.[1]);
};

describe('the emulator keeps to this machine', () => {
  it.each(['127.0.0.1:PORT', 'localhost:PORT', '[::1]:PORT', 'LOCALHOST:PORT'])(
    'the host %s is answered',
    async (host) => {
      expect(await hosted(host)).toBe(200);
    },
  );

  it.each(['evil.example', 'evil.example:PORT', 'localhost', 'localhost:1', '127.0.0.1.evil.example:PORT'])(
    'the host %s is refused, for the API as for control calls',
    async (host) => {
      expect(await hosted(host)).toBe(421);
      expect(await hosted(host, '/api/v2/journey')).toBe(421);
    },
  );

  const FAULTS = '/__emulator/faults';
  const RULE = '{"fault":"slow"}';

  it('control calls come as JSON, with the origin of the emulator or none', async () => {
    const { send, emulator } = await connect();
    const json = { 'content-type': 'application/json' };
    const post = async (headers: Record<string, string>, method = 'POST'): Promise<number> =>
      (await send(method, FAULTS, { headers, ...(method === 'POST' && { body: RULE }) })).status;
    expect(await post(json)).toBe(200);
    expect(await post({ ...json, origin: emulator.url })).toBe(200);
    expect(emulator.faults.show().rules).toHaveLength(2);
    expect(await post({ 'content-type': 'text/plain' })).toBe(415);
    expect(await post({ ...json, origin: 'https://evil.example' })).toBe(403);
    expect(await post({ ...json, origin: 'null' })).toBe(403);
    expect(await post({ origin: 'https://evil.example' }, 'DELETE')).toBe(403);
    expect(await post({ origin: 'https://evil.example' }, 'GET')).toBe(403);
    expect(emulator.faults.show().rules).toHaveLength(2);
  });

  it.each([
    ['application/json', '{"a":{"b":[{"client_secret":"deep-secret"}]}}'],
    ['application/json', '[{"clientSecret":"deep-secret"}]'],
    ['application/json', '{"password":"deep-secret","access_token":"deep-secret","Authorization":"deep-secret"}'],
    ['application/json', '{"client_secret":"deep-secret"'],
    ['application/json', '{"client_secret": {"value": "deep-secret"}}'],
    ['application/x-www-form-urlencoded', 'client_id=a&client_secret=deep-secret'],
    ['application/x-www-form-urlencoded', 'clientSecret=deep-secret&x=1'],
    ['application/x-www-form-urlencoded', 'x=1&access_token=deep-secret'],
    ['application/x-www-form-urlencoded', 'client%5Fsecret=deep-secret'],
    ['text/plain', 'clientSecret: deep-secret'],
    [
      'multipart/form-data; boundary=b',
      '--b\r\nContent-Disposition: form-data; name="client_secret"\r\n\r\ndeep-secret\r\n--b--',
    ],
  ])('the log hides the secrets of a body as %s: %s', async (type, body) => {
    const { send, emulator } = await connect();
    await send('POST', '/oauth2/token?client%5Fsecret=deep-secret', { headers: { 'content-type': type }, body });
    await send('POST', '/api/v2/journey?Access_Token=deep-secret', { headers: { 'content-type': type }, body });
    expect(JSON.stringify(emulator.log())).not.toContain('deep-secret');
  });
});
