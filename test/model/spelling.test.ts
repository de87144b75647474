import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { foldIdentity, measureEdits, quoteApart, suggestNearest } from '../../src/model/spelling.js';

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

describe('identities', () => {
  test.each([
    ['Caf\u00E9', 'Cafe\u0301', true],
    ['Digital Monthly', 'digital  monthly ', true],
    ['A\u00A0B', 'AB', true],
    ['\u00C5ngstrom', '\u212Bngstrom', true],
    ['Zero\u200BWidth', 'zero width', true],
    ['Plan 1', 'Plan 2', false],
    ['Cafe', 'Caf\u00E9', false],
    ['Digital-Monthly', 'Digital Monthly', false],
  ])('%j and %j read as one name: %s', (a, b, isOne) => {
    expect(foldIdentity(a) === foldIdentity(b)).toBe(isOne);
  });

  test('two spellings of one name are shown in two ways, each as YAML that reads back as itself', () => {
    const part = fc.constantFrom(
      'e',
      '\u00E9',
      '\u0301',
      ' ',
      '\u00A0',
      '"',
      '\\',
      '\u{1F389}',
      '\u1112\u1161',
      'E',
      '/',
    );
    const name = fc.array(part, { maxLength: 8 }).map((parts) => parts.join(''));
    fc.assert(
      fc.property(name, name, (a, b) => {
        expect(parse(quoteApart(a, b))).toBe(a);
        if (a !== b && a.normalize('NFC') === b.normalize('NFC'))
          expect(quoteApart(a, b).normalize('NFC')).not.toBe(quoteApart(b, a).normalize('NFC'));
      }),
    );
  });
});
