import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../src/model/json.js';
import { ACME, GEO } from './acme-seed.js';
import { connect } from './connect.js';

const TEMPLATES = {
  conditions: { country: { kind: 'geo', anyOf: { $each: { iso: '$value' } } } },
  actions: { destination: { go: '$destination', percent: '$splitText' } },
};

describe('the journey list', () => {
  it.each([
    ['auto', (record: JsonObject) => [record]],
    ['array', (record: JsonObject) => [record]],
    ['items', (record: JsonObject) => ({ items: [record] })],
    ['object', (record: JsonObject) => record['data']],
  ] as const)('has the shape of the dialect %s', async (journeyList, shape) => {
    const { call } = await connect({ seed: ACME, dialect: { journeyList } });
    const record = (await call('GET', '/api/v2/journey/geo')).json;
    expect((await call('GET', '/api/v2/journey')).json).toEqual(shape(record));
  });

  it('of no journeys is empty, or 404 where the tenant answers so; the object shape has no other way', async () => {
    const empty = await connect({ dialect: { journeyList: 'items' } });
    expect((await empty.call('GET', '/api/v2/journey')).json).toEqual({ items: [] });
    const none = await connect({ emptyJourneyList: '404' });
    expect((await none.call('GET', '/api/v2/journey')).status).toBe(404);
    const object = await connect({ dialect: { journeyList: 'object' } });
    expect((await object.call('GET', '/api/v2/journey')).status).toBe(404);
  });
});

describe('one journey', () => {
  it('is a record without a name, unless the tenant gives one', async () => {
    const plain = await connect({ seed: ACME });
    const record = (await plain.call('GET', '/api/v2/journey/geo')).json;
    expect(record).toMatchObject({
      id: 'journey-geo',
      status: 'active',
      record_type: 'journey',
      service: 'limio',
      mode: 'production',
      data: GEO,
    });
    expect(record['version']).toMatch(/^[0-9a-f]{40}$/);
    expect(record).not.toHaveProperty('name');
    const named = await connect({ seed: ACME, journeyNames: true });
    expect((await named.call('GET', '/api/v2/journey/geo')).json).toHaveProperty('name', 'geo');
  });

  it('is not found when there is none', async () => {
    const { call } = await connect();
    const reply = await call('GET', '/api/v2/journey/none');
    expect([reply.status, reply.json]).toEqual([404, { message: 'Journey not found' }]);
  });

  it('is created by name alone, once', async () => {
    const { call } = await connect();
    expect((await call('POST', '/api/v2/journey', { name: 'a', data: GEO })).status).toBe(400);
    expect((await call('POST', '/api/v2/journey', { name: 'a' })).json).toEqual({
      message: 'Journey added successfully',
    });
    expect((await call('POST', '/api/v2/journey', { name: 'a' })).status).toBe(409);
  });

  it('is created or updated by PUT, with a new version and the old creation date', async () => {
    const { call, advance } = await connect();
    const put = await call('PUT', '/api/v2/journey/a', { name: 'a', data: GEO });
    expect([put.status, put.json]).toEqual([200, { name: 'a', data: GEO }]);
    const before = (await call('GET', '/api/v2/journey/a')).json;
    advance(60_000);
    await call('PUT', '/api/v2/journey/a', { name: 'a', data: { ...GEO, fallback_tag: '/b/' } });
    const after = (await call('GET', '/api/v2/journey/a')).json;
    expect(after['version']).not.toBe(before['version']);
    expect([after['created'], after['updated']]).toEqual([before['created'], '2026-03-01T12:01:00.000Z']);
    expect(after['data']).toMatchObject({ fallback_tag: '/b/' });
  });

  it('is replaced whole, or merged by top-level key where null removes one', async () => {
    const { domains: _, ...rest } = GEO;
    const replacing = await connect({ seed: ACME });
    await replacing.call('PUT', '/api/v2/journey/geo', { name: 'geo', data: rest });
    expect(replacing.emulator.state().journeys[0]?.data).toEqual(rest);

    const merging = await connect({ seed: ACME, dialect: { journeyPut: 'merge' } });
    await merging.call('PUT', '/api/v2/journey/geo', { name: 'geo', data: rest });
    expect(merging.emulator.state().journeys[0]?.data).toEqual(GEO);
    await merging.call('PUT', '/api/v2/journey/geo', { name: 'geo', data: { domains: null } });
    expect(merging.emulator.state().journeys[0]?.data).toEqual(rest);
  });

  const [branch] = GEO['journeys'] as JsonObject[];
  it.each([
    ['no name', { data: GEO }],
    ['another name', { name: 'b', data: GEO }],
    ['no data', { name: 'geo' }],
    ['no journeys', { name: 'geo', data: { starting_point: '/x/' } }],
    ['no starting point', { name: 'geo', data: { journeys: [] } }],
    ['a branch without an id', { name: 'geo', data: { ...GEO, journeys: [{ conditions: [], actions: [] }] } }],
    ['two branches of one id', { name: 'geo', data: { ...GEO, journeys: [branch ?? {}, branch ?? {}] } }],
    ['a branch without actions', { name: 'geo', data: { ...GEO, journeys: [{ id: 'x', conditions: [] }] } }],
  ])('is refused with %s, and stays as it was', async (_case, body) => {
    const { call, emulator } = await connect({ seed: ACME });
    const before = emulator.state().journeys;
    const reply = await call('PUT', '/api/v2/journey/geo', body);
    expect([reply.status, typeof reply.json['message']]).toEqual([400, 'string']);
    expect(emulator.state().journeys).toEqual(before);
  });

  it('is deleted once', async () => {
    const { call } = await connect({ seed: ACME });
    expect((await call('DELETE', '/api/v2/journey/geo')).json).toEqual({ message: 'Journey deleted successfully' });
    expect((await call('DELETE', '/api/v2/journey/geo')).status).toBe(404);
  });
});

