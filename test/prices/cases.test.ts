import { describe, expect, it } from 'vitest';
import { evaluatePrices, type SourcedReading } from '../../src/prices/cases.js';
import type { ExpectedPrice, PriceReading, PriceSource } from '../../src/prices/order.js';

const priced = (
  amounts: readonly string[],
  rest: Partial<PriceReading & { outcome: 'priced' }> = {},
): PriceReading => ({
  outcome: 'priced',
  currency: 'GBP',
  firstPayment: amounts[0] ?? '0',
  schedule: amounts.map((amount, i) => ({ date: `2027-0${i + 1}-01`, amount })),
  ...rest,
});
const unknown: PriceReading = { outcome: 'unknown', reason: 'no.' };

function judge(expected: ExpectedPrice, readings: Partial<Record<PriceSource, PriceReading>>): string[] {
  const sourced = Object.entries(readings).map(([source, reading]): SourcedReading => ({
    source: source as PriceSource,
    reading,
  }));
  return evaluatePrices({ offers: [], date: '2027-01-01', expected }, sourced).map(
    ({ source, against, what, date, difference }) => [source, against, date ?? what, difference ?? ''].join(' ').trim(),
  );
}

describe('answers about a price', () => {
  it.each<[string, ExpectedPrice, Partial<Record<PriceSource, PriceReading>>, string[]]>([
    [
      'agree however amounts are written',
      { firstPayment: '5.0', currency: 'GBP', schedule: [{ date: '2027-01-01', amount: '5' }] },
      { offline: priced(['5.00', '6.00']) },
      [],
    ],
    [
      'differ by an amount',
      { firstPayment: '5.00' },
      { offline: priced(['4.50']) },
      ['offline expected first_payment -0.50'],
    ],
    ['differ in the currency', { currency: 'EUR' }, { offline: priced(['4.50']) }, ['offline expected currency']],
    [
      'lack a day that is expected',
      {
        schedule: [
          { date: '2027-01-01', amount: '5' },
          { date: '2027-02-01', amount: '5' },
        ],
      },
      { offline: priced(['5']) },
      ['offline expected 2027-02-01 -5'],
    ],
    [
      'have a day between those that are expected',
      {
        schedule: [
          { date: '2027-01-01', amount: '5' },
          { date: '2027-03-01', amount: '5' },
        ],
      },
      { offline: priced(['5', '4', '5', '9']) },
      ['offline expected 2027-02-01 +4'],
    ],
    [
      'cannot be nothing where nothing is expected',
      { schedule: [{ date: '2027-01-01', amount: '0' }] },
      { offline: priced(['5']) },
      ['offline expected 2027-01-01 +5'],
    ],
    ['differ from a refusal', { refused: 'not_sold' }, { offline: priced(['5']) }, ['offline expected outcome']],
    [
      'are another refusal',
      { refused: 'not_sold' },
      { offline: { outcome: 'refused', refusal: 'promo_code', reason: 'off' } },
      ['offline expected outcome'],
    ],
    ['are missing offline', { firstPayment: '5' }, { offline: unknown }, ['offline expected outcome']],
    ['are excused offline beside the tenant', { firstPayment: '5' }, { offline: unknown, live: priced(['5']) }, []],
    [
      'are missing live',
      { firstPayment: '5' },
      { offline: priced(['5']), live: unknown },
      ['live expected outcome', 'live offline outcome'],
    ],
    [
      'tell live no recurring amount',
      { firstPayment: '5', recurring: '5' },
      { offline: priced(['5'], { recurring: '5' }), live: priced(['5']) },
      [],
    ],
    [
      'prove nothing live of a recurring amount alone',
      { recurring: '5' },
      { offline: priced(['5'], { recurring: '5' }), live: priced(['5']) },
      ['live expected outcome'],
    ],
    [
      'give the tax live only',
      { firstPayment: '5', tax: '1' },
      { offline: priced(['5']), live: priced(['5'], { tax: '1.00' }), partner: priced(['5'], { tax: '2' }) },
      ['partner expected tax +1', 'partner live tax +1.00'],
    ],
    [
      'lack a tax that is expected',
      { tax: '1' },
      { offline: priced(['5']), live: priced(['5']) },
      ['live expected tax'],
    ],
    ['prove nothing offline of a tax alone', { tax: '1' }, { offline: priced(['5']) }, ['offline expected outcome']],
    [
      'lack a schedule that is expected',
      { schedule: [{ date: '2027-01-01', amount: '5' }] },
      { live: { outcome: 'priced', firstPayment: '5' } },
      ['live expected schedule'],
    ],
    [
      'differ from one another as far as both go',
      { firstPayment: '5' },
      { offline: priced(['5', '5', '5']), live: priced(['5', '6']) },
      ['live offline 2027-02-01 +1'],
    ],
    [
      'differ between the two previews',
      { firstPayment: '5' },
      { offline: unknown, live: priced(['5', '5']), partner: priced(['5', '4']) },
      ['partner live 2027-02-01 -1'],
    ],
  ])('%s', (_, expected, readings, differences) => {
    expect(judge(expected, readings)).toEqual(differences);
  });
});
