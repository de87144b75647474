import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { SourceText } from '../../src/source/documents.js';
import { checkExample, EXAMPLE_CONTEXT } from './support/check-example.js';
import { type Block, ROOT, listBlocks, listPages, readPage } from './support/read-page.js';

/** Blocks that show files: their first line, comments aside, is `kind:` or a key that begins with `x-`. */
const examples = listPages().flatMap((path) =>
  listBlocks(readPage(path))
    .filter(({ info, text }) => info === 'yaml' && /^(?:#.*\n|\s*\n)*(?:kind|x-\w+):/.test(text))
    .map((block): [string, Block] => [`${path}:${block.line}`, block]),
);

/** The files that an example names: blocks of the same page whose language is followed by a path. */
function listNamed(place: string, example: string): SourceText[] {
  return listBlocks(readPage(place.replace(/:\d+$/, ''))).flatMap(({ info, text }): SourceText[] => {
    const [language, path] = info.split(' ');
    if (path === undefined || !example.includes(path)) return [];
    return [{ path, text, role: language === 'csv' ? 'table' : 'base' }];
  });
}

describe('the YAML examples of the pages', () => {
  test('are found', () => {
    const pages = new Set(examples.map(([place]) => place.replace(/:\d+$/, '')));
    expect([...pages]).toContain('docs/files.md');
    expect(examples.length).toBeGreaterThan(8);
  });

  test.each(examples)('%s is valid', (place, { text }) => {
    expect(checkExample(text, EXAMPLE_CONTEXT, listNamed(place, text)).problems).toEqual([]);
  });

  test('no page shows a file in a block without a language, which would not be checked', () => {
    const unmarked = listPages().flatMap((path) =>
      listBlocks(readPage(path))
        .filter(({ info, text }) => !info.startsWith('yaml') && /^kind: \w+$/m.test(text))
        .map(({ line }) => `${path}:${line}`),
    );
    expect(unmarked).toEqual([]);
  });
});

describe('the links of the pages', () => {
  const links = listPages().flatMap((path) =>
    [
      ...readPage(path)
        .replaceAll(/^```[^]*?^```$/gm, '')
        .matchAll(/\]\((?!https?:)([^)#]*)(?:#([^)]+))?\)/g),
    ].map(([, target = '', anchor]): [string, string, string | undefined] => [
      path,
      target === '' ? path : join(dirname(path), target),
      anchor,
    ]),
  );

  test('are found', () => expect(links.length).toBeGreaterThan(20));

  test.each(links)('%s leads to %s %s', (_path, target, anchor) => {
    expect(existsSync(join(ROOT, target))).toBe(true);
    if (anchor === undefined) return;
    const headings = [
      ...readPage(target)
        .replaceAll(/^```[^]*?^```$/gm, '')
        .matchAll(/^#{1,6} (.*)$/gm),
    ].map(([, text = '']) => toAnchor(text));
    expect(headings).toContain(anchor);
    expect(
      headings.filter((one) => one === anchor),
      'an anchor that two headings share',
    ).toHaveLength(1);
  });
});

/** The anchor that GitHub makes from a heading: lower case, without punctuation, hyphens for spaces. */
function toAnchor(heading: string): string {
  return heading
    .toLowerCase()
    .replaceAll(/[^\w\- ]/g, '')
    .replaceAll(' ', '-');
}
