import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isAlias, isMap, isScalar, isSeq } from 'yaml';
import { isJsonObject, type Json, jsonEqual, type JsonObject } from '../../../src/model/json.js';
import { editFile } from '../../../src/source/edit/edit.js';
import { parseDocuments } from '../../../src/source/parse.js';

/** Choices by which a random text is written; taken one after the other. */
type Choose = (most: number) => number;

const word = fc.constantFrom(
  'one',
  'two words',
  '12',
  'yes',
  '2027-01-01',
  "it's",
  'a: b',
  '#x',
  '',
  '<p>x</p>',
  'é',
  '- d',
  'x, y',
  '[z]',
  'line\nline',
  'a\n\nb\n',
  ' lead',
  'tab\tin',
);
const leaf = fc.oneof(word, fc.integer({ min: -9, max: 9 }), fc.boolean(), fc.constant(null));
const tree: fc.Arbitrary<Json> = fc.letrec<{ value: Json }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    leaf,
    fc.array(tie('value'), { maxLength: 3 }),
    fc
      .dictionary(fc.constantFrom('a', 'b', 'name', 'with space', 'k1', 'k2'), tie('value'), { maxKeys: 4 })
      .map((object) => ({ ...object })),
  ),
})).value;
const root = fc
  .dictionary(fc.constantFrom('p', 'q', 'r', 's'), tree, { minKeys: 1, maxKeys: 4 })
  .map((object) => ({ ...object }));

const isEmpty = (one: Json): boolean => one === null || typeof one !== 'object' || Object.keys(one).length === 0;

/** Writes a value in random styles with a comment wherever one may stand; each comment is unlike any other. */
function writeRandomly(value: Json, choose: Choose, eol: string): string {
  let comments = 0;
  const comment = (): string => `# c${comments++} ${'"\':{['[choose(4)]}`;
  const trail = (): string => (choose(3) === 0 ? ` ${comment()}` : '');
  const above = (indent: string): string[] => [
    ...(choose(5) === 0 ? [''] : []),
    ...(choose(4) === 0 ? [`${indent}${comment()}`] : []),
  ];
  const scalar = (one: Json): string => {
    if (typeof one !== 'string') return one === null ? (['null', '~'][choose(2)] ?? '') : JSON.stringify(one);
    if (/^[a-z]+( [a-z]+)*$/.test(one) && !/^(?:yes)$/.test(one) && choose(2) === 0) return one;
    return one.includes('\n') || choose(2) === 0 ? JSON.stringify(one) : `'${one.replaceAll("'", "''")}'`;
  };
  const flow = (one: Json): string => {
    if (Array.isArray(one)) return `[${one.map(flow).join(', ')}]`;
    if (!isJsonObject(one))
      return scalar(one).replace(/^[a-z]+( [a-z]+)*$/, (text) =>
        /^(?:null|true|false)$/.test(text) ? text : `"${text}"`,
      );
    return `{${Object.entries(one)
      .map(([key, child]) => ` ${JSON.stringify(key)}: ${flow(child)}`)
      .join(',')} }`;
  };
  const block = (one: Json, indent: string): string[] => {
    if (typeof one === 'string' && /^\S.*\n/.test(one) && !/[ \t]$/m.test(one) && choose(2) === 0) {
      const body = one.replace(/\n$/, '');
      return [
        ` |${one.endsWith('\n') ? '' : '-'}${trail()}`,
        ...body.split('\n').map((line) => (line === '' ? '' : `${indent}  ${line}`)),
      ];
    }
    if (isEmpty(one) || choose(4) === 0) return [` ${flow(one)}${trail()}`];
    return [trail(), ...lines(one, `${indent}${Array.isArray(one) && choose(2) === 0 ? '' : '  '}`)];
  };
  const lines = (one: Json, indent: string): string[] => {
    const pairs = Array.isArray(one)
      ? one.map((child): [string, Json] => ['-', child])
      : Object.entries(one as Record<string, Json>).map(([key, child]): [string, Json] => [
          `${choose(3) === 0 ? JSON.stringify(key) : key}:`,
          child,
        ]);
    return pairs.flatMap(([head, child]) => {
      const [first = '', ...rest] =
        head === '-' && isJsonObject(child) && !isEmpty(child) && choose(2) === 0
          ? inline(child, indent)
          : block(child, head === '-' ? `${indent}  ` : indent);
      return [...above(indent), `${indent}${head}${first}`, ...rest];
    });
  };
  const inline = (one: Json, indent: string): string[] => {
    const [first = '', ...rest] = lines(one, `${indent}  `).filter((line, i) => i > 0 || line.trim() !== '');
    return first.trim().startsWith('#') ? block(one, `${indent}  `) : [` ${first.trimStart()}`, ...rest];
  };
  const text = [
    ...(choose(2) === 0 ? [comment(), '---'] : []),
    ...lines(value, ''),
    ...(choose(3) === 0 ? [comment()] : []),
  ].join(eol);
  return `${choose(6) === 0 ? '\uFEFF' : ''}${text}${choose(5) === 0 ? '' : eol}`;
}

const written = fc
  .tuple(root, fc.array(fc.nat(1000), { minLength: 20, maxLength: 120 }), fc.constantFrom('\n', '\r\n'))
  .map(([value, choices, eol]) => {
    let next = 0;
    const choose: Choose = (most) => (choices[next++ % choices.length] ?? 0) % most;
    const text = writeRandomly(value, choose, eol);
    return { text, value: parseDocuments('x.yaml', text) };
  })
  .filter(({ value }) => value.problems.length === 0 && value.documents.length === 1);

