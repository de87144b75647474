import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isJsonObject, type Json, jsonEqual, type JsonObject } from '../../../src/model/json.js';
import { editFile } from '../../../src/source/edit/edit.js';
import { fixSpelling, fixText, type TextFix } from '../../../src/source/edit/fix-text.js';
import { listComments } from '../../../src/source/list-comments.js';
import { parseDocuments } from '../../../src/source/parse.js';

/** Writes a value into the document with an index; every other document must keep its value. */
function edit(text: string, value: Json, index = 0): string {
  const edited = editFile('a.yaml', text, [{ index, value }]);
  expect(edited.refused).toEqual([]);
  const before = parseDocuments('a.yaml', text).documents;
  const after = parseDocuments('a.yaml', edited.text);
  expect(after.problems).toEqual([]);
  expect(after.documents.map((one) => one.value)).toEqual(
    before.map((one) => (one.index === index ? value : one.value)),
  );
  return edited.text;
}

const BASE = 'x-base: &base { p: 1, q: 2 } # shared\n---\n';

const CASES: [what: string, text: string, value: Json, expected: string][] = [
  [
    'a changed value of a merged mapping becomes a key of the mapping',
    'a:\n  <<: *base # why\n  r: 3\n',
    { a: { p: 1, q: 5, r: 3 } },
    'a:\n  <<: *base # why\n  q: 5\n  r: 3\n',
  ],
  ['in braces too', 'a: { <<: *base, r: 3 }\n', { a: { p: 5, q: 2, r: 3 } }, 'a: { <<: *base, p: 5, r: 3 }\n'],
  [
    'a key that hides a merged one changes in place',
    'a:\n  q: 5\n  <<: *base\n',
    { a: { p: 1, q: 6 } },
    'a:\n  q: 6\n  <<: *base\n',
  ],
  ['a new key is added', 'a:\n  <<: *base\n', { a: { p: 1, q: 2, k: 7 } }, 'a:\n  <<: *base\n  k: 7\n'],
  [
    'without a merged key, the merge becomes the other keys',
    'a:\n  <<: *base # why\n  r: 3\n',
    { a: { q: 2, r: 3 } },
    'a:\n  q: 2 # why\n  r: 3\n',
  ],
  ['without a merged key in braces, too', 'a: { r: 3, <<: *base }\n', { a: { p: 1, r: 3 } }, 'a: { r: 3, p: 1 }\n'],
  [
    'without the key that hides a merged one, that one does not come back',
    'a:\n  <<: *base\n  p: 5\n',
    { a: { q: 2 } },
    'a:\n  q: 2\n',
  ],
  [
    'a merge without any key left is removed',
    'a:\n  r: 3\n  <<: *base\n  s: 4\n',
    { a: { r: 3, s: 4 } },
    'a:\n  r: 3\n  s: 4\n',
  ],
  [
    'a merge of several mappings stays for the keys that did not change',
    'a:\n  <<: [*base, { r: 3 }]\n',
    { a: { p: 1, q: 2, r: 4 } },
    'a:\n  <<: [*base, { r: 3 }]\n  r: 4\n',
  ],
  [
    'a merge at the top of a document',
    'kind: offer\n<<: *base\nr: 3\n',
    { kind: 'offer', p: 1, q: 9, r: 3 },
    'kind: offer\n<<: *base\nq: 9\nr: 3\n',
  ],
  ['an alias of a holder is replaced where its value changes', 'a: *base\n', { a: { p: 9 } }, 'a:\n  p: 9\n'],
];

