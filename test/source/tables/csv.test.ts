import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type CellEdit, formatTable, parseTable, setCells } from '../../../src/source/tables/csv.js';

const read = (text: string) => {
  const { columns, rows, problems } = parseTable('prices.csv', text);
  expect(problems).toEqual([]);
  return [columns.map(({ name }) => name), ...rows.map(({ cells }) => cells.map(({ value }) => value))];
};

const find = (text: string) =>
  parseTable('prices.csv', text).problems.map(({ line, col, code, message }) => {
    expect(code).toBe('TABLE_SYNTAX');
    return `${line}:${col} ${message}`;
  });

describe('a table', () => {
  test.each([
    [
      'commas',
      'a,b\n1,2\n',
      [
        ['a', 'b'],
        ['1', '2'],
      ],
    ],
    [
      'semicolons',
      'a;b\n1,5;2\n',
      [
        ['a', 'b'],
        ['1,5', '2'],
      ],
    ],
    [
      'more semicolons than commas in its header',
      'a;b,c;d\n1;2;3\n',
      [
        ['a', 'b,c', 'd'],
        ['1', '2', '3'],
      ],
    ],
    [
      'commas in a quoted name of its header',
      '"a, or b, or c";d\n1;2\n',
      [
        ['a, or b, or c', 'd'],
        ['1', '2'],
      ],
    ],
    ['tabs around its only name', '\t"a\tb"\t\n1\n', [['a\tb'], ['1']]],
    ['one column', 'a\n1\n2\n', [['a'], ['1'], ['2']]],
    [
      'a byte order mark',
      '\uFEFFa,b\n1,2\n',
      [
        ['a', 'b'],
        ['1', '2'],
      ],
    ],
    [
      'CRLF',
      'a,b\r\n1,2\r\n',
      [
        ['a', 'b'],
        ['1', '2'],
      ],
    ],
    [
      'lone carriage returns',
      'a,b\r1,2\r',
      [
        ['a', 'b'],
        ['1', '2'],
      ],
    ],
    [
      'different line breaks',
      'a,b\r\n1,2\n3,4\r5,6',
      [
        ['a', 'b'],
        ['1', '2'],
        ['3', '4'],
        ['5', '6'],
      ],
    ],
    [
      'no line break at its end',
      'a,b\n1,',
      [
        ['a', 'b'],
        ['1', ''],
      ],
    ],
    [
      'blank lines',
      '\n a , b \n\n1,2\n  \n3,4\n\n',
      [
        ['a', 'b'],
        ['1', '2'],
        ['3', '4'],
      ],
    ],
    [
      'lines of delimiters',
      ',\na,b\n1,2\n,\n , \n',
      [
        ['a', 'b'],
        ['1', '2'],
      ],
    ],
    [
      'a row of empty cells in quotes',
      'a,b\n"",\n',
      [
        ['a', 'b'],
        ['', ''],
      ],
    ],
    [
      'delimiters, quotes and line breaks in quotes',
      'a,b\n"1,""2""","3\r\n4"\n',
      [
        ['a', 'b'],
        ['1,"2"', '3\n4'],
      ],
    ],
    [
      'spaces around cells',
      'a,b\n 1\t, 2 \n',
      [
        ['a', 'b'],
        ['1', '2'],
      ],
    ],
    [
      'spaces in quotes',
      '" a ",b\n" 1 ", "2" \n',
      [
        ['a', 'b'],
        [' 1 ', '2'],
      ],
    ],
    [
      'letters of any script',
      'país,価格\nDeutschland 🇩🇪,"١٢,٥٠"\n',
      [
        ['país', '価格'],
        ['Deutschland 🇩🇪', '١٢,٥٠'],
      ],
    ],
    [
      'columns without names or values',
      'a,,b,,\n1,,2,,\n3,,4\n',
      [
        ['a', '', 'b', '', ''],
        ['1', '', '2', '', ''],
        ['3', '', '4'],
      ],
    ],
  ])('may have %s', (_, text, expected) => {
    expect(read(text)).toEqual(expected);
  });

  test.each(['=1+1', '+1', '-1', '@a', '\t1', '\r1'])('has an apostrophe before %j, which is not read', (text) => {
    expect(read(`a\n"'${text}"\n"''${text}"\n`)).toEqual([['a'], [text], [`'${text}`]]);
  });

  test.each(["'", "''", "'a", "'1", 'a=b', '-5', '=1+1'])('keeps %s as it is', (text) => {
    expect(read(`a\n${text}\n`)).toEqual([['a'], [text]]);
  });
});

