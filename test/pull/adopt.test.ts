import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { LimioError } from '../../src/errors/errors.js';
import { computeItemId } from '../../src/kinds/catalog/item-references.js';
import type { Json, JsonObject } from '../../src/model/json.js';
import type { PlanContext } from '../../src/plan/plan-context.js';
import { nameFiles } from '../../src/pull/name-files.js';
import { parseDocuments } from '../../src/source/parse.js';
import { createTenantReader } from '../plan/support/tenant-reader.js';
import { FOLDERS, planFiles, pullFiles, validate } from './support/pull-bench.js';

describe('adopting objects', () => {
  test('an offer becomes a file that reads well', async () => {
    const html = '<ul><li>Every story on the web and in the app</li><li>The paper of the day from 5 am</li></ul>';
    const reader = createTenantReader({
      offers: {
        '/offers2/Digital Monthly': {
          zebra: true,
          'Device Access': 'yes',
          price__limio: [
            {
              value: '12.90',
              name: 'charge_1',
              currencyCode: 'GBP',
              repeat_interval: 1,
              delay_interval: null,
              attributes: [],
            },
          ],
          offer_features__limio: html,
          label__limio: ['digital', '2024'],
          display_name__limio: 'Digital ${monthly}',
          valid_date_range__limio: { to: '2027-01-01', from: null },
          upgrade_offers__limio: [{ id: computeItemId('/offers2/Annual'), path: '/offers2/Annual' }],
          meta_description__limio: null,
        },
        '/offers2/Annual': {},
      },
    });
    const { pull, sources } = await pullFiles(reader, [], { adopt: ['offer:/offers2/Digital*'] });
    expect(sources).toEqual([
      {
        path: 'catalog/offers/digital-monthly.yaml',
        text: `kind: offer
path: /offers2/Digital Monthly
attributes:
  display_name__limio: Digital $\${monthly}
  price__limio:
    - name: charge_1
      value: "12.90"
      currencyCode: GBP
      repeat_interval: 1
      attributes: []
  valid_date_range__limio:
    to: "2027-01-01"
  offer_features__limio: >-
    <ul><li>Every story on the web and in the app</li><li>The paper of the day from 5 am</li></ul>
  label__limio: [digital, "2024"]
  upgrade_offers__limio:
    - path: /offers2/Annual
  Device Access: "yes"
  zebra: true
`,
      },
    ]);
    expect(pull.adopted).toEqual([
      { address: 'offer:/offers2/Digital Monthly', file: 'catalog/offers/digital-monthly.yaml', leftOut: [] },
    ]);
    expect((await planFiles(reader, sources)).changes).toEqual([]);
  });

  test('prices and quantities are adopted in the type and spelling that the tenant holds', async () => {
    const reader = createTenantReader({
      offers: {
        '/offers2/Core': {
          price__limio: [
            {
              name: 'charge_1',
              currencyCode: 'USD',
              type: 'recurringVolume',
              tiers: [
                { starting_unit: 0, ending_unit: 100, price: 299 },
                { starting_unit: '101', price: 499.5 },
              ],
            },
            { name: 'charge_2', currencyCode: 'USD', type: 'onetime', value: '1,299.00' },
          ],
          term__limio: { length: '12', type: 'months' },
        },
      },
    });
    const { pull, sources } = await pullFiles(reader, [], { adopt: ['offer:*'] });
    expect(pull.adopted).toMatchObject([{ address: 'offer:/offers2/Core', leftOut: [] }]);
    expect(sources[0]?.text).toContain('price: 299\n');
    expect((await planFiles(reader, sources)).changes).toEqual([]);
  });

  test('messy values are left out and named, and the rest is adopted', async () => {
    const reader = createTenantReader({
      offers: {
        '/offers2/Messy': {
          display_name__limio: 'x',
          price__limio: [{ name: 'a', value: '1.299' }],
          label__limio: ['naïve'],
          allowed_countries__limio: ['UK'],
          display_nam__limio: 'typo',
          checkout_description__limio: 'bell \u0007',
        },
        '/offers2//double': { display_name__limio: 'y' },
      },
      promoCodes: {
        SPRING25: {
          status: true,
          applicationLevel: 'wholeBasket',
          usage: { availableQuantity: 7 },
          discount: { discountType: 'DiscountPercentage', percentageDiscount: 25, odd: 1 },
          created: 'x',
        },
      },
      journeys: {
        geo: {
          starting_point: '/a/',
          fallback_tag: '/b/',
          process: 'x',
          journeys: [
            {
              id: '1',
              conditions: [{ type: 'country', operator: 'in', value: ['uk'] }, { odd: [null, 1] }],
              actions: [{ type: 'destination', tag: '/x/', split: 100 }],
            },
          ],
        },
      },
    });
    const { pull, sources } = await pullFiles(reader, [], { adopt: ['*'] });
    expect(
      pull.adopted.map(({ address, leftOut }) => [
        address,
        leftOut.map(({ pointer, reason }) => `${pointer} ${reason.replace(/:.*/, '')}`).sort(),
      ]),
    ).toEqual([
      ['journey:geo', []],
      [
        'offer:/offers2/Messy',
        [
          '/attributes/allowed_countries__limio COUNTRY_UNKNOWN',
          '/attributes/checkout_description__limio CONTROL_CHARACTER',
          '/attributes/display_nam__limio ATTRIBUTE_MISSPELT',
          '/attributes/price__limio PRICE_AMBIGUOUS',
        ],
      ],
      ['promo_code:SPRING25', ['/discount/odd UNKNOWN_KEY']],
    ]);
    expect(pull.refused.map(({ address }) => address)).toEqual(['offer:/offers2//double']);
    expect(sources.find(({ path }) => path === 'journeys/geo.yaml')?.text).toBe(
      'kind: journey\nname: geo\nstarting_point: /a/\nfallback_tag: /b/\njourneys:\n  - conditions:\n      - raw:\n          operator: in\n          type: country\n          value: [uk]\n      - raw:\n          odd: [null, 1]\n    actions:\n      - raw:\n          split: 100\n          tag: /x/\n          type: destination\n',
    );
    expect(sources.find(({ path }) => path.includes('promo'))?.text).not.toContain('usage');
    expect((await planFiles(reader, sources)).changes).toEqual([]);
  });

  test.each<[string, Partial<PlanContext>]>([
    ['ignored', { ignore: ['offer:/offers2/B', 'offer:*#/attributes/badge_text__limio'] }],
    [
      'owned by the app or the server',
      { ownership: { app: ['offer:/offers2/B'], server: ['offer:*#/attributes/badge_text__limio'], git: [] } },
    ],
  ])('what is declared or %s is not adopted', async (_name, context) => {
    const reader = createTenantReader({
      offers: {
        '/offers2/A': {},
        '/offers2/B': {},
        '/offers2/C': { display_name__limio: 'c', badge_text__limio: 'b' },
      },
    });
    const declared = [{ path: 'catalog/a.yaml', text: 'kind: offer\npath: /offers2/A\nattributes: {}\n' }];
    const { pull, sources } = await pullFiles(reader, declared, { adopt: ['offer:*'], context });
    expect(pull.adopted.map(({ address }) => address)).toEqual(['offer:/offers2/C']);
    expect(pull.refused).toMatchObject([{ address: 'offer:/offers2/B', intended: true }]);
    const { pull: named } = await pullFiles(reader, declared, { adopt: ['offer:/offers2/B'], context });
    expect(named.refused).toEqual([{ address: 'offer:/offers2/B', reason: expect.any(String) }]);
    expect(sources.at(-1)?.text).not.toContain('badge');
  });

  test('an attribute with a secret is left out; a full address adopts that object only', async () => {
    const reader = createTenantReader({
      offers: {
        '/offers2/A': { display_name__limio: 'x', 'partner key': ['hunter2hunter2'] },
        '/offers2/B': { display_name__limio: 'y' },
      },
    });
    const { pull, sources } = await pullFiles(reader, [], {
      adopt: ['offer:/offers2/A', 'offer:/nothing'],
      context: { secrets: new Map([['KEY', 'hunter2hunter2']]) },
    });
    expect(sources.map(({ text: one }) => one)).toEqual([
      'kind: offer\npath: /offers2/A\nattributes:\n  display_name__limio: x\n',
    ]);
    expect(pull.adopted[0]?.leftOut).toMatchObject([{ pointer: '/attributes/partner key' }]);
    expect(pull.unmatched).toEqual(['offer:/nothing']);
    expect(JSON.stringify(pull)).not.toContain('hunter2');
  });

  test('a tag, which no list shows, is adopted by its full address', async () => {
    // The reader lists offers by their paths, so this one is only found by reading it.
    const reader = createTenantReader({ offers: { '/tags/campus': { 'Shown as': 'Campus' }, '/tags/other': {} } });
    const { pull, sources } = await pullFiles(reader, [], { adopt: ['tag:/tags/campus', 'tag:/tags/none'] });
    expect(sources).toEqual([
      { path: 'catalog/tags/campus.yaml', text: 'kind: tag\npath: /tags/campus\nattributes:\n  Shown as: Campus\n' },
    ]);
    expect(pull.adopted).toEqual([{ address: 'tag:/tags/campus', file: 'catalog/tags/campus.yaml', leftOut: [] }]);
    expect(pull.unmatched).toEqual(['tag:/tags/none']);
    expect((await planFiles(reader, sources)).changes).toEqual([]);
  });

  test('a list that was not read to its end is named with the reason, and what was seen of it is adopted', async () => {
    const whole = createTenantReader({ offers: { '/offers2/A': {} }, journeys: {} });
    const reader: typeof whole = {
      ...whole,
      listItems: async (type, source) => ({
        ...(await whole.listItems(type, source)),
        ...(type === 'offer' ? { complete: false, note: 'page 2 repeats page 1' } : {}),
      }),
    };
    const { pull } = await pullFiles(reader, [], { adopt: ['offer:*', 'journey:*'] });
    expect(pull.incomplete).toEqual([{ kind: 'offer', note: 'page 2 repeats page 1' }]);
    expect(pull.adopted.map(({ address }) => address)).toEqual(['offer:/offers2/A']);
    expect((await pullFiles(whole, [], { adopt: ['offer:*', 'journey:*'] })).pull.incomplete).toEqual([]);
  });

  test('names that an editor would change are written with escapes, and stay exact', async () => {
    const names = [
      '/offers2/Cafe\u0301',
      '/offers2/Caf\u00E9',
      '/offers2/Gold ',
      '/offers2/ Gold',
      '/offers2/\u1112\u1161',
    ];
    const reader = createTenantReader({
      offers: Object.fromEntries(
        names.map((name) => [name, { upgrade_offers__limio: [{ id: computeItemId(name), path: name }] }]),
      ),
    });
    const { pull, sources } = await pullFiles(reader, [], { adopt: ['offer:*'] });
    expect([pull.refused, pull.adopted.length]).toEqual([[], names.length]);
    expect(new Set(sources.map(({ path }) => path.normalize('NFKD').toLowerCase())).size).toBe(names.length);
    const lines = new Set(sources.map(({ text }) => text.split('\n')[1]));
    expect(lines).toEqual(
      new Set([
        'path: /offers2/ Gold',
        'path: "/offers2/Gold "',
        'path: "/offers2/Cafe\\u0301"',
        'path: "/offers2/\\u1112\\u1161"',
        'path: /offers2/Caf\u00E9',
      ]),
    );
    for (const { text } of sources) expect(text).toBe(text.normalize('NFC'));
    expect((await planFiles(reader, sources)).changes).toEqual([]);
  });

  test('file names are safe, told apart on every disk, and do not depend on the order', () => {
    const names = [
      '/offers2/Digital Monthly',
      '/offers2/digital-monthly',
      '/offers2/CON',
      '/offers2/../../etc/passwd',
      '/offers2/\u202Eevil\u0000',
      '/offers2/日本 プラン',
      '/offers2/!!!',
      `/offers2/${'x'.repeat(300)}`,
      '/offers2/Straße',
      '/offers2/STRASSE',
      '/offers2/Café',
      '/offers2/Cafe\u0301 ',
      '/offers/Campaign/Gold',
      '/offers2/taken',
    ];
    const objects = names.map((name) => ({ address: `offer:${name}` as const, kind: 'offer' as const, name }));
    const forward = nameFiles(objects, objects, ['catalog/offers/TAKEN.yaml'], FOLDERS);
    const backward = nameFiles(objects.toReversed(), objects, ['catalog/offers/TAKEN.yaml'], FOLDERS);
    expect([...backward].toReversed()).toEqual([...forward]);
    const files = [...forward.values()];
    expect(new Set(files.map((file) => file.normalize('NFKD').toUpperCase())).size).toBe(names.length);
    for (const file of files) {
      expect(file).toMatch(/^catalog\/offers\/[\p{Ll}\p{Lo}\p{M}\p{N}-]+\.yaml$/u);
      expect(Buffer.byteLength(file)).toBeLessThan(255);
      expect(file).not.toMatch(/\/(?:con|nul)\.yaml$/);
    }
    expect(forward.get('offer:/offers/Campaign/Gold')).toBe('catalog/offers/campaign-gold.yaml');
    expect(forward.get('offer:/offers2/日本 プラン')).toBe('catalog/offers/日本-プラン.yaml');
    // One alone keeps its name only where no other object of the tenant would have it.
    expect(nameFiles(objects.slice(0, 1), objects, [], FOLDERS).get('offer:/offers2/Digital Monthly')).toBe(
      forward.get('offer:/offers2/Digital Monthly'),
    );
  });
});

