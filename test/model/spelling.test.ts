import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { measureEdits, suggestNearest } from '../../src/model/spelling.js';

describe('did you mean', () => {
  test.each([
    ['dispaly', ['display', 'discount'], 'display'],
    ['conditons', ['actions', 'conditions'], 'conditions'],
    ['PROMOCODE', ['promoCode'], 'promoCode'],
    ['elephant', ['display', 'discount'], undefined],
    ['ab', ['cd'], undefined],
    ['x', [], undefined],
  ])('%s among %j is %s', (word, candidates, expected) => {
    expect(suggestNearest(word, candidates)).toBe(expected);
  });

  test('counts a swap of neighbours as one edit', () => {
    expect([
      measureEdits('ab', 'ba'),
      measureEdits('', 'abc'),
      measureEdits('kitten', 'sitting'),
      measureEdits('a', 'a'),
    ]).toEqual([1, 3, 3, 0]);
  });

  test('gives the same distance both ways, and the limit when it is further', () => {
    const word = fc.string({ maxLength: 12, unit: fc.constantFrom('a', 'b', 'c') });
    fc.assert(
      fc.property(word, word, fc.integer({ min: 1, max: 4 }), (a, b, limit) => {
        expect(measureEdits(a, b)).toBe(measureEdits(b, a));
        expect(measureEdits(a, b, limit)).toBe(Math.min(measureEdits(a, b), limit));
      }),
    );
  });
});
