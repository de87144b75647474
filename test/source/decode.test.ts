import { describe, expect, test } from 'vitest';
import { decodeText } from '../../src/source/decode.js';
import type { SourceText } from '../../src/source/documents.js';
import { validateSources } from '../../src/source/source.js';

function describeBytes(bytes: Buffer | number[]): string {
  const decoded = decodeText('catalog/a.yaml', Buffer.from(bytes));
  return 'text' in decoded ? decoded.text : `${decoded.fault.line}:${decoded.fault.col} ${decoded.fault.message}`;
}

describe('the bytes of a file', () => {
  test.each<[string, Buffer | number[], string]>([
    ['UTF-8', Buffer.from('Größe €'), 'Größe €'],
    ['UTF-8 with a byte order mark', Buffer.from('\uFEFFa'), '\uFEFFa'],
    ['UTF-16 LE', [0xff, 0xfe, 0x61, 0x00], '1:1 The file is UTF-16, not UTF-8.'],
    ['UTF-16 BE', [0xfe, 0xff, 0x00, 0x61], '1:1 The file is UTF-16, not UTF-8.'],
    [
      'UTF-16 without a byte order mark',
      Buffer.from('kind', 'utf16le'),
      '1:2 The file has a zero byte: it is binary, or UTF-16 without a byte order mark.',
    ],
    [
      'Latin-1',
      Buffer.from('a: 1\nname: Größe', 'latin1'),
      '2:9 The file is not UTF-8 text: the byte F6 is probably Latin-1 (Windows-1252).',
    ],
    [
      'Latin-1 at the end',
      Buffer.from('café', 'latin1'),
      '1:4 The file is not UTF-8 text: the byte E9 is probably Latin-1 (Windows-1252).',
    ],
    [
      'metadata of macOS',
      [0x00, 0x05, 0x16, 0x07, 0x00, 0x02],
      '1:1 a.yaml is metadata of macOS (AppleDouble), no text.',
    ],
  ])('are told apart: %s', (_name, bytes, expected) => {
    expect(describeBytes(bytes)).toBe(expected);
  });
});

function find(...sources: SourceText[]): string[] {
  return validateSources(sources, { environments: [] }).problems.map(
    ({ file, line, code, message }) => `${file}:${line} ${code} ${message}`,
  );
}

describe('a merge conflict', () => {
  const offer = 'kind: offer\npath: /offers2/A\nattributes:\n';
  const conflict = '<<<<<<< HEAD\n  a: 1\n=======\n  a: 2\n>>>>>>> branch (a change)\n';

  test('is one error, and its file has no others', () => {
    expect(find({ path: 'a.yaml', text: `${offer}${conflict}  b: 1\n` })).toEqual([
      'a.yaml:4 MERGE_CONFLICT The file has a merge conflict in lines 4 to 8.',
    ]);
  });

  test('is found each time, with Windows line ends, with the common version between, and in files of texts', () => {
    const windows = `${offer}${conflict}${conflict}`.replaceAll('\n', '\r\n');
    expect(find({ path: 'a.yaml', text: windows })).toHaveLength(2);
    const common = conflict.replace('=======', '||||||| base\n  a: 0\n=======');
    expect(find({ path: 'a.yaml', text: offer + common })).toHaveLength(1);
    const html = { path: 'a.html', text: `<p>\n${conflict}</p>\n`, role: 'text' as const };
    expect(find({ path: 'a.yaml', text: `${offer}  a: !file a.html\n` }, html)).toEqual([
      'a.html:2 MERGE_CONFLICT The file has a merge conflict in lines 2 to 6.',
    ]);
  });

  test.each(['<<<<<<< HEAD', '>>>>>>> branch'])('that was only partly resolved is one, too: %s', (marker) => {
    expect(find({ path: 'a.yaml', text: `${offer}${marker}\n  b: 1\n` })).toEqual([
      'a.yaml:4 MERGE_CONFLICT Line 4 is a left-over marker of a merge conflict.',
    ]);
  });

  test('is not what a heading or a quotation looks like', () => {
    const text = `${offer}  a: |\n    Title\n    =======\n    <<<<<<< HEAD\n`;
    expect(find({ path: 'a.yaml', text })).toEqual([]);
  });
});
