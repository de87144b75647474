import { describe, expect, test } from 'vitest';
import { createLimioClient } from '../../src/api/api.js';
import { DEFAULT_DIALECT, type Dialect } from '../../src/model/dialect.js';
import type { Json } from '../../src/model/json.js';
import { createFakeTenant, type Step } from './support/fake-tenant.js';

const LIST = '/api/v2/journey';
const data = {
  journeys: [{ id: 'u', conditions: [{ odd: true }], actions: [] }],
  starting_point: '/a/',
  fallback_tag: '/b/',
};
const record = { name: 'geo', data, id: 'journey-678', version: 'v1', updated: 'now', surprise: { kept: 1 } };

function list(step: Step, journeyList: Dialect['journeyList'] = 'auto') {
  const tenant = createFakeTenant({ dialect: { ...DEFAULT_DIALECT, journeyList } });
  tenant.on('GET', LIST, step);
  return createLimioClient(tenant.options).listJourneys();
}

describe('the list of journeys', () => {
  const parsed = { name: 'geo', data, version: 'v1', updated: 'now', record };
  test.each<[string, Step, unknown]>([
    [
      'one object, as documented',
      { json: { ...data, more: 1 } },
      { shape: 'object', items: [], nameless: { ...data, more: 1 }, complete: false, note: expect.any(String) },
    ],
    ['an array of records', { json: [record] }, { shape: 'array', items: [parsed], complete: true }],
    ['an empty array', { json: [] }, { shape: 'array', items: [], complete: true }],
    [
      'an object with items',
      { json: { items: [record], queryMore: null } },
      { shape: 'items', items: [parsed], complete: true },
    ],
    [
      'a 404, which means none',
      { status: 404, json: { message: 'Journey not found' } },
      { shape: 'none', items: [], complete: true },
    ],
    [
      'a single record',
      { json: record },
      { shape: 'object', items: [parsed], complete: false, note: expect.any(String) },
    ],
    [
      'an empty object',
      { json: {} },
      { shape: 'object', items: [], nameless: {}, complete: false, note: expect.any(String) },
    ],
    [
      'the same name twice',
      { json: [record, { ...record, version: 'v2' }] },
      { shape: 'array', items: [parsed], complete: true },
    ],
  ])('is understood as %s', async (_, step, expected) => {
    expect(await list(step)).toEqual(expected);
  });

  test.each<[string, Json, string]>([
    ['the name of the record', { name: 'a', id: 'journey-b', data: { name: 'c' } }, 'a'],
    ['the name in the data', { id: 'journey-b', data: { name: 'c' } }, 'c'],
    ['the id without its prefix', { id: 'journey-b', data: {} }, 'b'],
  ])('takes %s for the name', async (_, json, name) => {
    expect((await list({ json: [json] })).items.map((item) => item.name)).toEqual([name]);
  });

  test.each<[string, Json]>([
    ['a record without a name', { items: [record, { data }] }],
    ['a cursor that nobody documented', { items: [record], queryMore: 'abc' }],
  ])('is incomplete with %s', async (_, json) => {
    expect(await list({ json })).toMatchObject({
      complete: false,
      note: expect.stringContaining('1 journeys were read'),
    });
  });

  test.each(['object', 'array', 'items'] as const)(
    'is refused in another shape when the dialect says %s',
    async (shape) => {
      const bodies = { object: data, array: [record], items: { items: [record] } };
      for (const [other, json] of Object.entries(bodies)) {
        const listing = list({ json }, shape);
        if (other === shape) expect(await listing).toMatchObject({ shape });
        else
          await expect(listing).rejects.toMatchObject({
            code: 'HTTP_BAD_BODY',
            hint: expect.stringContaining('dialect.journeyList'),
          });
      }
      expect(await list({ status: 404, json: { message: 'none' } }, shape)).toMatchObject({ shape: 'none' });
    },
  );

  test.each<[string, Step]>([
    ['a text', { json: 'hello' }],
    ['an object of something else', { json: { ok: true } }],
    ['HTML with 404', { status: 404, text: '<html>' }],
  ])('is an error for %s', async (_, step) => {
    await expect(list(step)).rejects.toMatchObject({ code: 'HTTP_BAD_BODY' });
  });
});

describe('one journey', () => {
  test('is read under the name it was asked for, every field kept', async () => {
    const tenant = createFakeTenant();
    tenant.on('GET', '/api/v2/journey/geo%20landing', { json: { data, id: 'journey-678', surprise: 1 } });
    expect(await createLimioClient(tenant.options).readJourney('geo landing')).toEqual({
      name: 'geo landing',
      data,
      record: { data, id: 'journey-678', surprise: 1 },
    });
  });
  test.each<[string, Step, string | undefined]>([
    ['missing for a JSON 404', { status: 404, json: { message: 'Journey not found' } }, undefined],
    ['an error for a 404 in HTML', { status: 404, text: '<html>' }, 'HTTP_BAD_BODY'],
    ['an error for JSON of something else', { json: { ok: true } }, 'HTTP_BAD_BODY'],
  ])('is %s', async (_, step, code) => {
    const tenant = createFakeTenant();
    tenant.on('GET', '/api/v2/journey/geo', step);
    const reading = createLimioClient(tenant.options).readJourney('geo');
    if (code === undefined) expect(await reading).toBeUndefined();
    else await expect(reading).rejects.toMatchObject({ code });
  });
  test('is created by name and put with its data', async () => {
    const tenant = createFakeTenant();
    tenant.on('POST', LIST, { json: { message: 'Journey added successfully' } });
    tenant.on('PUT', '/api/v2/journey/geo', { json: { name: 'geo', data } });
    const client = createLimioClient(tenant.options);
    await client.createJourney('geo');
    await client.putJourney('geo', data);
    expect(tenant.sent.slice(1).map((request) => JSON.parse(request.body) as Json)).toEqual([
      { name: 'geo' },
      { name: 'geo', data },
    ]);
  });
});
