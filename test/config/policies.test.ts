import { describe, expect, test } from 'vitest';
import { resolveEnvironment } from '../../src/config/environments.js';
import { parseConfig } from '../../src/config/parse-config.js';
import type { ConfigProblem } from '../../src/config/problems.js';
import type { EnvironmentConfig } from '../../src/config/schema.js';
import { LimioError } from '../../src/errors/errors.js';

function listProblems(environment: unknown): ConfigProblem[] {
  try {
    parseConfig({ environments: { prod: { tenant: 'a', ...(environment as object) } } }, 'limio.config.ts');
    return [];
  } catch (error) {
    if (error instanceof LimioError && error.code === 'CONFIG_INVALID')
      return error.details['problems'] as ConfigProblem[];
    throw error;
  }
}

const resolve = (environment: EnvironmentConfig) =>
  resolveEnvironment({ environments: { prod: { tenant: 'a', ...environment } } }, 'prod');
const window = { from: '2026-11-27T00:00', to: '2026-12-01T08:00', timeZone: 'Europe/London', reason: 'Sale' };

describe('a policy', () => {
  test.each<[string, unknown, string[]]>([
    ['of a negative percentage', { policies: { price: { maxIncrease: -1 } } }, ['policies.price.maxIncrease']],
    ['of a text for a percentage', { policies: { price: { maxDecrease: '20' } } }, ['policies.price.maxDecrease']],
    ['of no number', { policies: { price: { maxIncrease: Number.NaN } } }, ['policies.price.maxIncrease']],
    ['of more than all', { policies: { massChange: { percent: 101 } } }, ['policies.massChange.percent']],
    ['of half an object', { policies: { massChange: { atLeast: 0.5 } } }, ['policies.massChange.atLeast']],
    ['of neither stop nor allow', { policies: { partial: 'yes' } }, ['policies.partial']],
    ['with a misspelt key', { policies: { price: { maxIncreace: 1 } } }, ['policies.price.maxIncreace']],
    ['with a misspelt kind', { protect: ['offers:/offers2/X'] }, ['protect[0]']],
    ['without a kind', { protect: ['/offers2/X', 'Legacy*'] }, ['protect[0]', 'protect[1]']],
    ['without a name', { ignore: ['offer:'] }, ['ignore[0]']],
    ['that protects a field', { protect: ['offer:*#/attributes/x'] }, ['protect[0]']],
    [
      'that ignores a field outside the attributes',
      { ignore: ['offer:*#/badge_text__limio', 'offer:*#/attributes'] },
      ['ignore[0]', 'ignore[1]'],
    ],
    ['that ignores a part of a branch', { ignore: ['journey:*#/journeys/0'] }, ['ignore[0]']],
    ['that ignores the code itself', { ignore: ['promo_code:*#/promoCode'] }, ['ignore[0]']],
    ['that ignores a field without a name', { ignore: ['offer:*#/attributes/', '*#/'] }, ['ignore[0]', 'ignore[1]']],
    ['with a freeze without a reason', { freeze: [{ ...window, reason: '' }] }, ['freeze[0].reason']],
    ['with a freeze without a time', { freeze: [{ ...window, from: '2026-11-27' }] }, ['freeze[0].from']],
    [
      'with a freeze on a day that no calendar has',
      { freeze: [{ ...window, to: '2027-02-29T00:00' }] },
      ['freeze[0].to'],
    ],
    [
      'with a freeze at an hour that no clock has',
      { freeze: [{ ...window, to: '2027-01-01T24:00' }] },
      ['freeze[0].to'],
    ],
    [
      'with a freeze without a zone',
      { freeze: [{ from: window.from, to: window.to, reason: 'Sale' }] },
      ['freeze[0].from', 'freeze[0].to'],
    ],
    ['with a freeze of two zones', { freeze: [{ ...window, to: '2026-12-01T08:00Z' }] }, ['freeze[0].to']],
    ['with a freeze of an unknown zone', { freeze: [{ ...window, timeZone: 'Europe/Londn' }] }, ['freeze[0].timeZone']],
    ['with a freeze that ends before it begins', { freeze: [{ ...window, to: '2026-11-26T00:00' }] }, ['freeze[0].to']],
    ['with a freeze that ends as it begins', { freeze: [{ ...window, to: window.from }] }, ['freeze[0].to']],
    [
      'with several faults',
      { protect: ['x'], freeze: [window, { ...window, from: 'soon' }] },
      ['protect[0]', 'freeze[1].from'],
    ],
  ])('%s is refused', (_name, environment, expected) => {
    expect(listProblems(environment).map(({ path }) => path)).toEqual(
      expected.map((path) => `environments.prod.${path}`),
    );
  });

  test.each<[string, unknown]>([
    [
      'patterns of every kind',
      {
        protect: ['*', 'offer:*', 'journey:web-*', 'promo_code:VIP*'],
        ignore: ['offer:/offers2/C# *', 'promo_code:*#/discount/percentageDiscount', 'journey:*#/domains', '*#/status'],
      },
    ],
    [
      'freezes by zone and by offset',
      { freeze: [window, { from: '2026-11-27T00:00:30+05:30', to: '2026-12-01T08:00Z', reason: 'Sale' }] },
    ],
    [
      'limits of nothing',
      { policies: { price: { maxIncrease: 0, maxDecrease: 12.5 }, massChange: { percent: 0, atLeast: 1 } } },
    ],
  ])('of %s is accepted', (_name, environment) => {
    expect(listProblems(environment)).toEqual([]);
  });

  test('says what was meant', () => {
    const [kind, zone] = listProblems({
      protect: ['offr:/offers2/X'],
      freeze: [{ ...window, timeZone: 'Europe/Londn' }],
    });
    expect([kind?.hint, zone?.hint]).toEqual(['Did you mean "offer:/offers2/X"?', 'Did you mean "Europe/London"?']);
    expect(listProblems({ policies: { price: { maxIncreace: 1 } } })[0]?.hint).toBe('Did you mean "maxIncrease"?');
  });
});

describe('an environment', () => {
  test('fills in the limits that are left out', () => {
    expect(resolve({ policies: { price: { maxIncrease: 5 }, massChange: { atLeast: undefined } } }).policies).toEqual({
      price: { maxIncrease: 5, maxDecrease: 20 },
      massChange: { percent: 30, atLeast: 10 },
      partial: 'stop',
      alsoPublish: 'consent',
    });
    expect(resolve({ policies: { partial: 'allow' } }).policies.partial).toBe('allow');
  });

  test('has patterns of promo codes in upper case, as they are stored, and their fields as they are', () => {
    const { protect, ignore } = resolve({
      protect: ['promo_code:vip*', 'offer:/offers2/x'],
      ignore: ['promo_code:spring*#/promoStartDate'],
    });
    expect([protect, ignore]).toEqual([
      ['promo_code:VIP*', 'offer:/offers2/x'],
      ['promo_code:SPRING*#/promoStartDate'],
    ]);
  });

  test('has freezes as moments, and as they are written', () => {
    expect(resolve({ freeze: [window] }).freeze).toEqual([
      {
        fromMs: Date.UTC(2026, 10, 27),
        toMs: Date.UTC(2026, 11, 1, 8),
        shown: '2026-11-27T00:00 to 2026-12-01T08:00 Europe/London',
        reason: 'Sale',
      },
    ]);
  });
});
