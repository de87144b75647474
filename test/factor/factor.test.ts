import { describe, expect, test } from 'vitest';
import { parseDocuments } from '../../src/source/parse.js';
import { expand, factor, resolve } from './support.js';

const MARKETS = [
  ['GB', '£', '9.99', 'GBP'],
  ['IE', '€', '10.99', 'EUR'],
  ['US', '$', '12.99', 'USD'],
] as const;

type Market = (typeof MARKETS)[number];

/** An offer with some lines below `attributes`. */
const writeOffer = (name: string, lines: readonly string[] = []): string =>
  [`kind: offer`, `path: /offers2/${name}`, 'attributes:', ...lines.map((line) => `  ${line}`), ''].join('\n');

const writeDigital = ([country, symbol, price, currency]: Market, more: readonly string[] = []): string =>
  writeOffer(`Digital ${country}`, [
    `display_price__limio: ${symbol}${price} per month`,
    'cta_text__limio: Subscribe',
    `allowed_countries__limio: [${country}]`,
    `price__limio: [{ name: charge_1, value: "${price}", currencyCode: ${currency} }]`,
    ...more,
  ]);

const factorAttributes = (attributes: readonly (readonly string[])[]) =>
  factor(
    'offer',
    attributes.map((lines, i) => writeOffer(`Plus ${['A', 'B', 'C', 'D'][i]}`, lines)),
  );

