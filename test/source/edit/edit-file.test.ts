import { describe, expect, test } from 'vitest';
import type { Json } from '../../../src/model/json.js';
import { editFile } from '../../../src/source/edit/edit.js';
import { parseDocuments } from '../../../src/source/parse.js';

function edit(text: string, value: Json, index = 0): string {
  const edited = editFile('a.yaml', text, [{ index, value }]);
  expect(edited.refused).toEqual([]);
  expect(parseDocuments('a.yaml', edited.text).documents.find((one) => one.index === index)?.value).toEqual(value);
  return edited.text;
}

const CASES: [what: string, text: string, value: Json, expected: string][] = [
  ['a plain text stays plain', 'a: one # why\nb: 2\n', { a: 'two', b: 2 }, 'a: two # why\nb: 2\n'],
  ['a text that reads as a number is quoted', 'a: one\n', { a: '12.90' }, 'a: "12.90"\n'],
  [
    'texts that read as dates and truth values are quoted',
    'a: x\nb: x\nc: x\n',
    { a: '2027-01-01', b: 'yes', c: 'null' },
    'a: "2027-01-01"\nb: "yes"\nc: "null"\n',
  ],
  [
    'a text that begins with a number and goes on with words stays plain',
    'a: 15% Off\nb: 12 months\nc: x\n',
    { a: '20% Off', b: '1 year', c: '2027-01-01 10:00' },
    'a: 20% Off\nb: 1 year\nc: "2027-01-01 10:00"\n',
  ],
  ['single quotes stay', "a: 'it''s'\n", { a: "that's" }, "a: 'that''s'\n"],
  ['double quotes stay', 'a: "x"\n', { a: 'y' }, 'a: "y"\n'],
  ['a control character is escaped', "a: 'x'\n", { a: 'y\u0007\u200Ez' }, 'a: "y\\u0007\\u200ez"\n'],
  [
    'a literal block stays one, with its comment',
    'a: | # head\n  one\n  two\nb: 1\n',
    { a: 'one\nthree', b: 1 },
    'a: |- # head\n  one\n  three\nb: 1\n',
  ],
  ['a folded block stays one', 'a: >-\n  one\n  two\nb: 1\n', { a: 'one three', b: 1 }, 'a: >-\n  one three\nb: 1\n'],
  ['a number and null', 'a: 1\nb: x # y\n', { a: 2.5, b: null }, 'a: 2.5\nb: null # y\n'],
  ['an empty value gets a space', 'a:\nb:\n', { a: 'x', b: { c: 1 } }, 'a: x\nb:\n  c: 1\n'],
  [
    'a new key stands behind the one it follows',
    'a: 1 # x\n\n# about b\nb: 2\n',
    { a: 1, k: 'new', b: 2 },
    'a: 1 # x\nk: new\n\n# about b\nb: 2\n',
  ],
  [
    'a key is taken out with its line only',
    'a: 1\n# about b\nb: 2 # x\nc: 3\n',
    { a: 1, c: 3 },
    'a: 1\n# about b\nc: 3\n',
  ],
  ['the last line keeps its missing end', 'a: 1\nb: 2', { a: 1 }, 'a: 1'],
  ['a key is added to a last line without end', 'a: 1\nb: 2', { a: 1, b: 2, c: 3 }, 'a: 1\nb: 2\nc: 3'],
  [
    'line ends are kept',
    'a: 1\r\nb:\r\n  - x\r\n',
    { a: 2, b: ['x', 'z'], c: { d: 1 } },
    'a: 2\r\nb:\r\n  - x\r\n  - z\r\nc:\r\n  d: 1\r\n',
  ],
  ['the byte order mark is kept', '\uFEFFa: 1\n', { a: 2 }, '\uFEFFa: 2\n'],
  ['a list in brackets', 'a: [GB, US, FR] # sold\n', { a: ['GB', 'DE', 'FR', 'IE'] }, 'a: [GB, DE, FR, IE] # sold\n'],
  ['the first elements of brackets go', 'a: [GB, US, FR]\n', { a: ['FR'] }, 'a: [FR]\n'],
  ['the last elements of brackets go', 'a: [GB, US, FR]\n', { a: ['GB'] }, 'a: [GB]\n'],
  [
    'brackets on several lines keep their comments',
    'a: [\n  GB, # home\n  US, # far\n  FR # near\n]\n',
    { a: ['GB', 'FR'] },
    'a: [\n  GB, # home\n   # far\n  FR # near\n]\n',
  ],
  ['a mapping in braces', 'a: { b: 1, c: "x" }\n', { a: { b: 1, d: 'y:z' } }, 'a: { b: 1, d: "y:z" }\n'],
  ['JSON is YAML, too', '{"a":1,"b":[1,2]}\n', { a: 2, b: [1] }, '{"a":2,"b":[1]}\n'],
  [
    'a list of mappings',
    'a:\n  # first\n  - name: x # n\n    value: "1"\n  # second\n  - name: y\n    value: "2"\n',
    {
      a: [
        { name: 'x', value: '3' },
        { name: 'z', value: '4' },
        { name: 'y', value: '2' },
      ],
    },
    'a:\n  # first\n  - name: x # n\n    value: "3"\n  - name: z\n    value: "4"\n  # second\n  - name: y\n    value: "2"\n',
  ],
  ['an element goes first', 'a:\n  - b\n', { a: [{ k: 1, m: 2 }, 'b'] }, 'a:\n  - k: 1\n    m: 2\n  - b\n'],
  ['a list that is not indented', 'a:\n- b\n- c\nd: 1\n', { a: ['b', 'x', 'c'], d: 1 }, 'a:\n- b\n- x\n- c\nd: 1\n'],
  ['a list becomes a text', 'a:\n  - b\nc: 1\n', { a: 'x', c: 1 }, 'a: x\nc: 1\n'],
  ['a list becomes empty', 'a:\n  - b\nc: 1\n', { a: [], c: 1 }, 'a: []\nc: 1\n'],
  ['a text becomes a mapping', 'a: x\nc: 1\n', { a: { b: [{ d: 1 }] }, c: 1 }, 'a:\n  b:\n    - d: 1\nc: 1\n'],
  [
    'an alias is resolved where its value differs',
    'a: &x one\nb: *x\nc: *x\n',
    { a: 'one', b: 'two', c: 'one' },
    'a: &x one\nb: two\nc: *x\n',
  ],
  [
    'an anchor may change without its aliases',
    'a: &x one\nb: *x\nc: *x\n',
    { a: 'two', b: 'one', c: 'two' },
    'a: &x two\nb: one\nc: *x\n',
  ],
  ['an alias outlives its anchor', 'a: &x { p: 1 }\nb: *x\n', { b: { p: 1 } }, 'b:\n  p: 1\n'],
  [
    'part of an anchored mapping changes',
    'a: &x\n  p: 1\n  q: 2\nb: *x\n',
    { a: { p: 5, q: 2 }, b: { p: 1, q: 2 } },
    'a: &x\n  p: 5\n  q: 2\nb:\n  p: 1\n  q: 2\n',
  ],
  [
    'HTML is a folded block',
    'a: x\n',
    { a: 'x', h: `<ul>${'<li>One thing</li> '.repeat(8)}</ul>` },
    `a: x\nh: >-\n  <ul><li>One thing</li> <li>One thing</li> <li>One thing</li> <li>One thing</li> <li>One thing</li>\n  <li>One thing</li> <li>One thing</li> <li>One thing</li> </ul>\n`,
  ],
  ['a text of several lines is a literal block', 'a: x\n', { a: 'x\n\ny: 1' }, 'a: |-\n  x\n\n  y: 1\n'],
  ['a document start and a comment above', '# top\n---\na: 1\n', { a: 2 }, '# top\n---\na: 2\n'],
  [
    'keys with spaces',
    '"Device Access": a\n',
    { 'Device Access': 'b', 'test for me': 'c', '3D view': 'd' },
    '"Device Access": b\ntest for me: c\n"3D view": d\n',
  ],
  ['a tag stays', 'a: !!str 12\n', { a: 'x' }, 'a: !!str x\n'],
];

describe('editing a YAML file', () => {
  test.each(CASES)('%s', (_what, text, value, expected) => {
    expect(edit(text, value)).toBe(expected);
  });

  test('only the named document of a file changes', () => {
    expect(edit('a: 1\n---\n# second\nb: 1\n...\n---\nc: 1\n', { b: 2 }, 1)).toBe(
      'a: 1\n---\n# second\nb: 2\n...\n---\nc: 1\n',
    );
  });

  test('what cannot be written so that it reads back is refused, and the text stays', () => {
    const text = 'a: 1\n';
    expect(editFile('a.yaml', text, [{ index: 0, value: { a: 2 ** 60 } }])).toEqual({ text, refused: [0] });
    expect(editFile('a.yaml', text, [{ index: 7, value: {} }])).toEqual({ text, refused: [7] });
  });
});
