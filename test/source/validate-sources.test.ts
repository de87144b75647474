import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Problem } from '../../src/model/problem.js';
import type { SourceContext } from '../../src/source/documents.js';
import { validateSources } from '../../src/source/source.js';

const NO_ENVIRONMENT: SourceContext = { environments: [] };

function validate(text: string, context: SourceContext = NO_ENVIRONMENT): Problem[] {
  return validateSources([{ path: 'a.yaml', text }], context).problems;
}

/** `CODE what the caret underlines` of each problem, so that a wrong position shows. */
function find(text: string, context?: SourceContext): string[] {
  const lines = text.split(/\r?\n/);
  return validate(text, context).map(
    ({ line, col, code, length = 1 }) => `${code} ${lines[line - 1]?.slice(col - 1, col - 1 + length)}`,
  );
}

const offer = (attributes: string): string => `kind: offer\npath: /offers2/X\nattributes: { ${attributes} }\n`;
const promo = (fields: string): string => `kind: promo_code\npromoCode: SPRING25\n${fields}\n`;
const journey = (fields: string): string => `kind: journey\nname: geo\nfallback_tag: /b/\n${fields}\n`;
const branch = (fields: string): string => journey(`journeys: [ { ${fields} } ]`);
const condition = (fields: string): string =>
  branch(`conditions: [ { ${fields} } ], actions: [ { type: destination, destination: /x/ } ]`);

const ISSUE_EXAMPLE = `
kind: offer
path: /offers2/Digital Monthly
attributes:
  display_name__limio: Digital Monthly
  price__limio:
    - { name: charge_1, label: Charge 1, value: "12.99", currencyCode: GBP, type: recurring, trigger: order_date, repeat_interval: 1, repeat_interval_type: months }
---
kind: promo_code
promoCode: SPRING25
applicationLevel: wholeBasket
status: true
promoExpiryDate: 2027-03-31
productDetails: { product: { path: /products/Discounts }, ratePlan: { path: 25% Off } }
discount: { discountType: DiscountPercentage, percentageDiscount: 25, durationLength: 3, durationType: Months }
---
kind: journey
name: geo-landing
starting_point: /landing/
fallback_tag: /landing-default/
domains: [acme-shop.prod.limio.com]
journeys:
  - conditions: [ { type: country, values: [US, CA] } ]
    actions: [ { type: destination, destination: /us/landing/, split: 100 } ]
  - conditions: [ { raw: { anything: the API sent us } } ]
    actions: [ { raw: { kept: as it is } } ]
`;

describe('resources', () => {
  test('of the kinds in one file become bodies in the shape of the API', () => {
    const { resources, problems } = validateSources([{ path: 'a.yaml', text: ISSUE_EXAMPLE }], NO_ENVIRONMENT);
    expect(problems).toEqual([]);
    expect(resources.map(({ address, source }) => [address, source.line])).toEqual([
      ['journey:geo-landing', 17],
      ['offer:/offers2/Digital Monthly', 2],
      ['promo_code:SPRING25', 9],
    ]);
    const [journeyResource, , promoCode] = resources;
    expect(journeyResource?.body).toEqual({
      starting_point: '/landing/',
      fallback_tag: '/landing-default/',
      domains: ['acme-shop.prod.limio.com'],
      journeys: [
        {
          conditions: [{ type: 'country', values: ['US', 'CA'] }],
          actions: [{ type: 'destination', destination: '/us/landing/', split: 100 }],
        },
        { conditions: [{ raw: { anything: 'the API sent us' } }], actions: [{ raw: { kept: 'as it is' } }] },
      ],
    });
    expect(promoCode?.body).toMatchObject({ promoCode: 'SPRING25', promoExpiryDate: '2027-03-31', status: true });
    expect(promoCode?.body).not.toHaveProperty('kind');
  });

  test('have promo codes in upper case, and fields that the file claims', () => {
    const text =
      'kind: promo_code\npromoCode: spring25\nusage: { availableQuantity: 5 }\nownership: { usage.availableQuantity: git }\n';
    const [resource] = validateSources([{ path: 'a.yaml', text }], NO_ENVIRONMENT).resources;
    expect(resource).toMatchObject({
      name: 'SPRING25',
      body: { promoCode: 'SPRING25' },
      owned: ['usage.availableQuantity'],
    });
    expect(resource?.body).not.toHaveProperty('ownership');
  });

  test('have ids of references and splits of actions filled in, and keep those given', () => {
    const text = `${offer('upgrade_offers__limio: [ { path: /products/Leemeeo Gold } ]')}---\n${branch('actions: [ { type: destination, destination: /x/ } ]')}`;
    const [first, second] = validateSources([{ path: 'a.yaml', text }], NO_ENVIRONMENT).resources;
    expect(first?.body['journeys']).toEqual([
      { conditions: [], actions: [{ type: 'destination', destination: '/x/', split: 100 }] },
    ]);
    expect(second?.body['attributes']).toEqual({
      upgrade_offers__limio: [{ path: '/products/Leemeeo Gold', id: '2a0085af24a2490a2dc991b15e5fe41f5449adf5' }],
    });
  });

  test('keep null, which clears, apart from absence', () => {
    const [resource] = validateSources(
      [{ path: 'a.yaml', text: offer('cta_text__limio: null, label__limio: []') }],
      NO_ENVIRONMENT,
    ).resources;
    expect(resource?.body).toEqual({ attributes: { cta_text__limio: null, label__limio: [] } });
  });

  test('with an error are left out, the others are not', () => {
    const text = `kind: promo_code\npromoCode: A-B\n---\nkind: promo_code\npromoCode: AB\n`;
    const { resources } = validateSources([{ path: 'a.yaml', text }], NO_ENVIRONMENT);
    expect(resources.map(({ address }) => address)).toEqual(['promo_code:AB']);
  });

  test('can be found in their file again, by pointer', () => {
    const { locate } = validateSources([{ path: 'a.yaml', text: ISSUE_EXAMPLE }], NO_ENVIRONMENT);
    expect(locate('journey:geo-landing', '/journeys/0/actions/0/destination')).toEqual({
      file: 'a.yaml',
      line: 24,
      col: 50,
    });
    expect(locate('offer:/offers2/Digital Monthly', '/attributes/price__limio/0/value')).toMatchObject({ line: 7 });
    expect(locate('journey:nowhere')).toBeUndefined();
  });
});

