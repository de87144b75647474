import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { EmulatorOptions } from '../../src/emulator/options.js';
import type { Seed } from '../../src/emulator/seed-format.js';
import type { Json, JsonObject } from '../../src/model/json.js';
import { ACME, MONTHLY } from './acme-seed.js';
import { connect, type Connection, readText } from './connect.js';

const SEED: Seed = {
  ...ACME,
  objects: [
    { record_type: 'identity', id: 'id-anna', data: {} },
    { record_type: 'identity', id: 'id-ben', data: {} },
    { record_type: 'identity', id: 'sf-anna', service: 'salesforce', data: {} },
    { record_type: 'customer', id: 'cus-1', owner: 'id-anna', data: { firstName: 'Anna', plan: 'gold' } },
    {
      record_type: 'subscription',
      id: 'sub-1',
      name: 'S1',
      owner: 'id-anna',
      related: ['sf-anna'],
      data: { a: { b: 1 } },
    },
    { record_type: 'subscription', id: 'sub-2', name: 'S2', owner: 'id-anna', related: ['sf-anna'] },
    { record_type: 'subscription', id: 'zuora-9', service: 'zuora', data: { term: 12 } },
    { record_type: 'address', id: 'adr-1', parent: 'cus-1', data: { city: 'Bath', country: 'GB' } },
    { record_type: 'event', id: 'evt-1', parent: 'sub-1', data: { what: 'created' } },
    { record_type: 'schedule', id: 'sch-1', parent: 'sub-1' },
    { record_type: 'user_entitlement', id: 'ent-1', owner: 'id-emulator', data: { entitlement: 'digital' } },
    { record_type: 'user_entitlement', id: 'ent-2', owner: 'id-anna' },
  ],
};

const TOKEN = { id_token: { iss: 'https://login.example', sub: 'anna' } };
const SUB = '/objects/limio/subscriptions/sub-1';

const connectTo = (options: EmulatorOptions = {}): Promise<Connection> => connect({ seed: SEED, ...options });

async function findOffer({ call }: Connection): Promise<JsonObject> {
  const { json } = await call('GET', '/api/offers/v2?offersSource=published');
  const offer = (json['items'] as JsonObject[]).find(({ path }) => path === MONTHLY);
  return { offer: { id: readText(offer ?? {}, 'id'), version: readText(offer ?? {}, 'version') }, quantity: 1 };
}

const makeBasket = async (connection: Connection, rest: JsonObject = {}): Promise<{ order: JsonObject }> => ({
  order: {
    orderItems: [await findOffer(connection)],
    external_id: 'ext-1',
    country: 'GB',
    source: 'shop',
    order_type: 'new',
    ...rest,
  },
});

interface Call {
  method: string;
  path: string;
  /** Made with the tenant's offers, where it needs some. */
  body?: Json | ((connection: Connection) => Promise<Json>);
  /** What the answer contains. */
  answer: unknown;
}

const call = (method: string, path: string, answer: unknown, body?: Call['body']): Call => ({
  method,
  path,
  answer,
  ...(body === undefined ? {} : { body }),
});

const ids = (...found: string[]): unknown => ({ items: found.map((id) => expect.objectContaining({ id })) });