describe('editing a document with merge keys', () => {
  test.each(CASES)('%s', (_what, text, value, expected) => {
    expect(edit(BASE + text, value, 1)).toBe(BASE + expected);
  });

  test('a merge of a mapping that changes keeps its values', () => {
    const text = 'l:\n  - &one { n: 1, v: 9, t: x }\n  - { <<: *one, n: 2 }\n';
    expect(
      edit(text, {
        l: [
          { n: 1, v: 8, t: 'x', u: 1 },
          { n: 2, v: 9, t: 'x' },
        ],
      }),
    ).toBe('l:\n  - &one { n: 1, v: 8, t: x, u: 1 }\n  - { v: 9, t: x, n: 2 }\n');
    expect(
      edit(text, {
        l: [
          { n: 1, v: 8, t: 'x' },
          { n: 2, v: 9, t: 'x' },
        ],
      }),
    ).toBe('l:\n  - &one { n: 1, v: 8, t: x }\n  - { <<: *one, v: 9, n: 2 }\n');
    expect(
      edit(text, {
        l: [
          { n: 1, v: 8, t: 'x' },
          { n: 2, v: 8, t: 'x' },
        ],
      }),
    ).toBe('l:\n  - &one { n: 1, v: 8, t: x }\n  - { <<: *one, n: 2 }\n');
  });

  test('a merge of a mapping that is removed becomes its keys', () => {
    const text = 'l:\n  - &one { name: a, v: 9 }\n  - { <<: *one, name: b }\n';
    expect(edit(text, { l: [{ name: 'b', v: 9 }] })).toBe('l:\n  - { v: 9, name: b }\n');
  });
});

describe('editing a document with anchors that documents below use', () => {
  const text = 'a: &a\n  p: 1\n  q: 2\n---\n# second\nb: *a\n---\n# third\nc:\n  <<: *a\n  r: 3\n';

  test('a changed value does not reach them', () => {
    expect(edit(text, { a: { p: 1, q: 5 } })).toBe(
      'a: &a\n  p: 1\n  q: 5\n---\n# second\nb:\n  p: 1\n  q: 2\n---\n# third\nc:\n  <<: *a\n  q: 2\n  r: 3\n',
    );
  });

  test('nor does a removed one', () => {
    expect(edit(text, { z: 1, a: 1 }).replace(/^[^]*?---\n/, '')).toBe(
      '# second\nb:\n  p: 1\n  q: 2\n---\n# third\nc:\n  p: 1\n  q: 2\n  r: 3\n',
    );
    expect(edit(`z: 1\n${text}`, { z: 1 }).replace(/^[^]*?---\n/, '')).toBe(
      '# second\nb:\n  p: 1\n  q: 2\n---\n# third\nc:\n  p: 1\n  q: 2\n  r: 3\n',
    );
  });

  test('edits of several documents keep what they share, where it changes for all of them', () => {
    const changed = { p: 1, q: 5 };
    const values: Json[] = [{ a: changed }, { b: changed }, { c: { ...changed, r: 3 } }];
    const edits = values.map((value, index) => ({ index, value }));
    expect(editFile('a.yaml', text, edits)).toEqual({ text: text.replace('q: 2', 'q: 5'), refused: [] });
    expect(editFile('a.yaml', text, edits.slice(0, 2)).text).toBe(
      text.replace('q: 2', 'q: 5').replace('  <<: *a\n', '  <<: *a\n  q: 2\n'),
    );
  });

  test('an edit that cannot be made leaves the others', () => {
    const edits = [
      { index: 0, value: { a: { p: 1, q: 5 } } },
      { index: 1, value: { b: 2 ** 60 } },
    ];
    const { text: changed, refused } = editFile('a.yaml', text, edits);
    expect(refused).toEqual([1]);
    expect(changed).toContain('q: 5');
  });

  test('an edit of a document below leaves the anchor', () => {
    expect(edit(text, { b: { p: 1, q: 7 } }, 1)).toBe(
      text.replace('*a\n---\n# third', '\n  p: 1\n  q: 7\n---\n# third').replace('b: \n', 'b:\n'),
    );
  });

  test('is refused where a text in a file of its own would reach them', () => {
    const files = new Map([['t.html', { path: 't.html', text: 'old\n', role: 'text' as const }]]);
    const source = 'a: &a !file t.html\n---\nb: *a\n';
    expect(editFile('a.yaml', source, [{ index: 0, value: { a: 'new' } }], files)).toEqual({
      text: source,
      refused: [0],
    });
  });
});

describe('many edits of one file', () => {
  test('take time in proportion to the file', () => {
    const count = 400;
    const documents = Array.from({ length: count }, (_, i) => `kind: offer\npath: /offers2/${i}\nattributes: *all\n`);
    const text = `x-all: &all { a: 1, b: 2 }\n---\n${documents.join('---\n')}`;
    const edits = documents.map((_, i) => ({
      index: i + 1,
      value: { kind: 'offer', path: `/offers2/${i}`, attributes: { a: 1, b: 3 } },
    }));
    const started = performance.now();
    const { refused, text: changed } = editFile('a.yaml', text, edits);
    expect(performance.now() - started).toBeLessThan(5000);
    expect(refused).toEqual([]);
    expect(changed.match(/b: 3/g)).toHaveLength(count);
  });
});