describe('problems of one document', () => {
  test.each<[string, string, string[]]>([
    ['no kind', 'path: /offers2/X\n', ['KIND_MISSING path: /offers2/X']],
    ['a misspelt key "kind"', 'knd: offer\n', ['KIND_MISSING knd']],
    ['a misspelt kind', 'kind: ofer\n', ['KIND_UNKNOWN ofer']],
    ['a list', '- kind: offer\n', ['NOT_A_MAPPING - kind: offer']],
    ['a missing key, at the nearest thing above it', 'kind: offer\nattributes: {}\n', ['MISSING_KEY kind: offer']],
    [
      'a misspelt key, which is not missing as well',
      'kind: offer\npath: /offers2/X\natributes: {}\n',
      ['UNKNOWN_KEY atributes'],
    ],
    [
      'an attribute beside "attributes"',
      'kind: offer\npath: /offers2/X\nattributes: {}\ncta_text__limio: Buy\n',
      ['UNKNOWN_KEY cta_text__limio'],
    ],
    ['null for an identity', 'kind: offer\npath:\nattributes: {}\n', ['WRONG_TYPE ']],
    ['a path in the wrong folder', 'kind: offer\npath: /add_ons/X\nattributes: {}\n', ['PATH_SYNTAX /add_ons/X']],
    ['a path that is only the folder', 'kind: product\npath: /products\nattributes: {}\n', ['PATH_SYNTAX /products']],
    ['a path without a slash', 'kind: offer\npath: offers2/X\nattributes: {}\n', ['PATH_SYNTAX offers2/X']],
    ['a path with a slash at its end', 'kind: offer\npath: /offers2/X/\nattributes: {}\n', ['PATH_SYNTAX /offers2/X/']],
    ['a path with an empty part', 'kind: offer\npath: /offers2//X\nattributes: {}\n', ['PATH_SYNTAX /offers2//X']],
    ['a path that climbs', 'kind: offer\npath: /offers2/../X\nattributes: {}\n', ['PATH_SYNTAX /offers2/../X']],
    ['a page below /pages2/, with blanks in its name', 'kind: page\npath: /pages2/Spring Landing\n', []],
    ['a page in a folder of the tenant', 'kind: page\npath: /landing_pages/Spring\n', []],
    ['a page in a numbered folder', 'kind: page\npath: /pages3/Spring\n', []],
    ['a page in a misspelt folder', 'kind: page\npath: /page/Spring\n', ['PATH_SYNTAX /page/Spring']],
    ['a page in the folder of offers', 'kind: page\npath: /offers2/X\n', ['PATH_SYNTAX /offers2/X']],
    ['a page that is only a folder', 'kind: page\npath: /landing\n', ['PATH_SYNTAX /landing']],
    ['a campaign', 'kind: campaign\npath: /offers/Winter Sale\n', []],
    ['a nested segment', 'kind: segment\npath: /segments/regions/UK\n', []],
    ['an offer of a campaign as a campaign', 'kind: campaign\npath: /offers/A/B\n', ['PATH_SYNTAX /offers/A/B']],
    ['an offer of no campaign, as some tenants have', 'kind: offer\npath: /offers/A\nattributes: {}\n', []],
    ['a page below a page', 'kind: page\npath: /pages2/a/b\n', ['PATH_SYNTAX /pages2/a/b']],
    ['a misspelt attribute', offer('dispaly_name__limio: X'), ['ATTRIBUTE_MISSPELT dispaly_name__limio']],
    ['an attribute that claims to be of Limio', offer('space_ship__limio: X'), ['ATTRIBUTE_UNKNOWN space_ship__limio']],
    [
      'an attribute with a slip in its suffix',
      offer('display_name__limo: X'),
      ['ATTRIBUTE_UNKNOWN display_name__limo'],
    ],
    ['attributes of customers', offer('"Device Access": [Web], offer_features: [a], role: {a: 1}'), []],
    ['the wrong type', offer('label__limio: gold'), ['WRONG_TYPE gold']],
    [
      'prices that are numbers, as some tenants hold them',
      offer('price__limio: [ { value: 12.95, tiers: [ { price: 99, starting_unit: "1" } ] } ]'),
      [],
    ],
    ['a count that is no number', offer('price__limio: [ { repeat_count: "two" } ]'), ['WRONG_TYPE "two"']],
    [
      'a price that two countries read differently',
      offer('price__limio: [ { value: "1.299" }, { value: "12,990" }, { tiers: [ { price: "1,299" } ] } ]'),
      ['PRICE_AMBIGUOUS "1.299"', 'PRICE_AMBIGUOUS "12,990"', 'PRICE_AMBIGUOUS "1,299"'],
    ],
    [
      'a discount that two countries read differently',
      `${offer('discount__limio: { value: "12.500" }')}---\n${promo('discount: { amountDiscount: "1.000", currency: EUR }')}`,
      ['PRICE_AMBIGUOUS "12.500"', 'PRICE_AMBIGUOUS "1.000"'],
    ],
    ['three decimals that the currency has', offer('price__limio: [ { value: "1.299", currencyCode: KWD } ]'), []],
    [
      'a price that everybody reads alike, not only in digits and a point',
      offer('price__limio: [ { value: "12,99" }, { value: "1.299,00" }, { value: "1,299.00" } ]'),
      ['PRICE_SPELLING "12,99"', 'PRICE_SPELLING "1.299,00"', 'PRICE_SPELLING "1,299.00"'],
    ],
    ['a price with a sign of currency', offer('price__limio: [ { value: "£12" } ]'), ['PRICE_NOT_NUMBER "£12"']],
    [
      'prices as tenants write them',
      offer('price__limio: [ { value: "359" }, { value: "999.00" }, { use_external_price: true } ]'),
      [],
    ],
    ['an unknown currency', offer('price__limio: [ { currencyCode: GPB } ]'), ['CURRENCY_UNKNOWN GPB']],
    ['a misspelt key in a charge', offer('price__limio: [ { curencyCode: GBP } ]'), ['UNKNOWN_KEY curencyCode']],
    ['a strange key in a charge', offer('price__limio: [ { elephant: GBP } ]'), ['UNUSUAL_KEY elephant']],
    [
      'words that are not known in their fields',
      offer('price__limio: [ { repeat_interval_type: month, trigger: signup } ], term__limio: { type: Year }'),
      ['UNUSUAL_VALUE month', 'UNUSUAL_VALUE signup', 'UNUSUAL_VALUE Year'],
    ],
    [
      'a type of discount that is not known',
      promo('discount: { discountType: Percentage, percentageDiscount: 5, durationType: Months }'),
      ['UNUSUAL_VALUE Percentage'],
    ],
    ['a device that is not known', condition('type: device, values: [ mobil, mobile ]'), ['UNUSUAL_VALUE mobil']],
    [
      'attributes of Limio without their ending',
      offer('cta_text: Go, rate_plan: x, autoRenew: true, role: a'),
      ['ATTRIBUTE_SUFFIX cta_text', 'ATTRIBUTE_SUFFIX rate_plan', 'ATTRIBUTE_SUFFIX autoRenew'],
    ],
    ['an attribute of the same name beside that of Limio', offer('label: x, label__limio: [ a ]'), []],
    ['a near miss of a usual value', offer('price__limio: [ { type: recuring } ]'), ['UNUSUAL_VALUE recuring']],
    ['an unknown country', offer('allowed_countries__limio: [ GB, UK, XK ]'), ['COUNTRY_UNKNOWN UK']],
    ['a label that is not flat', offer('label__limio: [ a/b, gold, é ]'), ['LABEL_NOT_ASCII a/b', 'LABEL_NOT_ASCII é']],
    [
      'a reference with the id of another path',
      offer('upgrade_offers__limio: [ { path: /offers2/Y, id: abc } ]'),
      ['REFERENCE_ID abc'],
    ],
    ['a control character', offer('cta_text__limio: "a\\u001bb"'), ['CONTROL_CHARACTER "a\\u001bb"']],
    ['a control character in a key', offer('"a\\u0007b": 1'), ['CONTROL_CHARACTER "a\\u0007b"']],
    ['half a surrogate pair', offer('cta_text__limio: "\\ud800"'), ['CONTROL_CHARACTER "\\ud800"']],
    ['lines and tabs in a text', offer('cta_text__limio: "a\\tb\\nc"'), []],
    ['a promo code with a hyphen', 'kind: promo_code\npromoCode: SPRING-25\n', ['PROMO_CODE_SYNTAX SPRING-25']],
    ['a promo code that is a number', 'kind: promo_code\npromoCode: 2025\n', ['WRONG_TYPE 2025']],
    [
      'an expiry before the start',
      promo('promoStartDate: 2027-04-01\npromoExpiryDate: 2027-03-31'),
      ['PROMO_DATES 2027-03-31'],
    ],
    [
      'an expiry on the day of the start',
      promo('promoStartDate: 2027-03-31T10:00:00Z\npromoExpiryDate: 2027-03-31'),
      [],
    ],
    ['a day that is not in the calendar', promo('promoExpiryDate: 2027-02-29'), ['DATE_SYNTAX 2027-02-29']],
    ['a leap day', promo('promoExpiryDate: 2028-02-29'), []],
    ['a date of another country', promo('promoExpiryDate: 31/03/2027'), ['DATE_SYNTAX 31/03/2027']],
    ['a percentage over 100', promo('discount: { percentageDiscount: 100.5 }'), ['PERCENTAGE_RANGE 100.5']],
    [
      'percentages of 0 and 100',
      `${promo('discount: { percentageDiscount: 0 }')}---\nkind: promo_code\npromoCode: B\ndiscount: { percentageDiscount: 100 }\n`,
      [],
    ],
    ['a negative percentage', promo('discount: { percentageDiscount: -1 }'), ['PERCENTAGE_RANGE -1']],
    [
      'a percentage and an amount',
      promo('discount: { percentageDiscount: 5, amountDiscount: 5, currency: GBP }'),
      ['PROMO_DISCOUNT amountDiscount'],
    ],
    ['an amount without a currency', promo('discount: { amountDiscount: 5 }'), ['PROMO_DISCOUNT amountDiscount']],
    [
      'a percentage type without one',
      promo('discount: { discountType: DiscountPercentage }'),
      ['PROMO_DISCOUNT discountType'],
    ],
    [
      'an unknown currency of a discount',
      promo('discount: { amountDiscount: 5, currency: QQQ }'),
      ['CURRENCY_UNKNOWN QQQ'],
    ],
    ['a quantity that is no whole number', promo('usage: { availableQuantity: 1.5 }'), ['AMOUNT_RANGE 1.5']],
    ['an unlimited quantity', promo('usage: { availableQuantity: null }'), []],
    ['selected items without a label', promo('applicationLevel: selectedItems'), ['PROMO_LABEL selectedItems']],
    ['a wrong word of a closed set', promo('applicationLevel: wholebasket'), ['WRONG_VALUE wholebasket']],
    [
      'splits that do not add up',
      branch(
        'actions: [ { type: destination, destination: /x/, split: 40 }, { type: destination, destination: /y/, split: 50 } ]',
      ),
      ['JOURNEY_SPLIT actions'],
    ],
    [
      'two splits left out',
      branch('actions: [ { type: destination, destination: /x/ }, { type: destination, destination: /y/ } ]'),
      ['JOURNEY_SPLIT actions'],
    ],
    [
      'splits in thirds',
      branch(
        'actions: [ { type: destination, destination: /x/, split: 33.33 }, { type: destination, destination: /y/, split: 33.33 }, { type: destination, destination: /z/, split: 33.33 } ]',
      ),
      [],
    ],
    [
      'splits beside a raw action, which nobody can add up',
      branch('actions: [ { type: destination, destination: /x/, split: 40 }, { raw: { split: 60 } } ]'),
      [],
    ],
    [
      'a split out of range',
      branch('actions: [ { type: destination, destination: /x/, split: 140 } ]'),
      ['PERCENTAGE_RANGE 140'],
    ],
    ['a branch without an action', branch('actions: []'), ['JOURNEY_NO_ACTION actions']],
    [
      'a branch after one that takes everybody',
      journey('journeys:\n- actions: [ { raw: 1 } ]\n- conditions: [ { raw: 1 } ]\n  actions: [ { raw: 1 } ]'),
      ['JOURNEY_UNREACHABLE conditions: [ { raw: 1 } ]'],
    ],
    [
      'a journey without a fallback',
      'kind: journey\nname: geo\njourneys: [ { conditions: [ { raw: 1 } ], actions: [ { raw: 1 } ] } ]\n',
      ['JOURNEY_NO_FALLBACK name'],
    ],
    [
      'a journey whose last branch takes everybody',
      'kind: journey\nname: geo\njourneys: [ { actions: [ { raw: 1 } ] } ]\n',
      [],
    ],
    [
      'two branches of one id',
      journey(
        'journeys: [ { id: a, conditions: [ { raw: 1 } ], actions: [ { raw: 1 } ] }, { id: a, actions: [ { raw: 1 } ] } ]',
      ),
      ['JOURNEY_BRANCH_ID a'],
    ],
    ['tags without slashes', journey('starting_point: landing'), ['TAG_PATH landing']],
    ['a tag with its folder', journey('starting_point: /tags/landing/'), ['TAG_PATH /tags/landing/']],
    [
      'a destination that is a URL',
      branch('actions: [ { type: destination, destination: "https://x.com/" } ]'),
      ['TAG_PATH "https://x.com/"'],
    ],
    ['a domain with a scheme', journey('domains: [ "https://x.com" ]'), ['JOURNEY_DOMAIN "https://x.com"']],
    ['a misspelt type of condition', condition('type: contry, values: [ US ]'), ['WRONG_VALUE contry']],
    ['a misspelt key of a condition', condition('type: country, vlaues: [ US ]'), ['UNKNOWN_KEY vlaues']],
    ['a condition without values', condition('type: city, values: []'), ['EMPTY_LIST []']],
    ['an unknown country in a condition', condition('type: billing_country, values: [ EN ]'), ['COUNTRY_UNKNOWN EN']],
    ['a region without a country', condition('type: region, values: [ BY, DE-BY ]'), ['CONDITION_VALUE BY']],
    ['a query without a value', condition('type: query, values: [ limio ]'), ['CONDITION_VALUE limio']],
    ['a comma in a query', condition('type: query, values: [ "a=b,c=d" ]'), ['CONDITION_VALUE "a=b,c=d"']],
    [
      'a cookie that journeys do not see',
      condition('type: cookie, values: [ session, lmo_a, limio-b ]'),
      ['CONDITION_VALUE session'],
    ],
    [
      'an unknown subscription status',
      condition('type: subscription_status, values: [ active ]'),
      ['CONDITION_VALUE active'],
    ],
    ['a raw element with another key', condition('raw: 1, type: country'), ['UNKNOWN_KEY type']],
  ])('%s', (_name, text, expected) => {
    expect(find(text)).toEqual(expected);
  });

  test.each([
    ['offer', '/offers2/', '/offers2/<Name>'],
    ['page', '/pages2/', '/pages2/<Name>'],
    ['page', '/pages2', '/pages2/<Name>'],
    ['page', '/page2', '/pages2/<Name>'],
    ['page', '/', '/pages/<Name>'],
    ['product', '/products', '/products/<Name>'],
    ['campaign', '/offers/', '/offers/<Campaign>'],
  ])('the hint for the %s path %s, which is only a folder, names something in it: %s', (kind, path, expected) => {
    expect(validate(`kind: ${kind}\npath: ${path}\nattributes: {}\n`)[0]?.hint).toBe(`Write ${expected}`);
  });

  test.each([
    ['page', '/page2/Foo', '/pages2/Foo'],
    ['page', '/page/Foo', '/pages/Foo'],
    ['page', '/Pages2/Foo', '/pages2/Foo'],
    ['offer', '/offer2/Monthly', '/offers2/Monthly'],
    ['offer', '/offer/Winter/Monthly', '/offers/Winter/Monthly'],
    ['offer', '/offer/Monthly', '/offers2/Monthly'],
    ['segment', '/segment/regions/UK', '/segments/regions/UK'],
    ['offer', '/somewhere/Monthly', '/offers2/Monthly'],
  ])('the hint for the %s path %s keeps its name in the nearest folder: %s', (kind, path, expected) => {
    expect(validate(`kind: ${kind}\npath: ${path}\nattributes: {}\n`)[0]?.hint).toBe(`Write ${expected}`);
  });

  test.each<[string, string, string]>([
    ['dispaly_name__limio: X', 'display_name__limio', 'attribute'],
    ['product_code__limio: 00123', '"00123"', 'exact text of a number'],
    ['best_value__limio: yes', 'Write true', 'YAML 1.2 word'],
    ['price__limio: [ { value: "1.299,00 €" } ]', '"1299.00"', 'plain number'],
    ['price__limio: [ { value: "12,5" } ]', '"12.5"', 'comma that can only be decimal'],
    ['price__limio: [ { value: "£1,299.00" } ]', '"1299.00"', 'grouped thousands'],
    [
      'price__limio: [ { value: "1,299", currencyCode: EUR } ]',
      'Write "1299.00" or "1.2990".',
      'both amounts where there are two readings',
    ],
    [
      'price__limio: [ { value: "£1,299" } ]',
      'Write digits with a point: "12.99"',
      'no guess where the rest has two readings',
    ],
    [
      'price__limio: [ { value: "1e3" } ]',
      'Write digits with a point: "12.99"',
      'no guess in the place of an exponent',
    ],
    ['price__limio: [ { repeat_interval_type: month } ]', '"months"', 'the plural'],
    ['price__limio: [ { trigger: signup } ]', 'Known values: order_date, subscription_start.', 'known values'],
    ['cta_text: Go', 'Write "cta_text__limio".', 'whole name'],
    ['allowed_countries__limio: [ UK ]', 'GB', 'country'],
    ['price__limio: [ { currencyCode: gbp } ]', 'GBP', 'currency'],
  ])('%s has a hint with %s (%s)', (attributes, hint) => {
    const problems = validate(offer(attributes));
    expect(problems).toHaveLength(1);
    expect(problems[0]?.hint).toContain(hint);
  });

  test('a resource of kind journey names no price rules: a key of another kind is unknown', () => {
    expect(find(journey('attributes: {}'))).toEqual(['UNKNOWN_KEY attributes']);
  });
});