describe('the place of a cell', () => {
  const text = '\uFEFFplan, "net\nprice" ,país\r\n\r\n  monthly ,"9,99 ""€""\r\nnet",\r\n"é;x" , 🇩🇪,"b" \r\n';
  const table = parseTable('prices.csv', text);

  test('is that of its text with its quotes, without the spaces around it', () => {
    const raw = table.rows.map(({ cells }) => cells.map(({ start, end }) => text.slice(1).slice(start, end)));
    expect(raw).toEqual([
      ['monthly', '"9,99 ""€""\r\nnet"', ''],
      ['"é;x"', '🇩🇪', '"b"'],
    ]);
  });

  test('is a line and a column of the file, and the length of its first line', () => {
    const places = [...table.columns.slice(0, 3), ...table.rows.flatMap((row) => [row, ...row.cells])];
    expect(places.map(({ line, col, length }) => `${line}:${col}+${length}`).join(' ')).toBe(
      '1:1+4 1:7+4 2:9+4 4:1+22 4:3+7 4:12+11 5:6+1 6:1+16 6:1+5 6:9+4 6:14+3',
    );
  });

  test('counts lone carriage returns as line breaks', () => {
    expect(parseTable('a.csv', 'a,b\r1,2\r3,4').rows[1]?.cells[1]).toMatchObject({
      line: 3,
      col: 3,
      start: 10,
      end: 11,
    });
  });
});

describe('a table is wrong', () => {
  test.each([
    ['without text', '', ['1:1 The table is empty: it has no header.']],
    ['with spaces and commas only', '\n\t\n , ,\n', ['1:1 The table is empty: it has no header.']],
    ['with semicolons only', ';;\n', ['1:1 The table is empty: it has no header.']],
    ['with tabs between its columns', '\t"a\t"\tb\n1\t2\n', ['1:6 Tabs separate the columns.']],
    [
      'if a row is too short',
      'a,b\n1\n2,3\n4\n',
      ['2:1 The row has 1 cell, the header has 2: a,b', '4:1 The row has 1 cell, the header has 2: a,b'],
    ],
    ['if a row is too long', 'a,b\n1,2, 3,4\n', ['2:6 The row has 4 cells, the header has 2: a,b']],
    [
      'if a column with values has no name',
      'a,\n1,\n2,x\n',
      ['1:3 Column 2 has no name, and line 3 has a value in it.'],
    ],
    ['if two columns have one name', 'a,b, a\n1,2,3\n', ['1:6 Two columns are named "a".']],
    [
      'if a name harms programs',
      'a,__proto__\n1,2\n',
      ['1:3 The column name "__proto__" is not allowed: it can harm programs that read it.'],
    ],
    [
      'if a cell holds a control character',
      'a,b\n1,x\0\n\x85,2\n',
      ['2:3 The cell contains the control character U+0000.', '3:1 The cell contains the control character U+0085.'],
    ],
    [
      'if a quote is never closed, and the lines after it are read',
      'a,b\n1,"2\n3\n',
      ['2:3 The quote is never closed.', '3:1 The row has 1 cell, the header has 2: a,b'],
    ],
    [
      'if text follows a closing quote',
      'a,b\n1,"5" inch\n"x" "y",2\n"" " ",3\n4\n',
      [
        '2:7 Text follows the closing quote of the cell.',
        '3:5 Text follows the closing quote of the cell.',
        '4:4 Text follows the closing quote of the cell.',
        '5:1 The row has 1 cell, the header has 2: a,b',
      ],
    ],
    [
      'if a quote is inside a cell',
      'a,b\né,5" inch\n4\n',
      ['2:4 A quote is inside a cell that does not begin with one.', '3:1 The row has 1 cell, the header has 2: a,b'],
    ],
    [
      'if its header has a wrong quote, and then its rows are not compared with it',
      'a,"b"c\n1\n',
      ['1:6 Text follows the closing quote of the cell.'],
    ],
  ])('%s', (_, text, expected) => {
    expect(find(text)).toEqual(expected);
  });

  test('and every mistake has a hint', () => {
    const text = 'a,,a,constructor\n1,2,3\n1,2,3,\0,\n"1"x,\n1"\n"';
    const { problems } = parseTable('a.csv', text);
    expect(problems.filter(({ hint }) => hint === undefined)).toEqual([]);
    const places = problems.map(({ line, col }) => `${line}:${col}`);
    expect(places.join(' ')).toBe('1:3 1:4 1:6 2:1 3:7 3:9 4:4 5:2 6:1');
  });

  test('and a mistake of two places names both', () => {
    const { problems } = parseTable('a.csv', 'a,a\n1,"2\n3,"4"\n');
    expect(problems.map(({ line, related }) => [line, related])).toEqual([
      [1, [{ file: 'a.csv', line: 1, col: 1, message: 'The first one is here.' }]],
      [3, [{ file: 'a.csv', line: 2, col: 3, message: 'The cell begins here.' }]],
    ]);
  });

  test('once for each merge conflict', () => {
    const text = 'a,b\n<<<<<<< HEAD\n1,2\n=======\n1,3\n>>>>>>> other\n';
    expect(parseTable('a.csv', text).problems).toMatchObject([{ code: 'MERGE_CONFLICT', line: 2 }]);
  });
});

