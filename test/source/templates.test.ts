import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Problem } from '../../src/model/problem.js';
import type { SourceContext, SourceText } from '../../src/source/documents.js';
import { type ValidatedSources, validateSources } from '../../src/source/source.js';
import { formatTable } from '../../src/source/tables/csv.js';

const ENVIRONMENTS = [
  { name: 'sandbox', vars: { domain: 'sandbox.example.com', plans: ['weekly'] } },
  { name: 'prod', vars: { domain: 'example.com', plans: ['monthly', 'annual'] } },
];

const yaml = (text: string, path = 'catalog/digital.yaml'): SourceText => ({ path, text });
const table = (text: string, path = 'catalog/prices.csv'): SourceText => ({ path, text, role: 'table' });

function validate(sources: SourceText[], environment?: string): ValidatedSources {
  const environments = ENVIRONMENTS.filter(({ name }) => environment === undefined || name === environment);
  const context: SourceContext = { environments, environmentNames: ['sandbox', 'prod'] };
  return validateSources(sources, context);
}

const bodies = ({ resources }: ValidatedSources): Record<string, unknown> =>
  Object.fromEntries(
    resources.map(({ address, body }) => [address.replace('offer:/offers2/', ''), body['attributes']]),
  );

/** `file:line:col with file:line:col CODE message` of each problem. */
const list = ({ problems }: { problems: readonly Problem[] }): string[] =>
  problems.map(({ file, line, col, row, moreRows, code, message }) => {
    const more = moreRows === undefined ? '' : ` and ${moreRows} more`;
    const filled = row ? ` with ${row.file}:${row.line}:${row.col}${more}` : '';
    return `${file}:${line}:${col}${filled} ${code} ${message}`;
  });

const PRICES = table(`plan,country,currency,symbol,price,badge
monthly,GB,GBP,£,9.99,SALE
monthly,IE,EUR,€,10.99,
annual,GB,GBP,£,99.00,
`);

const TEMPLATE = `kind: offer
for_each: { table: prices.csv, where: { plan: monthly } }
path: /offers2/Digital \${each.country}
attributes:
  display_price__limio: \${each.symbol}\${each.price} per month
  allowed_countries__limio: ["\${each.country}"]
  badge_text__limio: \${each.badge?}
  price__limio: [{ name: charge_1, value: "\${each.price}", currencyCode: "\${each.currency}" }]
`;

const rowsOf = (rows: string, attributes: string, path = '/offers2/${each.name}'): SourceText =>
  yaml(`kind: offer\nfor_each: ${rows}\npath: ${path}\nattributes:\n${attributes}`);

const asBase = (text: string, path = 'catalog/bases/digital.yaml') => yaml(`kind: base\n${text}`, path);

const PLAIN = yaml('kind: offer\npath: /offers2/Plain\nattributes: {}\n', 'catalog/plain.yaml');