describe('problems across documents', () => {
  test('a promo code declared twice, ignoring case, shows both places', () => {
    const sources = [
      { path: 'b.yaml', text: 'kind: promo_code\npromoCode: spring25\n' },
      { path: 'a.yaml', text: '# first\nkind: promo_code\npromoCode: SPRING25\n' },
    ];
    const { problems } = validateSources(sources.toReversed(), NO_ENVIRONMENT);
    expect(problems).toEqual([
      {
        file: 'b.yaml',
        line: 2,
        col: 12,
        length: 8,
        severity: 'error',
        code: 'DUPLICATE_ADDRESS',
        message: 'promo_code:SPRING25 is declared twice.',
        related: [{ file: 'a.yaml', line: 3, col: 12, message: 'The first one is here.' }],
      },
    ]);
  });

  test.each([
    ['its own name', [['new', 'new']], ['new MOVED_FROM journey:new cannot be moved from its own name.']],
    [
      'a name that is still declared',
      [['old'], ['new', 'old']],
      ['new MOVED_FROM journey:old is still declared, so journey:new cannot be moved from it.'],
    ],
    [
      'a name that another document claims',
      [
        ['a', 'old'],
        ['b', 'old'],
      ],
      ['b MOVED_FROM journey:a is moved from journey:old, too.'],
    ],
    ['a free name', [['new', 'old']], []],
  ] as const)('moved_from with %s', (_, journeys, wanted) => {
    const texts = journeys.map(([name, old], i) => ({
      path: `${name}.yaml`,
      text:
        `kind: journey\nname: ${name}\nstarting_point: /${i}/\nfallback_tag: /shop/\njourneys: []\n` +
        (old === undefined ? '' : `moved_from: ${old}\n`),
    }));
    const { problems, resources } = validateSources(texts, NO_ENVIRONMENT);
    expect(problems.map(({ file, code, message }) => `${file.slice(0, -5)} ${code} ${message}`)).toEqual(wanted);
    if (wanted.length === 0) {
      expect(resources[0]).toMatchObject({ movedFrom: 'journey:old' });
      expect(Object.keys(resources[0]?.body ?? {})).not.toContain('moved_from');
    }
  });

  const declared = 'kind: offer\npath: /offers2/Digital Annual\nattributes: { label__limio: [ digital ] }\n---\n';

  test('a reference close to a declared resource is an error with both places', () => {
    const [problem] = validate(`${declared}${offer('upgrade_offers__limio: [ { path: /offers2/Digital Anual } ]')}`);
    expect(problem).toMatchObject({
      code: 'REFERENCE_MISSPELT',
      line: 7,
      hint: 'Did you mean "/offers2/Digital Annual"?',
      related: [{ line: 2, col: 7 }],
    });
  });

  test.each([
    ['Plan 1', 'Plan 2'],
    ['Monthly UK', 'Monthly US'],
    ['Monthly GBP', 'Monthly GBX'],
    ['Digital Monthly', 'Elsewhere'],
    ['Basic2024', 'Basic2025'],
  ])('with "%s" declared, a reference to "%s" is left to plan: it may be another item of the tenant', (name, other) => {
    const text = `kind: offer\npath: /offers2/${name}\nattributes: {}\n---\n${offer(`upgrade_offers__limio: [ { path: /offers2/${other} } ]`)}`;
    expect(find(text)).toEqual([]);
  });

  test.each([
    ['Monthly UK', 'Monthly uk'],
    ['Digital Monthly', 'Digital-Monthly'],
    ['Digital Monthly', 'DigitalMonthly'],
    ['Digital Monthly', 'Digital Montlhy'],
  ])('with "%s" declared, a reference to "%s" is misspelt', (name, other) => {
    const text = `kind: offer\npath: /offers2/${name}\nattributes: {}\n---\n${offer(`upgrade_offers__limio: [ { path: /offers2/${other} } ]`)}`;
    expect(find(text)).toEqual([`REFERENCE_MISSPELT /offers2/${other}`]);
  });

  test('a reference in another normal form than the declared path is an error that shows both spellings', () => {
    const text = `kind: offer\npath: /offers2/Caf\u00E9\nattributes: {}\n---\n${offer('upgrade_offers__limio: [ { path: "/offers2/Cafe\\u0301" } ]')}`;
    expect(validate(text)).toMatchObject([
      {
        code: 'REFERENCE_MISSPELT',
        message: '"/offers2/Cafe\\u0301" is not declared, but a similar name is.',
        hint: 'Did you mean "/offers2/Caf\\u00e9"?',
      },
    ]);
  });

  test('labels compare in one normal form: NFC', () => {
    const text = `kind: offer\npath: /offers2/A\nattributes: { label__limio: [ cafe\u0301 ] }\n---\n${condition('type: offer_label, values: [ caf\u00E9 ]')}`;
    expect(find(text)).toEqual([expect.stringContaining('LABEL_NOT_ASCII')]);
  });

  test.each(['/offers2/Digital ', '/offers2/ Digital', '/offers2/A /B', '/offers2/Cafe\u0301 '])(
    'a path with a blank at the end of a part is allowed in quotes, because tenants have such names: %j',
    (path) => {
      const text = `kind: offer\npath: ${JSON.stringify(path)}\nattributes: {}\n`;
      expect(find(text)).toEqual([]);
      expect(validateSources([{ path: 'a.yaml', text }], NO_ENVIRONMENT).resources).toMatchObject([{ name: path }]);
    },
  );

  test('a reference to a resource with broken YAML is not dangling', () => {
    const text = `kind: offer\npath: /offers2/Digital Anual\nattributes: {a: 1, a: 2}\n---\n${declared}${offer('upgrade_offers__limio: [ { path: /offers2/Digital Anual } ]')}`;
    expect(find(text)).toEqual(['YAML_DUPLICATE_KEY a']);
  });

  test('a label close to a declared one is a warning', () => {
    const text = `${declared}${condition('type: offer_label, values: [ digitla ]')}`;
    expect(validate(text).map(({ code, severity }) => [code, severity])).toEqual([['LABEL_MISSPELT', 'warning']]);
  });

  test.each([
    ['students', []],
    ['/segments/UK students', []],
    ['UK students', []],
    ['subscribers of the tenant', []],
    ['studnts', ['SEGMENT_MISSPELT warning Did you mean "students"?']],
    ['/segments/UK studnts', ['SEGMENT_MISSPELT warning Did you mean "/segments/UK students"?']],
  ])('a condition on the segment "%s", with similar ones declared', (name, wanted) => {
    const segments = ['/segments/students', '/segments/UK students'].map(
      (path) => `kind: segment\npath: ${path}\n---\n`,
    );
    const problems = validate(`${segments.join('')}${condition(`type: segment, values: [ ${name} ]`)}`);
    expect(problems.map(({ code, severity, hint }) => `${code} ${severity} ${hint}`)).toEqual(wanted);
  });

  test('no resource at all is an error, whether there is no file or only comments', () => {
    const context = { environments: [], lookedIn: ['catalog/**'] };
    expect(validateSources([], context).problems).toMatchObject([
      { code: 'EMPTY_FILES', file: 'catalog/**', hint: expect.stringContaining("limio-sync pull --adopt '*'") },
    ]);
    expect(validate('# nothing yet\n---\n')).toMatchObject([{ code: 'EMPTY_FILES', file: 'a.yaml' }]);
    expect(find('kind: {\n')).not.toContain('EMPTY_FILES k');
  });

  test('everything is reported at once, sorted by file, line and column', () => {
    const sources = ['c', 'a', 'b'].map((name) => ({
      path: `${name}.yaml`,
      text: `kind: promo_code\npromoCode: ${name}-1\nstatus: maybe\n`,
    }));
    expect(validateSources(sources, NO_ENVIRONMENT).problems.map(({ file, line }) => `${file}:${line}`)).toEqual([
      'a.yaml:2',
      'a.yaml:3',
      'b.yaml:2',
      'b.yaml:3',
      'c.yaml:2',
      'c.yaml:3',
    ]);
  });
});

