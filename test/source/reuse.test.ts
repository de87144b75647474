import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isJsonObject, type Json, type JsonObject } from '../../src/model/json.js';
import type { ParsedFile } from '../../src/source/documents.js';
import { locatePath, readSourceText } from '../../src/source/locate.js';
import { parseDocuments } from '../../src/source/parse.js';
import { validateSources } from '../../src/source/source.js';
import { parsePriceTests } from '../../src/source/test-files/price-tests.js';

const ENVIRONMENTS = { environments: [{ name: 'sandbox', vars: {} }] };

function parse(text: string): ParsedFile {
  return parseDocuments('a.yaml', text);
}

function read(text: string): Json[] {
  const { documents, problems } = parse(text);
  expect(problems).toEqual([]);
  return documents.map(({ value }) => value);
}

function listProblems(text: string): string[] {
  return parse(text).problems.map(({ line, col, code }) => `${line}:${col} ${code}`);
}

function validate(text: string, path = 'catalog/a.yaml') {
  const { resources, problems } = validateSources([{ path, text }], ENVIRONMENTS);
  return { resources, problems: problems.map(({ line, col, code }) => `${line}:${col} ${code}`) };
}

describe('a merge key', () => {
  test.each<[what: string, text: string, last: Json]>([
    ['gives a mapping the keys of another one', 'a: &a { x: 1 }\nb: { <<: *a, y: 2 }\n', { x: 1, y: 2 }],
    ['may be in block style', 'a: &a\n  x: 1\nb:\n  <<: *a\n  y: 2\n', { x: 1, y: 2 }],
    ['loses against a key above it', 'a: &a { x: 1 }\nb: { x: 5, <<: *a }\n', { x: 5 }],
    ['loses against a key below it', 'a: &a { x: 1 }\nb: { <<: *a, x: 5 }\n', { x: 5 }],
    [
      'prefers the earlier of several mappings',
      'a: [&a { x: 1, y: 1 }, &b { y: 2, z: 2 }]\nb: { <<: [*a, *b] }\n',
      { x: 1, y: 1, z: 2 },
    ],
    ['may name a list at an anchor', 'a: &l [{ x: 1 }, { x: 2, y: 2 }]\nb: { <<: *l }\n', { x: 1, y: 2 }],
    ['may have the mapping itself', 'a: 1\nb: { <<: { x: 1 } }\n', { x: 1 }],
    ['may be inside the merged mapping', 'a: &a { x: 1 }\nc: &c { <<: *a, y: 2 }\nb: { <<: *c }\n', { x: 1, y: 2 }],
    ['replaces objects as a whole', 'a: &a { o: { x: 1, y: 1 } }\nb: { <<: *a, o: { x: 2 } }\n', { o: { x: 2 } }],
    ['in quotes is a key like any other', 'a: 1\nb: { "<<": 5, \'x\': 1 }\n', { '<<': 5, x: 1 }],
    ['may merge nothing', 'a: 1\nb: { <<: [], x: 1 }\n', { x: 1 }],
  ])('%s', (_what, text, last) => {
    const [value] = read(text);
    expect(isJsonObject(value) ? value['b'] : undefined).toEqual(last);
  });

  test('puts its keys where it is, and keys of the mapping itself stay where they are', () => {
    const [value] = read('a: &a { x: 1, y: 1, z: 1 }\nb: { k: 0, <<: *a, y: 2, l: 3 }\n');
    expect(JSON.stringify(value)).toContain('"b":{"k":0,"x":1,"z":1,"y":2,"l":3}');
  });

  test('works at the top of a document', () => {
    expect(read('x-all: &all { kind: offer, x-note: 1 }\n<<: *all\npath: /offers2/A\n')).toEqual([
      { kind: 'offer', path: '/offers2/A' },
    ]);
  });

  test.each([
    ['a: { <<: 5 }\n', '1:10 YAML_MERGE_KEY'],
    ['a: { <<: }\n', '1:10 YAML_MERGE_KEY'],
    ['a: &a text\nb: { <<: *a }\n', '2:10 YAML_MERGE_KEY'],
    ['a: &a [{ x: 1 }, 7]\nb: { <<: *a }\n', '2:10 YAML_MERGE_KEY'],
    ['a: &a { x: 1 }\nb: { <<: [*a, text] }\n', '2:15 YAML_MERGE_KEY'],
    ['b: { <<: *nowhere }\n', '1:10 YAML_ALIAS'],
    ['b: { <<: [*nowhere] }\n', '1:11 YAML_ALIAS'],
    ['a: &a { <<: *a }\n', '1:13 YAML_ALIAS'],
    ['a: &a { x: 1 }\nb: { <<: *a, <<: *a }\n', '2:14 YAML_DUPLICATE_KEY'],
    ['b: { <<: { __proto__: { polluted: true } } }\n', '1:12 FORBIDDEN_KEY'],
  ])('in %j gives %s', (text, expected) => {
    expect(listProblems(text)).toEqual([expected]);
  });

  test('that misses the star of its alias has a hint with it', () => {
    expect(parse('a: &base { x: 1 }\nb: { <<: base }\n').problems[0]?.hint).toBe(
      'To merge the mapping at the anchor, write <<: *base',
    );
  });

  test('that appears twice has a hint with the list to write', () => {
    const [problem] = parse('a: [&a { x: 1 }, &b { x: 2 }]\nb: { <<: *a, <<: *b }\n').problems;
    expect(problem).toMatchObject({
      hint: 'Write a list, in which the earlier ones win: <<: [*a, *b]',
      related: [{ line: 2, col: 6 }],
    });
  });
});

