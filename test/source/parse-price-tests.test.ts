import { describe, expect, test } from 'vitest';
import type { SourceContext } from '../../src/source/documents.js';
import { parsePriceTests } from '../../src/source/test-files/price-tests.js';

const CONTEXT: SourceContext = {
  environments: [
    { name: 'dev', vars: { first: '1.00' } },
    { name: 'prod', vars: { first: '2.00' } },
  ],
};
const DECLARED = new Set(['offer:/offers2/Digital Monthly', 'promo_code:SPRING25']);
const parse = (text: string) => parsePriceTests([{ path: 'prices/a.test.yaml', text }], CONTEXT, DECLARED);
/** Each problem with the text that its caret points at. */
const listProblems = (text: string): string[] =>
  parse(text).problems.map(
    ({ line, col, length = 0, code }) => `${code} ${text.split('\n')[line - 1]?.slice(col - 1, col - 1 + length)}`,
  );
const GOOD = { offer: '"/offers2/Digital Monthly"', date: '2027-01-31', expect: '{ first_payment: "1" }' };
const row = (keys: Readonly<Record<string, string | undefined>>): string =>
  `kind: price_test\ncases:\n  - { ${Object.entries({ ...GOOD, ...keys })
    .flatMap(([key, value]) => (value === undefined ? [] : [`${key}: ${value}`]))
    .join(', ')} }\n`;