const set = (text: string, ...edits: [row: number, column: string, value: string][]) =>
  setCells(
    text,
    edits.map(([row, column, value]) => ({ row, column, value })),
  );

describe('a changed cell', () => {
  test.each([
    ['leaves every other byte', 'a, b \n1, 2 \n\n"3" ,4', '9', 'a, b \n9, 2 \n\n"3" ,4'],
    ['leaves the byte order mark and CRLF', '\uFEFFa,b\r\n1,2\r\n', '9', '\uFEFFa,b\r\n9,2\r\n'],
    ['has no quotes without need', 'a,b\n1,2\n', 'x y;', 'a,b\nx y;,2\n'],
    ['keeps the quotes that it had', 'a,b\n"1" ,2\n', '9', 'a,b\n"9" ,2\n'],
    ['gets quotes for a comma', 'a,b\n1,2\n', '9,99', 'a,b\n"9,99",2\n'],
    ['gets quotes for a semicolon that is the delimiter', 'a;b\n1;2\n', '9;9,9', 'a;b\n"9;9,9";2\n'],
    ['gets quotes for quotes', 'a,b\n1,2\n', '5" pipe', 'a,b\n"5"" pipe",2\n'],
    ['gets quotes for line breaks', 'a,b\n1,2\n', 'x\ny', 'a,b\n"x\ny",2\n'],
    ['gets quotes for spaces around it', 'a,b\n1,2\n', ' x', 'a,b\n" x",2\n'],
    ['may be filled in', 'a,b\n , 2\n', 'x', 'a,b\nx , 2\n'],
    ['may be emptied', 'a,b\n1,2\n', '', 'a,b\n,2\n'],
    ['has quotes if its row would look like no row', 'a,b\n1,\n', '', 'a,b\n"",\n'],
    ['that a spreadsheet would run gets an apostrophe', 'a,b\n1,2\n', '=1+1', "a,b\n'=1+1,2\n"],
    ['that begins with such an apostrophe gets one more', 'a,b\n1,2\n', "'=1+1", "a,b\n''=1+1,2\n"],
    ['that has its value already stays as it is written', 'a,b\n=1,2\n', '=1', 'a,b\n=1,2\n'],
  ])('%s', (_, text, value, expected) => {
    expect(set(text, [0, 'a', value])).toBe(expected);
  });

  test('may be one of several, in any order', () => {
    expect(set('a,b\n1,2\n3,4\n', [1, 'b', 'x'], [0, 'b', 'y'], [0, 'a', 'z'])).toBe('a,b\nz,y\n3,x\n');
  });

  test.each<[string, string, [number, string, string][], string]>([
    ['in a row that does not exist', 'a\n1\n', [[1, 'a', 'x']], 'Row 2 has no column "a".'],
    ['in a column that does not exist', 'a\n1\n', [[0, 'b', 'x']], 'Row 1 has no column "b".'],
    ['in a column without a name', 'a,\n1,\n', [[0, '', 'x']], 'Row 1 has no column "".'],
    [
      'with two values',
      'a\n1\n',
      [
        [0, 'a', 'x'],
        [0, 'a', 'y'],
      ],
      'Row 1, "a" gets two values.',
    ],
    [
      'of a wrong table',
      'a,b\n1\n',
      [[0, 'a', 'x']],
      'The table has problems: The row has 1 cell, the header has 2: a,b',
    ],
    [
      'with a control character',
      'a\n1\n',
      [[0, 'a', 'x\0']],
      'The table would have problems: The cell contains the control character U+0000.',
    ],
    ['with text that UTF-8 cannot hold', 'a\n1\n', [[0, 'a', '\uD800']], 'Row 1 would be read differently.'],
  ])('is refused %s', (_, text, edits, message) => {
    expect(() => set(text, ...edits)).toThrow(new RangeError(message));
  });
});

