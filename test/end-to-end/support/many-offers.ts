import type { Seed } from '../../../src/emulator/seed-format.js';

/** Eight plans: what their names, their texts and their charges say. */
const PLANS = [
  ['Weekly', 'week', 1, 'weeks', 0.3],
  ['Monthly', 'month', 1, 'months', 1],
  ['Quarterly', 'quarter', 3, 'months', 2.8],
  ['Annual', 'year', 1, 'years', 10],
  ['Student', 'month', 1, 'months', 0.5],
  ['Family', 'month', 1, 'months', 1.6],
  ['Premium', 'month', 1, 'months', 2],
  ['Premium Annual', 'year', 1, 'years', 20],
] as const;

const EURO = 'AT BE CY DE EE ES FI FR GR IE IT LT LU LV MT NL PT SI SK HR'.split(' ');

/** Countries with their currency and its sign. */
const COUNTRIES: readonly (readonly [country: string, currency: string, symbol: string, rate: number])[] = [
  ...EURO.map((country) => [country, 'EUR', '€', 11] as const),
  ...['GB', 'GG', 'IM', 'JE'].map((country) => [country, 'GBP', '£', 10] as const),
  ...['US', 'PR'].map((country) => [country, 'USD', '$', 12] as const),
  ['AU', 'AUD', 'A$', 18],
  ['CA', 'CAD', 'CA$', 16],
  ['CH', 'CHF', 'CHF ', 12],
  ['CZ', 'CZK', 'Kč ', 250],
  ['DK', 'DKK', 'kr ', 80],
  ['HK', 'HKD', 'HK$', 90],
  ['IN', 'INR', '₹', 400],
  ['JP', 'JPY', '¥', 1600],
  ['NO', 'NOK', 'kr ', 120],
  ['NZ', 'NZD', 'NZ$', 19],
  ['SE', 'SEK', 'kr ', 120],
  ['SG', 'SGD', 'S$', 16],
];

/** The offers of a company that sells eight plans in 38 countries, each made by hand in the web app. */
export function drawManyOffers(): Seed {
  const items = PLANS.flatMap(([plan, period, interval, type, factor]) =>
    COUNTRIES.map(([country, currency, symbol, rate]) => {
      const price = (rate * factor).toFixed(currency === 'JPY' ? 0 : 2);
      const name = `Digital ${plan} ${country}`;
      const attributes = {
        display_name__limio: `Digital ${plan}`,
        display_price__limio: `${symbol}${price} per ${period}`,
        cta_text__limio: 'Subscribe now',
        label__limio: ['digital'],
        allowed_countries__limio: [country],
        price__limio: [
          {
            name: 'charge_1',
            label: `Digital ${plan}`,
            value: price,
            currencyCode: currency,
            type: 'recurring',
            trigger: 'order_date',
            repeat_interval: interval,
            repeat_interval_type: type,
          },
        ],
        term__limio: { renewal_type: 'EVERGREEN' },
        autoRenew__limio: true,
      };
      return { path: `/offers2/${name}`, name, type: 'item', data: { record_type: 'offer', attributes } };
    }),
  );
  return { items };
}