/** By the first cell of the row in the table of docs/limio-api.md. */
const CALLS: Record<string, Call[]> = {
  '`GET /objects/salesforce/identities/{id}/subscriptions`': [
    call('GET', '/objects/salesforce/identities/sf-anna/subscriptions', {
      subscriptions: [expect.objectContaining({ id: 'sub-1', data: { a: { b: 1 } } }), { id: 'sub-2' }],
      queryMore: null,
    }),
  ],
  '`GET /timeline/{subscriptions\\|customers}/{id}`': [
    call('GET', '/timeline/subscriptions/sub-1', { subscriptions: [{ id: 'evt-1' }, { id: 'sch-1' }] }),
    call('GET', '/timeline/customers/cus-1', { subscriptions: [{ id: 'adr-1' }], metadata: { count: 1 } }),
  ],
  '`POST /objects/owner_change`': [
    call(
      'POST',
      '/objects/owner_change',
      { message: 'All objects successfully transferred' },
      { sourceId: '@limio/id-anna', destinationId: '@limio/id-ben', message: 'married' },
    ),
  ],
  '`POST /objects/externalidentity/{owner}`': [
    call('POST', '/objects/externalidentity/id-anna', { message: 'External identity successfully linked' }, TOKEN),
  ],
  '`DELETE /objects/externalidentity/{owner}`': [call('DELETE', '/objects/externalidentity/id-anna', {}, TOKEN)],
  '`POST /customer/{id}/forget_customer`': [
    call('POST', '/customer/cus-1/forget_customer', { message: 'Data successfully scrubbed' }),
  ],
  '`GET /checkout/abandoned?limit=&createdAfter=[&queryMore=]`': [
    call('GET', '/checkout/abandoned?limit=2&createdAfter=2026-01-01T00:00:00Z', { items: [], queryMore: null }),
  ],
  '`POST /checkout/initiate`': [
    call('POST', '/checkout/initiate', { id: expect.stringMatching(/^basket-/) }, (connection) =>
      makeBasket(connection),
    ),
  ],
  '`GET /session/entitlements`': [],
  '`GET /objects/{service}/{path_type}`': [
    call('GET', '/objects/limio/subscriptions', ids('sub-1', 'sub-2')),
    call('GET', '/objects/zuora/subscription', ids('zuora-9')),
    call('GET', '/objects/limio/promo_code_v2', ids('promo_code_v2-SPRING25')),
  ],
  '`GET /objects/{service}/{path_type}/{id}`': [
    call('GET', SUB, { id: 'sub-1', data: { a: { b: 1 } }, version: expect.stringMatching(/^[0-9a-f]{40}$/) }),
    call('GET', '/objects/limio/subscription/sub-1', { id: 'sub-1' }),
  ],
  '`GET .../{id}/related[/{record_type}]`, `.../{id}/objects[/{subtype}]`, `.../{id}/events`': [
    call('GET', `${SUB}/related`, ids('sf-anna')),
    call('GET', '/objects/salesforce/identities/sf-anna/related/subscription', ids('sub-1', 'sub-2')),
    call('GET', `${SUB}/related/order`, { items: [] }),
    call('GET', `${SUB}/objects`, ids('evt-1', 'sch-1')),
    call('GET', `${SUB}/objects/schedules`, ids('sch-1')),
    call('GET', `${SUB}/events`, { items: [{ id: 'evt-1' }], unpackedItems: [{ object: { id: 'sub-1' } }] }),
  ],
  '`PUT /objects/{service}/{path_type}/{id}`': [
    call('PUT', SUB, { id: 'sub-1', quantity: 2, data: { a: { c: 1 } } }, { quantity: 2, data: { a: { c: 1 } } }),
  ],
  '`DELETE /objects/{service}/{path_type}/{id}`': [
    call('DELETE', '/objects/limio/promo_codes_v2/promo_code_v2-SPRING25', { httpStatusCode: 200 }),
  ],
  '`POST /objects/{service}/{path_type}/{id}/related/identity`': [
    call('POST', `${SUB}/related/identity`, null, { id: 'id-ben', service: 'limio' }),
  ],
  '`POST /plugins/zuora/sync/subscription/{id}`': [
    call('POST', '/plugins/zuora/sync/subscription/zuora-9', { message: 'Subscription successfully synced' }),
  ],
  '`GET /component/builds[?commitHash=]`': [
    call('GET', '/component/builds', [{ buildStatus: 'SUCCEEDED' }]),
    call('GET', '/component/builds?commitHash=9f2c1d7b6a5e4f3c2b1a0d9e8f7c6b5a4d3e2f1c', [{ buildNumber: 1 }]),
  ],
  '`GET /journeys`': [call('GET', '/journeys', { starting_point: '', fallback_tag: '', journeys: [] })],
};

const LISTED = Object.values(CALLS).flat();
const named = LISTED.map((one): [string, Call] => [`${one.method} ${one.path}`, one]);

async function send(connection: Connection, { method, path, body }: Call): ReturnType<Connection['call']> {
  return connection.call(method, `/api${path}`, typeof body === 'function' ? await body(connection) : body);
}