describe('anchors', () => {
  test('count for the documents below', () => {
    expect(read('a: &a { x: 1 }\n---\nb: *a\n---\nb: { <<: *a, y: 2 }\n')).toEqual([
      { a: { x: 1 } },
      { b: { x: 1 } },
      { b: { x: 1, y: 2 } },
    ]);
  });

  test('of the same name count from where they are', () => {
    expect(read('a: &a 1\nb: *a\n---\nc: *a\nd: &a 2\ne: *a\n---\nf: *a\n')).toEqual([
      { a: 1, b: 1 },
      { c: 1, d: 2, e: 2 },
      { f: 2 },
    ]);
  });

  test('of a document below do not count', () => {
    expect(listProblems('a: *a\n---\nb: &a 1\n')).toEqual(['1:4 YAML_ALIAS']);
  });
});

const list = (name: string): string => `[${Array(9).fill(`*${name}`).join(', ')}]`;
const deep = (inner: string): string => `${'['.repeat(60)}${inner}${']'.repeat(60)}`;

describe('limits', () => {
  const LETTERS = 'abcdefghijklmn'.split('');
  /** Each line has nine times as many values as the one above. */
  const bomb = (repeat: (name: string) => string, separator: string): string =>
    LETTERS.map((name, i) => {
      const above = LETTERS[i - 1];
      const value = above === undefined ? '{ k: x }' : repeat(above);
      return `x-${name}: &${name} ${value}`;
    }).join(separator);

  test.each([
    ['aliases in one document', bomb(list, '\n')],
    ['aliases over many documents', bomb(list, '\n---\n')],
    ['merged lists', bomb((name) => `{ <<: ${list(name)} }`, '\n')],
    ['merged lists over many documents', bomb((name) => `{ <<: ${list(name)} }`, '\n---\n')],
    [
      'merged mappings',
      bomb(
        (name) =>
          `{ ${'pqrstu'
            .split('')
            .map((key) => `${key}: { <<: *${name} }`)
            .join(', ')} }`,
        '\n',
      ),
    ],
  ])('stop a bomb of %s', (_what, text) => {
    const started = performance.now();
    expect(new Set(parse(text).problems.map(({ code }) => code))).toEqual(new Set(['YAML_ALIAS']));
    expect(performance.now() - started).toBeLessThan(1000);
  });

  test('leave no document behind a bomb unreported', () => {
    const { documents } = parse(`${bomb(list, '\n')}\n---\nb: *n\n---\nb: *a\n`);
    expect(documents.map(({ broken }) => broken)).toEqual([true, true]);
  });

  test('grow with the file: hundreds of documents may share one mapping', () => {
    const shared = Array.from({ length: 60 }, (_, i) => `  key${i}: value\n`).join('');
    const documents = Array.from(
      { length: 600 },
      (_, i) => `---\nkind: offer\npath: /offers2/${i}\nattributes: *all\n`,
    );
    const { problems, documents: parsed } = parse(`x-all: &all\n${shared}${documents.join('')}`);
    expect(problems).toEqual([]);
    expect(parsed).toHaveLength(600);
  });

  test('stop aliases that nest a document too deeply', () => {
    expect(listProblems(`a: &a ${deep('1')}\nb: ${deep('*a')}\n`)).toEqual(['2:64 YAML_DEPTH']);
  });
});

