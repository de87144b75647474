import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { SourceContext } from '../../src/source/documents.js';
import { parseJourneyTests } from '../../src/source/test-files/journey-tests.js';

const CONTEXT: SourceContext = {
  environments: [
    { name: 'dev', vars: { shop: 'dev.example.com', n: 40 } },
    { name: 'prod', vars: { shop: 'example.com' } },
  ],
};
const parse = (text: string) => parseJourneyTests([{ path: 'journeys/a.test.yaml', text }], CONTEXT);
/** Each problem with the text that its caret points at. */
const listProblems = (text: string): string[] =>
  parse(text).problems.map(
    ({ line, col, length = 0, code }) => `${code} ${text.split('\n')[line - 1]?.slice(col - 1, col - 1 + length)}`,
  );
const row = (text: string): string => `kind: journey_test\ncases:\n  - ${text}\n`;

describe('test files of journeys', () => {
  test('give each environment its cases, defaults and variables filled in', () => {
    const { views, problems } = parse(
      [
        'kind: journey_test',
        'name: Landing',
        'defaults: { visit: "/landing?a=b", host: "${vars.shop}", country: US, cookies: [lmo_a], expect: /us/ }',
        'cases:',
        '  - {}',
        '  - { country: unknown, cookies: unknown, city: null, expect: { any_of: [fallback, { /a/: 60, /b/: 40 }] } }',
        '  - { name: Named, region: DE-BY, country: unknown, split: 0.25 }',
        '---',
        'kind: journey_test',
        'only: prod',
        'cases: [{ visit: /x/, segments: [], expect: nowhere }]',
        '',
      ].join('\n'),
    );
    expect(problems).toEqual([]);
    const listView = (i: number) =>
      views[i]?.cases.map(({ name, place, visitor, expected }) => ({
        name,
        at: `${place.line}:${place.col}`,
        visitor,
        expected,
      }));
    const none = { segments: new Set(), offerLabels: new Set() };
    const query = new Set(['a=b']);
    const us = [{ shares: [{ tag: '/us/', percent: 100 }] }];
    const cases = (host: string) => [
      {
        name: 'Landing: case 1',
        at: '3:97',
        visitor: { path: '/landing', query, host, country: 'US', cookies: new Set(['lmo_a']), ...none },
        expected: us,
      },
      {
        name: 'Landing: country unknown, cookies unknown, city none',
        at: '6:63',
        visitor: { path: '/landing', query, host, city: null, ...none },
        expected: [
          { end: 'fallback' },
          {
            shares: [
              { tag: '/a/', percent: 60 },
              { tag: '/b/', percent: 40 },
            ],
          },
        ],
      },
      {
        name: 'Landing: Named',
        at: '3:97',
        visitor: {
          path: '/landing',
          query,
          host,
          country: 'DE',
          region: 'DE-BY',
          split: 0.25,
          cookies: new Set(['lmo_a']),
          ...none,
        },
        expected: us,
      },
    ];
    expect(views.map(({ environment }) => environment)).toEqual(['dev', 'prod']);
    expect(listView(0)).toEqual(cases('dev.example.com'));
    expect(listView(1)).toEqual([
      ...cases('example.com'),
      {
        name: 'visit /x/, segments none',
        at: '11:45',
        visitor: { path: '/x/', query: new Set(), cookies: new Set(), ...none },
        expected: [{ end: 'nowhere' }],
      },
    ]);
  });

  test.each<[string, string, string[]]>([
    ['a word for an end', row('{ visit: /a/, expect: falback }'), ['TEST_EXPECTATION falback']],
    ['a tag without slashes', row('{ visit: /a/, expect: us }'), ['TAG_PATH us']],
    ['a number', row('{ visit: /a/, expect: 5 }'), ['TEST_EXPECTATION 5']],
    ['null', row('{ visit: /a/, expect: null }'), ['TEST_EXPECTATION null']],
    [
      'shares that do not add up',
      row('{ visit: /a/, expect: { /a/: 60, /b/: 41 } }'),
      ['TEST_EXPECTATION { /a/: 60, /b/: 41 }'],
    ],
    ['thirds do', row('{ visit: /a/, expect: { /a/: 33.33, /b/: 33.33, /c/: 33.33 } }'), []],
    ['no shares', row('{ visit: /a/, expect: {} }'), ['TEST_EXPECTATION {}']],
    [
      'a share above 100 and a bad tag',
      row('{ visit: /a/, expect: { a: 50, /b/: 101 } }'),
      ['TAG_PATH a', 'TEST_EXPECTATION 101'],
    ],
    ['any_of with one element', row('{ visit: /a/, expect: { any_of: [/a/] } }'), ['TEST_EXPECTATION [/a/]']],
    [
      'any_of inside any_of',
      row('{ visit: /a/, expect: { any_of: [/a/, { any_of: [/a/, /b/] }] } }'),
      ['TAG_PATH any_of', 'TEST_EXPECTATION [/a/, /b/]'],
    ],
    ['a key beside any_of', row('{ visit: /a/, expect: { any_of: [/a/, /b/], x: 1 } }'), ['TEST_EXPECTATION x']],
    [
      'no visit and no expectation',
      row('{ country: US }'),
      ['MISSING_KEY { country: US }', 'MISSING_KEY { country: US }'],
    ],
    [
      'everything about a visitor',
      row(
        '{ visit: /a/, expect: fallback, country: UK, region: XX-1, cookies: [a], split: 1, subscription_status: activesub }',
      ),
      [
        'TEST_VISITOR UK',
        'TEST_VISITOR XX-1',
        'TEST_VISITOR XX-1',
        'TEST_VISITOR [a]',
        'TEST_VISITOR 1',
        'TEST_VISITOR activesub',
      ],
    ],
    [
      'a misspelt key, with what is wrong beside it',
      row('{ vist: /a/, expect: falback }'),
      ['UNKNOWN_KEY vist', 'TEST_EXPECTATION falback'],
    ],
    [
      'wrong defaults, with what is wrong in the cases',
      'kind: journey_test\ndefaults: { contry: US, cookies: a }\ncases: [{ visit: /a/, expect: us }]\n',
      ['UNKNOWN_KEY contry', 'WRONG_TYPE a', 'TAG_PATH us'],
    ],
    [
      'a fact of the defaults',
      'kind: journey_test\ndefaults: { country: UK }\ncases: [{ visit: /a/, expect: fallback }, { visit: /b/, expect: fallback }]\n',
      ['TEST_VISITOR UK'],
    ],
    ['no cases', 'kind: journey_test\ncases: []\n', ['EMPTY_LIST []']],
    ['a case that is no mapping', 'kind: journey_test\ncases: [5]\n', ['WRONG_TYPE 5']],
    ['no kind', 'cases: []\n', ['KIND_MISSING cases: []']],
    ['the kind of a resource', 'kind: journey\nname: x\n', ['KIND_UNKNOWN journey']],
    ['a list', '- 1\n', ['NOT_A_MAPPING - 1']],
    ['broken YAML', 'kind: [\n', ['YAML_SYNTAX ']],
    ['an unknown environment', `${row('{ visit: /a/, expect: fallback }')}only: prd\n`, ['ENVIRONMENT_NAME prd']],
    [
      'a variable that one environment lacks',
      row('{ visit: "/${vars.n}/", expect: fallback }'),
      ['VARIABLE_UNKNOWN "/${vars.n}/"'],
    ],
    [
      'a variable of the wrong type in an environment',
      row('{ visit: "${vars.n}", expect: fallback }'),
      ['VARIABLE_UNKNOWN "${vars.n}"', 'WRONG_TYPE "${vars.n}"'],
    ],
    ['a control character', row('{ visit: /a/, name: "\\e[2J", expect: fallback }'), ['CONTROL_CHARACTER "\\e[2J"']],
    ['a forbidden key', row('{ visit: /a/, __proto__: 1, expect: fallback }'), ['FORBIDDEN_KEY __proto__']],
  ])('%s', (_what, text, problems) => {
    expect(listProblems(text)).toEqual(problems);
  });

  test('no text makes the parser throw, and every problem stands inside its file', () => {
    const keys = fc.constantFrom(
      'kind',
      'cases',
      'defaults',
      'expect',
      'visit',
      'any_of',
      'country',
      'cookies',
      'split',
      'name',
      '/a/',
      '__proto__',
    );
    const leaf = fc.oneof(
      fc.constantFrom('journey_test', 'fallback', '/a/', 'US', 'unknown', '${vars.n}', '', null, true),
      fc.double({ noNaN: true, noDefaultInfinity: true }),
    );
    const { tree } = fc.letrec<{ tree: unknown }>((tie) => ({
      tree: fc.oneof(
        { maxDepth: 4 },
        leaf,
        fc.array(tie('tree'), { maxLength: 3 }),
        fc.dictionary(keys, tie('tree'), { maxKeys: 5 }),
      ),
    }));
    fc.assert(
      fc.property(fc.dictionary(keys, tree, { maxKeys: 6 }), (document) => {
        const text = JSON.stringify({ ...document, kind: 'journey_test' });
        for (const { line, col } of parse(text).problems)
          expect(line === 1 && col >= 1 && col <= text.length + 1).toBe(true);
      }),
      { numRuns: 300 },
    );
  });
});
