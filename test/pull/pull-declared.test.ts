import { expect, test } from 'vitest';
import { type JsonObject, mergePatch } from '../../src/model/json.js';
import { splitLayers } from '../../src/pull/pull-declared.js';

const CASES: [
  what: string,
  base: JsonObject,
  overlay: JsonObject,
  wanted: JsonObject,
  split: { base: JsonObject; overlay: JsonObject },
][] = [
  ['a value of the base', { a: 1, b: 2 }, { b: 3 }, { a: 9, b: 3 }, { base: { a: 9, b: 2 }, overlay: { b: 3 } }],
  ['a value of the overlay', { a: 1, b: 2 }, { b: 3 }, { a: 1, b: 9 }, { base: { a: 1, b: 2 }, overlay: { b: 9 } }],
  [
    'one of each inside an object',
    { o: { a: 1, b: 2 } },
    { o: { b: 3 } },
    { o: { a: 8, b: 9 } },
    { base: { o: { a: 8, b: 2 } }, overlay: { o: { b: 9 } } },
  ],
  ['a list of the overlay is whole', { l: [1] }, { l: [2, 3] }, { l: [2] }, { base: { l: [1] }, overlay: { l: [2] } }],
  ['a key that only the overlay has, cleared', { a: 1 }, { b: 3 }, { a: 1, b: null }, { base: { a: 1 }, overlay: {} }],
  ['a key that both have, cleared', { a: 1 }, { a: 3 }, { a: null }, { base: { a: 1 }, overlay: { a: null } }],
  ['a key of the base, cleared', { a: 1 }, { b: 3 }, { a: null, b: 3 }, { base: { a: null }, overlay: { b: 3 } }],
  [
    'a new key goes into the base',
    { a: 1 },
    { b: 3 },
    { a: 1, b: 3, c: 4 },
    { base: { a: 1, c: 4 }, overlay: { b: 3 } },
  ],
  ['nothing', { a: 1 }, { b: { c: 3 } }, { a: 1, b: { c: 3 } }, { base: { a: 1 }, overlay: { b: { c: 3 } } }],
];

test.each(CASES)('%s', (_what, base, overlay, wanted, split) => {
  const merged = mergePatch(base, overlay) as JsonObject;
  expect(splitLayers({ base, overlay }, merged, wanted)).toEqual(split);
});
