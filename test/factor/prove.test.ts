import { describe, expect, test } from 'vitest';
import { findDifference } from '../../src/factor/prove.js';
import { validateSources } from '../../src/source/source.js';

const check = (text: string) =>
  validateSources([{ path: 'catalog/a.yaml', text }], { environments: [{ name: 'prod', vars: {} }] });

const OFFER =
  'kind: offer\npath: /offers2/A\nattributes:\n  cta_text__limio: Go\n  autoRenew__limio: true\n  own: "1"\n';

describe('the proof that files declare the same', () => {
  test('ignores places, comments and the order of keys', () => {
    const other =
      '# x\nattributes: { own: "1", autoRenew__limio: true, cta_text__limio: Go }\npath: /offers2/A\nkind: offer\n';
    expect(findDifference(check(OFFER), check(other))).toBeUndefined();
  });

  test.each([
    [
      'another value',
      OFFER.replace('Go', 'Stop'),
      'would differ: /body/attributes/cta_text__limio would be "Stop", not "Go".',
    ],
    [
      'a value of another type',
      OFFER.replace('own: "1"', 'own: 1'),
      'would differ: /body/attributes/own would be 1, not "1".',
    ],
    ['a field too many', `${OFFER}  badge_text__limio: x\n`, 'badge_text__limio would be "x", not absent.'],
    ['a field that is missing', OFFER.replace(/ {2}auto.*\n/, ''), 'autoRenew__limio would be absent, not true.'],
    ['a resource that is missing', OFFER.replace('2/A', '2/B'), 'offer:/offers2/A would not be declared.'],
    ['a resource too many', `${OFFER}---\n${OFFER.replace('2/A', '2/B')}`, 'offer:/offers2/B would be declared, too.'],
    ['a new problem', OFFER.replace('cta_text__limio', 'cta_text'), 'catalog/a.yaml:4:3 ATTRIBUTE_SUFFIX'],
  ])('finds %s', (_, text, message) => {
    expect(findDifference(check(OFFER), check(text))).toContain(message);
  });

  test('compares the former name and the owned fields', () => {
    const code = 'kind: promo_code\npromoCode: A\n';
    expect(findDifference(check(code), check(`${code}moved_from: B\n`))).toContain(
      '/movedFrom would be "promo_code:B"',
    );
    const owned = `${code}usage: { availableQuantity: 5 }\n`;
    const claimed = `${owned}ownership: { usage.availableQuantity: git }\n`;
    expect(findDifference(check(owned), check(claimed))).toContain('/owned');
  });
});
