import type { Seed } from '../../../src/emulator/seed-format.js';
import type { JsonObject } from '../../../src/model/json.js';

/** How production and the sandbox differ in docs/environments.md: a price, and the host of the shop. */
interface Differences {
  annualPrice: string;
  shopDomain: string;
}

export const SANDBOX: Differences = { annualPrice: '99.00', shopDomain: 'acme-sandbox-shop.prod.limio.com' };
export const PROD: Differences = { annualPrice: '119.00', shopDomain: 'acme-shop.prod.limio.com' };

/** A small tenant: two offers on two pages, a product, a promo code, a journey; in the sandbox also a scratch object of each kind. */
export function seedGuideTenant(differences: Differences, withScratch: boolean): Seed {
  const { annualPrice, shopDomain } = differences;
  return {
    items: [
      offer('Digital Monthly', {
        display_price__limio: '£11.99 per month',
        label__limio: ['digital'],
        cta_text__limio: 'Subscribe',
        price__limio: charge('11.99', 'months'),
        description__limio: '<p>Every article, every day.</p>\n<p>Cancel whenever you like.</p>\n',
      }),
      offer('Digital Annual', {
        display_price__limio: `£${annualPrice} per year`,
        label__limio: ['digital'],
        price__limio: charge(annualPrice, 'years'),
      }),
      { path: '/products/Digital', data: { record_type: 'product', attributes: { product_code__limio: 'DIGITAL' } } },
      page('home', { offers: ['/offers2/Digital Monthly'] }),
      page('subscribe', { referencedLabel: 'digital' }),
      ...(withScratch
        ? [offer('Scratch', { description__limio: 'For trials', term__limio: { type: 'months', length: 1 } })]
        : []),
    ],
    promoCodes: [code('WELCOME10', true), ...(withScratch ? [code('SCRATCH', false)] : [])],
    journeys: [
      journey('web-geo', '/home/', shopDomain),
      ...(withScratch ? [journey('scratch', '/scratch/', shopDomain)] : []),
    ],
  };
}

const offer = (name: string, attributes: JsonObject): JsonObject => ({
  path: `/offers2/${name}`,
  data: {
    record_type: 'offer',
    products: ['/products/Digital'],
    attributes: { display_name__limio: name, ...attributes },
  },
});

const page = (name: string, shows: JsonObject): JsonObject => ({
  path: `/pages/${name}`,
  data: { record_type: 'page', attributes: {}, tags: [`/tags/${name}`], ...shows },
});

const charge = (value: string, every: string): JsonObject[] => [
  {
    name: 'charge_1',
    value,
    currencyCode: 'GBP',
    type: 'recurring',
    trigger: 'subscription_start',
    repeat_interval: 1,
    repeat_interval_type: every,
  },
];

const code = (promoCode: string, status: boolean): JsonObject => ({
  promoCode,
  description: status ? 'For new readers' : 'For trials',
  applicationLevel: 'wholeBasket',
  status,
  productDetails: { product: { path: '/products/Digital' }, ratePlan: { path: '10% Off' } },
  discount: { discountType: 'DiscountPercentage', percentageDiscount: 10, durationLength: 1, durationType: 'Months' },
});

const journey = (name: string, starting_point: string, domain: string): JsonObject => ({
  name,
  data: {
    starting_point,
    fallback_tag: '/subscribe/',
    domains: [domain],
    journeys: [
      {
        id: '3f1c8a52-7d5e-4c0b-9f4e-2a6b1d8c9e01',
        conditions: [{ type: 'country', operator: 'in', value: ['US', 'CA'] }],
        actions: [{ type: 'destination', tag: '/subscribe/', split: 100 }],
      },
    ],
  },
});