const text = fc.oneof(
  fc.string({ maxLength: 14 }),
  fc.string({ unit: 'grapheme', maxLength: 8 }),
  fc.constantFrom(
    '<p>One</p>',
    'a b',
    '',
    '12.99',
    'line\nline',
    'yes',
    '2027-01-01',
    '${vars.x}',
    '$${',
    'a: b',
    '# no',
    '- x',
    'trailing ',
    '\ttab',
    'two\n\nparts\n',
    'é'.repeat(100),
    'word '.repeat(40).trim(),
    'null',
    '~',
    '[',
    "it's",
    '"q"',
    '&a',
    '*a',
    '!t',
    '%',
    '@',
    '`',
    'a\r\nb',
  ),
);
const json: fc.Arbitrary<Json> = fc.letrec<{ value: Json }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    text,
    fc.boolean(),
    fc.integer(),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.constant(null),
    fc.array(tie('value'), { maxLength: 4 }),
    fc
      .dictionary(fc.oneof(fc.constantFrom('name', 'path', 'id', 'a b'), text), tie('value'), { maxKeys: 4 })
      .map((object) => ({ ...object })),
  ),
})).value;
const charge = fc.record(
  {
    name: fc.constantFrom('a', 'b', 'c'),
    value: fc.constantFrom('1', '2.50', '1,000', 'free'),
    currencyCode: fc.constantFrom('GBP', 'EUR', 'ZZZ'),
    extra: json,
  },
  { requiredKeys: [] },
);
const reference = fc.record(
  {
    path: fc.constantFrom('/offers2/Offer 0', '/offers2/Offer 1', '/offers2/Offr 1'),
    id: fc.oneof(fc.constant('x'), fc.constant(computeItemId('/offers2/Offer 1'))),
    label: text,
  },
  { requiredKeys: ['path'] },
);
const attributes = fc.record(
  {
    display_name__limio: json,
    offer_features__limio: text,
    label__limio: fc.array(text, { maxLength: 3 }),
    allowed_countries__limio: fc.array(fc.constantFrom('GB', 'US', 'UK', 'DE'), { maxLength: 3 }),
    price__limio: fc.oneof(fc.array(charge, { maxLength: 3 }), json),
    term__limio: json,
    upgrade_offers__limio: fc.array(reference, { maxLength: 3 }),
    upsell_offers__limio: fc.record(
      { item_label: text, items: fc.array(reference, { maxLength: 2 }) },
      { requiredKeys: [] },
    ),
    'test for me': json,
    zz__limio: json,
  },
  { requiredKeys: [] },
);
const element = fc.oneof(
  fc.record({
    type: fc.constantFrom('country', 'city', 'device'),
    operator: fc.constant('in'),
    value: fc.array(fc.constantFrom('GB', 'US', 'x'), { maxLength: 2 }),
  }),
  fc.dictionary(fc.constantFrom('type', 'odd', 'value'), json, { maxKeys: 3 }).map((object) => ({ ...object })),
);
const branch = fc.record({
  id: fc.uuid(),
  conditions: fc.array(element, { maxLength: 2 }),
  actions: fc.array(
    fc.oneof(
      element,
      fc.record({
        type: fc.constant('destination'),
        tag: fc.constantFrom('/a/', '/b/', 'c'),
        split: fc.constantFrom(50, 100),
      }),
    ),
    { maxLength: 2 },
  ),
});
const journey = fc.record(
  {
    starting_point: fc.constantFrom('/a/', 'x'),
    fallback_tag: fc.constant('/b/'),
    domains: fc.array(fc.constantFrom('a.example', 'b.example', 'http://c'), { maxLength: 2 }),
    journeys: fc.array(branch, { maxLength: 3 }),
    odd: json,
  },
  { requiredKeys: [] },
);
const promoCode = fc.record(
  {
    status: fc.boolean(),
    description: text,
    promoExpiryDate: fc.constantFrom('2027-01-01', 'soon'),
    usage: fc.record({ availableQuantity: fc.nat() }),
    discount: fc.record(
      {
        discountType: fc.constant('DiscountPercentage'),
        percentageDiscount: fc.integer({ min: -5, max: 105 }),
        odd: json,
      },
      { requiredKeys: [] },
    ),
  },
  { requiredKeys: [] },
);
const list = <T>(one: fc.Arbitrary<T>, name: (i: number) => string) =>
  fc
    .array(one, { maxLength: 3 })
    .map((all) => Object.fromEntries(all.map((value, i) => [name(i), value])) as Record<string, JsonObject>);