describe('a new table', () => {
  test('has quotes only where they are needed', () => {
    expect(
      formatTable(
        ['a', 'b;c'],
        [
          ['1', 'x y'],
          ['9,99', '-1'],
          ['', ''],
        ],
      ),
    ).toBe('a,"b;c"\n1,x y\n"9,99",\'-1\n"",\n');
  });

  test('may have semicolons', () => {
    expect(formatTable(['a', 'b'], [['9,99', '1;2']], { delimiter: ';' })).toBe('a;b\n9,99;"1;2"\n');
  });

  test.each<[string, string[], string[][], string]>([
    ['without columns', [], [], 'The table would have problems: The table is empty: it has no header.'],
    ['with a row of another length', ['a', 'b'], [['1']], 'The row has 1 cell, the header has 2: a,b'],
    ['with spaces around a name', [' a'], [], 'The table would be read differently.'],
    ['with two columns of one name', ['a', 'a'], [], 'Two columns are named "a".'],
  ])('is refused %s', (_, columns, rows, message) => {
    expect(() => formatTable(columns, rows)).toThrow(message);
  });
});

/** Texts with everything that is special in a table or a spreadsheet. */
const SPECIAL = ['"', ',', ';', '\n', '\r', '\r\n', ' ', '\t', 'a', '1', "'", '=', '-', '@', 'é', '価', '🇩🇪', '\uFEFF'];
// `\r\n` in a cell is read as `\n`, so no cell holds it.
const texts = fc
  .array(fc.constantFrom(...SPECIAL), { maxLength: 6 })
  .map((some) => some.join('').replaceAll(/\r+\n/g, '\n'));
const names = texts.map((text) => text.trim()).filter((text) => text !== '');
const tables = fc
  .tuple(fc.uniqueArray(names, { minLength: 1, maxLength: 5 }), fc.constantFrom<',' | ';'>(',', ';'))
  .chain(([columns, delimiter]) => {
    const row = fc.array(texts, { minLength: columns.length, maxLength: columns.length });
    return fc.array(row, { maxLength: 6 }).map((rows) => ({ columns, rows, delimiter }));
  });

/** The table as any program may write it: with quotes and spaces that nobody needs, blank lines, any line breaks. */
const files = tables.chain(({ columns, rows, delimiter }) => {
  const breaks = [
    '\n',
    '\r\n',
    '\r',
    '\n\n',
    '\r\n \r\n',
    ...(columns.length > 1 ? [`\n${delimiter} ${delimiter}\n`] : []),
  ];
  const lines = [columns, ...rows].map((row) =>
    fc
      .tuple(fc.tuple(...row.map(writeSomehow)), fc.constantFrom(...breaks))
      .map(([cells, end]) => (cells.join('').trim() === '' ? ['""', ...cells.slice(1)] : cells).join(delimiter) + end),
  );
  return fc.tuple(fc.constantFrom('', '\uFEFF'), ...lines).map((parts) => ({ columns, rows, text: parts.join('') }));
});

function writeSomehow(value: string): fc.Arbitrary<string> {
  const guarded = /^'*[=+\-@\t\r\n]/.test(value) ? `'${value}` : value;
  const isPlain = guarded === guarded.trim() && !/[",;\t\r\n]/.test(guarded);
  const quoted = `"${guarded.replaceAll('"', '""')}"`;
  return fc
    .tuple(fc.constantFrom('', ' '), fc.constantFrom(quoted, isPlain ? guarded : quoted), fc.constantFrom('', '\t'))
    .map((parts) => parts.join(''));
}