describe('test files of prices', () => {
  test('give each environment its cases, defaults merged and variables filled in', () => {
    const { views, problems } = parse(
      [
        'kind: price_test',
        'name: Digital',
        'defaults: { offer: /offers2/Digital Monthly, quantity: 2, country: GB, date: 2027-01-31, promo_code: spring25, expect: { currency: GBP } }',
        'cases:',
        '  - { expect: { first_payment: "${vars.first}", recurring: null } }',
        '  - { country: FR, promo_code: null, expect: { refused: not_sold } }',
        '  - { name: Two, offers: [{ offer: /offers2/A }, { offer: /offers2/B, quantity: 3 }] }',
        '---',
        'kind: price_test',
        'only: prod',
        'cases: [{ offer: /offers2/C, date: 2027-02-28, expect: { schedule: [{ date: 2027-02-28, amount: "1" }] } }]',
        '',
      ].join('\n'),
    );
    expect(problems).toEqual([]);
    const monthly = {
      offers: [{ path: '/offers2/Digital Monthly', quantity: 2 }],
      date: '2027-01-31',
      country: 'GB',
      promoCode: 'SPRING25',
    };
    const [dev, prod] = views.map(({ cases }) =>
      cases.map(
        ({ path: _path, place: _place, offerPaths: _offers, addOnPaths: _addOns, promoCodePath: _code, ...one }) => one,
      ),
    );
    expect(dev).toEqual([
      { ...monthly, name: 'Digital: case 1', expected: { currency: 'GBP', firstPayment: '1.00', recurring: null } },
      {
        offers: monthly.offers,
        date: '2027-01-31',
        country: 'FR',
        name: 'Digital: country FR, promo code none',
        expected: { refused: 'not_sold' },
      },
      {
        ...monthly,
        offers: [
          { path: '/offers2/A', quantity: 1 },
          { path: '/offers2/B', quantity: 3 },
        ],
        name: 'Digital: Two',
        expected: { currency: 'GBP' },
      },
    ]);
    expect(prod?.[0]?.expected).toEqual({ currency: 'GBP', firstPayment: '2.00', recurring: null });
    expect(prod?.at(-1)).toEqual({
      offers: [{ path: '/offers2/C', quantity: 1 }],
      date: '2027-02-28',
      name: 'offer /offers2/C, date 2027-02-28',
      expected: { schedule: [{ date: '2027-02-28', amount: '1' }] },
    });
    expect(views[0]?.cases[1]?.place).toMatchObject({ file: 'prices/a.test.yaml', line: 6, col: 5 });
  });

  test('give a case its add-ons, addresses and taxes', () => {
    const { views, problems } = parse(
      [
        'kind: price_test',
        'defaults: { offer: /offers2/A, date: 2027-01-31, taxes: added, billing: { country: US, state: NY } }',
        'cases:',
        '  - { add_ons: [{ add_on: /add_ons/B, quantity: 2 }, { add_on: /add_ons/C }], expect: { tax: "1.15" } }',
        '  - { billing: { country: DE }, delivery: { country: FR }, taxes: included, expect: { first_payment: "1" } }',
        '',
      ].join('\n'),
    );
    expect(problems).toEqual([]);
    expect(views[0]?.cases).toMatchObject([
      {
        name: 'add ons 2 x /add_ons/B and 1 x /add_ons/C',
        addOns: [
          { path: '/add_ons/B', quantity: 2 },
          { path: '/add_ons/C', quantity: 1 },
        ],
        billing: { country: 'US', state: 'NY' },
        taxes: 'added',
        expected: { tax: '1.15' },
      },
      { name: 'billing DE, delivery FR, taxes included', billing: { country: 'DE' }, delivery: { country: 'FR' } },
    ]);
    expect(views[0]?.cases[1]).not.toHaveProperty('taxes');
  });

  test.each<[string, string, string[]]>([
    ['a country of an address that does not exist', row({ billing: '{ country: UK }' }), ['COUNTRY_UNKNOWN UK']],
    ['an unknown key of an address', row({ delivery: '{ zip: "1" }' }), ['UNKNOWN_KEY zip']],
    ['a tax that is a number', row({ expect: '{ tax: 1.15 }' }), ['WRONG_TYPE 1.15']],
    [
      'an add-on twice, and half of one',
      row({ add_ons: '[{ add_on: /add_ons/A }, { add_on: /add_ons/A, quantity: 0.5 }]' }),
      ['TEST_ORDER /add_ons/A', 'TEST_ORDER 0.5'],
    ],
    ['an unknown key', row({ quantiy: '2' }), ['UNKNOWN_KEY quantiy']],
    ['an unknown kind', 'kind: prices_test\n', ['KIND_UNKNOWN prices_test']],
    ['an amount that is a number', row({ expect: '{ first_payment: 12.90 }' }), ['WRONG_TYPE 12.90']],
    ['an amount in words', row({ expect: '{ first_payment: "£12.90" }' }), ['PRICE_NOT_NUMBER "£12.90"']],
    ['a day that does not exist', row({ date: '2027-02-29' }), ['DATE_SYNTAX 2027-02-29']],
    ['a country that does not exist', row({ country: 'UK' }), ['COUNTRY_UNKNOWN UK']],
    ['a currency that does not exist', row({ expect: '{ currency: GPB }' }), ['CURRENCY_UNKNOWN GPB']],
    ['half a unit', row({ quantity: '0.5' }), ['TEST_ORDER 0.5']],
    ['both forms of an order', row({ offers: '[{ offer: /offers2/Other }]' }), ['TEST_ORDER offers']],
    [
      'an offer twice',
      row({ offer: undefined, offers: '[{ offer: /offers2/A }, { offer: /offers2/A }]' }),
      ['TEST_ORDER /offers2/A'],
    ],
    ['a misspelt offer', row({ offer: '"/offers2/Digital Montly"' }), ['REFERENCE_MISSPELT "/offers2/Digital Montly"']],
    ['a misspelt code', row({ promo_code: 'SPRNG25' }), ['REFERENCE_MISSPELT SPRNG25']],
    [
      'a refusal that costs something',
      row({ expect: '{ refused: not_sold, first_payment: "1" }' }),
      ['TEST_EXPECTATION refused'],
    ],
    ['an unknown refusal', row({ expect: '{ refused: sold_out }' }), ['WRONG_VALUE sold_out']],
    ['nothing expected', row({ expect: '{}' }), ['TEST_EXPECTATION {']],
    [
      'nothing expected beside another mistake',
      `${row({ quantiy: '2' })}  - { offer: /offers2/A, date: 2027-01-31, expect: {} }\n`,
      ['UNKNOWN_KEY quantiy', 'TEST_EXPECTATION {'],
    ],
    [
      'days out of order',
      row({ expect: '{ schedule: [{ date: 2027-02-28, amount: "1" }, { date: 2027-01-31, amount: "1" }] }' }),
      ['TEST_EXPECTATION 2027-01-31'],
    ],
    [
      'a day before the order',
      row({ expect: '{ schedule: [{ date: 2026-01-31, amount: "1" }] }' }),
      ['TEST_EXPECTATION 2026-01-31'],
    ],
  ])('%s is told with its place', (_, text, problems) => {
    expect(listProblems(text).map((one) => one.replace(/ \{ offer.*/, ' {'))).toEqual(problems);
    expect(parse(text).views.flatMap(({ cases }) => cases)).toEqual([]);
  });

  test('what a case lacks is told together, with where to write it', () => {
    expect(
      parse(row({ offer: undefined, date: undefined, expect: undefined, country: 'GB' })).problems.map(
        ({ message }) => message,
      ),
    ).toEqual(['The case has no "date".', 'The case has no "expect".', 'The case has no "offer".']);
  });

  test('an offer that is like no declared one may be in the tenant alone', () => {
    expect(parse(row({ offer: '/offers2/Print Weekend' })).problems).toEqual([]);
  });
});