describe('a template', () => {
  test('keeps what is the same, and has columns named for what they hold', () => {
    const { texts, lines, left } = factor(
      'offer',
      MARKETS.map((market) => writeDigital(market)),
    );
    expect(texts).toEqual([
      `kind: offer
for_each: { table: prices.csv }
path: /offers2/Digital \${each.country}
attributes:
  display_price__limio: \${each.symbol}\${each.price} per month
  cta_text__limio: Subscribe
  allowed_countries__limio: ["\${each.country}"]
  price__limio: [{ name: charge_1, value: "\${each.price}", currencyCode: "\${each.currency}" }]
`,
    ]);
    expect(lines).toEqual(['country|symbol|price|currency', 'GB|£|9.99|GBP', 'IE|€|10.99|EUR', 'US|$|12.99|USD']);
    expect(left).toEqual([]);
  });

  test('keeps the comments and the spelling of the first document, and points to the same schema', () => {
    const first = `# yaml-language-server: $schema=../../schema/resource.json
# Sold everywhere.
kind: offer
path: /offers2/A # the name
attributes:
  # Shown on the button.
  cta_text__limio: 'Go'
  badge_text__limio: "1"
`;
    const { texts } = factor('offer', [first, first.replace('2/A', '2/B').replace('"1"', '"2"')]);
    expect(texts).toEqual([
      `# yaml-language-server: $schema=../schema/resource.json
# Sold everywhere.
kind: offer
for_each: { table: prices.csv }
path: /offers2/\${each.name} # the name
attributes:
  # Shown on the button.
  cta_text__limio: 'Go'
  badge_text__limio: "\${each.badge_text}"
`,
    ]);
  });

  test.each([
    ['comments before a line of dashes', '# Sold everywhere.\n---\nkind: offer\npath: /offers2/A\n'],
    [
      'another document behind it',
      '# Sold everywhere.\nkind: offer\npath: /offers2/A\n...\n---\nkind: tag\npath: /tags/a\n',
    ],
  ])('is the text of the first document without %s', (_, first) => {
    const { texts } = factor('offer', [first, 'kind: offer\npath: /offers2/B\n']);
    expect(texts).toEqual([
      '# Sold everywhere.\nkind: offer\nfor_each: { table: prices.csv }\npath: /offers2/${each.name}\n',
    ]);
  });

  test('keeps the line ends of the first document', () => {
    const { texts } = factor(
      'offer',
      ['A', 'B'].map((name) => `kind: offer\r\npath: /offers2/${name}\r\n`),
    );
    expect(texts).toEqual(['kind: offer\r\nfor_each: { table: prices.csv }\r\npath: /offers2/${each.name}\r\n']);
  });

  test('is written anew where the text of the first document cannot hold it', () => {
    const { texts } = factor(
      'offer',
      ['A', 'B'].map((name) => `{ path: /offers2/${name}, kind: offer }\n`),
    );
    expect(texts).toEqual(['kind: offer\nfor_each: { table: prices.csv }\npath: /offers2/${each.name}\n']);
  });

  test('has its rows in the order of the addresses', () => {
    const { lines } = factor(
      'offer',
      [MARKETS[2], MARKETS[0], MARKETS[1]].map((market) => writeDigital(market)),
    );
    expect(lines.slice(1).map((line) => line.slice(0, 2))).toEqual(['GB', 'IE', 'US']);
  });

  test('gives numbers and booleans the type of their column', () => {
    const { texts, lines } = factorAttributes([
      ['quantity: 1', 'trial: true', 'text: "1"'],
      ['quantity: 2', 'trial: false', 'text: "2"'],
    ]);
    expect(texts[0]).toContain('for_each: { table: prices.csv, columns: { quantity: number, trial: boolean } }');
    expect(texts[0]).toContain('quantity: ${each.quantity}');
    expect(texts[0]).toContain('text: "${each.text}"');
    expect(lines).toEqual(['name|quantity|trial|text', 'A|1|true|1', 'B|2|false|2']);
  });

  test('leaves out a field in the rows whose documents lack it', () => {
    const [a, b, c] = MARKETS;
    const documents = [writeDigital(a), writeDigital(b, ['badge_text__limio: New']), writeDigital(c)];
    const factored = factor('offer', documents);
    expect(factored.texts[0]).toContain('badge_text__limio: ${each.badge_text?}');
    expect(factored.lines.map((line) => line.split('|').at(-1))).toEqual(['badge_text', '', 'New', '']);
  });

  test('leaves out the last texts of a list in the rows that lack them', () => {
    const { texts, lines } = factorAttributes([['label__limio: [x, y]'], ['label__limio: [x]']]);
    expect(texts[0]).toContain('label__limio: [x, "${each.label?}"]');
    expect(lines).toEqual(['name|label', 'A|y', 'B|']);
  });

  test('has columns for the environments of its rows where they differ', () => {
    const { texts, lines } = factorAttributes([['a: 1'], ['a: 1']]);
    expect([texts[0], lines[0]].join()).not.toContain('only');
    const restricted = factor('promo_code', [
      'kind: promo_code\npromoCode: AA\nonly: prod\n',
      'kind: promo_code\npromoCode: BB\nonly: [prod, staging]\n',
      'kind: promo_code\npromoCode: CC\n',
    ]);
    expect(restricted.texts).toEqual(['kind: promo_code\nfor_each: { table: prices.csv }\npromoCode: ${each.name}\n']);
    expect(restricted.lines).toEqual(['name|only', 'AA|prod', 'BB|prod staging', 'CC|']);
    const same = factor('promo_code', [
      'kind: promo_code\npromoCode: AA\nexcept: [prod]\n',
      'kind: promo_code\npromoCode: BB\nexcept: [prod]\n',
    ]);
    expect(same.texts[0]).toContain('except: [prod]');
    expect(same.lines[0]).toBe('name');
  });
});

