import { describe, expect, test } from 'vitest';
import { createJourneyCodec } from '../../src/kinds/journey/codec.js';
import { decodeElement, encodeElement } from '../../src/kinds/journey/element-template.js';
import { JOURNEY } from '../../src/kinds/journey/journey.js';
import { DEFAULT_DIALECT } from '../../src/model/dialect.js';
import type { Json, JsonObject } from '../../src/model/json.js';
import type { DesiredResource, LiveResource } from '../../src/model/model.js';
import { toTarget } from '../../src/model/patch.js';
import { change } from '../support/apply-fixtures.js';

const kind = JOURNEY.createRules(DEFAULT_DIALECT);
const COUNTRY_US = { type: 'country', operator: 'in', value: ['US', 'CA'] };
const TO_US = { type: 'destination', tag: '/us/', split: 100 };

const branchFor = (countries: string[], rest: Json[] = []): JsonObject => ({
  journeys: [{ id: 'live-1', conditions: [{ ...COUNTRY_US, value: countries }, ...rest], actions: [TO_US] }],
});

function desire(body: JsonObject): DesiredResource {
  return {
    address: 'journey:geo',
    kind: 'journey',
    name: 'geo',
    body,
    owned: [],
    source: { file: 'g.yaml', line: 1, col: 1 },
  };
}

function live(data: JsonObject): LiveResource {
  return { address: 'journey:geo', kind: 'journey', name: 'geo', body: data, atHead: true, record: {} };
}

describe('templates of journey elements', () => {
  test.each<[string, Json, Json]>([
    ['values', { t: 'c', v: '$values' }, { t: 'c', v: ['US', 'CA'] }],
    ['joined values', { t: 'c', v: '$csv' }, { t: 'c', v: 'US,CA' }],
    [
      'one object per value',
      { in: { $each: { code: '$value', on: true } } },
      {
        in: [
          { code: 'US', on: true },
          { code: 'CA', on: true },
        ],
      },
    ],
    ['a nested array', ['is', ['$values']], ['is', [['US', 'CA']]]],
  ])('%s encode and decode back', (_, template, wire) => {
    expect(encodeElement(template, { values: ['US', 'CA'] })).toEqual(wire);
    expect(decodeElement(template, wire)).toEqual({ values: ['US', 'CA'] });
  });

  test.each<[string, Json]>([
    ['an extra key', { t: 'c', v: ['US'], more: 1 }],
    ['another constant', { t: 'd', v: ['US'] }],
    ['a missing key', { t: 'c' }],
    ['values that are not texts', { t: 'c', v: [1] }],
  ])('an element with %s is not of the form', (_, wire) => {
    expect(decodeElement({ t: 'c', v: '$values' }, wire)).toBeUndefined();
  });
});

describe('the proof of a wire form', () => {
  const body = {
    journeys: [
      {
        conditions: [{ type: 'country', values: ['US'] }],
        actions: [{ type: 'destination', destination: '/us/', split: 100 }],
      },
    ],
  };

  test('without evidence a typed element is unconfirmed', () => {
    expect(createJourneyCodec(undefined, []).encode(body).unconfirmed).toEqual(['country', 'destination']);
  });

  test('a live element that encodes back to the same JSON confirms its type only', () => {
    const codec = createJourneyCodec(undefined, [{ journeys: [{ conditions: [COUNTRY_US], actions: [] }] }]);
    expect(codec.encode(body).unconfirmed).toEqual(['destination']);
  });

  test('an element with an unknown key confirms nothing', () => {
    const codec = createJourneyCodec(undefined, [
      { journeys: [{ conditions: [{ ...COUNTRY_US, extra: 1 }], actions: [] }] },
    ]);
    expect(codec.encode(body).unconfirmed).toContain('country');
  });

  test('templates of the dialect confirm their types and are what is sent', () => {
    const codec = createJourneyCodec(
      { conditions: { country: { c: '$csv' } }, actions: { destination: { to: '$destination', p: '$splitText' } } },
      [],
    );
    const { wire, unconfirmed } = codec.encode(body);
    expect(unconfirmed).toEqual([]);
    expect(wire).toEqual({ journeys: [{ conditions: [{ c: 'US' }], actions: [{ to: '/us/', p: '100' }] }] });
    expect(codec.decode(wire)).toEqual(body);
  });

  test('raw passes through untouched and is shown as raw', () => {
    const codec = createJourneyCodec('assumed', []);
    const raw = { journeys: [{ conditions: [{ raw: { any: ['thing'] } }], actions: [] }] };
    expect(codec.encode(raw)).toEqual({
      wire: { journeys: [{ conditions: [{ any: ['thing'] }], actions: [] }] },
      unconfirmed: [],
    });
    expect(codec.decode(codec.encode(raw).wire)).toEqual(raw);
  });
});

