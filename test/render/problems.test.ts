import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Problem } from '../../src/model/problem.js';
import {
  renderCodeFrame,
  renderProblems,
  renderValidationSummary,
  toValidationReport,
} from '../../src/render/problems.js';
import type { Style } from '../../src/render/terminal.js';

const TEXT = 'kind: offer\npath: /offers2/X\nattributes:\n  dispaly_name__limio: X\n';

const PROBLEM: Problem = {
  file: 'catalog/a.yaml',
  line: 4,
  col: 3,
  length: 19,
  severity: 'error',
  code: 'ATTRIBUTE_MISSPELT',
  message: 'There is no attribute "dispaly_name__limio".',
  hint: 'Did you mean "display_name__limio"?',
};

const MARKS: Style = {
  colour: true,
  added: (text) => `<a>${text}</a>`,
  removed: (text) => `<r>${text}</r>`,
  changed: (text) => `<c>${text}</c>`,
  bold: (text) => `<b>${text}</b>`,
  dim: (text) => `<d>${text}</d>`,
};

describe('problems for people', () => {
  test('show the place, the line before it, a caret, a hint and related places', () => {
    const duplicate: Problem = {
      file: 'catalog/b.yaml',
      line: 1,
      col: 7,
      severity: 'warning',
      code: 'JOURNEY_NO_ACTION',
      message: 'This branch leads nowhere.',
      related: [{ file: 'catalog/a.yaml', line: 2, col: 7, message: 'The first one is here.' }],
    };
    const texts = new Map([
      ['catalog/a.yaml', TEXT],
      ['catalog/b.yaml', 'kind: offer\n'],
    ]);
    expect(renderProblems([PROBLEM, duplicate], texts)).toBe(`\
catalog/a.yaml:4:3 error ATTRIBUTE_MISSPELT There is no attribute "dispaly_name__limio".
  3 | attributes:
> 4 |   dispaly_name__limio: X
    |   ^^^^^^^^^^^^^^^^^^^
  hint: Did you mean "display_name__limio"?

catalog/b.yaml:1:7 warning JOURNEY_NO_ACTION This branch leads nowhere.
> 1 | kind: offer
    |       ^
  catalog/a.yaml:2:7 The first one is here.
`);
  });

  const ROW: Problem = {
    file: 'catalog/digital.yaml',
    line: 2,
    col: 8,
    length: 11,
    row: { file: 'catalog/prices.csv', line: 2, col: 4 },
    moreRows: 37,
    severity: 'error',
    code: 'CURRENCY_UNKNOWN',
    message: '"GBQ" is no currency.',
    hint: 'Did you mean "GBP"?',
  };
  const TEMPLATE_TEXTS = new Map([
    ['catalog/digital.yaml', 'kind: offer\nprice: "${each.x}"\n'],
    ['catalog/prices.csv', 'country,x\nGB,GBQ\n'],
  ]);

  test('of a row show the line of the template, the line of the row, and how many rows have the same', () => {
    expect(renderProblems([ROW], TEMPLATE_TEXTS)).toBe(`\
catalog/digital.yaml:2:8 with catalog/prices.csv:2:4 error CURRENCY_UNKNOWN "GBQ" is no currency.
  1 | kind: offer
> 2 | price: "\${each.x}"
    |        ^^^^^^^^^^^
> 2 | GB,GBQ
    |    ^
  and 37 more rows
  hint: Did you mean "GBP"?
`);
  });

  test('of many resources by one line say how many', () => {
    const { row: _row, moreRows: _more, ...problem } = ROW;
    expect(renderProblems([{ ...problem, moreResources: 1 }], TEMPLATE_TEXTS)).toContain('\n  and 1 more resource\n');
  });

  test('cannot steer a terminal through the file of a row', () => {
    const text = renderProblems([{ ...ROW, row: { file: 'a\u001B[2J.csv', line: 1, col: 1 } }], TEMPLATE_TEXTS);
    expect(text).not.toContain('\u001B');
  });

  test('without the text of the file have no frame', () => {
    expect(
      renderProblems(
        [{ file: 'catalog', line: 1, col: 1, severity: 'error', code: 'EMPTY_FILES', message: 'Nothing.' }],
        new Map(),
      ),
    ).toBe('catalog:1:1 error EMPTY_FILES Nothing.\n');
  });

  test('are coloured by the style that comes in, and by nothing else', () => {
    const text = renderProblems([PROBLEM], new Map([['catalog/a.yaml', TEXT]]), MARKS);
    expect(text).toContain('<b>catalog/a.yaml:4:3</b> <r>error ATTRIBUTE_MISSPELT</r>');
    expect(text).toContain('<r>^^^^^^^^^^^^^^^^^^^</r>');
    expect(text).not.toContain('\u001B');
  });

  test('cannot steer a terminal through a file, a message or a name', () => {
    const hostile: Problem = {
      ...PROBLEM,
      file: 'a\u001B[2J.yaml',
      message: 'x\u001B]0;y\u0007\nz',
      hint: '\u202Eevil',
      line: 1,
      col: 1,
    };
    const text = renderProblems([hostile], new Map([['a\u001B[2J.yaml', 'a: "\u001B[31m\u0085\u202E"\n']]));
    // oxlint-disable-next-line no-misleading-character-class
    expect(text.replaceAll('\n', '')).not.toMatch(/[\u0000-\u001F\u007F-\u009F\u202E]/u);
    expect(text.split('\n')).toHaveLength(5);
  });

  test('are counted at the end', () => {
    const facts = { files: 14, resources: 1 };
    expect(renderValidationSummary([PROBLEM, PROBLEM, { ...PROBLEM, severity: 'warning' }], facts)).toBe(
      '2 errors and 1 warning in 14 files (1 resource).',
    );
    expect(renderValidationSummary([], facts)).toBe('No problems in 14 files (1 resource).');
  });
});