describe('holders', () => {
  const text =
    '# top\nx-note: &note { a: 1 } # note\nkind: offer\n# between\nx-more: # more\n  - 00x # kept\np: *note\nq: 1\nx-last: 1 # last\n';

  test('keep every byte when the document is edited', () => {
    expect(edit(text, { kind: 'offer', p: { a: 1 }, q: 2 })).toBe(text.replace('q: 1', 'q: 2'));
    expect(edit(text, { kind: 'offer', p: { a: 1 }, q: 1, r: 5 })).toBe(text.replace('q: 1\n', 'q: 1\nr: 5\n'));
    expect(edit(text, { kind: 'offer', p: { a: 2 } })).toBe(text.replace('p: *note\nq: 1\n', 'p:\n  a: 2\n'));
  });

  test('are never lost: an edit that leaves nothing else is refused', () => {
    for (const value of [{}, { z: 1 }, [], 'text']) {
      expect(editFile('a.yaml', text, [{ index: 0, value }])).toEqual({ text, refused: [0] });
    }
  });

  test('have comments like any document', () => {
    const file = parseDocuments('a.yaml', '# lint: one\nx-a: &a\n  b: 1\n  c: 2\n---\nd: *a\n');
    expect(listComments(file, 'lint')).toMatchObject([{ line: 1, below: { from: 2, to: 4 } }]);
  });
});

function fixAll(text: string, pointer: string): { text: string; fixed: number } {
  const file = parseDocuments('a.yaml', text);
  const fixes = file.documents.map((document): TextFix => ({ document, pointer, from: ' x', to: 'x' }));
  return fixText(file, fixes);
}

describe('lint --fix', () => {
  test('changes a value at its anchor when all documents that use it have the finding', () => {
    const text = 'x-a: &a { t: " x" } # why\n---\nb: *a\n---\nb: { <<: *a, c: 1 }\n';
    expect(fixAll(text, '/b/t')).toEqual({ text: text.replace('" x"', '"x"'), fixed: 2 });
  });

  test('leaves a value at an anchor that another document uses without the finding', () => {
    const text = 'x-a: &a { t: " x" }\n---\nb: *a\n---\nother: *a\n';
    expect(fixAll(text, '/b/t')).toEqual({ text, fixed: 0 });
  });

  test('quotes a value in a holder, or writes it as the field takes it', () => {
    const text =
      'x-a: &a { note: 00123 }\nx-b: &b 05\n---\nkind: promo_code\npromoCode: A\ndescription: d\n' +
      'usage: { availableQuantity: *b }\n---\nkind: offer\npath: /offers2/A\nattributes: { <<: *a }\n';
    expect(fixSpelling(parseDocuments('a.yaml', text))).toEqual({
      text: text.replace('00123', '"00123"').replace('05', '5'),
      fixed: 2,
    });
  });
});

const names = fc.constantFrom('a', 'b', 'c', 'd');
const leaf: fc.Arbitrary<Json> = fc.oneof(fc.integer({ min: 0, max: 9 }), fc.constantFrom('x', 'two words'));
const tree: fc.Arbitrary<JsonObject> = fc
  .dictionary(names, fc.oneof(leaf, fc.dictionary(names, leaf, { maxKeys: 2 })), { maxKeys: 4 })
  .map((object) => ({ ...object }));

/** One mapping in braces or below its key, with an anchor and maybe a merge of mappings above. */
const mapping = fc.record({
  own: tree,
  at: fc.nat(4),
  merges: fc.array(fc.nat(), { maxLength: 2 }),
  block: fc.boolean(),
  alias: fc.boolean(),
  split: fc.integer({ min: 0, max: 2 }),
  holder: fc.boolean(),
});