describe('a template with rows', () => {
  test('declares one resource a row; an empty cell with a question mark is not managed', () => {
    const checked = validate([yaml(TEMPLATE), PRICES]);
    expect(bodies(checked)).toEqual({
      'Digital GB': {
        display_price__limio: '£9.99 per month',
        allowed_countries__limio: ['GB'],
        badge_text__limio: 'SALE',
        price__limio: [{ name: 'charge_1', value: '9.99', currencyCode: 'GBP' }],
      },
      'Digital IE': {
        display_price__limio: '€10.99 per month',
        allowed_countries__limio: ['IE'],
        price__limio: [{ name: 'charge_1', value: '10.99', currencyCode: 'EUR' }],
      },
    });
  });

  test('warns of a row that no template uses', () => {
    expect(list(validate([yaml(TEMPLATE), PRICES]))).toEqual([
      'catalog/prices.csv:4:1 TABLE_ROW_UNUSED No template uses this row.',
    ]);
    const annual = yaml(TEMPLATE.replace('monthly }', 'annual }').replace('Digital', 'Annual'), 'catalog/annual.yaml');
    expect(list(validate([yaml(TEMPLATE), annual, PRICES]))).toEqual([]);
  });

  test('takes rows from a list, from a mapping, from single values and from a variable', () => {
    const attributes = '  cta_text__limio: ${each.value}\n';
    expect(bodies(validate([rowsOf('{ rows: [{ name: A, text: x }] }', '  cta_text__limio: ${each.text}\n')]))).toEqual(
      {
        A: { cta_text__limio: 'x' },
      },
    );
    expect(bodies(validate([rowsOf('{ GB: "9.99", IE: "10.99" }', attributes, '/offers2/${each.key}')]))).toEqual({
      GB: { cta_text__limio: '9.99' },
      IE: { cta_text__limio: '10.99' },
    });
    expect(bodies(validate([rowsOf('[GB, IE]', attributes, '/offers2/${each.value}')]))).toEqual({
      GB: { cta_text__limio: 'GB' },
      IE: { cta_text__limio: 'IE' },
    });
    const named = rowsOf('${vars.plans}', attributes, '/offers2/${each.value}');
    expect(Object.keys(bodies(validate([named], 'prod')))).toEqual(['annual', 'monthly']);
    expect(Object.keys(bodies(validate([named], 'sandbox')))).toEqual(['weekly']);
    expect(list(validate([named]))).toEqual([]);
  });

  test('gives a whole value the type of its column, and reads every other cell as text', () => {
    const template = rowsOf(
      '{ table: prices.csv, columns: { quantity: number, trial: boolean } }',
      '  quantity: ${each.quantity}\n  trial: ${each.trial}\n  code: ${each.code}\n  text: ${each.quantity} left\n',
    );
    const typed = validate([template, table('name,quantity,trial,code\nA,12.5,TRUE,00123\n')]);
    expect(bodies(typed)).toEqual({ A: { quantity: 12.5, trial: true, code: '00123', text: '12.5 left' } });
    const wrong = validate([template, table('name,quantity,trial,code\nA,"12,5",yes,1\n')]);
    expect(list(wrong)).toEqual([
      'catalog/prices.csv:2:3 EACH_TYPE "12,5" is no number, as "columns" of the template says.',
      'catalog/prices.csv:2:10 EACH_TYPE "yes" is no boolean, as "columns" of the template says.',
    ]);
  });

  test('fills in keys, and takes cells as text even where they look like references', () => {
    const template = rowsOf(
      '[{ name: A, key: cta_text__limio, text: "$${vars.domain}" }]',
      '  ${each.key}: ${each.text}\n',
    );
    expect(bodies(validate([template]))).toEqual({ A: { cta_text__limio: '${vars.domain}' } });
    const cell = rowsOf('{ table: prices.csv }', '  cta_text__limio: "at ${each.text}, ${vars.domain}"\n');
    expect(bodies(validate([cell, table('name,text\nA,${vars.domain}\n')], 'prod'))).toEqual({
      A: { cta_text__limio: 'at ${vars.domain}, example.com' },
    });
  });

  test('limits rows to environments by the columns only and except', () => {
    const template = rowsOf('{ table: prices.csv }', '  cta_text__limio: Buy\n');
    const rows = table('name,only,except\nA,,\nB,prod,\nC,,"prod, sandbox"\nD,sandbox prod,\n');
    expect(Object.keys(bodies(validate([template, rows], 'prod')))).toEqual(['A', 'B', 'D']);
    expect(Object.keys(bodies(validate([template, rows], 'sandbox')))).toEqual(['A', 'D']);
    expect(list(validate([template, table('name,only\nA,prodd\n')]))).toEqual([
      'catalog/prices.csv:2:3 ENVIRONMENT_NAME There is no environment "prodd".',
    ]);
  });

  test('joins tables by a key', () => {
    const template = rowsOf(
      '{ table: prices.csv, join: { table: currencies.csv, on: currency } }',
      '  display_price__limio: ${each.symbol}${each.price}\n',
    );
    const prices = table('name,currency,price\nA,GBP,1\nB,EUR,2\n');
    const currencies = table('currency,symbol\nEUR,€\nGBP,£\nUSD,$\n', 'catalog/currencies.csv');
    expect(bodies(validate([template, prices, currencies]))).toEqual({
      A: { display_price__limio: '£1' },
      B: { display_price__limio: '€2' },
    });
    expect(list(validate([template, prices, currencies]))).toEqual([]);
    const missing = table('currency,symbol\nGBP,£\nGBP,L\n', 'catalog/currencies.csv');
    expect(list(validate([template, prices, missing])).filter((one) => one.includes('TABLE_JOIN'))).toEqual([
      'catalog/currencies.csv:3:1 TABLE_JOIN Two rows have the currency "GBP", so none can be joined.',
      'catalog/prices.csv:3:3 TABLE_JOIN catalog/currencies.csv has no row with the currency "EUR".',
    ]);
  });

  test('is changed by overlays, resource by resource', () => {
    const overlay = {
      ...yaml(
        'kind: offer\npath: /offers2/Digital GB\nattributes: { badge_text__limio: TEST }\n',
        'overlays/prod/a.yaml',
      ),
      overlay: 'prod',
    };
    const checked = validate([yaml(TEMPLATE), PRICES, overlay], 'prod');
    expect(bodies(checked)['Digital GB']).toMatchObject({ badge_text__limio: 'TEST' });
    expect(bodies(checked)['Digital IE']).not.toHaveProperty('badge_text__limio');
    const many = {
      ...yaml(
        'kind: offer\nfor_each: { table: ../../catalog/prices.csv, where: { plan: monthly } }\npath: /offers2/Digital ${each.country}\nattributes: { badge_text__limio: TEST }\n',
        'overlays/prod/a.yaml',
      ),
      overlay: 'prod',
    };
    expect(bodies(validate([yaml(TEMPLATE), PRICES, many], 'prod'))['Digital IE']).toMatchObject({
      badge_text__limio: 'TEST',
    });
  });
});

