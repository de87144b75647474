import stringWidth from 'string-width';
import { expect, test } from 'vitest';
import { fitLines, keepEnd, keepStart, measureWidth, wrapText } from '../../src/render/wrap.js';

const FAMILY = '\u{1F468}\u200D\u{1F469}\u200D\u{1F467}';

test.each([
  ['plain text', 8, 'plain te', 'ain text'],
  ['£7 – “été”…', 6, '£7 – “', '“été”…'],
  ['漢字かな', 5, '漢字', 'かな'],
  [`a${FAMILY}b`, 2, 'a', 'b'],
  [`a${FAMILY}b`, 3, `a${FAMILY}`, `${FAMILY}b`],
  ['e\u0301e\u0301', 1, 'e\u0301', 'e\u0301'],
  ['short', 10, 'short', 'short'],
])('of %j at most %i columns are kept, and no character in half', (text, columns, start, end) => {
  expect(keepStart(text, columns)).toBe(start);
  expect(keepEnd(text, columns)).toBe(end);
});

test('a long word is broken into full rows, whatever its characters', () => {
  expect(fitLines('x'.repeat(5), 2, 3)).toEqual(['xx', 'xx', 'x']);
  expect(fitLines('漢'.repeat(5), 4, 2)).toEqual(['漢漢', '漢…']);
});

test('a text longer than Intl.Segmenter takes at once is measured and wrapped whole', () => {
  const text = '漢'.repeat(70_000);
  expect(measureWidth(text)).toBe(140_000);
  const rows = wrapText(text, 80).split('\n');
  expect(rows.map((row) => row.trimStart()).join('')).toBe(text);
  expect(Math.max(...rows.map(measureWidth))).toBe(80);
});

test.each([
  ['Latin', 0x20, 0x2ff],
  ['hiragana', 0x3040, 0x309f],
  ['katakana', 0x30a0, 0x30ff],
  ['Han', 0x4e00, 0x9fff],
  ['Hangul', 0xac00, 0xd7af],
])('letters whose width is known take the columns that string-width counts: %s', (_, first, last) => {
  const letters = Array.from({ length: last - first + 1 }, (__, i) => String.fromCodePoint(first + i));
  const printed = letters.filter((letter) => !/\p{Cc}/u.test(letter));
  expect(printed.filter((letter) => measureWidth(letter) !== stringWidth(letter))).toEqual([]);
  // None joins the one before it, or string-width is asked.
  expect(printed.filter((letter) => measureWidth(`か${letter}`) !== stringWidth(`か${letter}`))).toEqual([]);
});
