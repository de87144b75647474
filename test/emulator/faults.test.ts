import { describe, expect, it } from 'vitest';
import type { Emulator } from '../../src/emulator/emulator.js';
import type { Fault, FaultTrigger } from '../../src/emulator/faults/fault-rules.js';
import type { EmulatorOptions } from '../../src/emulator/options.js';
import { getOwn, isJsonObject, type Json, type JsonObject } from '../../src/model/json.js';
import { ACME, GEO, makeOffer, makePromoCode, MONTHLY } from './acme-seed.js';
import { connect, type Connection, readText, type Reply, tokenForm } from './connect.js';
import { exchangeRaw } from './raw-exchange.js';

const OFFERS = '/api/offers/v2?offersSource=catalog&opt.all=true';
const PROMOS = '/api/objects/limio/promo_codes_v2';
const JOURNEY = '/api/v2/journey/geo';
const ANNUAL = '/offers2/Digital Annual';
const BULK = '/limio/catalogs/1/bulk-update';

/** A signed-in tenant whose faults begin now: the sign-in is not struck. */
async function connectTo(rule: Fault & FaultTrigger, options: EmulatorOptions = {}): Promise<Connection> {
  const connection = await connect({ seed: ACME, ...options });
  connection.emulator.faults.add(rule);
  return connection;
}

function putJourney({ call }: Connection, fallback = '/other/'): Promise<Reply> {
  return call('PUT', JOURNEY, { name: 'geo', data: { ...GEO, fallback_tag: fallback } });
}

function readFallback(emulator: Emulator): Json | undefined {
  return emulator.state().journeys[0]?.data['fallback_tag'];
}

function readAttributes(emulator: Emulator, path: string): JsonObject {
  const attributes = emulator.state().items.find((item) => item.path === path)?.data['attributes'];
  return isJsonObject(attributes) ? attributes : {};
}

function countFired(emulator: Emulator): number[] {
  return emulator.faults.show().rules.map(({ fired }) => fired);
}

function bulkUpdate({ call }: Connection, ...diffs: [path: string, diff: JsonObject][]): Promise<Reply> {
  return call('PUT', BULK, { diffs: diffs.map(([path, diff]) => ({ path, diff })) });
}