describe('a text is composed', () => {
  test.each([
    [
      'of the currency sign and the amount',
      ['£9.99 a month', '€8.99 a month'],
      't: ${each.symbol}${each.price} a month',
    ],
    ['of an amount before its sign', ['9,99 €', '8,99 £'], 't: ${each.price} ${each.symbol}'],
    [
      'of what is the same around a word',
      ['<p>Read it in Wales</p>', '<p>Read it in Spain</p>'],
      't: <p>Read it in ${each.t}</p>',
    ],
    ['whole, where little is the same', ['Read all the news', 'Read anything'], 't: ${each.t}'],
    ['whole, where a part would be empty', ['Digital', 'Digital Plus'], 't: ${each.t}'],
    ['without a cut inside a word', ['forward', 'forest'], 't: ${each.t}'],
    ['without a cut inside a number', ['costs 1.25', 'costs 1.35'], 't: costs ${each.price}'],
    ['without a cut inside a pair of code units', ['see 😀', 'see 😁'], 't: see ${each.t}'],
    [
      'of a dollar sign that no reference can follow',
      ['$9 now and then', '$8 now and then'],
      't: ${each.symbol}${each.t} now and then',
    ],
  ])('%s', (_, texts, line) => {
    const factored = factorAttributes(texts.map((text) => [`t: ${JSON.stringify(text)}`]));
    const [, written = ''] = /^ {2}(t: .*)$/m.exec(factored.texts[0] ?? '') ?? [];
    expect(written.replace(/^t: "(.*)"$/, 't: $1')).toBe(line);
    expect(expand(factored).map((document) => JSON.stringify(document))).toEqual(
      texts.map((text) => expect.stringContaining(JSON.stringify(text))),
    );
  });

  test('of columns of other fields, at the edges of words only', () => {
    const inside = factorAttributes([
      ['country: GB', 'rate: "5"', 'text: GBx 15'],
      ['country: DE', 'rate: "6"', 'text: DEx 16'],
    ]);
    expect(inside.texts[0]).toContain('text: ${each.text}');
    const plain = factorAttributes([
      ['currency: GBP', 'country: GB', 'url: /x/GB-GBP', 'rate: "5"', 'text: for 5 in GB'],
      ['currency: EUR', 'country: DE', 'url: /x/DE-EUR', 'rate: "6"', 'text: for 6 in DE'],
    ]);
    expect(plain.texts[0]).toContain('url: /x/${each.country}-${each.currency}');
    expect(plain.texts[0]).toContain('text: for ${each.rate} in ${each.country}');
  });

  test('of signs with and without a space, and of what they have in common', () => {
    const { texts, lines } = factorAttributes([
      ['price: "9.00"', 't: £9.00 per month', 'u: only £9.00 for each month'],
      ['price: "8.00"', 't: kr 8.00 per year', 'u: only kr 8.00 for each year'],
      ['price: "7.00"', 't: R7.00 per year', 'u: only R7.00 for each year'],
    ]);
    expect(texts[0]).toContain('t: ${each.symbol}${each.price} per ${each.period}');
    expect(texts[0]).toContain('u: only ${each.symbol}${each.price} for each ${each.period}');
    expect(lines.slice(0, 3)).toEqual(['name|price|symbol|period', 'A|9.00|£|month', 'B|8.00|kr |year']);
  });

  test('around references to variables, which stay in the template', () => {
    const factored = factorAttributes([
      ['url: https://${vars.shop}/a?x=$${y}', 'same: ${vars.other}'],
      ['url: https://${vars.shop}/b?x=$${y}', 'same: ${vars.other}'],
    ]);
    expect(factored.texts[0]).toContain('url: https://${vars.shop}/${each.url}?x=$${y}');
    expect(factored.texts[0]).toContain('same: ${vars.other}');
  });

  test('and a cell holds the text that an escape stands for', () => {
    const factored = factorAttributes([['t: $${vars.shop}'], ['t: $${each.x}']]);
    expect(factored.lines).toEqual(['name|t', 'A|${vars.shop}', 'B|${each.x}']);
    expect(JSON.stringify(expand(factored))).toContain('${each.x}');
  });
});