describe('comparing a declared journey with the live one', () => {
  const codec = createJourneyCodec('assumed', []);
  const typedUs = {
    conditions: [{ type: 'country', values: ['CA', 'US'] }],
    actions: [{ type: 'destination', destination: '/us/', split: 100 }],
  };

  test('a branch without id is the live branch of equal content; the order of countries is not a change', () => {
    const data = { journeys: [{ id: 'live-1', conditions: [COUNTRY_US], actions: [TO_US] }] };
    const compared = kind.compareWithLive(desire({ journeys: [typedUs] }), live(data), codec);
    expect(compared.fields).toEqual([]);
    expect(compared.before).toEqual(compared.after);
  });

  test('a branch moved up keeps its id, so that only the order is a change', () => {
    const other = {
      id: 'live-2',
      conditions: [{ type: 'device', operator: 'in', value: ['mobile'] }],
      actions: [{ ...TO_US, tag: '/m/' }],
    };
    const data = { journeys: [other, { id: 'live-1', conditions: [COUNTRY_US], actions: [TO_US] }] };
    const declared = [
      typedUs,
      {
        conditions: [{ type: 'device', values: ['mobile'] }],
        actions: [{ type: 'destination', destination: '/m/', split: 100 }],
      },
    ];
    const compared = kind.compareWithLive(desire({ journeys: declared }), live(data), codec);
    expect(compared.fields).toEqual([
      { path: '/journeys', before: ['live-2', 'live-1'], after: ['live-1', 'live-2'], show: 'order' },
    ]);
  });

  test('a changed branch keeps the id of its position, and unknown keys of the live branch', () => {
    const data = { journeys: [{ id: 'live-1', label: 'kept', conditions: [COUNTRY_US], actions: [TO_US] }] };
    const changed = { ...typedUs, actions: [{ type: 'destination', destination: '/new/', split: 100 }] };
    const compared = kind.compareWithLive(desire({ journeys: [changed] }), live(data), codec);
    expect(compared.after).toEqual({
      journeys: [{ id: 'live-1', label: 'kept', conditions: [COUNTRY_US], actions: [{ ...TO_US, tag: '/new/' }] }],
    });
  });

  test('a branch declared without conditions loses the live ones', () => {
    const data = { journeys: [{ id: 'live-1', conditions: [COUNTRY_US], actions: [TO_US] }] };
    const compared = kind.compareWithLive(desire({ journeys: [{ actions: typedUs.actions }] }), live(data), codec);
    expect(compared.after).toEqual({ journeys: [{ id: 'live-1', conditions: [], actions: [TO_US] }] });
  });

  test('a new branch gets an id that is a uuid and the same every time', () => {
    const ids = [1, 2].map(() => {
      const { after } = kind.compareWithLive(desire({ journeys: [typedUs, typedUs] }), undefined, codec);
      return (after['journeys'] as JsonObject[]).map((branch) => branch['id']);
    });
    expect(ids[0]).toEqual(ids[1]);
    expect(new Set(ids[0]).size).toBe(2);
    expect(ids[0]?.[0]).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-a[0-9a-f]{3}-[0-9a-f]{12}$/);
  });

  test('raw in the file equals the typed form of the same element', () => {
    const data = { journeys: [{ id: 'live-1', conditions: [COUNTRY_US], actions: [TO_US] }] };
    const declared = { journeys: [{ conditions: [{ raw: COUNTRY_US }], actions: [{ raw: TO_US }] }] };
    expect(kind.compareWithLive(desire(declared), live(data), codec).fields).toEqual([]);
  });
});

describe('sending a journey', () => {
  test('PUT sends all of the fresh data, with the planned part changed', async () => {
    const sent: JsonObject[] = [];
    const writer = { putJourney: async (_: string, data: JsonObject) => void sent.push(data) };
    const planned = change(
      'journey:geo',
      { starting_point: '/a/', fallback_tag: '/f/' },
      { starting_point: '/b/', fallback_tag: null },
    );
    const fresh = live({ starting_point: '/a/', fallback_tag: '/f/', extra: 1, domains: [] });
    await kind.write?.(writer as never, planned, toTarget(planned, fresh, kind));
    expect(sent).toEqual([{ starting_point: '/b/', extra: 1, domains: [] }]);
  });
});

describe('comparing two bodies in wire form', () => {
  test('the order of countries is no difference', () => {
    expect(kind.compare(branchFor(['US', 'CA']), branchFor(['CA', 'US']))).toEqual([]);
  });

  test('another country is one, reported in typed form', () => {
    expect(kind.compare(branchFor(['US', 'CA']), branchFor(['CA', 'MX']))).toEqual([
      { path: '/journeys/live-1/conditions/country/values', before: ['US', 'CA'], after: ['CA', 'MX'], show: 'set' },
    ]);
  });

  test('in an element without a typed form, order counts', () => {
    expect(
      kind.compare(branchFor(['US'], [{ any: ['a', 'b'] }]), branchFor(['US'], [{ any: ['b', 'a'] }])),
    ).toHaveLength(1);
  });
});