function listLeaves(value: Json, path: (string | number)[] = []): (string | number)[][] {
  const children: [string | number, Json][] = Array.isArray(value)
    ? [...value.entries()]
    : isJsonObject(value)
      ? Object.entries(value)
      : [];
  return children.length === 0 ? [path] : children.flatMap(([part, child]) => listLeaves(child, [...path, part]));
}

function setAt(value: Json, [part, ...rest]: readonly (string | number)[], next: Json): Json {
  if (part === undefined) return next;
  if (Array.isArray(value)) return value.map((child, i) => (i === part ? setAt(child, rest, next) : child));
  return isJsonObject(value)
    ? Object.fromEntries(
        Object.entries(value).map(([key, child]) => [key, key === part ? setAt(child, rest, next) : child]),
      )
    : value;
}

function rangeAt(node: unknown, path: readonly (string | number)[]): [number, number] {
  let at = node;
  for (const part of path)
    at = isMap(at)
      ? at.items.find((pair) => isScalar(pair.key) && String(pair.key.value) === String(part))?.value
      : isSeq(at)
        ? at.items[Number(part)]
        : at;
  if (!isScalar(at) && !isMap(at) && !isSeq(at) && !isAlias(at)) throw new Error(`nothing at ${path.join('/')}`);
  return [at.range?.[0] ?? -1, at.range?.[1] ?? -1];
}

/** One line in place of a list that is not indented, below comments that are not, either. */
const UNINDENTED: [text: string, other: JsonObject][] = [
  ['s: # c0 "\n\n# c1 "\n- [] # c2 "\n# c3 "', { s: 'one', r: 0 }],
  ['q: # c0 "\n\n# c1 "\n- { } # c2 "\n\ns: { } # c3 "\n', { q: null }],
  ['p:\r\n# c0 "\r\n\r\n- a\r\nq: 1\r\n', { p: 'two words', x: [1] }],
  ['p: &a # c0 "\n\n# c1 "\n- a\nq: *a\n', { p: 'one', q: ['a'] }],
  ['p: # c0 "\n\n# c1 "\n- a\n- b', { p: {} }],
];

const comments = (text: string): string[] => text.match(/# c\d+ ./g) ?? [];

describe('laws of editing YAML', () => {
  test('an edit without a difference changes no byte', () => {
    fc.assert(
      fc.property(written, ({ text, value: { documents } }) => {
        expect(editFile('x.yaml', text, [{ index: 0, value: documents[0]?.value ?? null }])).toEqual({
          text,
          refused: [],
        });
      }),
      { numRuns: 300 },
    );
  });

  test('another scalar in one place changes no byte outside of it', () => {
    fc.assert(
      fc.property(written, leaf, fc.nat(), ({ text, value: file }, next, pick) => {
        const [document] = file.documents;
        const leaves = listLeaves(document?.value ?? null);
        const path = leaves[pick % leaves.length] ?? [];
        // Elements of a list are told apart by their names: another name is another element.
        if (path.length === 0 || path.at(-1) === 'name') return;
        const wanted = setAt(document?.value ?? null, path, next);
        const edited = editFile('x.yaml', text, [{ index: 0, value: wanted }]);
        expect(edited.refused).toEqual([]);
        expect(parseDocuments('x.yaml', edited.text).documents[0]?.value).toEqual(wanted);
        const [start, end] = rangeAt(document?.yaml.contents, path);
        const bom = file.hasByteOrderMark ? 1 : 0;
        expect(edited.text.startsWith(text.slice(0, start + bom))).toBe(true);
        // A block scalar ends with its line end, which may be written anew.
        expect(edited.text.endsWith(text.slice(end + bom))).toBe(true);
        expect(comments(edited.text)).toEqual(comments(text));
      }),
      { numRuns: 300 },
    );
  });

  test('any other value is written so that it reads back; no comment outside of what changed is lost', () => {
    fc.assert(
      fc.property(written, root, fc.boolean(), ({ text, value: file }, other, mix) => {
        const value = file.documents[0]?.value ?? null;
        const wanted: Json = mix && isJsonObject(value) ? { ...value, ...other } : other;
        const edited = editFile('x.yaml', text, [{ index: 0, value: wanted }]);
        expect(edited.refused).toEqual([]);
        const again = parseDocuments('x.yaml', edited.text);
        expect(again.problems).toEqual([]);
        expect(again.documents[0]?.value).toEqual(wanted);
        const kept = isJsonObject(value)
          ? Object.keys(value).filter((key) => jsonEqual(value[key], isJsonObject(wanted) ? wanted[key] : undefined))
          : [];
        const inside = kept.flatMap((key) =>
          comments(text.slice(...shift(rangeAt(file.documents[0]?.yaml.contents, [key]), file.hasByteOrderMark))),
        );
        for (const comment of inside) expect(edited.text).toContain(comment);
      }),
      {
        numRuns: 300,
        examples: UNINDENTED.map(([text, other]) => [{ text, value: parseDocuments('x.yaml', text) }, other, true]),
      },
    );
  });
});

function shift([start, end]: [number, number], by: boolean): [number, number] {
  return by ? [start + 1, end + 1] : [start, end];
}