describe('a connection', () => {
  it.each([
    ['before', '/landing-default/'],
    [undefined, '/landing-default/'],
    ['after', '/other/'],
  ] as const)('is dropped without a byte, %s the effect', async (when, stored) => {
    const connection = await connectTo({
      operation: 'put-journey',
      times: 1,
      fault: 'drop-connection',
      ...(when && { when }),
    });
    const raw = await exchangeRaw(connection.emulator.port, {
      method: 'PUT',
      path: JOURNEY,
      headers: { ...connection.authorize(), 'content-type': 'application/json' },
      body: JSON.stringify({ name: 'geo', data: { ...GEO, fallback_tag: '/other/' } }),
    });
    expect(raw).toBe('');
    expect(readFallback(connection.emulator)).toBe(stored);
    expect((await connection.call('GET', JOURNEY)).status).toBe(200);
  });

  it('breaks off in the middle of the body', async () => {
    const { emulator, authorize } = await connectTo({ operation: 'get-journey', fault: 'cut-off' });
    const raw = await exchangeRaw(emulator.port, { method: 'GET', path: JOURNEY, headers: authorize() });
    const [head = '', body = ''] = raw.split('\r\n\r\n');
    const length = Number(/content-length: (\d+)/i.exec(head)?.[1]);
    expect(head).toMatch(/^HTTP\/1.1 200 /);
    expect(body.startsWith('{"status":"active"')).toBe(true);
    expect(Buffer.byteLength(body)).toBe(Math.ceil(length / 2));
    await expect(
      fetch(emulator.url + JOURNEY, { headers: authorize() }).then((reply) => reply.text()),
    ).rejects.toThrow();
  });

  it('breaks off although nothing was done', async () => {
    const connection = await connectTo({ operation: 'put-journey', fault: 'cut-off', when: 'before' });
    await expect(putJourney(connection)).rejects.toThrow();
    expect(readFallback(connection.emulator)).toBe('/landing-default/');
  });

  it('stays open without an answer after the effect, until the client gives up', async () => {
    const connection = await connectTo({ operation: 'put-journey', fault: 'no-answer' });
    const given = new AbortController();
    const pending = fetch(connection.emulator.url + JOURNEY, {
      method: 'PUT',
      headers: { ...connection.authorize(), 'content-type': 'application/json' },
      body: JSON.stringify({ name: 'geo', data: { ...GEO, fallback_tag: '/other/' } }),
      signal: given.signal,
    }).catch((error: unknown) => error);
    while (readFallback(connection.emulator) !== '/other/') await new Promise((resolve) => setImmediate(resolve));
    given.abort();
    expect(await pending).toMatchObject({ name: 'AbortError' });
    expect(connection.emulator.log().at(-1)).toMatchObject({ status: 0, faults: ['no-answer'] });
  });

  it('hangs for a while and is closed, with nothing done', async () => {
    const connection = await connectTo({ operation: 'put-journey', fault: 'no-answer', when: 'before', ms: 5 });
    await expect(putJourney(connection)).rejects.toThrow();
    expect(readFallback(connection.emulator)).toBe('/landing-default/');
  });

  it('does not hold up the end of the emulator', async () => {
    const { emulator, authorize } = await connectTo({ operation: 'read', fault: 'no-answer' });
    const pending = fetch(emulator.url + JOURNEY, { headers: authorize() }).catch((error: unknown) => error);
    while (countFired(emulator)[0] === 0) await new Promise((resolve) => setImmediate(resolve));
    await emulator.close();
    expect(await pending).toBeInstanceOf(TypeError);
  });

  it('gives its bytes slowly, and all of them', async () => {
    const { emulator, authorize } = await connectTo({ operation: 'list-offers', fault: 'slow', ms: 30 });
    const reply = await fetch(emulator.url + OFFERS, { headers: authorize() });
    const chunks: Uint8Array[] = [];
    for await (const chunk of reply.body ?? []) chunks.push(chunk);
    expect(chunks.length).toBeGreaterThan(3);
    expect(JSON.parse(Buffer.concat(chunks).toString())).toMatchObject({ hits: { value: 3 } });
  });
});

