import { describe, expect, test } from 'vitest';
import type { ParsedDocument } from '../../src/source/documents.js';
import { locatePath, readSourceText } from '../../src/source/locate.js';
import { parseDocuments } from '../../src/source/parse.js';

function parseOne(text: string): ParsedDocument {
  const [document] = parseDocuments('a.yaml', text).documents;
  if (!document) throw new Error('The test needs a document.');
  return document;
}

function listCodes(text: string): string[] {
  return parseDocuments('a.yaml', text).problems.map(({ line, col, code }) => `${line}:${col} ${code}`);
}

describe('documents', () => {
  test('of one file keep their index; empty ones are left out', () => {
    const { documents, problems } = parseDocuments('a.yaml', '---\n# nothing\n---\na: 1\n---\n---\nb: 2\n');
    expect(documents.map(({ index, value }) => [index, value])).toEqual([
      [1, { a: 1 }],
      [3, { b: 2 }],
    ]);
    expect(problems).toEqual([]);
  });

  test('are YAML 1.2: dates, yes and 0o stay what they are written as', () => {
    expect(parseOne('date: 2027-03-31\nyes: no\nnumber: 0x10\ntext: "1"\nempty:\n').value).toEqual({
      date: '2027-03-31',
      yes: 'no',
      number: 16,
      text: '1',
      empty: null,
    });
  });

  test('with errors leave the other documents of the file usable', () => {
    const { documents } = parseDocuments('a.yaml', 'a: [1\n---\nb: 2\n');
    expect(documents.at(-1)).toMatchObject({ value: { b: 2 }, broken: false });
  });

  test('keep their nodes, so that they can be edited with their comments', () => {
    const { yaml } = parseOne('a: 1 # why\n');
    yaml.setIn(['a'], 2);
    expect(String(yaml)).toBe('a: 2 # why\n');
  });
});

describe('what is wrong with the YAML', () => {
  test.each([
    ['a: [1, 2\n', '2:1 YAML_SYNTAX'],
    ['a:\n\tb: 1\n', '2:1 YAML_TAB'],
    ['a: 1\nb: 2\na: 3\n', '3:1 YAML_DUPLICATE_KEY'],
    ['? [a]\n: 1\n', '1:3 YAML_KEY'],
    ['a: 1\n: 2\n', '2:1 YAML_KEY'],
    ['~: 1\n', '1:1 YAML_KEY'],
    ['a: *nowhere\n', '1:4 YAML_ALIAS'],
    ['a: &a [ *a ]\n', '1:9 YAML_ALIAS'],
    ['a: !!binary aGk=\n', '1:13 YAML_TAG'],
    ['a: !custom x\n', '1:4 YAML_TAG'],
    ['a: 123456789012345678901\n', '1:4 YAML_NUMBER'],
    ['a: .nan\n', '1:4 YAML_NUMBER'],
    ['__proto__: { polluted: true }\n', '1:1 FORBIDDEN_KEY'],
    ['a: { constructor: 1 }\n', '1:6 FORBIDDEN_KEY'],
  ])('%j gives %s', (text, expected) => {
    expect(listCodes(text)).toEqual([expected]);
  });

  test('a key keeps its text, also one that would be null, true or a number as a value', () => {
    const { value } = parseOne('null: 1\nTrue: 2\n00123: 3\n"~": 4\n');
    expect(value).toEqual({ null: 1, True: 2, '00123': 3, '~': 4 });
  });

  test('a key without text has a hint', () => {
    const hints = ['~: 1\n', ': 1\n', 'a: {{ b }}\n'].map((text) => parseDocuments('a.yaml', text).problems[0]?.hint);
    expect(hints).toEqual([
      'If it is text, quote it: "~"',
      'Write the key before the colon.',
      'If it is text, quote all of it. A variable is written "${vars.NAME}".',
    ]);
  });

  test('a repeated key shows where it stands first', () => {
    expect(parseDocuments('a.yaml', 'a: 1\na: 2\n').problems).toMatchObject([
      { line: 2, related: [{ file: 'a.yaml', line: 1, col: 1 }] },
    ]);
  });

  test('a refused key pollutes nothing', () => {
    const { value } = parseOne('__proto__: { polluted: true }\nb: 1\n');
    expect(value).toEqual({ b: 1 });
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });

  test('an alias bomb is refused before it is expanded', () => {
    const letters = 'abcdefghij'.split('');
    const bomb = letters
      .map(
        (letter, i) =>
          `${letter}: &${letter} [${Array(9)
            .fill(i === 0 ? 'x' : `*${letters[i - 1]}`)
            .join(', ')}]`,
      )
      .join('\n');
    expect(new Set(parseDocuments('a.yaml', bomb).problems.map(({ code }) => code))).toEqual(new Set(['YAML_ALIAS']));
  });

  test.each([
    ['flow', `a: ${'['.repeat(20_000)}`],
    ['block', '- '.repeat(20_000)],
    ['moderate', `a: ${'['.repeat(150)}${']'.repeat(150)}`],
  ])('nesting without end (%s) is a problem, not a crash', (_name, text) => {
    expect(parseDocuments('a.yaml', text).problems.map(({ code }) => code)).toContain('YAML_DEPTH');
  });

  test('ordinary aliases share their value', () => {
    expect(parseOne('a: &list [1, 2]\nb: *list\n').value).toEqual({ a: [1, 2], b: [1, 2] });
  });
});

describe('positions', () => {
  const text =
    'kind: offer\nattributes:\n  price:\n    - { value: 0012 }\n  cleared:\n  used: &x { deep: 1 }\n  again: *x\n';

  test.each<[string, (string | number)[], 'key' | 'value', string]>([
    ['a value', ['kind'], 'value', '1:7+5'],
    ['a key', ['kind'], 'key', '1:1+4'],
    ['a value in a list', ['attributes', 'price', 0, 'value'], 'value', '4:16+4'],
    ['a value that is not written', ['attributes', 'cleared'], 'value', '5:11+1'],
    ['the key of one', ['attributes', 'cleared'], 'key', '5:3+7'],
    ['what is missing: the object that should hold it', ['attributes', 'price', 0, 'name'], 'value', '4:7+15'],
    ['what is deeper than what is missing', ['attributes', 'price', 7, 'a', 'b'], 'value', '4:5+17'],
    ['a value behind an alias: the text at the anchor', ['attributes', 'again', 'deep'], 'value', '6:20+1'],
    ['the document', [], 'value', '1:1+11'],
  ])('of %s', (_name, path, on, expected) => {
    const { line, col, length } = locatePath(parseOne(text), path, on);
    expect(`${line}:${col}+${length}`).toBe(expected);
  });

  test('count the same with CRLF and without the byte order mark', () => {
    const windows = parseDocuments('a.yaml', `\uFEFF${text.replaceAll('\n', '\r\n')}`);
    expect(windows.hasByteOrderMark).toBe(true);
    const [document] = windows.documents;
    expect(document && locatePath(document, ['attributes', 'price', 0, 'value'])).toEqual({
      file: 'a.yaml',
      line: 4,
      col: 16,
      length: 4,
    });
    expect(document && locatePath(document, ['kind'])).toEqual({ file: 'a.yaml', line: 1, col: 7, length: 5 });
  });

  test('come with the text as written', () => {
    expect(readSourceText(parseOne(text), ['attributes', 'price', 0, 'value'])).toBe('0012');
    expect(readSourceText(parseOne(text), ['attributes', 'price'])).toBeUndefined();
  });
});