const tenant = fc.record({
  offers: list(attributes, (i) => `/offers2/Offer ${i}`),
  promoCodes: list(promoCode, (i) => `CODE${i}`),
  journeys: list(journey, (i) => `journey ${i}`),
});

describe('laws of pulling', () => {
  test('adopting all of a tenant gives valid files and an empty plan; so does pulling after edits; twice changes nothing', async () => {
    await fc.assert(
      fc.asyncProperty(tenant, tenant, async (before, after) => {
        const first = createTenantReader(before);
        const { sources } = await pullFiles(first, [], { adopt: ['*'] });
        if (sources.length > 0) expect((await planFiles(first, sources)).changes).toEqual([]);
        for (const { path, text: one } of sources) expect(parseDocuments(path, one).problems).toEqual([]);
        const edited = createTenantReader({
          offers: { ...before.offers, ...after.offers },
          promoCodes: { ...before.promoCodes, ...after.promoCodes },
          journeys: { ...before.journeys, ...after.journeys },
        });
        const { sources: pulled, pull } = await pullFiles(edited, sources);
        expect(pull.absent).toEqual([]);
        if (pulled.length === 0) return;
        expect(validate(pulled).problems.filter(({ severity }) => severity === 'error')).toEqual([]);
        // What a file cannot say is told; everything else is as in the tenant.
        const told = new Set(pull.conflicts.map(({ address }) => address));
        const plan = await planFiles(edited, pulled).catch((error: unknown) => {
          // A reference that a file keeps, since what the tenant has instead cannot be written.
          if (told.size > 0 && error instanceof LimioError && error.code === 'REFERENCE_NOT_FOUND') return undefined;
          throw error;
        });
        expect((plan?.changes ?? []).map(({ address }) => address).filter((address) => !told.has(address))).toEqual([]);
        expect((await pullFiles(edited, pulled)).pull.files).toEqual([]);
      }),
      { numRuns: 60 },
    );
  }, 180_000);
});