describe('every call of section 9', () => {
  it('is in this file: the table of the API reference names no other', () => {
    const page = readFileSync(join(import.meta.dirname, '../../docs/limio-api.md'), 'utf8');
    const section = page.split('## 9. The rest of the API')[1]?.split('\n## ')[0] ?? '';
    const rows = [...section.matchAll(/^\| (`.*?`) \| (?!what)/gm)].map(([, cell = '']) => cell);
    expect(new Set(rows)).toEqual(new Set(Object.keys(CALLS)));
  });

  it.each(named)('%s is answered as documented', async (_name, one) => {
    const connection = await connectTo();
    const reply = await send(connection, one);
    expect([reply.status, JSON.parse(reply.text)]).toMatchObject([200, one.answer]);
    expect(connection.emulator.log().find(({ error }) => error)).toBeUndefined();
  });

  it.each(named)('%s refuses unknown query parameters and a call without a token', async (_name, one) => {
    const connection = await connectTo();
    const path = `${one.path}${one.path.includes('?') ? '&' : '?'}color=red`;
    const before = connection.emulator.state();
    const refused = await send(connection, { ...one, path });
    expect([refused.status, refused.json['message']]).toEqual([400, 'Unknown query parameter "color"']);
    expect((await connection.send(one.method, `/api${one.path}`)).status).toBe(401);
    expect(connection.emulator.state()).toEqual(before);
  });

  it.each(named)('%s is an HTML 404 of the gateway with another method', async (_name, { path }) => {
    const { call: request } = await connectTo();
    expect(await request('PATCH', `/api${path}`, {})).toMatchObject({ status: 404, type: 'text/html' });
  });

  it('refuses a body with an unknown key, of a wrong type or of another content type, and changes nothing', async () => {
    const connection = await connectTo();
    const before = connection.emulator.state();
    for (const one of LISTED.filter(({ body }) => body !== undefined)) {
      const path = `/api${one.path}`;
      const unknown = await connection.call(one.method, path, { ...TOKEN, order: {}, color: 'red' });
      expect([one.path, unknown.status]).toEqual([one.path, 400]);
      expect((await connection.call(one.method, path, [1])).status).toBe(400);
      const text = { headers: { ...connection.authorize(), 'content-type': 'text/plain' }, body: '{}' };
      expect((await connection.send(one.method, path, text)).status).toBe(400);
    }
    expect(connection.emulator.state()).toEqual(before);
  });

  it.each<[string, string, Json | undefined]>([
    ['GET', '/objects/sap/orders', undefined],
    ['GET', '/objects/limio/invoices', undefined],
    ['GET', '/objects/limio/orders?limit=0', undefined],
    ['GET', '/objects/limio/orders?limit=1&limit=2', undefined],
    ['GET', '/objects/limio/orders?queryMore=5', undefined],
    ['GET', `${SUB}/related/invoice`, undefined],
    ['GET', '/timeline/orders/sub-1', undefined],
    ['GET', '/checkout/abandoned?limit=5', undefined],
    ['GET', '/checkout/abandoned?createdAfter=2026-01-01T00:00:00Z', undefined],
    ['GET', '/checkout/abandoned?limit=5&createdAfter=2026-01-01', undefined],
    ['PUT', SUB, {}],
    ['PUT', SUB, { quantity: 0 }],
    ['PUT', SUB, { data: 'x' }],
    ['PUT', '/objects/limio/schedules/sch-1', { name: 'x' }],
    ['POST', '/objects/owner_change', { sourceId: 'id-anna', destinationId: '@limio/id-ben' }],
    ['POST', '/objects/owner_change', { sourceId: '@limio/id-anna' }],
    ['POST', '/objects/externalidentity/id-anna', { id_token: { iss: 'https://login.example' } }],
    ['POST', `${SUB}/related/order`, { id: 'id-ben', service: 'limio' }],
    ['POST', `${SUB}/related/identity`, { id: 'id-ben', service: 'sap' }],
    ['POST', '/checkout/initiate', { order: { orderItems: [], external_id: 'x' } }],
    ['POST', '/customer/cus-1/forget_customer', { really: true }],
  ])('%s %s %j is 400', async (method, path, body) => {
    const connection = await connectTo();
    expect((await connection.call(method, `/api${path}`, body)).status).toBe(400);
    const hiding = await connectTo({ badPayloadStatus: 502 });
    expect((await hiding.call(method, `/api${path}`, body)).status).toBe(method === 'GET' ? 400 : 502);
  });

  it.each<[string, string, Json | undefined]>([
    ['GET', '/objects/limio/subscriptions/sub-x', undefined],
    ['GET', '/objects/zuora/subscriptions/sub-1', undefined],
    ['GET', '/objects/limio/orders/sub-1/events', undefined],
    ['GET', '/objects/salesforce/identities/id-anna/subscriptions', undefined],
    ['POST', '/customer/sub-1/forget_customer', undefined],
    ['POST', '/plugins/zuora/sync/subscription/sub-1', undefined],
    ['POST', '/objects/externalidentity/sub-1', TOKEN],
    ['POST', `${SUB}/related/identity`, { id: 'id-ben', service: 'zuora' }],
  ])('%s %s of an object that does not exist is 404, or 502 in that dialect', async (method, path, body) => {
    const connection = await connectTo();
    expect((await connection.call(method, `/api${path}`, body)).status).toBe(404);
    const other = await connectTo({ dialect: { missingObject: '502' } });
    expect((await other.call(method, `/api${path}`, body)).status).toBe(502);
  });

  it.each<[string, string, Json | undefined]>([
    ['GET', '/timeline/customers/sub-1', undefined],
    ['PUT', '/objects/limio/subscriptions/sub-x', { name: 'x' }],
    ['DELETE', '/objects/limio/subscriptions/sub-x', undefined],
    ['DELETE', SUB, undefined],
    ['GET', '/component/builds?commitHash=0', undefined],
  ])('%s %s is 404, as documented', async (method, path, body) => {
    const connection = await connectTo({ dialect: { missingObject: '502' } });
    expect((await connection.call(method, `/api${path}`, body)).status).toBe(404);
  });
});

