import { describe, expect, it } from 'vitest';
import type { EmulatorOptions } from '../../src/emulator/options.js';
import type { JsonObject } from '../../src/model/json.js';
import { ACME, MONTHLY } from './acme-seed.js';
import { connect, type Connection } from './connect.js';

const URL = '/limio/catalogs/1/bulk-update';
const BEFORE = {
  display_name__limio: 'Digital Monthly',
  label__limio: ['digital'],
  checkout__limio: { checkout_type: 'external', external_url: 'https://x' },
};

async function update(
  bulkUpdate: NonNullable<NonNullable<EmulatorOptions['dialect']>['bulkUpdate']>,
  diff: JsonObject,
): Promise<JsonObject & { data: JsonObject }> {
  const { call, emulator } = await connect({ seed: ACME, dialect: { bulkUpdate } });
  const reply = await call('PUT', URL, { diffs: [{ path: MONTHLY, diff }] });
  expect([reply.status, reply.json]).toEqual([200, { success: '1 items updated', failed: [] }]);
  return getItem(emulator);
}

function getItem(emulator: Connection['emulator'], path = MONTHLY): JsonObject & { data: JsonObject } {
  const item = emulator.state().items.find((one) => one.path === path);
  if (!item) throw new Error(`the test expects ${path}`);
  return item;
}

describe('the wrapper of a diff', () => {
  const name = { display_name__limio: 'New' };

  it.each([
    ['bare', name],
    ['attributes', { attributes: name }],
    ['data.attributes', { data: { attributes: name } }],
  ] as const)('%s changes attributes and leaves the others', async (wrapper, diff) => {
    expect((await update({ wrapper }, diff)).data['attributes']).toEqual({ ...BEFORE, ...name });
  });

  it.each([
    ['bare', { attributes: name }, { attributes: { ...BEFORE, attributes: name } }],
    ['bare', { data: { attributes: name } }, { attributes: { ...BEFORE, data: { attributes: name } } }],
    ['attributes', name, { ...name, attributes: BEFORE }],
    ['attributes', { data: { attributes: name } }, { data: { attributes: name }, attributes: BEFORE }],
    ['data.attributes', { data: name }, { ...name, attributes: BEFORE }],
  ] as const)('%s misplaces %j without a word', async (wrapper, diff, data) => {
    expect((await update({ wrapper }, diff)).data).toMatchObject(data);
  });

  it('data.attributes puts what has no data on the item itself', async () => {
    const item = await update(
      { wrapper: 'data.attributes' },
      { attributes: name, display_price__limio: '1', path: '/offers2/Stolen' },
    );
    expect(item).toMatchObject({
      attributes: name,
      display_price__limio: '1',
      path: MONTHLY,
      data: { attributes: BEFORE },
    });
  });
});

describe('the merge of a diff', () => {
  const diff = { checkout__limio: { checkout_type: 'standard' }, label__limio: ['a'] };

  it('shallow replaces an object whole', async () => {
    expect((await update({}, diff)).data['attributes']).toEqual({ ...BEFORE, ...diff });
  });

  it('deep merges objects and replaces arrays; a nested null removes', async () => {
    const merged = {
      ...BEFORE,
      label__limio: ['a'],
      checkout__limio: { checkout_type: 'standard', external_url: 'https://x' },
    };
    expect((await update({ merge: 'deep' }, diff)).data['attributes']).toEqual(merged);
    const removing = { checkout__limio: { checkout_type: 'standard', external_url: null } };
    expect((await update({ merge: 'deep' }, removing)).data['attributes']).toEqual({
      ...BEFORE,
      ...removing,
      checkout__limio: { checkout_type: 'standard' },
    });
  });

  it('removes a key by null, or does nothing where that is not supported', async () => {
    const { label__limio: _, ...rest } = BEFORE;
    expect((await update({}, { label__limio: null })).data['attributes']).toEqual(rest);
    expect((await update({ removal: 'unsupported' }, { label__limio: null })).data['attributes']).toEqual(BEFORE);
  });

  it('takes hostile keys as keys', async () => {
    const hostile = JSON.parse('{"__proto__": {"polluted": true}, "constructor": 1}') as JsonObject;
    const attributes = (await update({ merge: 'deep' }, hostile)).data['attributes'] as JsonObject;
    expect(Object.hasOwn(attributes, '__proto__')).toBe(true);
    expect(attributes['polluted']).toBeUndefined();
  });
});