describe('the resources of templates', () => {
  const offer = (name: string) => yaml(`kind: offer\npath: /offers2/${name}\nattributes: {}\n`, `catalog/${name}.yaml`);
  const sources = [
    yaml(TEMPLATE),
    yaml(TEMPLATE.replace('monthly }', 'annual }').replace('Digital', 'Annual'), 'catalog/annual.yaml'),
    asBase('attributes: { cta_text__limio: Buy }\n'),
    yaml('kind: offer\nextends: bases/digital.yaml\nfor_each: [X, Y]\npath: /offers2/${each.key}\n', 'catalog/xy.yaml'),
    offer('Plain'),
    PRICES,
  ];

  test('do not depend on the order of files or of rows', () => {
    const expected = validate(sources);
    const [header = '', ...rows] = PRICES.text.trimEnd().split('\n');
    fc.assert(
      fc.property(
        fc.shuffledSubarray(sources, { minLength: sources.length }),
        fc.shuffledSubarray(rows, { minLength: rows.length }),
        (files, lines) => {
          const shuffled = files.map((file) => (file === PRICES ? table(`${[header, ...lines].join('\n')}\n`) : file));
          const checked = validate(shuffled);
          expect(bodies(checked)).toEqual(bodies(expected));
          expect(checked.problems).toEqual([]);
        },
      ),
      { numRuns: 15 },
    );
  });

  test('are the same as those of files that say the same', () => {
    const name = fc.stringMatching(/^[A-Za-z][A-Za-z ]{0,8}[a-z]$/);
    const text = fc.string({
      minLength: 1,
      unit: fc.constantFrom('a', 'é', '$', '{', '}', '£', '"', "'", ':', '#', '-'),
    });
    const rows = fc.uniqueArray(fc.record({ name, a: text, b: text }), {
      minLength: 1,
      maxLength: 6,
      selector: (row) => row.name,
    });
    fc.assert(
      fc.property(rows, (generated) => {
        const attributes = '  cta_text__limio: ${each.a}\n  badge_text__limio: "<${each.b}> ${each.a}"\n';
        const made = validate([
          rowsOf('{ table: prices.csv }', attributes),
          table(
            formatTable(
              ['name', 'a', 'b'],
              generated.map((row) => [row.name, row.a, row.b]),
            ),
          ),
        ]);
        const plain = generated.map((row) =>
          yaml(
            JSON.stringify({
              kind: 'offer',
              path: `/offers2/${row.name}`,
              attributes: {
                cta_text__limio: row.a.replaceAll('${', () => '$${'),
                badge_text__limio: `<${row.b}> ${row.a}`.replaceAll('${', () => '$${'),
              },
            }),
            `catalog/${row.name}.yaml`,
          ),
        );
        expect(bodies(made)).toEqual(bodies(validate(plain)));
      }),
      { numRuns: 40 },
    );
  });
});