/** A file of several documents whose mappings use each other. Each line of a holder has a comment. */
const files = fc.array(mapping, { minLength: 2, maxLength: 7 }).map((specs) => {
  const lines = specs.map(({ own, at, merges, block, alias, split, holder }, i) => {
    const separator = i > 0 && split > 0 ? '---\n' : '';
    const key = holder ? `x-k${i}` : `k${i}`;
    if (alias && i > 0) return `${separator}${key}: *m${at % i} # c${i}\n`;
    const chosen = i === 0 ? [] : merges.map((n) => `*m${n % i}`);
    const merge = chosen.length === 0 ? [] : [`<<: ${chosen.length === 1 ? chosen[0] : `[${chosen.join(', ')}]`}`];
    const pairs = Object.entries(own).map(([name, value]) => `${name}: ${writeFlow(value)}`);
    const all = pairs.toSpliced(at % (pairs.length + 1), 0, ...merge);
    if (!block || all.length === 0) return `${separator}${key}: &m${i} { ${all.join(', ')} } # c${i}\n`;
    return `${separator}${key}: &m${i} # c${i}\n${all.map((pair) => `  ${pair}\n`).join('')}`;
  });
  // An alias has no anchor of its own.
  const text = lines.join('').replaceAll(/\*m(\d+)/g, (name, n) => (lines[Number(n)]?.includes('&m') ? name : '*m0'));
  return parseDocuments('a.yaml', text.replace(/^(x-)?k0: [^&]/, 'k0: &m0 '));
});

function writeFlow(value: Json): string {
  if (!isJsonObject(value)) return JSON.stringify(value);
  return `{ ${Object.entries(value)
    .map(([key, child]) => `${key}: ${writeFlow(child)}`)
    .join(', ')} }`;
}

const listHolders = (text: string): string[] => text.match(/^x-k(?:.*\n)(?: {2}.*\n)*/gm) ?? [];

describe('laws of editing what is reused', () => {
  const correct = files.filter(({ problems, documents }) => problems.length === 0 && documents.length > 0);

  test('another value in one place changes the value of its document only, and no byte of a holder', () => {
    fc.assert(
      fc.property(correct, fc.nat(), fc.nat(), tree, fc.boolean(), (file, pick, which, other, whole) => {
        const document = file.documents[pick % file.documents.length];
        const value = document?.value as JsonObject;
        const keys = Object.keys(value);
        const key = keys[which % keys.length] ?? '';
        const inner = value[key];
        const changed = whole || !isJsonObject(inner) ? other : { ...inner, ...other };
        tryEdit(file.text, document?.index ?? 0, { ...value, [key]: changed });
      }),
      { numRuns: 500 },
    );
  });

  test('so does a removed key at any depth', () => {
    fc.assert(
      fc.property(correct, fc.nat(), fc.nat(), fc.nat(), (file, pick, which, then) => {
        const document = file.documents[pick % file.documents.length];
        const value = document?.value as JsonObject;
        const keys = Object.keys(value);
        const key = keys[which % keys.length] ?? '';
        const inner = value[key];
        const inside = isJsonObject(inner) ? Object.keys(inner) : [];
        const wanted =
          inside.length === 0
            ? without(value, key)
            : { ...value, [key]: without(inner as JsonObject, inside[then % inside.length] ?? '') };
        tryEdit(file.text, document?.index ?? 0, wanted);
      }),
      { numRuns: 500 },
    );
  });
});

function without(object: JsonObject, key: string): JsonObject {
  return Object.fromEntries(Object.entries(object).filter(([name]) => name !== key));
}

/** Only a holder that is made of resources can prevent an edit: it would change with them, or need an edit, too. */
function tryEdit(text: string, index: number, value: JsonObject): void {
  const result = editFile('a.yaml', text, [{ index, value }]);
  if (result.refused.length > 0) {
    expect(listHolders(text).some((holder) => holder.includes('*m')) || Object.keys(value).length === 0).toBe(true);
    expect(result.text).toBe(text);
    return;
  }
  const before = parseDocuments('a.yaml', text).documents;
  const after = parseDocuments('a.yaml', result.text);
  expect(after.problems).toEqual([]);
  expect(after.documents.map((one) => one.value)).toEqual(
    before.map((one) => (one.index === index ? value : one.value)),
  );
  expect(listHolders(result.text)).toEqual(listHolders(text));
  if (jsonEqual(value, before.find((one) => one.index === index)?.value)) expect(result.text).toBe(text);
}
