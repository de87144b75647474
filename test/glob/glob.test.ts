import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { matchGlob, parsePathGlob } from '../../src/glob/glob.js';

describe('patterns of names', () => {
  test.each([
    ['geo-*', 'geo-landing', true],
    ['geo-*', 'ageo-landing', false],
    ['*', '', true],
    ['/offers/*/Annual', '/offers/UK/2024/Annual', true],
    ['a*a', 'a', false],
    ['*a*b*', 'xxbxxa', false],
    ['a.c', 'abc', false],
    ['a*b*c', 'a1b2c', true],
    ['offer:/offers2/Trial (UK) [*]', 'offer:/offers2/Trial (UK) [2026/27]', true],
    ['offer:/offers2/Trial (UK)', 'offer:/offers2/Trial UK', false],
    ['offer:/offers2/{a,b}', 'offer:/offers2/a', false],
  ])('%s against %s: %s', (pattern, text, expected) => {
    expect(matchGlob(pattern, text)).toBe(expected);
  });

  test('with many stars are matched in one pass, however long the name', () => {
    expect(matchGlob(`${'*a'.repeat(50)}b`, 'a'.repeat(10_000))).toBe(false);
  });

  test('agree with the regular expression of the same meaning', () => {
    const unit = fc.constantFrom(...Array.from('aab**/\\. ()[]{}!?+@|"\n,$^-:'), 'offer', '**');
    const text = fc.string({ maxLength: 10, unit });
    fc.assert(
      fc.property(text, fc.array(text, { minLength: 1 }), fc.boolean(), (pattern, texts, made) => {
        const texts0 = texts.map((one) => one.replaceAll('*', 'a'));
        // A name made from the pattern, so that many match.
        const name = made ? pattern.replaceAll('*', () => texts0.pop() ?? '') : (texts0[0] ?? '');
        const parts = pattern.split(/\*+/).map((part) => part.replaceAll(/[^\w\s]/g, '\\$&'));
        expect(matchGlob(pattern, name)).toBe(new RegExp(`^${parts.join('.*')}$`, 's').test(name));
      }),
      { numRuns: 1000 },
    );
  });
});

describe('patterns of paths', () => {
  test.each([
    ['catalog/**/*.{yaml,yml}', 'catalog/a.yaml', true],
    ['catalog/**/*.{yaml,yml}', 'catalog/a/b/c.yml', true],
    ['catalog/**/*.{yaml,yml}', 'catalog/a.json', false],
    ['catalog/*.yaml', 'catalog/a/b.yaml', false],
    ['catalog/*.yaml', 'catalog/.a.yaml', true],
    ['**/x/**/y.yaml', 'x/x/y/y.yaml', true],
    ['**/x/**/y.yaml', 'a/y.yaml', false],
    ['./a/*', 'a/b', true],
    ['a/**', 'a/b/c', true],
    ['*/**', 'a', true],
    ['old (copy) [2]/*.yaml', 'old (copy) [2]/a.yaml', true],
    ['{a}/*.yaml', 'a/b.yaml', true],
    ['a/(', 'a/\\(', false],
    ['a/*', 'a/\\(', true],
  ])('%s against %s: %s', (pattern, path, expected) => {
    expect(parsePathGlob(pattern).matches(path)).toBe(expected);
  });

  test('name the folders to look in', () => {
    expect(parsePathGlob('{a,b}/c/**/*.yaml').baseFolders).toEqual(['a/c', 'b/c']);
    expect(parsePathGlob('**/*.yaml').baseFolders).toEqual(['']);
  });

  test('whose braces have too many alternatives are refused', () => {
    expect(() => parsePathGlob('{a,b}'.repeat(10))).toThrow(RangeError);
  });

  test('of many stars take no time', () => {
    expect(parsePathGlob(`${'**/'.repeat(50)}z`).matches('a/'.repeat(2000))).toBe(false);
  });
});