describe('the wire form of conditions and actions', () => {
  it('is the assumed one by default; what is not in it is named', async () => {
    const { emulator } = await connect({ seed: ACME });
    expect(emulator.state().journeys[0]?.unrecognised).toEqual(['/journeys/0/conditions/1']);
  });

  it('is translated from the seed to the templates of the tenant, other elements untouched', async () => {
    const { emulator } = await connect({ seed: ACME, dialect: { journeyCodec: TEMPLATES } });
    const [journey] = emulator.state().journeys;
    expect(journey?.data['journeys']).toMatchObject([
      {
        conditions: [
          { kind: 'geo', anyOf: [{ iso: 'US' }, { iso: 'CA' }] },
          { type: 'something', of: 'their own' },
        ],
        actions: [{ go: '/us/landing/', percent: '100' }],
      },
    ]);
    expect(journey?.unrecognised).toEqual(['/journeys/0/conditions/1']);
  });

  it('is not checked by the API, but a client that sends another one is found out', async () => {
    const { call, emulator } = await connect({ seed: ACME, dialect: { journeyCodec: TEMPLATES } });
    expect((await call('PUT', '/api/v2/journey/geo', { name: 'geo', data: GEO })).status).toBe(200);
    expect(emulator.state().journeys[0]?.unrecognised).toEqual([
      '/journeys/0/conditions/0',
      '/journeys/0/conditions/1',
      '/journeys/0/actions/0',
    ]);
  });

  it('knows every assumed type, strictly', async () => {
    const list = [
      'country',
      'city',
      'region',
      'subscription_billing_country',
      'segment',
      'subscription_offer_label',
      'subscription_status',
      'device',
    ];
    const known: JsonObject[] = [
      ...list.map((type) => ({ type, operator: 'in', value: ['x'] })),
      { type: 'query_string', operator: 'contains', value: 'a=1,b=2' },
      { type: 'cookie', operator: 'exists', value: 'lmo_a' },
    ];
    const strange: JsonObject[] = [
      { type: 'country', operator: 'in', value: 'US' },
      { type: 'country', operator: 'in', value: ['US'], extra: 1 },
      { type: 'country', operator: 'not_in', value: ['US'] },
      { type: 'cookie', operator: 'exists', value: ['lmo_a'] },
    ];
    const { emulator } = await connect();
    emulator.edit.journey('a', {
      journeys: [
        { id: 'x', conditions: [...known, ...strange], actions: [{ type: 'destination', tag: '/a/', split: '100' }] },
      ],
    });
    expect(emulator.state().journeys[0]?.unrecognised).toEqual(
      [10, 11, 12, 13].map((n) => `/journeys/0/conditions/${n}`).concat('/journeys/0/actions/0'),
    );
  });
});
