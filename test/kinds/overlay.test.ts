import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compareBodies } from '../../src/kinds/compare.js';
import { buildFieldRules } from '../../src/kinds/kind-definition.js';
import { overlayBody, projectBody } from '../../src/kinds/overlay.js';
import type { JsonObject } from '../../src/model/json.js';

const RULES = buildFieldRules([
  { path: ['tags'], type: 'set', owner: 'git', list: 'set', note: '' },
  { path: ['prices'], type: 'list', owner: 'git', list: { key: 'name' }, note: '' },
  { path: ['wholes', '*'], type: 'element', owner: 'git', whole: true, note: '' },
]);

const overlay = (declared: JsonObject, live: JsonObject) => overlayBody(declared, live, 1, RULES);

describe('laying a declared body over a live one', () => {
  test('a field that is not declared is on neither side', () => {
    expect(overlay({ a: 1 }, { a: 0, other: 2 })).toEqual({ before: { a: 0 }, after: { a: 1 } });
  });

  test('an undeclared key inside an object keeps its live value', () => {
    expect(overlay({ term: { length: 12 } }, { term: { length: 1, type: 'months' } }).after).toEqual({
      term: { length: 12, type: 'months' },
    });
  });

  test('null clears a field, and a key inside one', () => {
    expect(overlay({ a: null, b: { x: null } }, { a: 1, b: { x: 1, y: 2 } }).after).toEqual({ a: null, b: { y: 2 } });
  });

  test('clearing a field that the tenant does not have changes nothing', () => {
    expect(overlay({ a: null }, {})).toEqual({ before: {}, after: {} });
  });

  test('elements of a keyed list keep their undeclared keys; undeclared elements are removed', () => {
    const live: JsonObject = {
      prices: [
        { name: 'm', value: '9', trigger: 'order_date' },
        { name: 'old', value: '1' },
      ],
    };
    expect(overlay({ prices: [{ name: 'm', value: '12' }] }, live).after).toEqual({
      prices: [{ name: 'm', value: '12', trigger: 'order_date' }],
    });
  });

  test('a set in another order keeps the live order, so nothing looks changed', () => {
    expect(overlay({ tags: ['b', 'a'] }, { tags: ['a', 'b'] })).toEqual({
      before: { tags: ['a', 'b'] },
      after: { tags: ['a', 'b'] },
    });
  });

  test('an element that is declared whole takes no keys from the live one', () => {
    expect(overlay({ wholes: { e: { raw: 1 } } }, { wholes: { e: { type: 'x' } } }).after).toEqual({
      wholes: { e: { raw: 1 } },
    });
  });

  test('an empty list and an empty object are values', () => {
    expect(overlay({ a: [], b: {}, c: { d: {} } }, { a: [1], b: { x: 1 }, c: { d: { y: 1 }, e: 1 } }).after).toEqual({
      a: [],
      b: {},
      c: { d: {}, e: 1 },
    });
  });

  test('at depth two, one write replaces a key of an inner object', () => {
    const { before, after } = overlayBody({ attributes: { a: 1 } }, { attributes: { a: 0, z: 9 } }, 2, RULES);
    expect({ before, after }).toEqual({ before: { attributes: { a: 0 } }, after: { attributes: { a: 1 } } });
    expect(projectBody({ attributes: { a: 5, z: 9 }, rest: 1 }, after, 2)).toEqual({ attributes: { a: 5 } });
  });

  test('property: applying the result once more changes nothing', () => {
    const value = fc.jsonValue({ maxDepth: 3 });
    fc.assert(
      fc.property(fc.dictionary(fc.string(), value), fc.dictionary(fc.string(), value), (a, b) => {
        const declared = JSON.parse(JSON.stringify(a)) as JsonObject;
        const live = JSON.parse(JSON.stringify(b)) as JsonObject;
        const applied = { ...live, ...overlay(declared, live).after };
        const again = overlay(declared, applied);
        expect(compareBodies(again.before, again.after, RULES)).toEqual([]);
        expect(again.before).toEqual(again.after);
      }),
    );
  });
});
