import { describe, expect, test } from 'vitest';
import { openRawApi } from '../../src/api/raw.js';
import { createFakeTenant, SECRET } from './support/fake-tenant.js';

describe('a raw call', () => {
  test('is signed, repeated when it only reads, and gives the answer as it is', async () => {
    const tenant = createFakeTenant();
    tenant.on('GET', '/api/timeline/1', { status: 503, json: { message: 'wait' } }, { json: { any: ['thing'] } });
    expect(await openRawApi(tenant.options).call({ method: 'GET', path: '/api/timeline/1', effect: 'read' })).toEqual({
      any: ['thing'],
    });
    expect(tenant.sent.at(-1)?.authorization).toMatch(/^Bearer /);
  });

  test('is sent once when it may do something twice', async () => {
    const tenant = createFakeTenant();
    tenant.on('POST', '/api/customer/x', { status: 502, text: '<html>' });
    await expect(
      openRawApi(tenant.options).call({ method: 'POST', path: '/api/customer/x', json: { a: 1 }, effect: 'once' }),
    ).rejects.toMatchObject({ code: 'HTTP_STATUS', details: { ambiguous: true } });
    expect(tenant.paths()).toEqual(['/api/customer/x']);
    expect(tenant.sent.at(-1)?.body).toBe('{"a":1}');
  });

  test('gives nothing for an empty answer', async () => {
    const tenant = createFakeTenant();
    tenant.on('DELETE', '/api/objects/limio/x/1', { status: 204, text: '' });
    expect(
      await openRawApi(tenant.options).call({ method: 'DELETE', path: '/api/objects/limio/x/1', effect: 'repeatable' }),
    ).toBeUndefined();
  });

  test('never shows the credentials that an answer repeats', async () => {
    const tenant = createFakeTenant();
    tenant.on('GET', '/api/x', { json: { echo: `secret ${SECRET}`, token: 'Bearer token-1' } });
    expect(await openRawApi(tenant.options).call({ method: 'GET', path: '/api/x', effect: 'read' })).toEqual({
      echo: 'secret [redacted]',
      token: 'Bearer [redacted]',
    });
  });
});

describe('a raw list', () => {
  test('of objects follows the cursor, and keeps the parameters that were typed', async () => {
    const tenant = createFakeTenant();
    tenant.on('GET', '/api/objects/limio/subscriptions?limit=2&a=b', {
      json: { items: [{ id: 1 }, { id: 2 }], queryMore: 'n' },
    });
    tenant.on('GET', '/api/objects/limio/subscriptions?limit=2&a=b&queryMore=n', {
      json: { items: [{ id: 3 }], queryMore: null },
    });
    expect(await openRawApi(tenant.options).list('/api/objects/limio/subscriptions?limit=2&a=b')).toEqual({
      complete: true,
      key: 'items',
      items: [{ id: 1 }, { id: 2 }, { id: 3 }],
    });
  });

  test.each([
    ['what belongs to an object, without a limit', '/api/objects/limio/orders/o/related', '?queryMore=n', ''],
    ['baskets', '/api/checkout/abandoned?createdAfter=d', '&limit=50&queryMore=n', '&limit=50'],
  ])('of %s follows the cursor', async (_of, path, second, first) => {
    const tenant = createFakeTenant();
    tenant.on('GET', path + first, { json: { items: [{ id: 1 }], queryMore: 'n' } });
    tenant.on('GET', path + second, { json: { items: [{ id: 2 }] } });
    expect(await openRawApi(tenant.options).list(path)).toEqual({
      complete: true,
      key: 'items',
      items: [{ id: 1 }, { id: 2 }],
    });
  });

  test('of subscriptions of an identity is read from its own key, without a limit', async () => {
    const tenant = createFakeTenant();
    const path = '/api/objects/salesforce/identities/sf-1/subscriptions';
    tenant.on('GET', path, { json: { subscriptions: [{ id: 1 }], queryMore: 'a/b=' } });
    tenant.on('GET', `${path}?queryMore=a%2Fb%3D`, { json: { subscriptions: [{ id: 2 }], queryMore: null } });
    expect(await openRawApi(tenant.options).list(path)).toEqual({
      complete: true,
      key: 'subscriptions',
      items: [{ id: 1 }, { id: 2 }],
    });
  });

  test('of an unknown path sends a cursor and nothing else, where objects are', async () => {
    const tenant = createFakeTenant();
    tenant.on('GET', '/api/objects/limio/orders/o/parts/new', { json: { items: [{ id: 1 }] } });
    expect(await openRawApi(tenant.options).list('/api/objects/limio/orders/o/parts/new')).toMatchObject({
      complete: true,
      items: [{ id: 1 }],
    });
  });

  test('of items follows from and alias, and is proved by hits', async () => {
    const tenant = createFakeTenant();
    tenant.on('GET', '/api/offers/v2?opt.all=true&opt.pageSize=50', {
      json: { items: [{ path: '/a' }], hits: { value: 2, relation: 'eq' }, queryMore: { from: 'f', alias: 'l' } },
    });
    tenant.on('GET', '/api/offers/v2?opt.all=true&opt.pageSize=50&opt.queryMoreFrom=f&opt.queryMoreAlias=l', {
      json: { items: [{ path: '/b' }], hits: 2 },
    });
    expect(await openRawApi(tenant.options).list('/api/offers/v2')).toEqual({
      complete: true,
      key: 'items',
      items: [{ path: '/a' }, { path: '/b' }],
    });
  });

  test('is not complete when the tenant counts more than it gives', async () => {
    const tenant = createFakeTenant();
    tenant.always(
      'GET',
      () => true,
      () => ({ json: { items: [{ path: '/a' }], hits: 2 } }),
    );
    expect(await openRawApi(tenant.options).list('/api/offers/v2')).toMatchObject({
      complete: false,
      items: [{ path: '/a' }],
      note: expect.stringContaining('counts 2'),
    });
  });

  test('is an error when the answer is no list', async () => {
    const tenant = createFakeTenant();
    tenant.on('GET', '/api/session/entitlements', { json: { entitled: true } });
    await expect(openRawApi(tenant.options).list('/api/session/entitlements')).rejects.toMatchObject({
      code: 'HTTP_BAD_BODY',
    });
  });
});