test('the JSON form carries every problem and is valid with warnings alone', () => {
  const facts = { files: 1, resources: 2 };
  expect(toValidationReport([PROBLEM], facts)).toEqual({
    kind: 'limio-sync/validation',
    formatVersion: 1,
    valid: false,
    summary: { files: 1, resources: 2, errors: 1, warnings: 0 },
    problems: [PROBLEM],
  });
  expect(toValidationReport([{ ...PROBLEM, severity: 'warning' }], facts).valid).toBe(true);
});

describe('a code frame', () => {
  test('puts the caret under wide characters and tabs', () => {
    expect(renderCodeFrame(['a: [漢字, \t"x", é]'], { line: 1, col: 10, length: 3 })).toBe(`\
> 1 | a: [漢字,   "x", é]
    |             ^^^`);
    expect(renderCodeFrame(['漢字: x'], { line: 1, col: 1, length: 2 })).toBe(`\
> 1 | 漢字: x
    | ^^^^`);
  });

  test('makes control characters visible and still points at the right one', () => {
    expect(renderCodeFrame(['a\u0007b: c'], { line: 1, col: 3 })).toBe(`\
> 1 | a\\u{7}b: c
    |       ^`);
  });

  test('cuts a long line around the caret', () => {
    const line = `${'a'.repeat(500)}HERE${'b'.repeat(500)}`;
    const [shown = '', caret = ''] = renderCodeFrame([line], { line: 1, col: 501, length: 4 }).split('\n');
    expect(shown).toBe(`> 1 | …${'a'.repeat(49)}HERE${'b'.repeat(45)}…`);
    expect(shown.slice(caret.indexOf('^'), caret.lastIndexOf('^') + 1)).toBe('HERE');
  });

  test('aligns the numbers of two lines', () => {
    const lines = Array.from({ length: 10 }, (_, i) => `line${i + 1}`);
    expect(renderCodeFrame(lines, { line: 10, col: 5, length: 99 })).toBe(`\
   9 | line9
> 10 | line10
     |     ^^`);
  });

  test('of a place after the end of a line or of the file does not fail', () => {
    expect(renderCodeFrame(['ab'], { line: 1, col: 9 })).toBe('> 1 | ab\n    |   ^');
    expect(renderCodeFrame(['ab'], { line: 7, col: 1 })).toBe('');
  });

  test('has its caret under the text for any line, and never grows wide', () => {
    const line = fc.string({ maxLength: 400, unit: fc.constantFrom('a', ' ', '漢', '\t', '\u001B', 'é', '😀', 'x') });
    fc.assert(
      fc.property(line, fc.nat(410), fc.nat(500), (text, col, length) => {
        const rows = renderCodeFrame([text], { line: 1, col: col + 1, length }).split('\n');
        expect(rows).toHaveLength(2);
        expect(rows[1]).toMatch(/^ {4}\| *\^+$/);
        expect(rows[1]?.length).toBeLessThanOrEqual(110);
      }),
    );
  });
});
