import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { KNOWN_ATTRIBUTES } from '../../src/kinds/catalog/attributes.js';
import { createLintContext } from '../../src/lint/context.js';
import { runLint } from '../../src/lint/lint.js';
import { LINT_RULES } from '../../src/lint/rules/rules.js';
import { resolveSettings } from '../../src/lint/settings.js';
import type { LintRule } from '../../src/model/lint-rule.js';
import { fixText } from '../../src/source/edit/fix-text.js';
import { lintText, NOW } from './support.js';

const codesOf = (text: string, choice = {}): string[] => lintText(text, choice).findings.map(({ code }) => code);
const PROMO = `kind: promo_code
promoCode: WELCOMEALL
applicationLevel: wholeBasket
status: true
productDetails:
  product: { path: /products/Discounts }
  ratePlan: { path: Welcome }
discount: { discountType: DiscountPercentage, percentageDiscount: 10 }
`;
const offer = (attributes: string): string => `kind: offer\npath: /offers2/A\nattributes:\n${attributes}`;

describe('comments that suppress', () => {
  test('cover the whole file, or what begins on the next line', () => {
    expect(codesOf(PROMO)).toEqual(['promo-never-ends']);
    expect(codesOf(`${PROMO}# limio-lint-disable-file promo-never-ends -- a test\n`)).toEqual([]);
    expect(
      codesOf(
        PROMO.replace(
          'promoCode',
          '# limio-lint-disable-next-line promo-never-ends -- a test\n\n# another comment\npromoCode',
        ),
      ),
    ).toEqual([]);
  });

  test('above a key cover everything below it, and nothing beside it', () => {
    const text = offer(
      '  # limio-lint-disable-next-line link-insecure -- a test\n  own:\n    - a: http://a.example/\n    - http://b.example/\n  other: http://c.example/\n',
    );
    expect(lintText(text).findings.map(({ code, line }) => [code, line])).toEqual([['link-insecure', 8]]);
  });

  test('inside a text are no comments', () => {
    expect(
      codesOf(offer('  own: |\n    # limio-lint-disable-file link-insecure -- a test\n    http://a.example/\n')),
    ).toEqual(['link-insecure']);
  });

  test.each([
    ['# limio-lint-disable-next-line promo-never-ends', 'The comment gives no reason.'],
    ['# limio-lint-disable-next-line promo-never-ends --', 'The comment gives no reason.'],
    ['# limio-lint-disable-next-line promo-never-end -- a test', 'Unknown rule "promo-never-end".'],
    ['# limio-lint-disable-next-line -- a test', 'The comment names no rule.'],
    ['# limio-lint-disable promo-never-ends -- a test', 'This lint comment is invalid.'],
  ])('%s is refused: %s', (comment, message) => {
    const { findings } = lintText(PROMO.replace('promoCode', `${comment}\npromoCode`));
    expect(findings.map(({ code, message: said }) => [code, said])).toEqual([
      ['suppression-invalid', message],
      ['promo-never-ends', expect.any(String)],
    ]);
  });

  test('that suppress nothing are told, and --fix takes them out', () => {
    const text = offer('  # limio-lint-disable-next-line link-insecure -- a test\n  own: plain # stays\n');
    const { findings, checked } = lintText(text);
    expect(findings.map(({ code }) => code)).toEqual(['suppression-unused']);
    const [file] = checked.files;
    const fix = findings[0]?.fix;
    if (!file || !fix || !('removeComment' in fix)) throw new Error('no fix');
    expect(fixText(file, [fix])).toEqual({ text: offer('  own: plain # stays\n'), fixed: 1 });
  });

  test('of a rule that did not run are left alone', () => {
    expect(
      codesOf(offer('  # limio-lint-disable-next-line link-insecure -- a test\n  own: plain\n'), {
        only: ['promo-zero'],
      }),
    ).toEqual([]);
    expect(
      codesOf(offer('  # limio-lint-disable-next-line link-insecure -- a test\n  own: plain\n'), {
        settings: { 'link-insecure': 'off' },
      }),
    ).toEqual([]);
  });
});