describe('an answer', () => {
  it.each([
    [401, 'Unauthorized'],
    [409, 'Conflict'],
    [429, 'Too Many Requests'],
    [500, 'Internal server error'],
    [502, 'Bad Gateway'],
    [503, 'Service Unavailable'],
  ])('is a %i in the error shape of its area, and nothing happened', async (status, message) => {
    const connection = await connectTo({ operation: 'write', fault: 'status', status });
    expect(await putJourney(connection)).toMatchObject({ status, json: { message } });
    expect(await bulkUpdate(connection, [MONTHLY, { a: '1' }])).toMatchObject({ status, json: { error: { message } } });
    expect(readFallback(connection.emulator)).toBe('/landing-default/');
    expect(readAttributes(connection.emulator, MONTHLY)).not.toHaveProperty('a');
  });

  it('is a 502 of a write that was applied', async () => {
    const connection = await connectTo({ operation: 'put-journey', fault: 'status', status: 502, when: 'after' });
    expect((await putJourney(connection)).status).toBe(502);
    expect(readFallback(connection.emulator)).toBe('/other/');
  });

  it('is an error page, or nothing, or has a message of its own', async () => {
    const { call, emulator } = await connectTo({
      operation: 'get-journey',
      nth: 1,
      fault: 'status',
      status: 503,
      body: 'html',
    });
    emulator.faults.add([
      { operation: 'get-journey', nth: 2, fault: 'status', status: 504, body: 'empty' },
      { operation: 'get-journey', nth: 3, fault: 'status', status: 500, message: 'it hurts' },
    ]);
    expect(await call('GET', JOURNEY)).toMatchObject({
      status: 503,
      type: 'text/html',
      text: expect.stringContaining('503 Service Unavailable'),
    });
    expect(await call('GET', JOURNEY)).toMatchObject({ status: 504, text: '' });
    expect(await call('GET', JOURNEY)).toMatchObject({ status: 500, json: { message: 'it hurts' } });
  });

  it.each<[Partial<Extract<Fault, { fault: 'status' }>>, string | null]>([
    [{}, null],
    [{ retryAfter: 3 }, '3'],
    [{ retryAfter: 60, retryAfterAs: 'date' }, 'Sun, 01 Mar 2026 12:01:00 GMT'],
    [{ retryAfter: 'Wed, 21 Oct 2065 07:28:00 GMT' }, 'Wed, 21 Oct 2065 07:28:00 GMT'],
    [{ retryAfter: 'soon' }, 'soon'],
    [{ retryAfter: -1 }, '-1'],
    [{ retryAfter: 1e21, retryAfterAs: 'date' }, '1e+21'],
  ])('asks to slow down: %j', async (given, header) => {
    const { emulator, authorize } = await connectTo({ operation: 'read', fault: 'status', status: 429, ...given });
    const reply = await fetch(emulator.url + JOURNEY, { headers: authorize() });
    expect([reply.status, reply.headers.get('retry-after')]).toEqual([429, header]);
  });

  it('says in the middle that the token expired, until there is a new one', async () => {
    const { call, renewToken } = await connectTo({ operation: 'read', nth: 2, fault: 'expired-token' });
    const before = (await call('GET', JOURNEY)).status;
    const struck = await call('GET', JOURNEY);
    const again = (await call('GET', JOURNEY)).status;
    await renewToken();
    expect([before, struck.status, again, (await call('GET', JOURNEY)).status]).toEqual([200, 401, 401, 200]);
    expect(struck.json).toEqual({ message: 'Unauthorized' });
  });

  it('refuses the token itself', async () => {
    const { send } = await connectTo({ operation: 'token', fault: 'status', status: 401 });
    expect(
      (
        await send('POST', '/oauth2/token', {
          headers: { 'content-type': 'application/x-www-form-urlencoded' },
          body: tokenForm(),
        })
      ).status,
    ).toBe(401);
  });

  it.each<['html' | 'truncated' | 'empty', RegExp]>([
    ['html', /^<html>[^]*200 OK/],
    ['truncated', /^\{"name":"geo","data":\{[^]*[^}]$/],
    ['empty', /^$/],
  ])('has the status 200 and a body that is %s, the write being done or not', async (body, text) => {
    const connection = await connectTo({ operation: 'put-journey', nth: 2, fault: 'wrong-body', body });
    connection.emulator.faults.add({ operation: 'put-journey', nth: 1, fault: 'wrong-body', body, when: 'before' });
    expect((await putJourney(connection)).status).toBe(200);
    expect(readFallback(connection.emulator)).toBe('/landing-default/');
    const reply = await putJourney(connection);
    expect(reply).toMatchObject({ status: 200, text: expect.stringMatching(text) });
    expect(() => reply.json).toThrow();
    expect(readFallback(connection.emulator)).toBe('/other/');
  });

  it('is JSON under another content type', async () => {
    const { call, emulator } = await connectTo({ operation: 'read', nth: 1, fault: 'wrong-type' });
    emulator.faults.add({ operation: 'read', nth: 2, fault: 'wrong-type', contentType: 'text/html' });
    expect(await call('GET', JOURNEY)).toMatchObject({ type: 'text/plain', json: { record_type: 'journey' } });
    expect(await call('GET', JOURNEY)).toMatchObject({ type: 'text/html', json: { record_type: 'journey' } });
  });
});

/** Names of every page, following the cursors; fails after ten pages. */
async function walk(
  { call }: Connection,
  first: string,
  cursorOf: (page: JsonObject) => string | undefined,
): Promise<{ names: string[][]; hits: Json | undefined }> {
  const names: string[][] = [];
  let path: string | undefined = first;
  let hits: Json | undefined;
  while (path !== undefined) {
    if (names.length > 9) throw new Error('the list does not end');
    const { json }: Reply = await call('GET', path);
    const items = json['items'];
    names.push((Array.isArray(items) ? items : []).map((item) => readText(item as JsonObject, 'name')));
    hits = json['hits'];
    const query: string | undefined = cursorOf(json);
    path = query === undefined ? undefined : `${first}&${query}`;
  }
  return { names, hits };
}

function catalogCursor(page: JsonObject): string | undefined {
  const more = getOwn(page, 'queryMore');
  if (!isJsonObject(more)) return undefined;
  return `opt.queryMoreFrom=${encodeURIComponent(readText(more, 'from'))}&opt.queryMoreAlias=${encodeURIComponent(readText(more, 'alias'))}`;
}

function promoCursor(page: JsonObject): string | undefined {
  const more = getOwn(page, 'queryMore');
  return typeof more === 'string' ? `queryMore=${more}` : undefined;
}

describe('a list', () => {
  const seed = {
    items: ['A', 'B', 'C'].map((name) => makeOffer(name)),
    promoCodes: ['A1', 'B2', 'C3'].map((code) => makePromoCode(code)),
  };
  const paged = `${OFFERS}&opt.pageSize=1`;
  const promos = `${PROMOS}?limit=1`;
  const hits = { value: 3, relation: 'eq' };

  it.each<[string, Fault & FaultTrigger, string[][], string[][]]>([
    [
      'gives a page twice',
      { fault: 'repeated-page', nth: 1 },
      [['A'], ['A'], ['B'], ['C']],
      [['A1'], ['A1'], ['B2'], ['C3']],
    ],
    [
      'gives a page in the place of the next one',
      { fault: 'repeated-page', nth: 1, skips: true },
      [['A'], ['A'], ['C']],
      [['A1'], ['A1'], ['C3']],
    ],
    ['gives a page without its items', { fault: 'missing-page', nth: 2 }, [['A'], [], ['C']], [['A1'], [], ['C3']]],
    ['ends too early', { fault: 'missing-page', nth: 2, how: 'end' }, [['A'], ['B']], [['A1'], ['B2']]],
  ])('%s, and still counts all', async (_what, rule, offers, codes) => {
    const connection = await connectTo({ ...rule, operation: 'list-offers' }, { seed });
    connection.emulator.faults.add({ ...rule, operation: 'list-promos' });
    expect(await walk(connection, paged, catalogCursor)).toEqual({ names: offers, hits });
    expect((await walk(connection, promos, promoCursor)).names).toEqual(codes);
    expect(countFired(connection.emulator)).toEqual([1, 1]);
    expect(await walk(connection, paged, catalogCursor)).toEqual({ names: [['A'], ['B'], ['C']], hits });
  });

  it('refuses a cursor as expired, once and for all', async () => {
    const connection = await connectTo({ operation: 'list', fault: 'expired-cursor', times: 2 }, { seed });
    const { call } = connection;
    const next = `${paged}&${catalogCursor((await call('GET', paged)).json) ?? ''}`;
    expect(await call('GET', next)).toMatchObject({
      status: 404,
      json: { message: expect.stringContaining('expired') },
    });
    connection.emulator.faults.clear();
    expect((await call('GET', next)).status).toBe(404);
    connection.emulator.faults.add({ operation: 'list', fault: 'expired-cursor' });
    expect((await call('GET', `${promos}&${promoCursor((await call('GET', promos)).json) ?? ''}`)).status).toBe(400);
    expect(countFired(connection.emulator)).toEqual([1]);
  });

  it('does not count a list of one page as one that ended too early', async () => {
    const { call, emulator } = await connectTo({ operation: 'list', fault: 'missing-page', how: 'end' }, { seed });
    await call('GET', OFFERS);
    expect(countFired(emulator)).toEqual([0]);
    expect(emulator.log().at(-1)).not.toHaveProperty('faults');
  });
});

describe('a bulk-update', () => {
  const message = 'The item could not be updated';

  it.each<[string, Json]>([
    ['path', [MONTHLY]],
    ['object', [{ path: MONTHLY, message }]],
    ['error', [{ item: { path: MONTHLY }, error: { message, code: 'CONFLICT' } }]],
    ['message', [`${MONTHLY}: ${message}`]],
    ['number', [0]],
    ['null', [null]],
    ['mixed', [MONTHLY]],
    ['not-an-array', `Failed: ${MONTHLY}`],
  ])('refuses its first item in the shape "%s" and applies the others', async (shape, failed) => {
    const connection = await connectTo({ fault: 'refused-items', shape } as Fault);
    const reply = await bulkUpdate(connection, [MONTHLY, { a: '1' }], [ANNUAL, { a: '2' }]);
    expect(reply).toMatchObject({ status: 200, json: { success: '1 items updated', failed } });
    expect(readAttributes(connection.emulator, MONTHLY)).not.toHaveProperty('a');
    expect(readAttributes(connection.emulator, ANNUAL)).toHaveProperty('a', '2');
  });

  it('refuses the items that are named, next to those that it refuses anyway', async () => {
    const connection = await connectTo({ fault: 'refused-items', paths: ['*Annual', '*Print'], shape: 'path' });
    const reply = await bulkUpdate(
      connection,
      ['/offers2/None', {}],
      [MONTHLY, { a: '1' }],
      [ANNUAL, { a: '2' }],
      ['/offers2/Print', { a: '3' }],
    );
    expect(reply.json).toEqual({
      success: '1 items updated',
      failed: [{ path: '/offers2/None', message: 'Not found' }, ANNUAL, '/offers2/Print'],
    });
  });

  it('refuses everything, and asks for the token all the same', async () => {
    const connection = await connectTo({ fault: 'refused-items', paths: ['*'] });
    const before = connection.emulator.state();
    expect((await bulkUpdate(connection, [MONTHLY, { a: '1' }])).json).toMatchObject({ success: '0 items updated' });
    expect(connection.emulator.state().items).toEqual(before.items);
    expect((await connection.send('PUT', BULK, { body: '{"diffs":[{"path":"/a","diff":{}}]}' })).status).toBe(401);
    expect((await bulkUpdate(connection)).status).toBe(400);
    expect(countFired(connection.emulator)).toEqual([1]);
  });
});

describe('a write that is silently lost', () => {
  it.each<[string, string, string, Json | undefined]>([
    ['bulk-update', 'PUT', BULK, { diffs: [{ path: MONTHLY, diff: { a: '1' } }] }],
    ['put-journey', 'PUT', JOURNEY, { name: 'geo', data: { ...GEO, fallback_tag: '/other/' } }],
    ['create-journey', 'POST', '/api/v2/journey', { name: 'new' }],
    ['delete-journey', 'DELETE', JOURNEY, undefined],
    ['create-promo', 'POST', PROMOS, { name: 'NEW1', id: 'promo_code_v2-NEW1', data: makePromoCode('NEW1') }],
    [
      'put-promo',
      'PUT',
      `${PROMOS}/promo_code_v2-SPRING25`,
      { name: 'SPRING25', id: 'promo_code_v2-SPRING25', data: { status: false } },
    ],
    ['delete-promo', 'DELETE', `${PROMOS}/promo_code_v2-SPRING25`, undefined],
    ['delete-item', 'DELETE', '/limio/catalogs/1/items/offers2/Print', undefined],
    ['build', 'POST', '/api/shop/builds', { items: ['/pages/shop'] }],
    ['start-job', 'POST', '/limio/jobs', { jobType: 'indexer', indexerType: 'published_items' }],
  ])('%s: answered like any other, stored nowhere', async (operation, method, path, body) => {
    const { emulator, call } = await connectTo({ operation, fault: 'lost-write', times: 1 });
    const { commitId: _, ...before } = emulator.state();
    const lost = await call(method, path, body);
    const { commitId: __, ...after } = emulator.state();
    expect(after).toEqual(before);
    const done = await call(method, path, body);
    expect(lost.status).toBe(done.status);
    expect(Object.keys(lost.json)).toEqual(Object.keys(done.json));
    const { commitId: ___, ...changed } = emulator.state();
    expect(changed).not.toEqual(before);
  });
});

function readIndexed(emulator: Emulator, path: string): Json | undefined {
  return readA(emulator.state().indexed, path);
}

/** The attribute `a` of one of the items. */
function readA(items: readonly { path: string; data: JsonObject }[] | undefined, path: string): Json | undefined {
  const data = items?.find((one) => one.path === path)?.data ?? {};
  const attributes = getOwn(data, 'attributes');
  return isJsonObject(attributes) ? attributes['a'] : undefined;
}

describe('a search index that lags by item', () => {
  it('shows the named item as it was, for ever; others and head at once', async () => {
    const connection = await connectTo({ fault: 'stale-index', paths: [MONTHLY], times: 1 });
    const { emulator } = connection;
    await bulkUpdate(connection, [MONTHLY, { a: '1' }], [ANNUAL, { a: '2' }]);
    expect([readIndexed(emulator, MONTHLY), readIndexed(emulator, ANNUAL)]).toEqual([undefined, '2']);
    expect(readAttributes(emulator, MONTHLY)).toMatchObject({ a: '1' });
    await bulkUpdate(connection, [MONTHLY, { a: '3' }]);
    expect(readIndexed(emulator, MONTHLY)).toBe('3');
    expect(countFired(emulator)).toEqual([1]);
  });

  it('shows it after a while, where it has one', async () => {
    const connection = await connectTo({ fault: 'stale-index', ms: 5000, times: 1 });
    await bulkUpdate(connection, [MONTHLY, { a: '1' }]);
    expect(readIndexed(connection.emulator, MONTHLY)).toBeUndefined();
    connection.advance(5000);
    expect(readIndexed(connection.emulator, MONTHLY)).toBe('1');
  });
});

describe('a value that the server rewrites', () => {
  it.each<[string, JsonObject, JsonObject]>([
    ['trim', { a: ' x ' }, { a: 'x' }],
    ['upper-case', { n: 1, a: 'Ab', b: 'c' }, { n: 1, a: 'AB', b: 'c' }],
    ['upper-case', { a: { b: ['c'] } }, { a: { b: ['C'] } }],
    ['reorder', { a: 'x', b: ['1', '2'] }, { a: 'x', b: ['2', '1'] }],
  ])('%s: %j becomes %j', async (rewrite, sent, kept) => {
    const connection = await connectTo({ fault: 'rewritten-value', rewrite } as Fault);
    const seen = readAttributes(connection.emulator, MONTHLY);
    expect((await bulkUpdate(connection, [MONTHLY, sent])).json).toEqual({ success: '1 items updated', failed: [] });
    expect(readAttributes(connection.emulator, MONTHLY)).toEqual({ ...seen, ...kept });
    expect(countFired(connection.emulator)).toEqual([1]);
  });

  it('leaves what was not written alone, and does not count a rewriting without effect', async () => {
    const connection = await connectTo({ fault: 'rewritten-value', rewrite: 'trim' });
    connection.emulator.edit.item(MONTHLY, { old: ' o ' });
    await bulkUpdate(connection, [MONTHLY, { a: 'x' }]);
    expect(readAttributes(connection.emulator, MONTHLY)).toMatchObject({ old: ' o ', a: 'x' });
    expect(countFired(connection.emulator)).toEqual([0]);
  });

  it('is one key of a journey, which the answer does not show', async () => {
    const connection = await connectTo({ fault: 'rewritten-value', rewrite: 'drop-key', key: 'domains' });
    const data = { ...GEO, domains: ['new.prod.limio.com'] };
    expect((await connection.call('PUT', JOURNEY, { name: 'geo', data })).json['data']).toEqual(data);
    const { domains: _, ...rest } = GEO;
    expect(connection.emulator.state().journeys[0]?.data).toEqual(rest);
  });

  it('is one key of a promo code, never the code itself', async () => {
    const connection = await connectTo({ fault: 'rewritten-value', rewrite: 'drop-key' });
    await connection.call('POST', PROMOS, { name: 'NEW1', id: 'promo_code_v2-NEW1', data: makePromoCode('NEW1') });
    const { applicationLevel: _, ...rest } = makePromoCode('NEW1');
    expect(connection.emulator.state().promoCodes.at(-1)?.data).toEqual(rest);
  });
});

describe('another person', () => {
  it('edits an item just before the nth request of a kind is answered', async () => {
    const { call, emulator } = await connectTo({
      operation: 'head-item',
      nth: 2,
      fault: 'edit',
      edit: { path: MONTHLY, attributes: { a: 'hers' } },
    });
    const head = async (): Promise<Json | undefined> => {
      const { json } = await call('GET', '/limio/catalogs/1/items/offers2/Digital%20Monthly');
      return (((json['item'] as JsonObject)['data'] as JsonObject)['attributes'] as JsonObject)['a'];
    };
    expect([await head(), await head()]).toEqual([undefined, 'hers']);
    expect(emulator.log().at(-1)?.faults).toEqual(['edit']);
  });

  it('edits after the request was answered, and deletes', async () => {
    const connection = await connectTo({
      operation: 'get-journey',
      nth: 1,
      fault: 'edit',
      when: 'after',
      edit: { journey: 'geo', data: { ...GEO, fallback_tag: '/hers/' } },
    });
    connection.emulator.faults.add({
      operation: 'get-journey',
      nth: 2,
      fault: 'edit',
      edit: { promoCode: 'SPRING25', deleted: true },
    });
    expect((await connection.call('GET', JOURNEY)).json).toMatchObject({ data: { fallback_tag: '/landing-default/' } });
    expect(readFallback(connection.emulator)).toBe('/hers/');
    await connection.call('GET', JOURNEY);
    expect(connection.emulator.state().promoCodes).toEqual([]);
  });

  it.each<[string, string, (emulator: Emulator) => Json | undefined]>([
    [
      'GET',
      '/limio/catalogs/1/items/offers2/Digital%20Monthly',
      (emulator) => readAttributes(emulator, MONTHLY)['edited_by_hand'],
    ],
    ['GET', JOURNEY, (emulator) => emulator.state().journeys[0]?.data['edited_by_hand']],
    ['GET', `${PROMOS}/promo_code_v2-SPRING25`, (emulator) => emulator.state().promoCodes[0]?.data['edited_by_hand']],
  ])('edits whatever %s %s is about', async (method, path, read) => {
    const { call, emulator } = await connectTo({ fault: 'edit', edit: 'target' });
    await call(method, path);
    expect(read(emulator)).toBe('by a colleague, 1');
    await call(method, path);
    expect(read(emulator)).toBe('by a colleague, 2');
  });

  it('finds nothing to edit, and leaves no trace', async () => {
    const { call, emulator } = await connectTo({ fault: 'edit', edit: 'target' });
    emulator.faults.add({ fault: 'edit', edit: { path: '/offers2/None', attributes: {} } });
    expect((await call('GET', '/api/v2/journey/none')).status).toBe(404);
    expect((await call('GET', OFFERS)).status).toBe(200);
    expect(countFired(emulator)).toEqual([0, 0]);
  });
});

/** Builds the shop's page and publishes it an hour later. */
async function publish({ call, advance }: Connection): Promise<JsonObject> {
  const build = await call('POST', '/api/shop/builds', { items: ['/pages/shop'] });
  expect(build.json).toMatchObject({ success: true });
  advance(3_600_000);
  return (
    await call('POST', '/api/publish', { tags: ['/tags/shop'], buildId: readText(build.json, 'id'), name: 'shop' })
  ).json;
}

describe('a build and a publish', () => {
  it('never ends, and nothing tells', async () => {
    const connection = await connectTo({ fault: 'unfinished-build', times: 1 }, { tokenLifetimeS: 99_999 });
    expect(await publish(connection)).toMatchObject({
      success: true,
      publishedData: { pages: {} },
      ommitedWithError: { pages: { '/shop/': [{ message: expect.stringContaining('not complete') }] } },
    });
    expect(connection.emulator.state().builds.map(({ complete }) => complete)).toEqual([false]);
    expect(await publish(connection)).toMatchObject({ publishedData: { pages: { '/shop/': [{}] } } });
  });

  it('omits one route for ever; what was live there stays live', async () => {
    const connection = await connectTo({ fault: 'omitted-route', route: '/shop/' }, { tokenLifetimeS: 99_999 });
    const live = connection.emulator.state().liveRoutes;
    connection.emulator.edit.item(MONTHLY, { a: 'new' });
    for (let n = 0; n < 3; n += 1) {
      expect(await publish(connection)).toMatchObject({
        success: true,
        publishedData: { pages: {} },
        ommitedWithError: {
          pages: {
            '/shop/': [
              {
                path: '/pages/shop',
                pathPrefix: expect.stringMatching(/^\/__v\/./),
                message: 'The page could not be deployed',
              },
            ],
          },
        },
      });
    }
    expect(connection.emulator.state().liveRoutes).toEqual(live);
    expect(countFired(connection.emulator)).toEqual([3]);
  });

  it('blocks the published index: the route goes live, the published list and its commit stay', async () => {
    const connection = await connectTo({ fault: 'blocked-index', times: 1 }, { tokenLifetimeS: 99_999 });
    const readShown = (): { index: unknown; live: unknown } => {
      const { published, liveRoutes } = connection.emulator.state();
      const shop = liveRoutes.find(({ route }) => route === '/shop/');
      return { index: readA(published, MONTHLY), live: readA(shop?.items, MONTHLY) };
    };
    connection.emulator.edit.item(MONTHLY, { a: 'new' });
    expect(await publish(connection)).toMatchObject({ publishedData: { pages: { '/shop/': [{}] } } });
    expect(readShown()).toEqual({ index: undefined, live: 'new' });
    connection.emulator.edit.item(MONTHLY, { a: 'newer' });
    await publish(connection);
    expect(readShown()).toEqual({ index: 'newer', live: 'newer' });
    expect(countFired(connection.emulator)).toEqual([1]);
  });

  it('omits a route without saying why, or leaves others alone', async () => {
    const connection = await connectTo({ fault: 'omitted-route', message: '', times: 1 }, { tokenLifetimeS: 99_999 });
    connection.emulator.faults.add({ fault: 'omitted-route', route: '/elsewhere/' });
    const omitted = (await publish(connection))['ommitedWithError'] as JsonObject;
    expect(((omitted['pages'] as JsonObject)['/shop/'] as JsonObject[])[0]).not.toHaveProperty('message');
    expect(await publish(connection)).toMatchObject({ publishedData: { pages: { '/shop/': [{}] } } });
    expect(countFired(connection.emulator)).toEqual([1, 0]);
  });
});