describe('what the calls of section 9 do', () => {
  it('lists come in pages with an opaque cursor, summaries only', async () => {
    const { call: request } = await connectTo();
    const one = (await request('GET', '/api/objects/limio/subscriptions?limit=1')).json;
    expect(one).toMatchObject(ids('sub-1') as object);
    expect((one['items'] as JsonObject[])[0]).not.toHaveProperty('data');
    const more = readText(one, 'queryMore');
    const two = (await request('GET', `/api/objects/limio/subscriptions?limit=1&queryMore=${more}`)).json;
    expect(two).toMatchObject({ ...(ids('sub-2') as object), queryMore: null });
  });

  it('owner_change moves every object of the owner, and nothing else', async () => {
    const { call: request, emulator } = await connectTo({ dialect: { ownerFormat: 'bare', acknowledgement: 'empty' } });
    const reply = await request('POST', '/api/objects/owner_change', { sourceId: 'id-anna', destinationId: 'id-ben' });
    expect([reply.status, reply.json]).toEqual([200, {}]);
    const owners = emulator.state().objects.flatMap(({ id, owner }) => (owner === undefined ? [] : [[id, owner]]));
    expect(owners).toEqual([
      ['cus-1', 'id-ben'],
      ['sub-1', 'id-ben'],
      ['sub-2', 'id-ben'],
      ['ent-1', 'id-emulator'],
      ['ent-2', 'id-ben'],
    ]);
  });

  it('an external identity is linked once and removed, by managers only', async () => {
    const { call: request, emulator } = await connectTo();
    const read = (): unknown => emulator.state().objects.find(({ id }) => id === 'id-anna')?.data['external'];
    await request('POST', '/api/objects/externalidentity/id-anna', TOKEN);
    await request('POST', '/api/objects/externalidentity/id-anna', TOKEN);
    expect(read()).toEqual([TOKEN.id_token]);
    await request('DELETE', '/api/objects/externalidentity/id-anna', TOKEN);
    expect(read()).toEqual([]);
    const editor = await connectTo({ role: 'editor' });
    expect((await editor.call('POST', '/api/objects/externalidentity/id-anna', TOKEN)).status).toBe(401);
  });

  it('forget_customer scrubs the customer and what belongs to it, for good', async () => {
    const { call: request, emulator } = await connectTo();
    await request('POST', '/api/customer/cus-1/forget_customer');
    const data = new Map(emulator.state().objects.map((one) => [one.id, one.data]));
    expect(data.get('cus-1')).toEqual({ firstName: '*****', plan: 'gold' });
    expect(data.get('adr-1')).toEqual({ city: '*****', country: 'GB' });
  });

  it('a sync creates the subscription once', async () => {
    const { call: request, emulator } = await connectTo();
    for (let turn = 0; turn < 2; turn += 1) await request('POST', '/api/plugins/zuora/sync/subscription/zuora-9');
    const copies = emulator.state().objects.filter(({ data }) => data['syncedFrom'] === 'zuora-9');
    expect(copies).toMatchObject([{ service: 'limio', record_type: 'subscription', data: { term: 12 } }]);
  });

  it('entitlements are those of a session; a bearer token opens none', async () => {
    const { call: request, send: plain } = await connectTo();
    const path = '/api/session/entitlements';
    expect((await request('GET', path)).status).toBe(401);
    const reply = await plain('GET', path, { headers: { cookie: 'a=b; limio_session=emulator-session' } });
    expect([reply.status, reply.json]).toMatchObject([200, { entitlements: [{ id: 'ent-1' }] }]);
    const header = { authorization: 'Session emulator-session' };
    expect((await plain('GET', path, { headers: header })).status).toBe(401);
    const other = await connectTo({ dialect: { session: 'header' } });
    expect((await other.send('GET', path, { headers: header })).status).toBe(200);
  });

  it('a basket is created, updated under its external id, abandoned, and completed by its order', async () => {
    const connection = await connectTo();
    const { call: request, emulator } = connection;
    const path = '/api/checkout/abandoned?limit=5&createdAfter=2026-01-01T00:00:00Z';
    const tracking = { tracking: { accountId: 'acc' } };
    const first = readText((await request('POST', '/api/checkout/initiate', await makeBasket(connection))).json, 'id');
    const again = (await request('POST', '/api/checkout/initiate', await makeBasket(connection, tracking))).json;
    expect(again).toEqual({ id: first, assistedCheckoutLink: expect.stringContaining(first) });
    expect((await request('GET', path)).json).toMatchObject({ items: [{ id: first, completed: false, ...tracking }] });
    const late = path.replace('2026-01-01', '2027-01-01');
    expect((await request('GET', late)).json).toMatchObject({ items: [] });
    const order = await makeOrder(connection, { checkoutId: first });
    expect((await request('POST', '/api/order', order)).status).toBe(200);
    expect((await request('GET', path)).json).toMatchObject({ items: [] });
    expect(emulator.state().baskets).toMatchObject([{ id: first, completed: true }]);
  });
});

