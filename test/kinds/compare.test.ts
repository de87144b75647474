import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compareBodies } from '../../src/kinds/compare.js';
import { buildFieldRules } from '../../src/kinds/kind-definition.js';
import type { JsonObject } from '../../src/model/json.js';

const RULES = buildFieldRules([
  { path: ['tags'], type: 'set', owner: 'git', list: 'set', note: '' },
  { path: ['prices'], type: 'list', owner: 'git', list: { key: 'name' }, note: '' },
  { path: ['steps'], type: 'list', owner: 'git', note: '' },
]);

const compare = (from: JsonObject, to: JsonObject) => compareBodies(from, to, RULES);

describe('comparing two bodies', () => {
  test.each<[string, JsonObject, JsonObject]>([
    ['the order of keys', { a: { x: 1, y: 2 } }, { a: { y: 2, x: 1 } }],
    ['the order and repetition in a set', { tags: ['a', 'b', 'b'] }, { tags: ['b', 'a'] }],
    ['null beside absent', { a: null }, {}],
    ['null beside absent inside an object', { a: { x: null, y: 1 } }, { a: { y: 1 } }],
  ])('%s does not count', (_, from, to) => {
    expect(compare(from, to)).toEqual([]);
    expect(compare(to, from)).toEqual([]);
  });

  test('a changed leaf is reported at its own path', () => {
    expect(compare({ a: { b: '1', c: 2 } }, { a: { b: '2', c: 2 } })).toEqual([
      { path: '/a/b', before: '1', after: '2', show: 'value' },
    ]);
  });

  test('an added and a removed field lack one side', () => {
    expect(compare({ old: 1 }, { new: 2 })).toEqual([
      { path: '/new', after: 2, show: 'value' },
      { path: '/old', before: 1, show: 'value' },
    ]);
  });

  test('elements of a keyed list are paired by key, in whatever order', () => {
    const from = {
      prices: [
        { name: 'setup', value: '5' },
        { name: 'monthly', value: '9.99' },
      ],
    };
    const to = {
      prices: [
        { name: 'monthly', value: '12.99' },
        { name: 'setup', value: '5' },
      ],
    };
    expect(compare(from, to)).toEqual([
      { path: '/prices/monthly/value', before: '9.99', after: '12.99', show: 'value' },
      { path: '/prices', before: ['setup', 'monthly'], after: ['monthly', 'setup'], show: 'order' },
    ]);
  });

  test('removing the first of three keyed elements is one change, not three', () => {
    const [a, b, c] = ['a', 'b', 'c'].map((name) => ({ name, value: '1' }));
    expect(compare({ prices: [a!, b!, c!] }, { prices: [b!, c!] })).toEqual([
      { path: '/prices/a', before: { name: 'a', value: '1' }, show: 'value' },
    ]);
  });

  test('charges without a name are paired by position', () => {
    expect(compare({ prices: [{ value: '1' }] }, { prices: [{ value: '2' }] })).toEqual([
      { path: '/prices/0/value', before: '1', after: '2', show: 'value' },
    ]);
  });

  test('an ordered list differs as a whole', () => {
    expect(compare({ steps: [1, 2] }, { steps: [2, 1] })).toEqual([
      { path: '/steps', before: [1, 2], after: [2, 1], show: 'value' },
    ]);
  });

  test('a key called __proto__ is a key like any other', () => {
    const from = JSON.parse('{"a": {"__proto__": {"x": 1}}}') as JsonObject;
    const to = JSON.parse('{"a": {"__proto__": {"x": 2}}}') as JsonObject;
    expect(compare(from, to)).toEqual([{ path: '/a/__proto__/x', before: 1, after: 2, show: 'value' }]);
  });

  test('HTML and long text are marked for a word diff', () => {
    expect(compare({ a: '<p>x</p>' }, { a: '<p>y</p>' })[0]?.show).toBe('html');
    expect(compare({ a: 'x'.repeat(80) }, { a: 'y' })[0]?.show).toBe('text');
  });

  test('property: any body equals itself, also with its keys in reverse order', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (value) => {
        const body = JSON.parse(JSON.stringify(value)) as JsonObject;
        const turned = Object.fromEntries(Object.entries(body).toReversed());
        expect(compare(body, turned)).toEqual([]);
      }),
    );
  });
});