describe('names of columns', () => {
  test.each([
    ['country', 'x: GB', 'x: IE'],
    ['currency', 'x: GBP', 'x: EUR'],
    ['symbol', 'x: £', 'x: US$'],
    ['price', 'x: "1.50"', 'x: "2.50"'],
    ['display_x', 'display_x__limio: y', 'display_x__limio: z'],
    ['my_own_key', 'my-own.key: y', 'my-own.key: z'],
    ['offer_path', 'offer: { path: y }', 'offer: { path: z }'],
  ])('%s', (name, a, b) => {
    expect(factorAttributes([[a], [b]]).lines[0]).toBe(`name|${name}`);
  });

  test('are made unique by a number', () => {
    expect(
      factorAttributes([
        ['x: "1.50"', 'y: "3.50"'],
        ['x: "2.50"', 'y: "4.50"'],
      ]).lines[0],
    ).toBe('name|price|price2');
  });
});

describe('resources of several shapes', () => {
  const annual = MARKETS.map((market) =>
    writeDigital(market, ['term__limio: { renewal_type: TERMED }']).replaceAll('Digital', 'Digital Annual'),
  );
  const monthly = MARKETS.map((market) => writeDigital(market).replaceAll('Digital', 'Digital Monthly'));

  test('get a template each, and rows that say which is theirs', () => {
    const { texts, lines, left } = factor('offer', [...annual, ...monthly]);
    expect(texts.map((text) => text.split('\n')[1])).toEqual([
      'for_each: { table: prices.csv, where: { plan: annual } }',
      'for_each: { table: prices.csv, where: { plan: monthly } }',
    ]);
    expect(lines[0]).toBe('plan|country|symbol|price|currency');
    expect(lines.slice(1).map((line) => line.slice(0, 10))).toEqual([
      'annual|GB|',
      'annual|IE|',
      'annual|US|',
      'monthly|GB',
      'monthly|IE',
      'monthly|US',
    ]);
    expect(left).toEqual([]);
  });

  test('share the line for editors at the top of the file', () => {
    const line = '# yaml-language-server: $schema=../../schema/resource.json\n';
    const { texts } = factor(
      'offer',
      [...annual, ...monthly].map((text) => line + text),
    );
    expect(texts.map((text) => text.split('\n')[0])).toEqual([
      '# yaml-language-server: $schema=../schema/resource.json',
      'kind: offer',
    ]);
  });

  test('get a template for each value of a column on request', () => {
    const alike = annual.map((text) => text.replace(/^ {2}term.*\n/m, ''));
    const documents = [...alike, ...monthly].map((text, i) =>
      text.replace('per month', i < 3 ? 'per year' : 'per month'),
    );
    expect(factor('offer', documents).lines[0]).toBe('name|country|symbol|price|period|currency');
    const split = factor('offer', documents, 'name');
    expect(split.texts.map((text) => text.split('\n').slice(1, 5))).toEqual([
      [
        'for_each: { table: prices.csv, where: { plan: annual } }',
        'path: /offers2/Digital Annual ${each.country}',
        'attributes:',
        '  display_price__limio: ${each.symbol}${each.price} per year',
      ],
      [
        'for_each: { table: prices.csv, where: { plan: monthly } }',
        'path: /offers2/Digital Monthly ${each.country}',
        'attributes:',
        '  display_price__limio: ${each.symbol}${each.price} per month',
      ],
    ]);
    expect(split.lines[0]).toBe('plan|country|symbol|price|currency');
    expect(expand(split)).toEqual(expand(factor('offer', documents)));
  });

  test.each([
    ['x: null', 'attributes/x is null; in the others it is a text.'],
    ['x: 5', 'attributes/x is a number; in the others it is a text.'],
    ['x: ""', 'attributes/x is an empty text; in the others it is a text.'],
    ['x: []', 'attributes/x is []; in the others it is a text.'],
    ['x: at ${vars.shop}', 'attributes/x is a text with other variables; in the others it is a text.'],
    ['x: a\n  more: [1, 2]', 'attributes/more/0 exists only here.'],
    ['x: a\n  more: {}', 'attributes/more exists only here.'],
  ])('keep their documents where only one or two have the shape: %s', (line, reason) => {
    const { left, lines } = factorAttributes([['x: a'], ['x: b'], ['x: c'], [line]]);
    expect(lines).toHaveLength(4);
    expect(left).toEqual([{ address: 'offer:/offers2/Plus D', reason }]);
  });

  test('keep their documents where no two are alike', () => {
    const { texts, left } = factorAttributes([['x: a'], ['x: []']]);
    expect(texts).toEqual([]);
    expect(left.map(({ reason }) => reason)).toEqual([
      'No other selected resource has the same fields.',
      'attributes/x is []; in the others it is a text.',
    ]);
  });
});

