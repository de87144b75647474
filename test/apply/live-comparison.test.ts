import { describe, expect, test } from 'vitest';
import { checkFresh, compareWithLive, coverBoth } from '../../src/apply/live-comparison.js';
import type { JsonObject } from '../../src/model/json.js';
import type { LiveResource } from '../../src/model/model.js';
import { change, LITERAL_DRIVERS } from '../support/apply-fixtures.js';

const ADDRESS = 'offer:/offers2/A';
const driver = LITERAL_DRIVERS.offer;

function live(attributes: JsonObject): LiveResource {
  return { address: ADDRESS, kind: 'offer', name: '/offers2/A', body: { attributes }, atHead: true, record: {} };
}

describe('a live object between the two ends of a change', () => {
  test.each<[string, JsonObject | null, JsonObject | null, JsonObject | undefined, string]>([
    ['an update not yet made', { a: 1 }, { a: 2 }, { a: 1, other: 9 }, 'before'],
    ['an update already made', { a: 1 }, { a: 2 }, { a: 2, other: 9 }, 'after'],
    ['an update of something that moved', { a: 1 }, { a: 2 }, { a: 3 }, 'other'],
    ['an update half made', { a: 1, b: 1 }, { a: 2, b: 2 }, { a: 2, b: 1 }, 'other'],
    ['an update of something gone', { a: 1 }, { a: 2 }, undefined, 'missing'],
    ['a removal not yet made: the field is only in before', { a: 1, b: 1 }, { a: 1 }, { a: 1, b: 1 }, 'before'],
    ['a removal already made', { a: 1, b: 1 }, { a: 1 }, { a: 1 }, 'after'],
    ['a removal spelled as null', { a: 1 }, { a: null }, {}, 'after'],
    ['an addition that a colleague made otherwise', {}, { a: 1 }, { a: 5 }, 'other'],
    ['a creation of something absent', null, { a: 1 }, undefined, 'before'],
    ['a creation already made', null, { a: 1 }, { a: 1, other: 9 }, 'after'],
    ['a creation of something else that exists', null, { a: 1 }, { a: 2 }, 'other'],
    ['a deletion not yet made', { a: 1 }, null, { a: 1 }, 'before'],
    ['a deletion already made', { a: 1 }, null, undefined, 'after'],
    ['a deletion of something that moved', { a: 1 }, null, { a: 2 }, 'other'],
    ['a deletion of something to which a colleague added', { a: 1 }, null, { a: 1, b: 2 }, 'other'],
  ])('%s', (_name, before, after, now, state) => {
    const seen = compareWithLive(change(ADDRESS, before, after), now && live(now), driver);
    expect(seen.state).toBe(state);
  });

  test('covers the fields of both sides, also when a field is called __proto__', () => {
    const hostile = JSON.parse('{"__proto__": {"x": 1}, "n": {"a": 1}}') as JsonObject;
    const both = coverBoth(hostile, { n: { b: 2 }, m: 3 });
    expect(JSON.stringify(both)).toBe('{"__proto__":{"x":1},"n":{"a":1,"b":2},"m":3}');
    expect(Object.getPrototypeOf(both)).toBe(Object.prototype);
  });
});

describe('a change that is stale names what changed', () => {
  test.each<[JsonObject | null, JsonObject | null, JsonObject | undefined, string]>([
    [
      { price: '9.99' },
      { price: '8.99' },
      { price: '10.99' },
      'offer:/offers2/A changed since the plan: price from "9.99" to "10.99".',
    ],
    [
      { price: '9.99' },
      { price: '8.99' },
      {},
      'offer:/offers2/A changed since the plan: price from "9.99" to nothing.',
    ],
    [{ price: '9.99' }, { price: '8.99' }, undefined, 'offer:/offers2/A was deleted since the plan.'],
    [
      null,
      { price: '8.99' },
      { price: '1' },
      'offer:/offers2/A already exists and differs from the files: price from "8.99" to "1".',
    ],
    [
      { a: 1, b: 1, c: 1, d: 1, e: 1, f: 1, g: 1 },
      null,
      { a: 2, b: 2, c: 2, d: 2, e: 2, f: 2, g: 2 },
      'offer:/offers2/A changed since the plan: a from 1 to 2; b from 1 to 2; c from 1 to 2; d from 1 to 2; e from 1 to 2; and 2 more.',
    ],
    [
      { t: 'x' },
      { t: 'y' },
      { t: 'z'.repeat(200) },
      `offer:/offers2/A changed since the plan: t from "x" to "${'z'.repeat(59)}....`,
    ],
  ])('%j -> %j, now %j', (before, after, now, message) => {
    expect(checkFresh(change(ADDRESS, before, after), now && live(now), driver)).toMatchObject({
      verdict: 'stale',
      error: { code: 'STALE', message },
    });
  });
});