describe('a top-level key that begins with x-', () => {
  test('is no part of the resource, and its anchors count', () => {
    expect(read('x-common: &common { a: 1 }\nkind: offer\nattributes: *common\n')).toEqual([
      { kind: 'offer', attributes: { a: 1 } },
    ]);
  });

  test('deeper in a document is data', () => {
    expect(read('attributes: { x-note: 1 }\n')).toEqual([{ attributes: { 'x-note': 1 } }]);
  });

  test('is checked for errors of the YAML itself', () => {
    expect(listProblems('x-a: 00123\nb: 1\n')).toEqual(['1:6 YAML_SPELLING']);
  });

  test('alone in a document declares nothing; the documents below keep their index', () => {
    const { documents, holders, problems } = parse('x-a: &a 1\nx-b: 2\n---\nb: *a\n');
    expect(problems).toEqual([]);
    expect(documents.map(({ index, value }) => [index, value])).toEqual([[1, { b: 1 }]]);
    expect(holders.map(({ index }) => index)).toEqual([0]);
  });

  test('makes a file without resources that is no error', () => {
    const sources = [
      { path: 'catalog/a.yaml', text: 'x-a: &a 1\n' },
      { path: 'catalog/b.yaml', text: 'kind: offer\npath: /offers2/A\nattributes: {}\n' },
    ];
    expect(validateSources(sources, ENVIRONMENTS).problems).toEqual([]);
  });

  test('does not make an empty mapping a holder', () => {
    expect(validate('{}\n').problems).toEqual(['1:1 KIND_MISSING']);
  });
});

describe('positions', () => {
  const text =
    'x-base: &base { a: 1, o: { deep: 0012 } }\nx-other: &other { a: 2, z: 3 }\n---\n' +
    'kind: offer\nattributes:\n  <<: [*base, *other]\n  own: 5\n';

  test.each<[string, (string | number)[], 'key' | 'value', string]>([
    ['a merged value', ['attributes', 'a'], 'value', '1:20+1'],
    ['its key', ['attributes', 'a'], 'key', '1:17+1'],
    ['a value of the second mapping', ['attributes', 'z'], 'value', '2:28+1'],
    ['a value deep in a merged one', ['attributes', 'o', 'deep'], 'value', '1:34+4'],
    ['an own value', ['attributes', 'own'], 'value', '7:8+1'],
    ['what is missing', ['attributes', 'no'], 'value', '6:3+19'],
  ])('of %s', (_name, path, on, expected) => {
    const [document] = parse(text).documents;
    const { line, col, length } = locatePath(document as never, path, on);
    expect(`${line}:${col}+${length}`).toBe(expected);
  });

  test('a merged scalar has its text as written', () => {
    const [document] = parse(text).documents;
    expect(readSourceText(document as never, ['attributes', 'o', 'deep'])).toBe('0012');
  });

  test('a mistake that comes by a merge is reported at the anchor', () => {
    const wrong = 'x-c: &c { name: charge_1, value: "1.299", currencyCode: EUR }\nkind: offer\npath: /offers2/A\n';
    const { problems } = validate(`${wrong}attributes:\n  price__limio:\n    - <<: *c\n      type: onetime\n`);
    expect(problems).toContain('1:34 PRICE_AMBIGUOUS');
  });
});

describe('hundred-offers', () => {
  test('hundred-offers: a charge merges the keys of the one above it', () => {
    const { problems, resources } = validate(`kind: offer
path: /offers2/Weekly GB
attributes:
  price__limio:
    - &first { name: charge_1, value: "3.99", currencyCode: GBP, type: recurring, repeat_interval: 1, repeat_interval_type: weeks }
    - { <<: *first, name: charge_2, value: "7.99" }
`);
    expect(problems).toEqual([]);
    expect(resources[0]?.body).toMatchObject({
      attributes: {
        price__limio: [
          { name: 'charge_1', value: '3.99', repeat_interval_type: 'weeks' },
          { name: 'charge_2', value: '7.99', repeat_interval_type: 'weeks' },
        ],
      },
    });
  });

  test('hundred-offers: an x- key holds what the document uses', () => {
    const { problems, resources } = validate(
      'x-shared: &shared { trigger: order_date }\nkind: offer\npath: /offers2/A\nattributes:\n  features: *shared\n',
    );
    expect(problems).toEqual([]);
    expect(resources[0]?.body).toEqual({ attributes: { features: { trigger: 'order_date' } } });
  });

  test('hundred-offers: a document uses an anchor of the document above it', () => {
    const { problems, resources } = validate(
      'kind: offer\npath: /offers2/A\nattributes: &all\n  label__limio: [weekly]\n---\n' +
        'kind: offer\npath: /offers2/B\nattributes: *all\n',
    );
    expect(problems).toEqual([]);
    expect(resources.map(({ body }) => body)).toEqual([
      { attributes: { label__limio: ['weekly'] } },
      { attributes: { label__limio: ['weekly'] } },
    ]);
  });
});