describe('hundred-offers: files that were refused', () => {
  test('a mapping of keys and values gives rows, and a list of the configuration too', () => {
    const each = rowsOf(
      '{ GB: "9.99", IE: "10.99" }',
      '  allowed_countries__limio: ["${each.key}"]\n',
      '/offers2/Digital ${each.key}',
    );
    expect(bodies(validate([each]))).toEqual({
      'Digital GB': { allowed_countries__limio: ['GB'] },
      'Digital IE': { allowed_countries__limio: ['IE'] },
    });
  });

  test('a base that is missing is named, with the folder that its path is relative to', () => {
    const missing = yaml(
      'kind: offer\nextends: base/digital.yaml\npath: /offers2/Digital FR\nattributes: {}\n',
      'catalog/d.yaml',
    );
    expect(validate([missing]).problems).toMatchObject([
      {
        code: 'EXTENDS',
        line: 2,
        message: 'There is no file catalog/base/digital.yaml.',
        hint: expect.stringContaining('relative'),
      },
    ]);
  });
});

const TWO = 'country,price\nGB,1\nIE,2\n';
const offers = (forEach: string, path = '/offers2/${each.country}') =>
  rowsOf(forEach, '  cta_text__limio: ${each.price}\n', path);

describe('a mistake in a template', () => {
  test('in a reference is reported once, at the reference', () => {
    const checked = validate([yaml(TEMPLATE.replace('each.price}"', 'each.prize}"')), PRICES]);
    expect(list(checked).filter((one) => !one.includes('UNUSED'))).toEqual([
      'catalog/digital.yaml:8:43 with catalog/prices.csv:2:1 and 1 more EACH_UNKNOWN The rows have no column "prize".',
    ]);
  });

  test('in a cell is reported at the cell, and names the template', () => {
    const checked = validate([yaml(TEMPLATE), table('plan,country,currency,symbol,price,badge\nmonthly,GB,GBP,£,,\n')]);
    expect(list(checked)).toEqual(['catalog/prices.csv:2:18 EACH_EMPTY The column "price" is empty in this row.']);
    expect(checked.problems[0]?.related?.map(({ file, line }) => `${file}:${line}`)).toEqual([
      'catalog/digital.yaml:5',
    ]);
  });

  test('that only one row has names the row', () => {
    const checked = validate([
      yaml(TEMPLATE),
      table('plan,country,currency,symbol,price,badge\nmonthly,GB,GBQ,£,1,\n'),
    ]);
    expect(list(checked)).toEqual([
      expect.stringMatching(/^catalog\/digital\.yaml:8:\d+ with catalog\/prices\.csv:2:12 CURRENCY_UNKNOWN /),
    ]);
  });

  test('that has nothing to do with the rows names none', () => {
    const checked = validate([yaml(`${TEMPLATE}attributez: {}\n`), PRICES]);
    expect(list(checked).filter((one) => !one.includes('UNUSED'))).toEqual([
      expect.stringMatching(/^catalog\/digital\.yaml:9:1 UNKNOWN_KEY /),
    ]);
  });

  test('that makes one address twice is reported at the cell', () => {
    const checked = validate([
      yaml(TEMPLATE),
      table('plan,country,currency,symbol,price,badge\nmonthly,GB,GBP,£,1,\nmonthly,GB,GBP,£,2,\n'),
    ]);
    expect(list(checked)).toEqual([
      'catalog/prices.csv:3:9 DUPLICATE_ADDRESS offer:/offers2/Digital GB is declared twice.',
    ]);
    expect(checked.problems[0]?.related?.map(({ file, line }) => `${file}:${line}`)).toEqual([
      'catalog/prices.csv:2',
      'catalog/digital.yaml:3',
    ]);
  });

  test.each([
    ['a table that does not exist', '{ table: price.csv }', '2:20 TABLE_FILE There is no file catalog/price.csv.'],
    ['no table', '{ where: { plan: monthly } }', '2:11 FOR_EACH "for_each" names no table and no rows.'],
    ['an unknown option', '{ table: prices.csv, were: { a: b } }', '2:32 FOR_EACH "for_each" has no option "were".'],
    [
      'an unknown column',
      '{ table: prices.csv, where: { plann: x } }',
      '2:41 FOR_EACH The table has no column "plann".',
    ],
    [
      'a wrong type',
      '{ table: prices.csv, columns: { plan: date } }',
      '2:49 FOR_EACH A column is text, number or boolean.',
    ],
    ['a text', 'prices.csv', '2:11 FOR_EACH "for_each" is neither a table nor a list of rows.'],
    ['a secret', '[{ a: "${secret:KEY}" }]', '2:17 SECRET_REFERENCE'],
    ['a misspelt option', '{ tabel: prices.csv }', '2:11 FOR_EACH "for_each" names no table.'],
  ])('with %s is an error', (_name, forEach, expected) => {
    const [first = ''] = list(
      validate([rowsOf(forEach, '  cta_text__limio: Buy\n', '/offers2/${each.plan}'), PRICES]),
    ).filter((one) => !one.includes('UNUSED'));
    expect(first).toContain(`catalog/digital.yaml:${expected}`);
  });

  test('that leaves a template without rows is a warning', () => {
    const empty = 'catalog/digital.yaml:2:11 ROWS_EMPTY The template has no row, so it declares nothing.';
    for (const rows of ['[]', '{}', '{ rows: [] }'])
      expect(list(validate([rowsOf(rows, '  cta_text__limio: Buy\n'), PLAIN]))).toEqual([empty]);
    expect(list(validate([offers('{ table: prices.csv }'), table('country,price\n'), PLAIN]))).toEqual([empty]);
    const where = validate([offers('{ table: prices.csv, where: { country: [GB, XX] } }'), table(TWO)]);
    expect(list(where)).toEqual([
      expect.stringMatching(
        /^catalog\/digital\.yaml:2:\d+ ROWS_EMPTY No row of catalog\/prices\.csv has the country "XX"\.$/,
      ),
      'catalog/prices.csv:3:1 TABLE_ROW_UNUSED No template uses this row.',
    ]);
  });

  test.each(['Only', 'ONLY ', 'oly', 'Except', 'exept'])('in the name of a column that limits rows: %s', (name) => {
    const rows = table(`country,price,${name}\nGB,1,prod\nIE,2,sandbox\n`);
    expect(list(validate([offers('{ table: prices.csv }'), rows]))).toEqual([
      `catalog/prices.csv:2:6 FOR_EACH The column "${name.trim()}" limits no row to an environment.`,
    ]);
  });

  test('in a name without a column is reported once, however many rows there are', () => {
    expect(list(validate([offers('{ table: prices.csv }', '/offers2/T'), table(`${TWO}DE,3\n`)]))).toEqual([
      'catalog/digital.yaml:3:7 DUPLICATE_ADDRESS Every row of this template declares offer:/offers2/T: its name contains no column.',
    ]);
  });

  test('that a spreadsheet saved in place of a value is an error', () => {
    const cells = ['#REF!', '#N/A', '#NAME?', '#DIV/0!', '########'];
    const rows = table(`country,price\n${cells.map((cell, i) => `C${i},${cell}\n`).join('')}`);
    const found = list(validate([offers('{ table: prices.csv }'), rows]));
    expect(found).toEqual(
      cells.map((cell, i) => `catalog/prices.csv:${i + 2}:4 EACH_TYPE "${cell}" is a spreadsheet error.`),
    );
  });

  test('that thousands of rows have is shown for some of them, with the number of the others', () => {
    const rows = Array.from({ length: 500 }, (_, i) => `C${i},\n`).join('');
    const { problems } = validate([offers('{ table: prices.csv }'), table(`country,price\n${rows}`)]);
    expect(problems).toHaveLength(20);
    expect(problems.map(({ moreRows }) => moreRows).filter((more) => more !== undefined)).toEqual([480]);
  });

  test('in a joined table is not reported as an empty cell, too', () => {
    const template = rowsOf(
      '{ table: prices.csv, join: { table: b.csv, on: currency } }',
      '  cta_text__limio: ${each.symbol}\n',
    );
    const sources = [template, table('name,currency\nA,USD\n'), table('currency,symbol\nGBP,£\n', 'catalog/b.csv')];
    expect(list(validate(sources))).toEqual([
      'catalog/prices.csv:2:3 TABLE_JOIN catalog/b.csv has no row with the currency "USD".',
    ]);
  });

  test('in a variable names every environment that lacks it', () => {
    expect(list(validate([offers('${vars.nope}')]))).toEqual([
      'catalog/digital.yaml:2:11 VARIABLE_UNKNOWN The environments "sandbox" and "prod" have no variable "nope".',
    ]);
  });

  test.each(['${each.price', '${each.}', '${ each.price }', '${each.price??}'])(
    'in a reference, such as %s, says how to write one',
    (text) => {
      const [problem] = validate([rowsOf('[{ name: A, price: x }]', `  cta_text__limio: "${text}"\n`)]).problems;
      expect(problem).toMatchObject({ code: 'VARIABLE_SYNTAX', hint: expect.stringContaining('${each.COLUMN}') });
    },
  );

  test('that leaves out the quotes inside braces says so', () => {
    const [problem] = validate([
      yaml('kind: offer\nfor_each: [A]\npath: /offers2/${each.key}\nattributes: { a: ${each.key} }\n'),
    ]).problems;
    expect(problem).toMatchObject({ code: 'YAML_SYNTAX', hint: expect.stringContaining('quote a reference') });
  });

  test('outside a template says how to make one', () => {
    const [problem] = validate([yaml('kind: offer\npath: /offers2/${each.country}\nattributes: {}\n')]).problems;
    expect(problem).toMatchObject({ code: 'VARIABLE_SYNTAX', hint: expect.stringContaining('for_each') });
  });
});