describe('rules', () => {
  test('are switched by the configuration', () => {
    expect(
      lintText(PROMO, { settings: { 'promo-never-ends': 'error' } }).findings.map(({ severity }) => severity),
    ).toEqual(['error']);
    expect(codesOf(PROMO, { settings: { 'promo-never-ends': 'off' } })).toEqual([]);
  });

  test('that ask for a tenant are told when there is none', () => {
    expect(
      lintText(PROMO)
        .notRun.map(({ rule }) => rule)
        .sort(),
    ).toEqual(['offer-on-no-page', 'page-label-without-offer', 'payment-type-unseen', 'reference-missing']);
  });

  test.each<[string, LintRule['kinds'], () => never[]]>([
    [
      'throws',
      ['promo_code'],
      () => {
        throw new Error('boom');
      },
    ],
    ['gives back nothing', ['promo_code'], () => undefined as never],
    ['names what no file declares', ['promo_code'], () => [{ address: 'offer:/offers2/B', message: 'x' }] as never],
    ['has no message', ['promo_code'], () => [{ address: 'promo_code:WELCOMEALL' }] as never],
  ])("of one's own that %s is a finding, and the others go on", (_how, kinds, check) => {
    const rule: LintRule = { id: 'acme-rule', severity: 'info', title: 'A rule', kinds, check };
    expect(codesOf(PROMO, { rules: [...LINT_RULES, rule] }).sort()).toEqual(['promo-never-ends', 'rule-failed']);
  });

  test('never throw, whatever the attributes are', () => {
    const values = fc.oneof(
      fc.jsonValue({ maxDepth: 3 }),
      fc.string({
        unit: fc.constantFrom('<', '>', '"', '/', 's', 'a', '&', '#', '£', '1', ',', '.', ' ', '-', '\n', '@', ':'),
      }),
      fc.array(
        fc.record({
          value: fc.string(),
          path: fc.string(),
          tiers: fc.jsonValue(),
          repeat_interval: fc.integer(),
          repeat_interval_type: fc.constantFrom('months', 'weeks', 'x'),
        }),
      ),
    );
    const keys = fc.constantFrom(
      ...KNOWN_ATTRIBUTES.map(({ key }) => key),
      'own',
      'constructor',
      'title_de',
      'title_fr',
    );
    const offers = fc.uniqueArray(
      fc.record({ name: fc.string({ minLength: 1 }), attributes: fc.dictionary(keys, values) }),
      { selector: ({ name }) => name, maxLength: 3 },
    );
    fc.assert(
      fc.property(offers, fc.jsonValue({ maxDepth: 2 }), (list, promo) => {
        const at = { file: 'a.yaml', line: 1, col: 1 };
        const resources = [
          ...list.map(({ name, attributes }) => ({
            address: `offer:${name}` as const,
            kind: 'offer' as const,
            name,
            body: { attributes: attributes as never },
            owned: [],
            source: at,
          })),
          {
            address: 'promo_code:A' as const,
            kind: 'promo_code' as const,
            name: 'A',
            body: { discount: promo as never, usage: promo as never, status: true },
            owned: [],
            source: at,
          },
        ];
        const context = createLintContext({
          now: NOW,
          resources,
          foreignHosts: new Map([['a.example', 'prod']]),
          pages: [],
          catalog: new Map(),
        });
        const result = runLint({
          rules: LINT_RULES,
          settings: resolveSettings(LINT_RULES),
          context,
          comments: [],
          locate: () => at,
          missing: {},
        });
        expect(result.findings.filter(({ code }) => code === 'rule-failed')).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });
});

describe('what must not be printed', () => {
  test('is in no message, also where another rule quotes the text', () => {
    const text = stringify({
      kind: 'offer',
      path: '/offers2/A',
      attributes: { own: 'http://shop:correcthorse@acme.example/a' },
    });
    const { findings } = lintText(text);
    expect(findings.map(({ code }) => code).sort()).toEqual(['link-insecure', 'text-secret']);
    expect(JSON.stringify(findings.map(({ message, hint }) => [message, hint]))).not.toContain('correcthorse');
  });
});
