import type { Seed } from '../../../src/emulator/seed-format.js';
import type { JsonObject } from '../../../src/model/json.js';

const promoCode = (code: string, percentage: number): JsonObject => ({
  promoCode: code,
  applicationLevel: 'wholeBasket',
  status: true,
  productDetails: { product: { path: '/products/Discounts' }, ratePlan: { path: `${percentage}% Off` } },
  discount: {
    discountType: 'DiscountPercentage',
    percentageDiscount: percentage,
    durationLength: 1,
    durationType: 'Months',
  },
});

const branch = (digit: string, countries: string[]): JsonObject => ({
  id: `${digit.repeat(8)}-1111-4111-8111-111111111111`,
  conditions: [{ type: 'country', operator: 'in', value: countries }],
  actions: [{ type: 'destination', tag: '/us/', split: 100 }],
});

/** Two offers on a page, a page at every route of the journeys, an add-on on none, a product, two promo codes and two journeys. */
export const SMALL_SEED: Seed = {
  items: [
    {
      path: '/offers2/Monthly',
      data: {
        record_type: 'offer',
        products: [],
        attributes: { display_name__limio: 'Monthly', cta_text__limio: 'Buy' },
      },
    },
    {
      path: '/offers2/Annual',
      data: { record_type: 'offer', products: [], attributes: { display_name__limio: 'Annual' } },
    },
    {
      path: '/add_ons/Archive',
      data: { record_type: 'add_on', products: [], attributes: { display_name__limio: 'Archive' } },
    },
    { path: '/products/Discounts', data: { record_type: 'product', attributes: {} } },
    {
      path: '/pages/shop',
      data: {
        record_type: 'page',
        attributes: {},
        tags: ['/tags/shop'],
        offers: ['/offers2/Monthly', '/offers2/Annual'],
      },
    },
    {
      path: '/pages/travel',
      data: {
        record_type: 'page',
        attributes: {},
        tags: ['/tags/landing', '/tags/neu', '/tags/old', '/tags/phone', '/tags/us'],
        offers: [],
      },
    },
  ],
  promoCodes: [promoCode('WELCOME10', 10), promoCode('OLD5', 5)],
  journeys: [
    {
      name: 'web-geo',
      data: {
        starting_point: '/landing/',
        fallback_tag: '/shop/',
        domains: ['shop.example.com'],
        journeys: [branch('1', ['US'])],
      },
    },
    {
      name: 'web-old',
      data: {
        starting_point: '/old/',
        fallback_tag: '/shop/',
        domains: ['shop.example.com'],
        journeys: [branch('2', ['CA'])],
      },
    },
  ],
};

export const offerFile = (path: string, name: string): string => `kind: offer
path: ${path}
attributes:
  display_name__limio: ${name}
`;

export const promoCodeFile = (code: string, percentage: number): string => `kind: promo_code
promoCode: ${code}
applicationLevel: wholeBasket
status: true
productDetails: { product: { path: /products/Discounts }, ratePlan: { path: ${percentage}% Off } }
discount: { discountType: DiscountPercentage, percentageDiscount: ${percentage}, durationLength: 1, durationType: Months }
`;

export const journeyFile = (name: string, countries: string): string => `kind: journey
name: ${name}
starting_point: /landing/
fallback_tag: /shop/
domains: [shop.example.com]
journeys:
  - conditions: [{ type: country, values: [${countries}] }]
    actions: [{ type: destination, destination: /us/, split: 100 }]
`;

/** Files that change both offers, a promo code and a journey of {@link SMALL_SEED}, create one of each, and drop one of each. */
export const CHANGED_FILES = {
  'catalog/offers.yaml': `${offerFile('/offers2/Monthly', 'Monthly, renamed')}---\n${offerFile('/offers2/Annual', 'Annual, renamed')}`,
  'catalog/codes.yaml': `${promoCodeFile('WELCOME10', 8)}---\n${promoCodeFile('SPRING25', 25)}`,
  'journeys/web.yaml': `${journeyFile('web-geo', 'US, GB')}---\n${journeyFile('web-new', 'DE').replace('/landing/', '/neu/')}`,
};

/** With it the dropped ones become deletions: journey web-old and code OLD5. */
export const WHOLE_SCOPE = { scope: { journeys: ['web-*'], promo_codes: ['*'] } };

/** Files that are as {@link SMALL_SEED} is. */
export const SAME_FILES = { 'catalog/offers.yaml': offerFile('/offers2/Monthly', 'Monthly') };

/** One update of an offer, which is on a page. */
export const ONE_CHANGE = { 'catalog/offers.yaml': offerFile('/offers2/Monthly', 'Monthly, renamed') };
