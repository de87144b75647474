import { describe, expect, test } from 'vitest';
import { type LintFacts, lintText, readFacts } from './support.js';

const PAGE_RULES = ['page-label-without-offer', 'offer-on-no-page'];
const page = (fields: string): string =>
  `kind: page\npath: /pages/acme\nbaseTemplate: /config/templates/landing\ntags: [/tags/acme]\n${fields}`;
const offer = (name: string, attributes = ''): string =>
  `kind: offer\npath: /offers2/${name}\nattributes:\n  display_name__limio: ${name}\n${attributes}`;
const join = (...documents: string[]): string => documents.join('---\n');
const found = (text: string, facts: LintFacts = {}): string[] =>
  lintText(text, { only: PAGE_RULES, facts }).findings.map(
    ({ code, address, pointer, message }) => `${code} ${address}${pointer ?? ''}: ${message}`,
  );

const withPage = (path: string): LintFacts =>
  readFacts(JSON.stringify({ pages: [{ path, labels: ['from-tenant'], items: [] }], catalog: [] }));
const withCarrier = (path: string): LintFacts =>
  readFacts(
    JSON.stringify({
      pages: [{ path: '/pages/shop', labels: ['other'], items: [] }],
      catalog: [{ path, attributes: { label__limio: ['acme-home'] } }],
    }),
  );

describe('pages that files declare', () => {
  test('feed the rules about pages without a tenant', () => {
    expect(
      found(
        join(
          page('referencedLabel: [acme-home, acme-sale]\n'),
          offer('A', '  label__limio: [acme-home]\n'),
          offer('B', '  label__limio: [other]\n'),
        ),
      ),
    ).toEqual([
      'page-label-without-offer page:/pages/acme/referencedLabel: The page /pages/acme uses the label "acme-sale", but no offer or add-on in the files has it. The page cannot be built.',
      'offer-on-no-page offer:/offers2/B/attributes/label__limio: No declared page uses the label "other", and no declared page lists it.',
    ]);
  });

  test('may list an offer, name one label as a text, or find an add-on by it', () => {
    expect(
      found(
        join(
          page('offers: [/offers2/A]\nreferencedLabel: extras\n'),
          offer('A', '  label__limio: [other]\n'),
          'kind: add_on\npath: /add_ons/Seat\nattributes:\n  label__limio: [extras]\n',
        ),
      ),
    ).toEqual([]);
  });

  test('say nothing of labels that files do not manage: the tenant may carry them', () => {
    expect(found(join(page('referencedLabel: acme-home\n'), offer('A')))).toEqual([]);
  });

  test('say nothing of offers when they show fewer than half of them: other pages are in the Page Builder', () => {
    const others = ['B', 'C'].map((name) => offer(name, '  label__limio: [other]\n'));
    expect(found(join(page('offers: [/offers2/A]\n'), offer('A'), ...others))).toEqual([]);
    expect(found(join(page('offers: [/offers2/A, /offers2/B]\n'), offer('A'), ...others))).toEqual([
      'offer-on-no-page offer:/offers2/C/attributes/label__limio: No declared page uses the label "other", and no declared page lists it.',
    ]);
  });

  test('let the rules run, which otherwise tell that they did not', () => {
    const { notRun } = lintText(offer('A'), { only: PAGE_RULES });
    expect(notRun.map(({ rule }) => rule)).toEqual(PAGE_RULES);
    expect(lintText(join(page('offers: [/offers2/A]\n'), offer('A')), { only: PAGE_RULES })).toMatchObject({
      notRun: [],
      ran: PAGE_RULES,
    });
  });

  test('count beside those of the tenant; of one that is in both, what the tenant has', () => {
    const text = join(
      page('referencedLabel: from-file\n'),
      offer('A', '  label__limio: [from-file]\n'),
      offer('B', '  label__limio: [from-tenant]\n'),
    );
    expect(found(text, withPage('/pages/shop'))).toEqual([]);
    expect(found(text, withPage('/pages/acme'))).toEqual([
      'offer-on-no-page offer:/offers2/A/attributes/label__limio: No page uses the label "from-file", and no page lists it.',
    ]);
  });

  test('whose label only the tenant carries are right, and wrong where a file takes the label away', () => {
    const text = join(page('referencedLabel: acme-home\n'), offer('A', '  label__limio: [other]\n'));
    expect(found(text, withCarrier('/offers2/Other'))).toEqual([]);
    expect(found(text, withCarrier('/offers2/A'))).toEqual([
      'page-label-without-offer offer:/offers2/A/attributes/label__limio: The page /pages/acme uses the label "acme-home", but the file of /offers2/A removes it. The page cannot be built.',
    ]);
  });
});

const addOn = (fields: string): string =>
  `kind: add_on\npath: /add_ons/Seat\n${fields}attributes:\n  display_name__limio: Seat\n`;
const messages = (text: string, facts: LintFacts = {}): string[] =>
  lintText(text, { only: ['add-on-without-product'], facts }).findings.map(({ message }) => message);

describe('add-ons that files declare', () => {
  const RIGHT = 'products: [/products/Seat]\nproductBundles: [{ product_path: /products/Seat, rate_plan: Monthly }]\n';

  test.each([
    ['nothing of either', '', []],
    ['both', RIGHT, []],
    ['a bundle alone', 'productBundles: [{ product_path: /products/Seat, rate_plan: Monthly }]\n', []],
    ['no bundle', 'products: [/products/Seat]\n', ['The add-on has no rate plan: the build drops it from its pages.']],
    [
      'a bundle without rate plan',
      'productBundles: [{ product_path: /products/Seat }]\n',
      ['The add-on has no rate plan: the build drops it from its pages.'],
    ],
    [
      'empty lists',
      'products: []\nproductBundles: []\n',
      ['The add-on has no product and no rate plan: the build drops it from its pages.'],
    ],
  ])('with %s', (_what, fields, expected) => {
    expect(messages(addOn(fields))).toEqual(expected);
  });

  test('and the tenant has are as the tenant has them', () => {
    const facts = readFacts(JSON.stringify({ catalog: [{ path: '/add_ons/Seat' }] }));
    expect(messages(addOn(RIGHT), facts)).toEqual([
      'The add-on has no product and no rate plan in the tenant: the build drops it from its pages.',
    ]);
  });
});
