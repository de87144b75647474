import { expect, test } from 'vitest';
import { type Page, type PageSource, readPages } from '../../src/api/pages.js';

/** A list by cursors, without a count: only its end proves that it is complete. */
function listOf(pages: Record<string, Page<string>>): PageSource<string> {
  return {
    noun: 'codes',
    pageSize: 2,
    proof: 'cursor',
    keyOf: (item) => item,
    read: async (cursor = 'first') => pages[cursor] ?? { items: [], unusable: 0 },
  };
}

test.each<[string, Record<string, Page<string>>, boolean]>([
  ['that ends', { first: { items: ['a', 'b'], unusable: 0, next: 'x' }, x: { items: ['c'], unusable: 0 } }, true],
  ['with an element that has no key', { first: { items: ['a'], unusable: 1 } }, false],
  [
    'whose last page repeats another',
    { first: { items: ['a', 'b'], unusable: 0, next: 'x' }, x: { items: ['a', 'b'], unusable: 0 } },
    false,
  ],
])('a list by cursors %s', async (_, pages, complete) => {
  expect((await readPages(listOf(pages))).complete).toBe(complete);
});
