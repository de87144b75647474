import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { findAmbiguity, isPlainAmount, readAmount, spellAmount, writeDecimal } from '../../src/charges/amount.js';

const read = (value: string | number, currency = 'EUR'): string | undefined => {
  const decimal = readAmount(value, currency);
  return decimal && writeDecimal(decimal);
};

describe('an amount that everybody reads alike', () => {
  test.each([
    ['359', '359'],
    ['999.00', '999.00'],
    ['12.9', '12.9'],
    ['12.99', '12.99'],
    [' 12.5 ', '12.5'],
    ['-0.5', '-0.5'],
    ['1299', '1299'],
    ['1299.000', '1299.000'],
    ['0.299', '0.299'],
    ['12.3456', '12.3456'],
    ['1,299.00', '1299.00'],
    ['1,234,567', '1234567'],
    ['1.299,00', '1299.00'],
    ['1.234.567', '1234567'],
    ['1 299,00', '1299.00'],
    ['1 299', '1299'],
    ['1\u00A0299,00', '1299.00'],
    ['1\u202F299.00', '1299.00'],
    ["1'299.00", '1299.00'],
    ['1’299', '1299'],
    ['12,99', '12.99'],
    ['12,9', '12.9'],
    ['0,299', '0.299'],
  ])('%s is %s', (text, expected) => {
    expect(read(text)).toBe(expected);
    expect(findAmbiguity(text, 'EUR')).toBeUndefined();
  });

  test('is also a JSON number, whatever its digits', () => {
    expect([read(499), read(12.5), read(1.299), read(-3)]).toEqual(['499', '12.5', '1.299', '-3']);
  });

  test('has three decimals in a currency with three decimals, after a point', () => {
    expect([read('1.299', 'KWD'), read('1,299', 'KWD')]).toEqual(['1.299', undefined]);
  });
});

describe('exactly three digits after the only separator', () => {
  test.each([
    ['1.299', '1299.00', '1.2990'],
    ['1,299', '1299.00', '1.2990'],
    ['12.990', '12990.00', '12.9900'],
    ['100.000', '100000.00', '100.0000'],
    ['-1.299', '-1299.00', '-1.2990'],
  ])('%s has two readings: %s and %s', (text, thousands, fraction) => {
    expect(read(text)).toBeUndefined();
    expect(findAmbiguity(text, 'EUR')).toEqual([thousands, fraction]);
    expect([read(thousands), read(fraction)]).toEqual([thousands, fraction]);
  });
});

describe('no amount', () => {
  test.each(['', ' ', '£12', 'free', '1e3', '1.2.3', '1,29,900', '--1', '.5', '5.', '1,2.3', '١٢', '9'.repeat(41)])(
    'is "%s"',
    (text) => {
      expect(read(text)).toBeUndefined();
      expect(findAmbiguity(text, 'EUR')).toBeUndefined();
    },
  );

  test.each([[1e21], [Number.NaN]])('is the number %s', (value) => {
    expect(read(value)).toBeUndefined();
  });
});

test('a text is plain when it has digits and a point only', () => {
  expect(['12.99', '-5', '12,99', '1,299.00', '1 299'].map(isPlainAmount)).toEqual([true, true, false, false, false]);
});

test('an amount is never written so that it has two readings', () => {
  fc.assert(
    fc.property(
      fc.bigInt({ min: -(10n ** 12n), max: 10n ** 12n }),
      fc.nat(6),
      fc.constantFrom('EUR', 'JPY', 'KWD', ''),
      (units, scale, currency) => {
        const text = spellAmount({ units, scale }, currency);
        const back = readAmount(text, currency);
        expect(back && back.units * 10n ** BigInt(9 - back.scale)).toBe(units * 10n ** BigInt(9 - scale));
      },
    ),
  );
});