describe('the origin of a value in a template', () => {
  const checked = validate([yaml(TEMPLATE), PRICES], 'prod');
  const at = (pointer: string) => {
    const origin = checked.findOrigin('offer:/offers2/Digital GB', pointer);
    const { line, row } = origin?.position ?? {};
    return [line, origin?.layer, row && `${row.file}:${row.line}:${row.col}`, origin?.filled?.columns];
  };

  test.each([
    ['/attributes/price__limio/0/name', [8, 'template', undefined, undefined]],
    ['/attributes/price__limio/0/value', [8, 'row', 'catalog/prices.csv:2:18', ['price']]],
    ['/attributes/display_price__limio', [5, 'template', 'catalog/prices.csv:2:1', ['symbol', 'price']]],
    ['/attributes/allowed_countries__limio/0', [6, 'row', 'catalog/prices.csv:2:9', ['country']]],
  ])('at %s', (pointer, expected) => {
    expect(at(pointer)).toEqual(expected);
  });

  test('is found for elements after one that was left out', () => {
    const template = rowsOf('[{ name: A, a: "", b: x }]', '  label__limio: ["${each.a?}", "${each.b}", c]\n');
    const { findOrigin } = validate([template], 'prod');
    const raw = [0, 1].map((i) => findOrigin('offer:/offers2/A', `/attributes/label__limio/${i}`)?.raw);
    expect(raw).toEqual(['${each.b}', 'c']);
  });
});

