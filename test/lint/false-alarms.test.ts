import { expect, test } from 'vitest';
import { stringify } from 'yaml';
import { lintText } from './support.js';

const charge = (value: string, currencyCode: string, more: object = {}) => ({
  name: 'charge_1',
  value,
  currencyCode,
  type: 'recurring',
  repeat_interval: 1,
  repeat_interval_type: 'months',
  ...more,
});
const delayed = (length: number, unit: string) => ({
  name: 'charge_2',
  delay_interval: length,
  delay_interval_type: unit,
});
const offer = (name: string, attributes: object): string =>
  stringify(
    { kind: 'offer', path: `/offers2/${name}`, attributes: { display_name__limio: name, ...attributes } },
    { lineWidth: 0 },
  );
const code = (promoCode: string, percentageDiscount: number): string =>
  stringify({
    kind: 'promo_code',
    promoCode,
    applicationLevel: 'wholeBasket',
    status: true,
    promoExpiryDate: '2027-03-31',
    usage: { availableQuantity: 100 },
    productDetails: {
      product: { path: '/products/Discounts' },
      ratePlan: { path: `12 months plan, ${percentageDiscount}% off for 3 months` },
    },
    discount: { discountType: 'DiscountPercentage', percentageDiscount, durationLength: 3, durationType: 'Months' },
  });
const lint = (...documents: string[]): string[] =>
  lintText(documents.join('---\n')).findings.map(
    ({ code: rule, address, pointer }) => `${rule} ${address}${pointer ?? ''}`,
  );

const MARKETS = [
  ['GB', 'GBP', '12.99'],
  ['US', 'USD', '14.99'],
  ['DE', 'EUR', '12.99'],
  ['CH', 'CHF', '14.90'],
  ['SE', 'SEK', '129'],
  ['JP', 'JPY', '1500'],
  ['IN', 'INR', '499'],
  ['CA', 'CAD', '18.99'],
  ['AU', 'AUD', '19.99'],
  ['BR', 'BRL', '49.90'],
] as const;

test('offers and codes as shops have them give no finding', () => {
  const markets = MARKETS.map(([country, currency, value]) =>
    offer(`Digital ${country}`, {
      display_name__limio: 'Digital',
      label__limio: ['web-home'],
      group__limio: 'digital',
      best_value__limio: true,
      price__limio: [charge(value, currency)],
      allowed_countries__limio: [country],
    }),
  );
  const monthly = { renewal_type: 'TERMED', length: 1, type: 'months' };
  expect(
    lint(
      ...markets,
      // Everywhere else people pay in dollars, or in euros, since nothing is sold in their currencies.
      offer('Rest of the world', {
        price__limio: [charge('14.99', 'USD')],
        allowed_countries__limio: ['MX', 'AR', 'TR', 'ZA'],
      }),
      offer('Central Europe', { price__limio: [charge('12.99', 'EUR')], allowed_countries__limio: ['PL', 'CZ', 'HU'] }),
      // The same offer for the call centre and without a country.
      offer('Anywhere GBP', {
        display_name__limio: 'Anywhere',
        label__limio: ['web-home'],
        group__limio: 'digital',
        best_value__limio: true,
        price__limio: [charge('12.99', 'GBP')],
      }),
      offer('Anywhere EUR', {
        display_name__limio: 'Anywhere',
        label__limio: ['web-home'],
        group__limio: 'digital',
        best_value__limio: true,
        price__limio: [charge('12.99', 'EUR')],
      }),
      offer('Anywhere by phone', {
        display_name__limio: 'Anywhere',
        label__limio: ['web-home'],
        group__limio: 'digital',
        best_value__limio: true,
        price__limio: [charge('12.99', 'GBP')],
        sales_channel__limio: ['call_centre'],
      }),
      offer('Introduction', {
        display_price__limio: '12 weeks for £6',
        term__limio: monthly,
        price__limio: [
          charge('6', 'GBP', { repeat_interval: 12, repeat_interval_type: 'weeks', repeat_count: 1 }),
          charge('12.99', 'GBP', delayed(12, 'weeks')),
        ],
      }),
      offer('Paid trial', {
        display_price__limio: '£1 for one month',
        trial__limio: true,
        autoRenew__limio: false,
        term__limio: monthly,
        price__limio: [charge('1', 'GBP')],
      }),
      offer('Registered', { display_price__limio: '£0', price__limio: [charge('0', 'GBP')] }),
      offer('Todo', {
        cta_text__limio: 'TODO INCLUIDO',
        display_description__limio: '<p>XXX aniversario: TODO el periódico</p>',
      }),
      offer('Addresses', {
        display_description__limio:
          'abo@zeitung.example, leser.service@zeitung.example, /img/logo@2x.png, https://x.example/@jane',
      }),
      offer('Sign-up', {
        display_description__limio: 'Password: minimum 8 characters. API key: on request',
        page_inject_code__limio:
          '<script type="application/ld+json">{"@context": "http://schema.org"}</script><script>Stripe("pk_live_51HabcdefghijklmnopqrstuvwX")</script>',
      }),
      offer('Languages', {
        headline_de: 'Alles',
        headline_fr: 'Tout',
        user_id: '12',
        user_no: '13',
        order_id: '14',
        shipping_de: '4.90',
      }),
      offer('Legacy [UK]', { cta_text__limio: '[New]', display_name__limio: 'The Name [Print]' }),
      offer('Html', { display_description__limio: '<TITLE>A</TITLE><p class="name">A <CODE>b</CODE></p><br>' }),
      offer('Lift', { label__limio: ['lift'] }),
      offer('Gift 1', { label__limio: ['gift'] }),
      offer('Gift 2', { label__limio: ['gift'] }),
      code('SAVE10', 10),
      code('BF25', 25),
      code('WELCOME', 10),
    ),
  ).toEqual([]);
});

