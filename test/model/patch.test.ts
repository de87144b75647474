import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../src/model/json.js';
import { patchLive, toPatch } from '../../src/model/patch.js';
import { compareBy } from '../../src/model/words.js';
import { change, LITERAL_DRIVERS } from '../support/apply-fixtures.js';

const driver = LITERAL_DRIVERS.journey;

/** Sets compare without order, as those of journeys do. */
const sorting = {
  compare: (from: JsonObject, to: JsonObject) =>
    JSON.stringify(sortLists(from)) === JSON.stringify(sortLists(to)) ? [] : driver.compare(from, to),
};

function sortLists(body: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(body).map(([key, value]) => [key, Array.isArray(value) ? value.toSorted(compareBy(String)) : value]),
  );
}

describe('the patch of a change', () => {
  test('tests every value that it replaces or removes', () => {
    expect(toPatch({ a: '1', b: { c: 2, d: 3 }, same: 0 }, { a: '2', b: { d: 3 }, same: 0, new: true })).toEqual([
      { op: 'test', path: '/b/c', value: 2 },
      { op: 'remove', path: '/b/c' },
      { op: 'test', path: '/a', value: '1' },
      { op: 'replace', path: '/a', value: '2' },
      { op: 'add', path: '/new', value: true },
    ]);
  });
});

describe('a live object with the patch of the plan', () => {
  test('has the planned fields, and every other field as it is', () => {
    const planned = change('journey:geo', { start: '/a/', list: [1, 2] }, { start: '/b/', list: [1, 3] });
    const live = { start: '/a/', list: [1, 2], byHand: { x: 1 } };
    expect(patchLive(planned, live, driver)).toEqual({ start: '/b/', list: [1, 3], byHand: { x: 1 } });
    expect(live).toEqual({ start: '/a/', list: [1, 2], byHand: { x: 1 } });
  });

  test.each([
    ['another value', { start: '/c/', list: [1, 2] }, '/start'],
    ['no value', { list: [1, 2] }, '/start'],
    ['a list with one more element in front', { start: '/a/', list: [0, 1, 2] }, '/list/1'],
  ])('is refused as stale where the patch finds %s', (_, live, path) => {
    const planned = change('journey:geo', { start: '/a/', list: [1, 2] }, { start: '/b/', list: [1, 3] });
    expect(() => patchLive(planned, live, driver)).toThrow(
      expect.objectContaining({ code: 'STALE', message: `journey:geo changed since the plan: ${path}.` }),
    );
  });

  test('is found by its values where the rules of the kind call another spelling equal', () => {
    const planned = change('journey:geo', { countries: ['DE', 'FR'] }, { countries: ['DE', 'ES'] });
    const live = { countries: ['FR', 'DE'], other: 1 };
    expect(patchLive(planned, live, sorting)).toEqual({ countries: ['DE', 'ES'], other: 1 });
  });

  test('of a catalog item is patched in its attributes', () => {
    const planned = change('offer:/offers2/A', { price: '1' }, { price: '2', badge: null });
    const live = { attributes: { price: '1', byHand: true } };
    expect(patchLive(planned, live, LITERAL_DRIVERS.offer)).toEqual({
      attributes: { price: '2', badge: null, byHand: true },
    });
  });

  test('is refused where the patch would change a key __proto__, instead of losing it', () => {
    const planned = change('journey:geo', { a: {} }, { a: JSON.parse('{"__proto__":1}') });
    expect(() => patchLive(planned, { a: {} }, driver)).toThrow(expect.objectContaining({ code: 'HTTP_BAD_BODY' }));
  });

  test('whatever the bodies are, is the live object with the planned fields', () => {
    const body = fc
      .dictionary(fc.constantFrom('a', 'b', 'c', '~/', ''), fc.jsonValue({ maxDepth: 3 }))
      .filter((value) => !JSON.stringify(value).includes('__proto__'))
      .map((value): JsonObject => JSON.parse(JSON.stringify(value)));
    fc.assert(
      fc.property(body, body, body, (before, after, others) => {
        const byHand = Object.fromEntries(Object.entries(others).map(([key, value]) => [`x${key}`, value]));
        // A plan knows every field that its file clears.
        const cleared = Object.fromEntries(Object.keys(before).map((key) => [key, null]));
        const planned = change('journey:geo', before, { ...cleared, ...after });
        expect(patchLive(planned, { ...before, ...byHand }, driver)).toEqual({ ...byHand, ...cleared, ...after });
      }),
    );
  });
});
