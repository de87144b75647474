import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  completeList,
  escapeGlob,
  findGlobFault,
  listAlternatives,
  matchGlob,
  matchGlobs,
  parsePathGlobs,
} from '../../src/glob/glob.js';

const toRegex = (one: string): string => {
  if (one.startsWith('*')) return '.*';
  if (one === '?') return '[^/]';
  if (one.startsWith('[')) return one.replace('[!', '[^/');
  return one.startsWith('\\') ? one : one.replaceAll(/[^\w\s]/g, '\\$&');
};

describe('patterns of names', () => {
  test.each([
    ['geo-*', 'geo-landing', true],
    ['geo-*', 'ageo-landing', false],
    ['*', '', true],
    ['/offers/*/Annual', '/offers/UK/2024/Annual', true],
    ['/offers/**', '/offers/UK/2024/Annual', true],
    ['/offers/**/Annual', '/offers/Annual', false],
    ['a*a', 'a', false],
    ['*a*b*', 'xxbxxa', false],
    ['a.c', 'abc', false],
    ['a*b*c', 'a1b2c', true],
    ['A?', 'AB', true],
    ['A?', 'A', false],
    ['A?', 'A😀', true],
    ['A?C', 'A/C', false],
    ['A?*', 'ABCD', true],
    ['*?Z', 'Z', false],
    ['[A-Z]*', 'Berlin', true],
    ['[A-Z]*', 'berlin', false],
    ['[!A-Z]*', 'berlin', true],
    ['[^A-Z]*', 'Berlin', false],
    ['*[0-9][0-9]', 'SPRING25', true],
    ['*[0-9][0-9]', 'SPRING2', false],
    ['[]a]', 'a', undefined],
    ['[\\]a-]', ']', true],
    ['[\\]a-]', '-', true],
    ['[!!]', '!', false],
    ['offer:/offers2/{A,B}', 'offer:/offers2/B', true],
    ['offer:/offers2/{A,B}', 'offer:/offers2/C', false],
    ['x{a,b{1,2},}y', 'xb2y', true],
    ['x{a,b{1,2},}y', 'xy', true],
    ['Trial (UK)*', 'Trial (UK) 2026', true],
    ['offer:/offers2/Trial (UK) \\[*\\]', 'offer:/offers2/Trial (UK) [2026/27]', true],
    ['offer:/offers2/Trial (UK) [2026]', 'offer:/offers2/Trial (UK) 6', true],
    ['offer:/offers2/Trial (UK)', 'offer:/offers2/Trial UK', false],
    ['A\\*', 'A*', true],
    ['A\\*', 'AB', false],
    ['A+$^|.', 'A+$^|.', true],
  ])('%s against %s: %s', (pattern, text, expected) => {
    if (expected === undefined) expect(() => matchGlob(pattern, text)).toThrow(RangeError);
    else expect(matchGlob(pattern, text)).toBe(expected);
  });

  test('that are spelled exactly like a name match it, so that pasted addresses need no escapes', () => {
    expect(matchGlob('offer:/offers2/Trial [2026]', 'offer:/offers2/Trial [2026]')).toBe(true);
  });

  test('match a name in another Unicode normal form, which looks the same', () => {
    expect(matchGlob('offer:/offers2/Caf\u00E9*', 'offer:/offers2/Cafe\u0301 Monthly')).toBe(true);
    expect(matchGlob('offer:/offers2/Cafe\u0301', 'offer:/offers2/Caf\u00E9')).toBe(true);
  });

  test('with many stars, classes and question marks are matched in one pass, however long the name', () => {
    const name = 'a'.repeat(10_000);
    expect(matchGlob(`${'*a'.repeat(50)}b`, name)).toBe(false);
    expect(matchGlob(`${'*[a-z]?'.repeat(50)}b`, name)).toBe(false);
    expect(matchGlob(`${'*[a-z]?'.repeat(50)}{b,c,d}*`, name)).toBe(false);
  });

  test('agree with the regular expression of the same meaning', () => {
    const unit = fc.constantFrom(...Array.from('aab**?/. ()+@"\n,$^-:#&'), '[a-c]', '[!a]', '[.\\]]', '\\{', '\\[');
    const characters = fc.string({
      maxLength: 6,
      unit: fc.constantFrom(...Array.from('aabcd/. ()[]{}!?+@"\n,$^-:#&')),
    });
    fc.assert(
      fc.property(fc.array(unit, { maxLength: 10 }), fc.array(characters, { minLength: 1 }), (units, texts) => {
        const pattern = units.join('');
        fc.pre(pattern !== '' && findGlobFault(pattern) === undefined);
        const spare = [...texts];
        // A name made from the pattern, so that many match.
        const made = units
          .map((one) => (one.startsWith('*') ? (spare.pop() ?? '') : one === '?' || one.startsWith('[') ? 'b' : one))
          .join('')
          .replaceAll('\\', '');
        const regex = new RegExp(`^${units.map(toRegex).join('')}$`, 's');
        for (const name of [made, texts[0] ?? ''])
          expect(matchGlob(pattern, name), `${pattern} | ${name}`).toBe(regex.test(name) || pattern === name);
      }),
      { numRuns: 3000 },
    );
  });

  test('made from a name match that name and no other', () => {
    const name = fc.string({ minLength: 1, maxLength: 8, unit: fc.constantFrom(...Array.from('ab*?[]{}\\!@(|),/ -')) });
    fc.assert(
      fc.property(name, name, (one, other) => {
        const pattern = escapeGlob(one);
        expect(findGlobFault(pattern)).toBeUndefined();
        expect(matchGlobs([pattern], one)).toBe(true);
        expect(matchGlobs([pattern], other)).toBe(one === other || pattern === other);
      }),
      { numRuns: 2000 },
    );
  });

  test('are listed by alternative, with the text around their wildcards', () => {
    expect(listAlternatives('offer:/{A,B*C}')).toEqual([
      { pattern: 'offer:/A', literal: 'offer:/A', start: 'offer:/A', end: 'offer:/A' },
      { pattern: 'offer:/B*C', start: 'offer:/B', end: 'C' },
    ]);
  });
});

