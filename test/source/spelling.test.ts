import { describe, expect, test } from 'vitest';
import { fixSpelling } from '../../src/source/edit/fix-text.js';
import { parseDocuments } from '../../src/source/parse.js';
import { validateSources } from '../../src/source/source.js';

/** Case lossy-scalars: a value is sent as it is written, or it is an error. */
const offer = (attributes: string): string => `kind: offer\npath: /offers2/A\nattributes:\n${attributes}`;

function find(text: string): string[] {
  return validateSources([{ path: 'a.yaml', text }], { environments: [] }).problems.map(
    ({ line, col, code, hint }) => `${line}:${col} ${code}: ${hint}`,
  );
}

const fix = (text: string) => fixSpelling(parseDocuments('a.yaml', text));

describe('a plain value', () => {
  test.each([
    ['00123', '123'],
    ['1.10', '1.1'],
    ['12.0', '12'],
    ['1e3', '1000'],
    ['0x1F', '31'],
    ['0o17', '15'],
    ['+1', '1'],
    ['.5', '0.5'],
    ['1.', '1'],
    ['-0', '0'],
    ['0.0000001', '1e-7'],
    ['0.10000000000000000001', '0.1'],
    ['True', 'true'],
    ['FALSE', 'false'],
    ['Null', 'null'],
  ])('%s is an error, because it would be sent as %s', (written, sent) => {
    expect(find(offer(`  erp_code: ${written}\n`))).toEqual([
      `4:13 YAML_SPELLING: If it is text, quote it: "${written}". If not, write ${sent}. limio-sync lint --fix does it.`,
    ]);
  });

  test.each(['123', '-1', '0', '1.1', '1e-7', 'true', 'false', 'null', '~', '', '"00123"', "'1.10'", '!!str 1.10'])(
    '%s is sent as it is written',
    (written) => {
      expect(find(offer(`  erp_code: ${written}\n`))).toEqual([]);
    },
  );

  test('is checked at any depth, in lists, once for all of its aliases, and as no key', () => {
    const text = offer('  codes: [1.10, { deep: 007 }]\n  a: &code 0x1F\n  b: *code\n  00123: key\n');
    expect(find(text).map((one) => one.slice(0, 18))).toEqual([
      '4:11 YAML_SPELLING',
      '4:25 YAML_SPELLING',
      '5:12 YAML_SPELLING',
    ]);
  });

  test('does not hide the other errors of its document, and has one error where its field has a rule', () => {
    const text = offer('  erp_code: 00123\n  badge_text__limio: 1.10\n  label__limio: home\n');
    expect(find(text).map((one) => one.split(':').slice(0, 2).join(':'))).toEqual([
      '4:13 YAML_SPELLING',
      '5:22 WRONG_TYPE',
      '6:17 WRONG_TYPE',
    ]);
  });
});

describe('the fix', () => {
  test('knows the attributes of a base, which has no name', () => {
    const text = 'kind: base\nattributes:\n  erp_code: 00123\n  best_value__limio: True\n';
    const right = 'kind: base\nattributes:\n  erp_code: "00123"\n  best_value__limio: true\n';
    expect(fix(text)).toEqual({ text: right, fixed: 2 });
  });

  test('quotes the text of every value, and keeps every other byte', () => {
    const text = offer('  erp_code: 00123 # of the ledger\n  sizes: [ 1.10,   1e3 ]\n  badge_text__limio:   True\n');
    expect(fix(text)).toEqual({
      fixed: 4,
      text: offer('  erp_code: "00123" # of the ledger\n  sizes: [ "1.10",   "1e3" ]\n  badge_text__limio:   "True"\n'),
    });
  });

  test('writes the number or boolean where the field takes no text', () => {
    const text = `kind: promo_code
promoCode: SPRING25
status: True
usage: { availableQuantity: 05 }
discount: { discountType: percentage, durationLength: 1_000 }
`;
    expect(fix(text)).toEqual({
      fixed: 2,
      text: text.replace('True', 'true').replace('05', '5'),
    });
  });

  test('reaches documents with other errors, aliases, and numbers that cannot be represented', () => {
    const text = offer('  a: &code 0012\n  b: *code\n  c: 12345678901234567890\n  c: twice\n');
    expect(fix(text)).toEqual({
      fixed: 2,
      text: offer('  a: &code "0012"\n  b: *code\n  c: "12345678901234567890"\n  c: twice\n'),
    });
  });

  test('leaves a value with a tag to its author', () => {
    const text = offer('  erp_code: !!int 0012\n');
    expect(fix(text)).toEqual({ fixed: 0, text });
  });
});
