import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { createOrderPreviewer } from '../../src/api/api.js';
import { checkOrderBody } from '../../src/api/check-order.js';
import { NEW_ORDERS, OTHER_ORDERS } from '../../src/api/order-schemas.js';
import { isJsonObject, type Json, type JsonObject } from '../../src/model/json.js';
import { connect, type Connection } from '../emulator/connect.js';
import { at, type OpenApi, readOpenApi, textOf, validate } from '../support/openapi.js';
import { ORDERS } from '../support/orders.js';
import { createFakeTenant } from './support/fake-tenant.js';

/** Limio's page with the OpenAPI document of orders; not part of the repository. */
const PAGE = join(import.meta.dirname, '../../../shared/limio-docs/004.txt');

const OFFERS = ['/offers2/One', '/add_ons/Two'];

const charge = { name: 'a', type: 'onetime', value: '5', currencyCode: 'USD' };

/** Orders with the offer and the subscription of the connected tenant. */
async function openTenant(): Promise<{ connection: Connection; orders: [title: string, body: JsonObject][] }> {
  const items = OFFERS.map((path) => ({
    path,
    record_type: path.startsWith('/offers2/') ? 'offer' : 'add_on',
    attributes: { price__limio: [charge] },
  }));
  const objects = [{ record_type: 'subscription', id: 'sub-1', name: 'A1' }];
  const connection = await connect({ seed: { items, published: OFFERS, objects } });
  const offer = connection.emulator.state().published.find(({ path }) => path === OFFERS[0]);
  const fill = (body: JsonObject): JsonObject =>
    JSON.parse(
      JSON.stringify(body)
        .replaceAll('offer-id', offer?.id ?? '')
        .replaceAll('offer-version', offer?.version ?? ''),
    ) as JsonObject;
  return { connection, orders: Object.entries(ORDERS).map(([title, { body }]) => [title, fill(body)]) };
}

function withoutKey(body: JsonObject, key: string): JsonObject {
  return Object.fromEntries(Object.entries(body).filter(([name]) => name !== key));
}

describe.skipIf(!existsSync(PAGE))("Limio's OpenAPI document of orders", () => {
  const api: OpenApi = existsSync(PAGE) ? readOpenApi(readFileSync(PAGE, 'utf8')) : { schemas: {}, paths: {} };
  const post = at(api.paths, '/partner/order', 'post');
  const request = at(post, 'requestBody', 'content', 'application/json', 'schema');
  const getAnswer = (status: string): Json => at(post, 'responses', status, 'content', 'application/json', 'schema');

  /** The documented forms of an order by title, with the keys of all their parts. */
  function listForms(): { title: string; keys: string[]; required: string[]; schema: Json }[] {
    const refs = at(request, 'oneOf');
    const schemas = (Array.isArray(refs) ? refs : []).map((ref) =>
      at(api.schemas, textOf(ref, '$ref').split('/').at(-1) ?? ''),
    );
    return schemas.map((schema) => {
      const all = at(schema, 'allOf');
      const parts = (Array.isArray(all) ? all : []).map((part) =>
        isJsonObject(part) && typeof part['$ref'] === 'string'
          ? at(api.schemas, part['$ref'].split('/').at(-1) ?? '')
          : part,
      );
      return {
        title: textOf(schema, 'title'),
        keys: parts.flatMap((part) => Object.keys(at(part, 'properties') as JsonObject)),
        required: parts
          .flatMap((part) => (isJsonObject(part) && Array.isArray(part['required']) ? part['required'] : []))
          .map(String),
        schema,
      };
    });
  }

  test('has eleven forms, whose keys and required fields are those of the schemas of --check', () => {
    const own = new Map([...Object.values(NEW_ORDERS), ...OTHER_ORDERS].map(({ title, shape }) => [title, shape]));
    const forms = listForms();
    expect(forms.map(({ title }) => title).toSorted()).toEqual([...own.keys()].toSorted());
    for (const { title, keys, required } of forms) {
      expect([title, Object.keys(own.get(title)?.keys ?? {}).toSorted()]).toEqual([title, keys.toSorted()]);
      expect([title, own.get(title)?.required.toSorted()]).toEqual([title, required.toSorted()]);
    }
  });

  test('accepts and refuses the same orders as --check', () => {
    for (const { title, schema } of listForms()) {
      const { body, required } = ORDERS[title as keyof typeof ORDERS];
      expect([title, validate(api, schema, body)]).toEqual([title, []]);
      for (const key of required) {
        expect([title, key, validate(api, schema, withoutKey(body, key))]).toEqual([
          title,
          key,
          [`/${key} is missing`],
        ]);
        expect(checkOrderBody('order', withoutKey(body, key)).problems).toEqual([
          { pointer: `/${key}`, message: 'is required' },
        ]);
      }
    }
  });

  test('fits the preview that the client sends, except for the buyer, of whom a preview says nothing', async () => {
    const tenant = createFakeTenant();
    tenant.on('POST', '/api/order/preview', { json: { preview: { paidAmount: 1 } } });
    const discount = { discountType: 'DiscountPercentage', percentageDiscount: 5 };
    await createOrderPreviewer(tenant.options).previewOrder(
      {
        offers: [{ id: 'i', version: 'v', quantity: 1 }],
        addOns: [{ id: 'a', version: 'v', quantity: 2 }],
        date: '2027-01-31',
        country: 'DE',
        billing: { country: 'DE' },
        discount: { code: 'A', body: { discount }, offerIds: ['i'] },
      },
      'shop',
    );
    const sent = JSON.parse(tenant.sent.at(-1)?.body ?? '') as JsonObject;
    expect(validate(api, at(api.schemas, 'CreateSubscription'), sent)).toEqual([
      '/customerDetails is missing',
      '/payment is missing',
      '/checkoutId is missing',
    ]);
    expect(checkOrderBody('preview', sent).problems).toEqual([]);
  });

  test('fits what the emulator answers to each order, and to those that lack something', async () => {
    const { connection, orders } = await openTenant();
    for (const path of ['/api/order', '/api/partner/order']) {
      for (const [title, body] of orders) {
        const { status, json } = await connection.call('POST', path, body);
        expect([title, status, validate(api, getAnswer('200'), json)]).toEqual([title, 200, []]);
        for (const key of ORDERS[title as keyof typeof ORDERS].required) {
          const refused = await connection.call('POST', path, withoutKey(body, key));
          expect([title, key, refused.status]).toEqual([title, key, 400]);
        }
      }
    }
    const unsigned = await connection.send('POST', '/api/partner/order');
    expect([unsigned.status, validate(api, getAnswer('401'), unsigned.json)]).toEqual([401, []]);
  });

  test('fits what the emulator answers to a preview', async () => {
    const { connection, orders } = await openTenant();
    const path = '/partner/order/preview';
    const schema = at(api.paths, path, 'post', 'responses', '200', 'content', 'application/json', 'schema');
    const { status, json } = await connection.call('POST', `/api${path}`, orders[0]?.[1]);
    expect([status, validate(api, schema, json)]).toEqual([200, []]);
  });
});
