import { describe, expect, test } from 'vitest';
import { mergeResults } from '../../src/lint/lint.js';
import { parseDocuments } from '../../src/source/parse.js';
import { fixText } from '../../src/source/edit/fix-text.js';
import { lintText, readFacts } from './support.js';

const offer = (attributes: string): string => `kind: offer\npath: /offers2/A\nattributes:\n${attributes}`;
const charge = { name: 'monthly', label: 'sub', value: '9.99', currencyCode: 'GBP', type: 'recurring' };

/** Pointers of the fixes; what an apply left is the attributes of offer A. */
function listFixes(text: string, applied: object, catalog?: object[]): string[] {
  const facts = readFacts(
    JSON.stringify({
      applied: { 'offer:/offers2/A': { body: { attributes: applied } } },
      ...(catalog ? { catalog } : {}),
    }),
  );
  const { findings } = lintText(text, { only: ['field-once-managed'], facts });
  return findings.map(({ fix }) => (fix && 'clear' in fix ? fix.pointer : 'none'));
}

const clear = (text: string, ...pointers: string[]): { text: string; fixed: number } => {
  const file = parseDocuments('a.yaml', text);
  const [document] = file.documents;
  if (!document) throw new Error('no document');
  return fixText(
    file,
    pointers.map((pointer) => ({ document, pointer, clear: true })),
  );
};

const found = (types: string, live: string[]): string[] => {
  const catalog = [{ path: '/offers2/B', attributes: { payment_types__limio: live } }];
  const text = offer(`  payment_types__limio: ${types}\n`);
  const { findings } = lintText(text, {
    only: ['payment-type-unseen'],
    facts: readFacts(JSON.stringify({ catalog })),
  });
  return findings.map(({ pointer, message, hint }) => `${pointer} ${message} ${hint}`);
};

describe('field-once-managed', () => {
  test('reports a key inside of a keyed list where the file has the element', () => {
    const text = offer(
      '  price__limio:\n    - { name: setup, label: s, value: "1", currencyCode: GBP, type: one_off }\n    - { name: monthly, label: sub, value: "9.99", currencyCode: GBP, type: recurring }\n',
    );
    const setup = { name: 'setup', label: 's', value: '1', currencyCode: 'GBP', type: 'one_off' };
    const applied = { price__limio: [{ ...charge, trigger: 'subscription_start' }, setup] };
    expect(listFixes(text, applied)).toEqual(['/attributes/price__limio/1/trigger']);
  });

  test('finds the snapshot of a renamed object under its old name', () => {
    const applied = { 'promo_code:SPRING': { body: { status: true, description: 'Spring' } } };
    const text = 'kind: promo_code\npromoCode: SUMMER\nmoved_from: SPRING\nstatus: true\n';
    const facts = readFacts(JSON.stringify({ applied }));
    const { findings } = lintText(text, { only: ['field-once-managed'], facts });
    expect(findings).toMatchObject([{ address: 'promo_code:SUMMER', fix: { pointer: '/description', clear: true } }]);
  });

  test('does not report what the tenant has lost since, with --live', () => {
    const text = offer('  display_name__limio: A\n');
    const applied = { display_name__limio: 'A', badge_text__limio: 'SALE' };
    expect(listFixes(text, applied, [{ path: '/offers2/A', attributes: {} }])).toEqual([]);
    expect(listFixes(text, applied, [{ path: '/offers2/A', attributes: { badge_text__limio: 'NEW' } }])).toEqual([
      '/attributes/badge_text__limio',
    ]);
  });

  test('offers no fix that counts in an environment whose snapshot does not know the field', () => {
    const facts = readFacts(
      JSON.stringify({
        applied: { 'offer:/offers2/A': { body: { attributes: { badge_text__limio: 'SALE' } } } },
      }),
    );
    const text = offer('  display_name__limio: A\n');
    const only = ['field-once-managed'];
    const files = new Set(['example.yaml']);
    const { findings } = mergeResults([
      { environment: 'sandbox', files, result: lintText(text, { only, facts }) },
      { environment: 'prod', files, result: lintText(text, { only }) },
    ]);
    expect(findings).toMatchObject([{ message: expect.stringContaining('(in sandbox)') }]);
    expect(findings[0]).not.toHaveProperty('fix');
  });
});

describe('the fix that writes a null', () => {
  test('keeps every other byte, in braces and in elements too', () => {
    expect(clear('a: 1 # one\nb:\n  c: [{ d: 1 }] # two\n', '/b/e', '/b/c/0/f', '/g')).toEqual({
      text: 'a: 1 # one\nb:\n  c: [{ d: 1, f: null }] # two\n  e: null\ng: null\n',
      fixed: 3,
    });
  });

  test('makes the object that held the key, and changes no key that exists', () => {
    expect(clear('a: 1\n', '/b/c')).toEqual({ text: 'a: 1\nb:\n  c: null\n', fixed: 1 });

    expect(clear('a: 1\n', '/a', '/a/b')).toEqual({ text: 'a: 1\n', fixed: 0 });
  });
});

describe('payment-type-unseen', () => {
  test('names the nearest type that the tenant uses, or all of them', () => {
    expect(found('[zuora_card, zuora_crad, cash]', ['zuora_card', 'paypal'])).toEqual([
      '/attributes/payment_types__limio/1 No item of the tenant uses the payment type "zuora_crad". Did you mean "zuora_card"?',
      '/attributes/payment_types__limio/2 No item of the tenant uses the payment type "cash". Used: paypal, zuora_card.',
    ]);
  });

  test('finds nothing in a tenant without payment types', () => {
    expect(found('[cash]', [])).toEqual([]);
  });
});
