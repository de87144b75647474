import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { exceedsLimits, isZero, measurePercent, sameMoney, toMoney } from '../../src/plan/money.js';

const money = (amount: string, currency = 'GBP', interval = 'monthly') => toMoney(amount, currency, interval);
const showCents = (value: bigint) => `${value / 100n}.${String(value % 100n).padStart(2, '0')}`;

describe('an amount', () => {
  test.each([
    ['359', 'GBP', '359.00'],
    ['999.00', 'GBP', '999.00'],
    ['1,299.00', 'GBP', '1299.00'],
    ['1.299,00', 'EUR', '1299.00'],
    [' 12.5 ', 'GBP', '12.50'],
    ['12,5', 'EUR', '12.50'],
    ['1 299,00', 'EUR', '1299.00'],
    ['1,234,567.8', 'GBP', '1234567.80'],
    ['1.234.567,8', 'EUR', '1234567.80'],
    ['1.234.567', 'EUR', '1234567.00'],
    ['0.125', 'GBP', '0.125'],
    ['0012.99', 'GBP', '12.99'],
    ['1234.567', 'GBP', '1234.567'],
    ['-5', 'GBP', '-5.00'],
    ['-0.5', 'GBP', '-0.50'],
    ['1000', 'JPY', '1000'],
    ['12.5', 'JPY', '12.5'],
    ['1.250', 'KWD', '1.250'],
    ['9007199254740993.01', 'GBP', '9007199254740993.01'],
  ])('%s %s is %s', (text, currency, expected) => {
    expect(money(text, currency).amount).toBe(expected);
  });

  test.each([
    ['a currency sign', '£12.99', 'GBP'],
    ['nothing', '', 'GBP'],
    ['a word', 'free', 'GBP'],
    ['two points', '1.2.3', 'GBP'],
    ['a group that is too short', '1,29,900', 'GBP'],
    ['an exponent', '1e3', 'GBP'],
    ['two signs', '--1', 'GBP'],
    ['what may be a group or a fraction', '1.299', 'GBP'],
    ['the same with a comma', '1,299', 'GBP'],
    ['what may be a group or a fraction of three decimals', '1,299', 'KWD'],
    ['digits of another script', '١٢', 'GBP'],
    ['more digits than any price has', '9'.repeat(5000), 'GBP'],
  ])('with %s is no number, and stays as given', (_name, text, currency) => {
    expect(money(text, currency).amount).toBe(text);
    expect(measurePercent(money('1'), money(text, currency))).toBeUndefined();
    expect(
      exceedsLimits(money('1', currency), money(text, currency), { maxIncrease: 1e6, maxDecrease: 100 }),
    ).toBeUndefined();
  });

  test('that is not a text is shown as JSON', () => {
    expect(toMoney(12.5, 'GBP', 'once').amount).toBe('12.50');
    // With three decimals a text would have two readings; a number has one.
    expect(toMoney(1.299, 'GBP', 'once').amount).toBe('1.2990');
    expect(measurePercent(toMoney(1.299, 'GBP', 'once'), toMoney('2.598', 'KWD', 'once'))).toBeUndefined();
    expect(measurePercent(toMoney(1.299, 'GBP', 'once'), toMoney(2.598, 'GBP', 'once'))).toBe('+100.0');
    expect(toMoney({ a: 1 }, 'GBP', 'once').amount).toBe('{"a":1}');
    expect(toMoney(undefined, 'GBP', 'once').amount).toBe('');
  });

  test('is equal however it is written, in the same currency and interval', () => {
    expect(sameMoney(money('1,299.00'), money('1299'))).toBe(true);
    expect(sameMoney(money('12.50'), money('12.5000'))).toBe(true);
    expect(sameMoney(money('12.50'), money('12.51'))).toBe(false);
    expect(sameMoney(money('1', 'GBP'), money('1', 'USD'))).toBe(false);
    expect(sameMoney(money('1', 'GBP', 'monthly'), money('1', 'GBP', 'yearly'))).toBe(false);
    expect(sameMoney(money('free'), money('free'))).toBe(true);
    expect(sameMoney(money('free'), money('Free'))).toBe(false);
  });

  test('of nothing is zero', () => {
    expect([isZero(money('0')), isZero(money('0.00')), isZero(money('0.01')), isZero(money(''))]).toEqual([
      true,
      true,
      false,
      false,
    ]);
  });
});

describe('a percentage', () => {
  test.each([
    ['9.99', '12.99', '+30.0'],
    ['12.99', '9.99', '-23.1'],
    ['10', '12', '+20.0'],
    ['3', '4', '+33.3'],
    ['3', '5', '+66.7'],
    ['1000', '1000.5', '+0.1'],
    ['1000', '1000.4', '+0.0'],
    ['1000', '999.6', '-0.0'],
    ['10', '0', '-100.0'],
    ['0.1', '0.3', '+200.0'],
    ['0', '5', undefined],
    ['-5', '5', undefined],
  ])('from %s to %s is %s', (before, after, percent) => {
    expect(measurePercent(money(before), money(after))).toBe(percent);
  });

  test('does not exist between currencies or intervals', () => {
    expect(measurePercent(money('1', 'GBP'), money('2', 'USD'))).toBeUndefined();
    expect(measurePercent(money('1', 'GBP', 'monthly'), money('2', 'GBP', 'yearly'))).toBeUndefined();
  });

  test('is that of exact arithmetic, for any amounts', () => {
    const cents = fc.bigInt({ min: 1n, max: 10n ** 15n });
    fc.assert(
      fc.property(cents, cents, (a, b) => {
        const percent = measurePercent(money(showCents(a)), money(showCents(b))) ?? '';
        const tenths = BigInt(percent.replace(/[+.-]/g, ''));
        const moved = b < a ? a - b : b - a;
        // Half a tenth of a percent away at most.
        const off = tenths * a - moved * 1000n;
        expect((off < 0n ? -off : off) * 2n <= a).toBe(true);
        expect(percent.startsWith('-')).toBe(b < a);
      }),
    );
  });
});

describe('a limit', () => {
  const limits = { maxIncrease: 20, maxDecrease: 12.5 };
  test.each([
    ['10.00', '12.00', false],
    ['10.00', '12.01', true],
    ['10.00', '12.0000001', true],
    ['8.00', '7.00', false],
    ['8.00', '6.99', true],
    ['0.10', '0.12', false],
    ['0.1', '0.3', true],
    ['9.99', '9.99', false],
    ['0', '1', undefined],
  ])('from %s to %s is exceeded: %s', (before, after, expected) => {
    expect(exceedsLimits(money(before), money(after), limits)).toBe(expected);
  });

  test('of zero is exceeded by any change', () => {
    const none = { maxIncrease: 0, maxDecrease: 0 };
    expect(exceedsLimits(money('1000000'), money('1000000.01'), none)).toBe(true);
    expect(exceedsLimits(money('1'), money('1.00'), none)).toBe(false);
  });
});