describe('a bulk update', () => {
  it('changes version and modified date each time, and never the inner copies', async () => {
    const { call, emulator, advance } = await connect({ seed: ACME });
    const before = getItem(emulator);
    advance(1000);
    await call('PUT', URL, { diffs: [{ path: MONTHLY, diff: {} }] });
    const after = getItem(emulator);
    expect(after['version']).not.toBe(before['version']);
    expect(after.data).toMatchObject({ ...before.data, modified: '2026-03-01T12:00:01+00:00' });
  });

  it('with more diffs than the tenant allows changes nothing', async () => {
    const { call, emulator } = await connect({ seed: ACME, dialect: { bulkUpdate: { maxDiffs: 1 } } });
    const diffs = [MONTHLY, '/offers2/Print'].map((path) => ({ path, diff: { a: 1 } }));
    const reply = await call('PUT', URL, { diffs });
    expect([reply.status, reply.json]).toEqual([
      400,
      { error: { message: 'At most 1 diffs per call, not 2', code: 'BADREQUEST' } },
    ]);
    expect(getItem(emulator).data['attributes']).toEqual(BEFORE);
  });

  const mixed = { diffs: ['/offers2/A', MONTHLY, '/offers2/B'].map((path) => ({ path, diff: { a: 1 } })) };

  it('with an unknown path is refused whole on some tenants', async () => {
    const { call, emulator } = await connect({ seed: ACME, bulkUnknownPath: 'all' });
    expect((await call('PUT', URL, mixed)).status).toBe(404);
    expect(getItem(emulator).data['attributes']).toEqual(BEFORE);
  });

  it.each([
    ['string', ['/offers2/A', '/offers2/B']],
    [
      'object',
      [
        { path: '/offers2/A', message: 'Not found' },
        { path: '/offers2/B', message: 'Not found' },
      ],
    ],
    ['mixed', ['/offers2/A', { path: '/offers2/B', message: 'Not found' }]],
  ] as const)('with an unknown path names it in failed as %s on others', async (bulkFailedShape, failed) => {
    const { call, emulator } = await connect({ seed: ACME, bulkFailedShape });
    const reply = await call('PUT', URL, mixed);
    expect([reply.status, reply.json]).toEqual([200, { success: '1 items updated', failed }]);
    expect(getItem(emulator).data['attributes']).toEqual({ ...BEFORE, a: 1 });
    expect(emulator.state().items.length).toBe(ACME.items?.length);
  });

  const bad: JsonObject[] = [
    {},
    { diffs: [] },
    { diffs: [{ path: MONTHLY }] },
    { diffs: [{ diff: {} }] },
    { diffs: {} },
  ];
  it.each(bad)('is refused as %j', async (body) => {
    const { call } = await connect({ seed: ACME });
    expect((await call('PUT', URL, body)).status).toBe(400);
  });

  it('is refused when it is not JSON, by type or by content', async () => {
    const { send, authorize } = await connect({ seed: ACME });
    const good = JSON.stringify({ diffs: [{ path: MONTHLY, diff: {} }] });
    const put = async (type: string, body: string): Promise<number> =>
      (await send('PUT', URL, { headers: { ...authorize(), 'content-type': type }, body })).status;
    expect(await put('application/json; charset=utf-8', good)).toBe(200);
    expect(await put('text/plain', good)).toBe(400);
    expect(await put('application/json', good.slice(1))).toBe(400);
    expect(await put('application/json', '[]')).toBe(400);
  });
});