const makeOrder = async (connection: Connection, rest: JsonObject = {}): Promise<JsonObject> => ({
  order_type: 'new',
  orderItems: [await findOffer(connection)],
  billingDetails: { country: 'GB' },
  customerDetails: { email: 'anna@example.com' },
  payment: { type: 'zuora', zuora: { refId: '1' } },
  country: 'GB',
  checkoutId: 'basket-1',
  ...rest,
});

const FOR = { forSubscription: { id: 'sub-1' } };

describe('an order', () => {
  it('creates a subscription; the answer says what the documentation lists', async () => {
    const connection = await connectTo();
    const order = await makeOrder(connection, { external_id: 'EXT-1', process_immediately: true });
    const { status, json } = await connection.call('POST', '/api/order', order);
    expect([status, json]).toEqual([
      200,
      {
        id: expect.stringMatching(/^order-/),
        order_reference: expect.stringMatching(/^[0-9A-F]{12}$/),
        status: 'complete',
        external_id: 'EXT-1',
        subscriptionReference: expect.stringMatching(/^[0-9A-F]{12}$/),
        owner: expect.stringMatching(/^id-/),
      },
    ]);
    const found = await connection.call('GET', '/api/objects/limio/subscriptions');
    expect(found.json).toMatchObject({ items: [{}, {}, { name: json['subscriptionReference'] }] });
  });

  it.each<[string, JsonObject]>([
    ['change_offer', { ...FOR, effectiveDate: '2026-05-01T00:00:00Z' }],
    ['add_offer', { forSubscription: { name: 'S1' } }],
    ['cancel_subscription', FOR],
    [
      'update_subscription',
      { ...FOR, orderItems: [{ id: 'a', orderItemActionType: 'remove', offer: { id: 'o', version: 'v' } }] },
    ],
    ['change_address', { ...FOR, type: 'billing', address: { city: 'Bath' } }],
    ['update_customer_details', { ...FOR, customerDetails: { phone: '1' } }],
    ['change_default_payment', { customerId: 'cus-1', newDefaultPaymentId: 'p' }],
    ['delete_payment_method', { customerId: 'cus-1', paymentMethodId: 'p' }],
  ])('of the type %s is accepted with what it requires, and refused without', async (type, fields) => {
    const connection = await connectTo();
    const { offer } = await findOffer(connection);
    const needsOffer = type.endsWith('_offer');
    const order: JsonObject = { order_type: type, ...fields, ...(needsOffer ? { offer: offer ?? null } : {}) };
    expect(await connection.call('POST', '/api/order', order)).toMatchObject({ status: 200 });
    const required = Object.keys(order).filter((key) => key !== 'effectiveDate');
    for (const key of required) {
      const rest = Object.fromEntries(Object.entries(order).filter(([one]) => one !== key));
      expect([key, (await connection.call('POST', '/api/order', rest)).status]).toEqual([key, 400]);
    }
  });

  it.each<[string, JsonObject, number]>([
    ['with a date instead of a date-time', { orderDate: '2026-05-01' }, 400],
    ['that pays with a gift code', { payment: { type: 'gift_code' } }, 400],
    ['that is a gift without a recipient', { isGift: true, variant: 'gift' }, 400],
    ['that is a gift', { isGift: true, variant: 'gift', recipientDetails: { email: 'b@example.com' } }, 200],
    [
      'that redeems a gift',
      { giftCode: 'G', payment: { type: 'gift_code' }, recipientDetails: { email: 'b@example.com' } },
      200,
    ],
    ['for an offer that is not published', { orderItems: [{ offer: { id: 'x', version: 'y' } }] }, 404],
  ])('%s', async (_name, rest, status) => {
    const connection = await connectTo();
    expect((await connection.call('POST', '/api/order', await makeOrder(connection, rest))).status).toBe(status);
  });

  it('for an unknown subscription is 404; an admin places new orders only, also for a partner', async () => {
    const connection = await connectTo();
    const { call: request } = connection;
    const cancel = { order_type: 'cancel_subscription', forSubscription: { id: 'sub-x' } };
    expect((await request('POST', '/api/order', cancel)).status).toBe(404);
    expect((await request('POST', '/api/admin/order', { ...cancel, ...FOR })).status).toBe(400);
    const order = await makeOrder(connection, { forPartner: { id: 'partner_org-1' } });
    expect((await request('POST', '/api/admin/order', order)).status).toBe(200);
    expect((await request('POST', '/api/admin/order', { ...order, forPartner: {} })).status).toBe(400);
  });

  it('of a partner requires the scope', async () => {
    const connection = await connectTo({ scopes: ['checkout'] });
    const order = await makeOrder(connection);
    expect((await connection.call('POST', '/api/partner/order', order)).status).toBe(403);
    const partner = await connectTo({ scopes: ['partner'] });
    expect((await partner.call('POST', '/api/partner/order', await makeOrder(partner))).status).toBe(200);
  });
});

describe('objects of a seed', () => {
  it.each<[string, JsonObject[], string]>([
    ['without an id', [{ record_type: 'order' }], 'has no id'],
    ['of an unknown type', [{ id: 'a', record_type: 'invoice' }], 'no known record_type'],
    ['with a parent that does not exist', [{ id: 'a', record_type: 'order', parent: 'b' }], 'refers to b'],
    [
      'twice',
      [
        { id: 'a', record_type: 'order' },
        { id: 'a', record_type: 'event' },
      ],
      'occurs twice',
    ],
  ])('%s are refused', async (_name, objects, message) => {
    await expect(connect({ seed: { objects } })).rejects.toThrow(message);
  });
});
