import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isJsonObject, type Json, jsonEqual, mergePatch, selectValues } from '../../src/model/json.js';

describe('JSON Merge Patch', () => {
  // RFC 7396, appendix A: original, patch, result.
  test.each<[Json, Json, Json]>([
    [{ a: 'b' }, { a: 'c' }, { a: 'c' }],
    [{ a: 'b' }, { b: 'c' }, { a: 'b', b: 'c' }],
    [{ a: 'b' }, { a: null }, {}],
    [{ a: 'b', b: 'c' }, { a: null }, { b: 'c' }],
    [{ a: ['b'] }, { a: 'c' }, { a: 'c' }],
    [{ a: 'c' }, { a: ['b'] }, { a: ['b'] }],
    [{ a: { b: 'c' } }, { a: { b: 'd', c: null } }, { a: { b: 'd' } }],
    [{ a: [{ b: 'c' }] }, { a: [1] }, { a: [1] }],
    [
      ['a', 'b'],
      ['c', 'd'],
      ['c', 'd'],
    ],
    [{ a: 'b' }, ['c'], ['c']],
    [{ a: 'foo' }, null, null],
    [{ a: 'foo' }, 'bar', 'bar'],
    [{ e: null }, { a: 1 }, { e: null, a: 1 }],
    [[1, 2], { a: 'b', c: null }, { a: 'b' }],
    [{}, { a: { bb: { ccc: null } } }, { a: { bb: {} } }],
  ])('of %j and %j is %j', (target, patch, expected) => {
    expect(mergePatch(target, patch)).toStrictEqual(expected);
  });

  test('keeps the order of keys, and puts new ones last', () => {
    expect(JSON.stringify(mergePatch({ b: 1, a: { d: 1, c: 2 } }, { n: 0, a: { e: 3, d: 4 }, b: 5 }))).toBe(
      '{"b":5,"a":{"d":4,"c":2,"e":3},"n":0}',
    );
  });

  test('treats __proto__ as a key like any other', () => {
    const patch = JSON.parse(
      '{ "__proto__": { "polluted": true }, "constructor": { "prototype": { "polluted": true } } }',
    ) as Json;
    const merged = mergePatch({}, patch);
    expect(JSON.stringify(merged)).toBe(JSON.stringify(patch));
    expect(Object.getPrototypeOf(merged)).toBe(Object.prototype);
    expect('polluted' in {}).toBe(false);
  });

  const json = fc.jsonValue({ maxDepth: 4 }).map((value) => value as Json);

  test('changes neither argument, and applied twice is applied once', () => {
    fc.assert(
      fc.property(json, json, (target, patch) => {
        const before = JSON.stringify([target, patch]);
        const once = mergePatch(target, patch);
        expect(JSON.stringify([target, patch])).toBe(before);
        expect(jsonEqual(mergePatch(once, patch), once)).toBe(true);
      }),
    );
  });

  test('with objects and no null has every value of the patch, and keeps every other key', () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.string(), json),
        fc.dictionary(
          fc.string(),
          json.filter((value) => value !== null && !isJsonObject(value)),
        ),
        (target, patch) => {
          const merged = mergePatch(target, patch);
          if (!isJsonObject(merged)) throw new Error('two objects must merge to an object');
          for (const [key, value] of Object.entries(merged)) {
            expect(jsonEqual(value, Object.hasOwn(patch, key) ? patch[key] : target[key])).toBe(true);
          }
          expect(new Set(Object.keys(merged))).toEqual(new Set([...Object.keys(target), ...Object.keys(patch)]));
        },
      ),
    );
  });
});

const VALUE = JSON.parse('{"items":[{"path":"/a","n":1},{"path":"/b"}],"a/b":{"~":true},"__proto__":{"x":2}}') as Json;

describe('values at a pointer', () => {
  test.each<[string, Json[]]>([
    ['', [VALUE]],
    ['/items/0/path', ['/a']],
    ['/items/*/path', ['/a', '/b']],
    ['/items/*/n', [1]],
    ['/items/*/*', ['/a', 1, '/b']],
    ['/a~1b/~0', [true]],
    ['/__proto__/x', [2]],
    ['/items/2', []],
    ['/items/00', []],
    ['/items/-1', []],
    ['/constructor', []],
    ['/items/0/path/x', []],
  ])('%j gives %j', (pointer, values) => {
    expect(selectValues(VALUE, pointer)).toEqual(values);
  });
});