test.each(['<OFFER NAME>', '[Name]', '{name}', '<your text>', 'Only [PRICE] a month', 'Get <OFFER NAME> now'])(
  'text-placeholder finds a name in brackets that nobody filled in: %s',
  (text) => {
    expect(lint(offer('A', { cta_text__limio: text }))).toContain(
      'text-placeholder offer:/offers2/A/attributes/cta_text__limio',
    );
  },
);

test.each(['<OFFER NAME>', '[Name]', '{name}'])('text-placeholder finds the path that nobody filled in: %s', (name) => {
  expect(lint(offer(name, {}))).toContain(`text-placeholder offer:/offers2/${name}/path`);
});

test.each<[string, string[], string]>([
  [
    'a copy of another market',
    [
      offer('GB', { price__limio: [charge('12.99', 'GBP')], allowed_countries__limio: ['GB'] }),
      offer('US', { price__limio: [charge('12.99', 'GBP')], allowed_countries__limio: ['US'] }),
      offer('US 2', { price__limio: [charge('14.99', 'USD')], allowed_countries__limio: ['US'] }),
    ],
    'price-currency-country offer:/offers2/US/attributes/price__limio/0/currencyCode',
  ],
  [
    'two marks of one currency and channel',
    [1, 2].map((i) => offer(`Best ${i}`, { label__limio: ['web'], group__limio: 'a', best_value__limio: true })),
    'best-value-duplicate offer:/offers2/Best 2/attributes/best_value__limio',
  ],
  [
    'a note to oneself',
    [offer('A', { cta_text__limio: 'TODO: words' })],
    'text-placeholder offer:/offers2/A/attributes/cta_text__limio',
  ],
  // Case leftover-placeholders.
  ...['{{ vars.price }} per month', '##PRICE## now', 'for %{price}', '$vars.price per month', '<b>{{price}}</b>'].map(
    (text): [string, string[], string] => [
      `a variable of another template language, ${text},`,
      [offer('A', { cta_text__limio: text })],
      'text-placeholder offer:/offers2/A/attributes/cta_text__limio',
    ],
  ),
  [
    'a mailbox of a person',
    [offer('A', { own: 'Ask janedoe84@gmail.com' })],
    'text-email offer:/offers2/A/attributes/own',
  ],
  ['a password', [offer('A', { own: 'Password: hunter2hunter2' })], 'text-secret offer:/offers2/A/attributes/own'],
  ['a word and a number for a gift', [code('STAFF50', 50)], 'promo-guessable promo_code:STAFF50/promoCode'],
])('%s is found', (_what, documents, expected) => {
  expect(lint(...documents)).toEqual([expected]);
});