describe('variables', () => {
  const context: SourceContext = {
    environments: [
      { name: 'sandbox', vars: { shop: 'a.example.com', percent: 10, only_sandbox: 'x' } },
      { name: 'prod', vars: { shop: 'b.example.com', percent: 150 } },
    ],
  };

  test('are filled in from the first environment', () => {
    const text = `${journey('domains: [ "${vars.shop}" ]')}---\n${promo('discount: { percentageDiscount: "${vars.percent}" }')}`;
    const { resources } = validateSources([{ path: 'a.yaml', text }], context);
    expect(resources.map(({ body }) => [body['domains'], body['discount']])).toEqual([
      [['a.example.com'], undefined],
      [undefined, { percentageDiscount: 10 }],
    ]);
  });

  test('are checked in every environment', () => {
    expect(find(promo('discount: { percentageDiscount: "${vars.percent}" }'), context)).toEqual([
      'PERCENTAGE_RANGE "${vars.percent}"',
    ]);
    expect(validate(promo('description: ${vars.only_sandbox}'), context)).toMatchObject([
      { code: 'VARIABLE_UNKNOWN', message: 'The environment "prod" has no variable "only_sandbox".' },
    ]);
  });

  test('without a value are reported once a reference, and nothing else is said of the text', () => {
    const problems = validate(
      promo('discount: { percentageDiscount: "${vars.percnt}" }\ndescription: ${vars.only_sandbox}'),
      context,
    );
    expect(problems.map(({ code, message, hint }) => [code, message, hint])).toEqual([
      [
        'VARIABLE_UNKNOWN',
        'The environments "sandbox" and "prod" have no variable "percnt".',
        'Did you mean ${vars.percent}?',
      ],
      [
        'VARIABLE_UNKNOWN',
        'The environment "prod" has no variable "only_sandbox".',
        'Add it to "vars" of the environment in limio.config.',
      ],
    ]);
  });

  test('can make two resources one in some environment', () => {
    const vars = {
      environments: [
        { name: 'a', vars: { code: 'X' } },
        { name: 'b', vars: { code: 'SPRING25' } },
      ],
    };
    expect(find(`${promo('')}---\nkind: promo_code\npromoCode: "\${vars.code}"\n`, vars)).toEqual([
      'DUPLICATE_ADDRESS "${vars.code}"',
    ]);
  });
});