describe('documents that no template can replace are named', () => {
  test.each([
    ['kind: offer\npath: /offers2/Z\nattributes: &a {}\n', 'It uses anchors, aliases or "x-" keys of YAML.'],
    ['kind: offer\npath: /offers2/Z\nattributes: { "a${each.x}": 1 }\n', 'One of its keys contains "${each.".'],
  ])('%#: %s', (document, reason) => {
    const { left } = factor('offer', [...MARKETS.map((market) => writeDigital(market)), document]);
    expect(left).toEqual([{ address: 'offer:/offers2/Z', reason }]);
  });
});

test('the documents of the table are the documents that were there', () => {
  const documents = MARKETS.map((market) => writeDigital(market, ['quantity: 3', `rank: ${market[2].length}`]));
  expect(expand(factor('offer', documents))).toEqual(
    documents.map((text) => resolve(parseDocuments('x.yaml', text).documents[0]?.value ?? null)),
  );
});

describe('comments of the first document', () => {
  test.each([
    [
      'beside an element of a list',
      ['x: # all', '  - GB # why'],
      ['x: # all', '  - GB # why it'],
      ['x: # all', '  - ${each.country}'],
    ],
    ['above a list that a column fills', ['# why', 'x:', '  - GB'], ['x:', '  - GB'], ['x:', '  - ${each.country}']],
    ['in several lines', ['# why', '', '# and how', 'x: GB'], ['# why', 'x: GB'], ['', 'x: ${each.country}']],
    ['in a list on one line', ['x: [GB, a] # why'], ['x: [GB, a]'], ['x: ["${each.country}", a]']],
  ])('go where a column fills the value and another document has another comment: %s', (_, first, second, expected) => {
    const lines = second.map((line) => line.replace('GB', 'IE'));
    const { texts } = factorAttributes([first, lines]);
    expect(texts[0]?.split('attributes:\n')[1]?.trimEnd()).toBe(expected.map((line) => `  ${line}`).join('\n'));
  });

  test.each([
    ['every document has them', ['# why', 'x: GB # so'], ['# why', 'x: IE # so'], ['# why', 'x: ${each.country} # so']],
    ['the value is the same in all', ['y: 1 # why', 'x: GB'], ['y: 1', 'x: IE'], ['y: 1 # why', 'x: ${each.country}']],
    ['another document lacks the value', ['a: 1', 'x: GB # so'], ['a: 1'], ['a: 1', 'x: ${each.country?} # so']],
    [
      'only a part below is filled',
      ['# why', 'm:', '  x: GB', '  y: 1'],
      ['m:', '  x: IE', '  y: 1'],
      ['# why', 'm:', '  x: ${each.country}', '  y: 1'],
    ],
  ])('stay where %s', (_, first, second, expected) => {
    const { texts } = factorAttributes([first, second]);
    expect(texts[0]?.split('attributes:\n')[1]?.trimEnd()).toBe(expected.map((line) => `  ${line}`).join('\n'));
  });

  test('go with their whole line where line ends are those of Windows', () => {
    const documents = ['A', 'B'].map((name) =>
      `# Top.\n${writeOffer(name, [`# why ${name}`, `x: y ${name} # so`])}`.replaceAll('\n', '\r\n'),
    );
    const { texts } = factor('offer', documents);
    expect(texts[0]).toContain('# Top.\r\nkind: offer\r\n');
    expect(texts[0]).toContain('attributes:\r\n  x: y ${each.name} # so\r\n');
  });
});