describe('tests and overlays', () => {
  test('of prices use holders and merge keys', () => {
    const text = `x-case: &case { offer: /offers2/A, date: 2027-01-31 }
kind: price_test
cases:
  - { <<: *case, quantity: 2, expect: { first_payment: "1" } }
`;
    const declared = new Set(['offer:/offers2/A']);
    const { views, problems } = parsePriceTests([{ path: 'prices/a.test.yaml', text }], ENVIRONMENTS, declared);
    expect(problems).toEqual([]);
    expect(views[0]?.cases).toMatchObject([{ date: '2027-01-31', offers: [{ quantity: 2 }] }]);
  });

  test('of an environment use holders and merge keys', () => {
    const base = { path: 'catalog/a.yaml', text: 'kind: offer\npath: /offers2/A\nattributes: { a: 1, b: 1 }\n' };
    const overlay = {
      path: 'overlays/sandbox/a.yaml',
      text: 'x-b: &b { b: 2 }\n---\nkind: offer\npath: /offers2/A\nattributes: { <<: *b }\n',
      overlay: 'sandbox',
    };
    const { problems, resources } = validateSources([base, overlay], ENVIRONMENTS);
    expect(problems).toEqual([]);
    expect(resources[0]?.body).toEqual({ attributes: { a: 1, b: 2 } });
  });
});

/** A mapping as text with merge keys, and its value without them. */
interface Merged {
  text: string;
  value: JsonObject;
}

const scalar = fc.integer({ min: 0, max: 99 });
const names = fc.constantFrom('a', 'b', 'c', 'd', 'e');

/** Mappings at anchors &m0, &m1, ...; each may merge earlier ones, and so may values inside. */
const mappings: fc.Arbitrary<Merged[]> = fc
  .array(
    fc.record({
      before: fc.dictionary(names, scalar, { maxKeys: 3 }),
      after: fc.dictionary(names, scalar, { maxKeys: 3 }),
      merges: fc.array(fc.nat(), { maxLength: 3 }),
      inner: fc.option(fc.nat()),
    }),
    { minLength: 1, maxLength: 8 },
  )
  .map((specs) => {
    const made: Merged[] = [];
    for (const { before, after, merges, inner } of specs) {
      const known = made.length;
      const chosen = known === 0 ? [] : merges.map((n) => n % known);
      const nested = known === 0 || inner === null ? undefined : inner % known;
      const own: JsonObject = {
        ...before,
        ...Object.fromEntries(Object.entries(after).filter(([k]) => !(k in before))),
      };
      const value = { ...chosen.toReversed().reduce((all, n) => ({ ...all, ...made[n]?.value }), {}), ...own };
      const pairs = [
        ...Object.keys(before).map((key) => `${key}: ${JSON.stringify(own[key])}`),
        ...(chosen.length === 1 ? [`<<: *m${chosen[0]}`] : []),
        ...(chosen.length > 1 ? [`<<: [${chosen.map((n) => `*m${n}`).join(', ')}]`] : []),
        ...Object.keys(after).flatMap((key) => (key in before ? [] : [`${key}: ${JSON.stringify(own[key])}`])),
        ...(nested === undefined ? [] : [`in: { <<: *m${nested}, own: 1 }`]),
      ];
      made.push({
        text: `{ ${pairs.join(', ')} }`,
        value: nested === undefined ? value : { ...value, in: { ...made[nested]?.value, own: 1 } },
      });
    }
    return made;
  });

describe('laws of reuse', () => {
  test('random mappings with merges read like their expanded form, in one document or in several', () => {
    fc.assert(
      fc.property(mappings, fc.boolean(), (made, split) => {
        const lines = made.map(({ text }, i) => `k${i}: &m${i} ${text}`);
        const values = made.map(({ value }, i): [string, Json] => [`k${i}`, value]);
        const expected = split ? values.map((one) => Object.fromEntries([one])) : [Object.fromEntries(values)];
        expect(read(`${lines.join(split ? '\n---\n' : '\n')}\n`)).toEqual(expected);
      }),
      { numRuns: 300 },
    );
  });

  test('each merged value is located at a place with that value', () => {
    fc.assert(
      fc.property(mappings, (made) => {
        const file = parse(`${made.map(({ text }, i) => `k${i}: &m${i} ${text}`).join('\n')}\n`);
        const lines = file.text.split('\n');
        for (const [i, { value }] of made.entries()) {
          for (const [key, expected] of Object.entries(value)) {
            if (isJsonObject(expected)) continue;
            const { line, col } = locatePath(file.documents[0] as never, [`k${i}`, key]);
            expect(lines[line - 1]?.slice(col - 1)).toMatch(new RegExp(`^${JSON.stringify(expected)}\\b`));
          }
        }
      }),
      { numRuns: 100 },
    );
  });
});