function toSource(name: string): { path: string; text: string } {
  return { path: `${name}.yaml`, text: `kind: promo_code\npromoCode: ${name}\nstatus: ${name.length > 3}\n` };
}

describe('properties', () => {
  test('no text makes validation throw, and every problem stands inside its file', () => {
    const piece = fc.constantFrom(
      'kind: offer\n',
      'path: /offers2/X\n',
      'attributes:\n',
      '  a: [',
      '}',
      '---\n',
      '\t',
      '&a ',
      '*a',
      '"\\u0000"',
      '- ',
      ': ',
      '? ',
      '|\n',
      '\r\n',
      '${vars.x}',
      '__proto__: 1\n',
      '!!binary x',
      '\uFEFF',
      '<<: *a\n',
      'é漢',
    );
    fc.assert(
      fc.property(fc.array(fc.oneof(piece, fc.string()), { maxLength: 20 }), (pieces) => {
        const text = pieces.join('');
        const lines = text.replace(/^\uFEFF/, '').split('\n');
        for (const { line, col, length } of validate(text)) {
          expect(line).toBeGreaterThanOrEqual(1);
          expect(line).toBeLessThanOrEqual(lines.length);
          expect(col).toBeGreaterThanOrEqual(1);
          expect(length ?? 1).toBeGreaterThanOrEqual(1);
        }
      }),
      { numRuns: 400 },
    );
  });

  test('the order of files changes nothing', () => {
    const names = fc.uniqueArray(fc.stringMatching(/^[a-z]{1,6}$/), { maxLength: 8 });
    fc.assert(
      fc.property(
        names.chain((list) => fc.tuple(fc.constant(list), fc.shuffledSubarray(list, { minLength: list.length }))),
        ([list, shuffled]) => {
          const [one, other] = [list, shuffled].map((order) => validateSources(order.map(toSource), NO_ENVIRONMENT));
          expect(other?.resources).toEqual(one?.resources);
          expect(other?.problems).toEqual(one?.problems);
        },
      ),
    );
  });
});