describe('for generated tables', () => {
  test('what was written is read', () => {
    fc.assert(
      fc.property(tables, ({ columns, rows, delimiter }) => {
        expect(read(formatTable(columns, rows, { delimiter }))).toEqual([columns, ...rows]);
      }),
      { numRuns: 300 },
    );
  });

  test('what any program wrote is read', () => {
    fc.assert(
      fc.property(files, ({ columns, rows, text }) => {
        expect(read(text)).toEqual([columns, ...rows]);
      }),
      { numRuns: 300 },
    );
  });

  test('changing cells leaves every byte outside of them', () => {
    const edited = files
      .filter(({ rows }) => rows.length > 0)
      .chain(({ columns, rows, text }) =>
        fc.record({
          columns: fc.constant(columns),
          rows: fc.constant(rows),
          text: fc.constant(text),
          edits: fc.uniqueArray(
            fc.record({ row: fc.nat(rows.length - 1), column: fc.constantFrom(...columns), value: texts }),
            { selector: ({ row, column }) => `${row} ${column}`, maxLength: 4 },
          ),
        }),
      );
    fc.assert(
      fc.property(edited, ({ columns, rows, text, edits }) => {
        const after = setCells(text, edits);
        const expected = rows.map((row, at) => row.map((value, index) => findEdit(edits, at, columns[index]) ?? value));
        expect(read(after)).toEqual([columns, ...expected]);
        expectInOrder(after, cutCells(text, columns, edits));
      }),
      { numRuns: 300 },
    );
  });
});

const findEdit = (edits: readonly CellEdit[], row: number, column: string | undefined) =>
  edits.find((edit) => edit.row === row && edit.column === column)?.value;

/** What is before, between and after the edited cells. */
function cutCells(content: string, columns: readonly string[], edits: readonly CellEdit[]): string[] {
  const mark = content.startsWith('\uFEFF') ? 1 : 0;
  const { rows } = parseTable('a.csv', content);
  const cells = edits
    .flatMap(({ row, column }) => rows[row]?.cells[columns.indexOf(column)] ?? [])
    .map(({ start, end }) => ({ start: start + mark, end: end + mark }))
    .sort((a, b) => a.start - b.start);
  return [...cells, { start: content.length, end: 0 }].map(({ start }, at) =>
    content.slice(cells[at - 1]?.end ?? 0, start),
  );
}

function expectInOrder(text: string, pieces: readonly string[]): void {
  expect(text.startsWith(pieces[0] ?? '') && text.endsWith(pieces.at(-1) ?? '')).toBe(true);
  let at = 0;
  for (const piece of pieces) {
    expect(text.indexOf(piece, at)).toBeGreaterThanOrEqual(at);
    at = text.indexOf(piece, at) + piece.length;
  }
}

describe('for any text', () => {
  const parts = fc.constantFrom(
    '"',
    '""',
    ',',
    ';',
    '\n',
    '\r',
    '\r\n',
    ' ',
    '\t',
    'a',
    "'",
    '=',
    'é',
    '🇩🇪',
    '\uFEFF',
    '\0',
  );
  const anyTexts = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.array(parts, { maxLength: 60 }).map((some) => some.join('')),
  );

  test('reading a table throws nothing, and the cells have the places of their values', () => {
    fc.assert(
      fc.property(anyTexts, (content) => {
        const { columns, rows } = parseTable('a.csv', content);
        const text = content.replace(/^\uFEFF/, '');
        const lines = text.split(/\r\n?|\n/);
        for (const { line, col } of columns) expect(col).toBeLessThanOrEqual((lines[line - 1] ?? '').length + 1);
        for (const { value, start, end, line, col } of rows.flatMap(({ cells }) => cells)) {
          const raw = text.slice(start, end);
          const unquoted = raw.startsWith('"') ? raw.slice(1, -1).replaceAll('""', '"') : raw;
          expect([unquoted, unquoted.replace(/^'/, '')]).toContain(value);
          expect((lines[line - 1] ?? '').slice(col - 1)).toContain(raw.split(/[\r\n]/)[0]);
        }
      }),
      { numRuns: 2000 },
    );
  });
});