describe('lists of patterns', () => {
  test.each([
    [['SPRING*', '!SPRING9*'], 'SPRING25', true],
    [['SPRING*', '!SPRING9*'], 'SPRING99', false],
    [['SPRING*', '!SPRING9*', 'SPRING99'], 'SPRING99', true],
    [['\\!a'], '!a', true],
    [[], 'a', false],
  ])('%j against %s: %s', (patterns, name, expected) => {
    expect(matchGlobs(patterns, name)).toBe(expected);
  });

  test('of negations only mean everything else', () => {
    expect(matchGlobs(completeList(['!CALLCENTRE*']), 'SPRING25')).toBe(true);
    expect(matchGlobs(completeList(['!CALLCENTRE*']), 'CALLCENTRE1')).toBe(false);
    expect(completeList([])).toEqual([]);
  });
});

describe('patterns that cannot be read', () => {
  test.each([
    ['', 'empty'],
    ['a[b', '"[" has no "]"'],
    ['a]b', '"]" has no "["'],
    ['a{b', '"{" has no "}"'],
    ['a}b', '"}" has no "{"'],
    ['a[]b', 'no characters'],
    ['a{}b', 'no alternatives'],
    ['[z-a]', 'backwards'],
    ['[[:alpha:]]', '[:name:]'],
    ['{1..3}', 'range'],
    ['{a,b}'.repeat(10), 'more than 64 alternatives'],
    ['@(a|b)', 'not part of the pattern language'],
    ['x(a|b)', 'not part of the pattern language'],
    ['!(drafts)/*', 'at most one "!"'],
    ['catalog/!(drafts)/*', 'not part of the pattern language'],
    ['a\\', 'backslash'],
    ['a\\b', 'backslash'],
  ])('%s is refused: %s', (pattern, words) => {
    const fault = findGlobFault(pattern);
    expect(fault?.message).toContain(words);
    expect(fault?.hint).not.toBe('');
  });

  test('with a backslash between folders are refused', () => {
    expect(findGlobFault('catalog\\**\\*.yaml', 'path')?.hint).toContain('Write / between folders');
  });
});

describe('patterns of paths', () => {
  test.each([
    ['catalog/**/*.{yaml,yml}', 'catalog/a.yaml', true],
    ['catalog/**/*.{yaml,yml}', 'catalog/a/b/c.yml', true],
    ['catalog/**/*.{yaml,yml}', 'catalog/a.json', false],
    ['catalog/*.yaml', 'catalog/a/b.yaml', false],
    ['catalog/*.yaml', 'catalog/.a.yaml', true],
    ['catalog/{a,b/c}/*.yaml', 'catalog/b/c/x.yaml', true],
    ['catalog/[a-m]*/?.yaml', 'catalog/home/x.yaml', true],
    ['catalog/[a-m]*/?.yaml', 'catalog/offers/x.yaml', false],
    ['**/x/**/y.yaml', 'x/x/y/y.yaml', true],
    ['**/x/**/y.yaml', 'a/y.yaml', false],
    ['a/**b', 'a/c/b', false],
    ['./a/*', 'a/b', true],
    ['a/**', 'a/b/c', true],
    ['*/**', 'a', true],
    ['old (copy) \\[2\\]/*.yaml', 'old (copy) [2]/a.yaml', true],
    ['{a}/*.yaml', 'a/b.yaml', true],
    ['a/(', 'a/\\(', false],
    ['a/*', 'a/\\(', true],
  ])('%s against %s: %s', (pattern, path, expected) => {
    expect(parsePathGlobs([pattern]).matches(path)).toBe(expected);
  });

  test('take away what the patterns before a negation match', () => {
    const { matches } = parsePathGlobs(['catalog/**/*.yaml', '!catalog/drafts/**', 'catalog/drafts/a.yaml']);
    expect(['catalog/b.yaml', 'catalog/drafts/b.yaml', 'catalog/drafts/a.yaml'].map(matches)).toEqual([
      true,
      false,
      true,
    ]);
  });

  test('name the folders to look in', () => {
    expect(parsePathGlobs(['{a,b}/c/**/*.yaml', '!d/**']).baseFolders).toEqual(['a/c', 'b/c']);
    expect(parsePathGlobs(['**/*.yaml']).baseFolders).toEqual(['']);
  });

  test('of many stars take no time', () => {
    expect(parsePathGlobs([`${'**/'.repeat(50)}z`]).matches('a/'.repeat(2000))).toBe(false);
    expect(parsePathGlobs([`${'**/a/'.repeat(50)}z`]).matches('a/'.repeat(2000))).toBe(false);
    expect(parsePathGlobs([`${'*a?'.repeat(50)}z`]).matches('a'.repeat(4000))).toBe(false);
  });
});