const offer = (extended: string, attributes: string) =>
  yaml(`kind: offer\nextends: ${extended}\npath: /offers2/A\nattributes:\n${attributes}`, 'catalog/a.yaml');

describe('a base', () => {
  const COMMON = asBase('attributes:\n  cta_text__limio: Buy\n  term__limio: { length: 1, type: months }\n');

  test('is merged below the document, and is no resource itself', () => {
    const checked = validate([COMMON, offer('[bases/digital.yaml]', '  term__limio: { length: 2 }\n')]);
    expect(list(checked)).toEqual([]);
    expect(bodies(checked)).toEqual({ A: { cta_text__limio: 'Buy', term__limio: { length: 2, type: 'months' } } });
  });

  test('merges in the order given; a null takes away what is below it, and else clears the field', () => {
    const second = asBase('attributes:\n  cta_text__limio: Go\n  badge_text__limio: New\n', 'catalog/bases/b.yaml');
    const extended = '[bases/digital.yaml, bases/b.yaml]';
    const checked = validate([
      COMMON,
      second,
      offer(extended, '  badge_text__limio: null\n  display_price__limio: null\n'),
    ]);
    expect(bodies(checked)).toEqual({
      A: { cta_text__limio: 'Go', term__limio: { length: 1, type: 'months' }, display_price__limio: null },
    });
    const removed = validate([COMMON, second, offer(extended, '  cta_text__limio: null\n')]);
    expect(bodies(removed)['A']).not.toHaveProperty('cta_text__limio');
  });

  test('can extend a base, use columns of the template, and supply the name', () => {
    const named = asBase('extends: digital.yaml\npath: /offers2/${each.key}\n', 'catalog/bases/named.yaml');
    const template = yaml(
      'kind: offer\nextends: bases/named.yaml\nfor_each: [A, B]\nattributes: { badge_text__limio: x }\n',
      'catalog/a.yaml',
    );
    expect(Object.keys(bodies(validate([COMMON, named, template])))).toEqual(['A', 'B']);
  });

  test('supplies its values by its own lines', () => {
    const { findOrigin } = validate([COMMON, offer('bases/digital.yaml', '  term__limio: { length: 2 }\n')], 'prod');
    const at = (pointer: string) => {
      const { layer, position } = findOrigin('offer:/offers2/A', pointer) ?? {};
      return `${position?.file}:${position?.line} ${layer}`;
    };
    expect(at('/attributes/cta_text__limio')).toBe('catalog/bases/digital.yaml:3 base');
    expect(at('/attributes/term__limio/length')).toBe('catalog/a.yaml:5 document');
    expect(at('/attributes/term__limio/type')).toBe('catalog/bases/digital.yaml:4 base');
    expect(at('/attributes/term__limio')).toBe('catalog/a.yaml:5 document');
  });

  test.each([
    ['that does not exist', 'digital.yaml', '2:10 EXTENDS There is no file catalog/digital.yaml.'],
    ['that is a resource', '[b.yaml]', '2:11 EXTENDS catalog/b.yaml is no base.'],
    ['that is the document', 'a.yaml', '2:10 EXTENDS catalog/a.yaml extends itself.'],
    ['that is a number', '[1]', '2:11 EXTENDS "extends" names no file.'],
    ['in an empty list', '[]', '2:10 EXTENDS "extends" names no file.'],
  ])('%s is an error where it is named', (_name, extended, expected) => {
    const other = yaml('kind: offer\npath: /offers2/B\nattributes: {}\n', 'catalog/b.yaml');
    const problems = list(validate([offer(extended, '  cta_text__limio: Buy\n'), other]));
    expect(problems).toEqual([`catalog/a.yaml:${expected}`]);
  });

  test('in a circle is an error, and one that nothing extends a warning', () => {
    const circle = [asBase('extends: y.yaml\n', 'catalog/x.yaml'), asBase('extends: x.yaml\n', 'catalog/y.yaml')];
    expect(list(validate([...circle, offer('x.yaml', '  cta_text__limio: Buy\n')])).join()).toMatch(
      /EXTENDS catalog\/[xy].yaml extends itself/,
    );
    const declared = yaml('kind: offer\npath: /offers2/B\nattributes: {}\n', 'catalog/b.yaml');
    expect(list(validate([COMMON, declared]))).toEqual([
      'catalog/bases/digital.yaml:1:7 BASE_UNUSED No document extends this base.',
    ]);
  });

  test('with a mistake is reported once, in the base', () => {
    const wrong = asBase('attributes:\n  price__limio: [{ name: c, value: "1", currencyCode: GBQ }]\n');
    const two = [1, 2].map((n) =>
      yaml(`kind: offer\nextends: bases/digital.yaml\npath: /offers2/${n}\n`, `catalog/${n}.yaml`),
    );
    expect(list(validate([wrong, ...two]))).toEqual([
      expect.stringMatching(/^catalog\/bases\/digital\.yaml:3:\d+ CURRENCY_UNKNOWN /),
    ]);
  });
});
