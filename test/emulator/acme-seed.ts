import type { Seed } from '../../src/emulator/seed-format.js';
import type { JsonObject } from '../../src/model/json.js';

export const MONTHLY = '/offers2/Digital Monthly';

export function makeOffer(name: string, attributes: JsonObject = {}): JsonObject {
  return {
    path: `/offers2/${name}`,
    data: {
      baseTemplate: '/config/templates/offers/default',
      products: ['/products/Digital'],
      productBundles: [{ product_path: '/products/Digital', revenue_split: '100', rate_plan: name }],
      attributes: { display_name__limio: name, ...attributes },
    },
  };
}

export function makePage(name: string, data: JsonObject, extra: JsonObject = {}): JsonObject {
  return { path: `/pages/${name}`, data: { tags: [`/tags/${name}`], ...data }, ...extra };
}

export function makePromoCode(promoCode: string, changes: JsonObject = {}): JsonObject {
  return {
    promoCode,
    applicationLevel: 'wholeBasket',
    status: true,
    productDetails: { product: { path: '/products/Discounts' }, ratePlan: { path: '25% Off' } },
    discount: { discountType: 'DiscountPercentage', percentageDiscount: 25, durationLength: 3, durationType: 'Months' },
    ...changes,
  };
}

export const GEO: JsonObject = {
  starting_point: '/landing/',
  fallback_tag: '/landing-default/',
  domains: ['acme-shop.prod.limio.com'],
  journeys: [
    {
      id: '6f6b1f0e-0000-4000-8000-000000000001',
      conditions: [
        { type: 'country', operator: 'in', value: ['US', 'CA'] },
        { type: 'something', of: 'their own' },
      ],
      actions: [{ type: 'destination', tag: '/us/landing/', split: 100 }],
    },
  ],
};

/** A small tenant: three offers, two pages (one never published), an add-on, a journey, a code. */
export const ACME: Seed = {
  items: [
    { path: '/products/Digital', record_type: 'product', attributes: { display_name__limio: 'Digital' } },
    makeOffer('Digital Monthly', {
      label__limio: ['digital'],
      checkout__limio: { checkout_type: 'external', external_url: 'https://x' },
    }),
    makeOffer('Digital Annual', { label__limio: ['digital', 'annual'] }),
    makeOffer('Print', { label__limio: ['print'] }),
    {
      path: '/add_ons/Archive',
      data: {
        products: ['/products/Digital'],
        productBundles: [{ product_path: '/products/Digital', revenue_split: '100', rate_plan: 'Archive' }],
        attributes: { label__limio: ['digital'] },
      },
    },
    { path: '/add_ons/Bare', data: { attributes: { label__limio: ['digital'] } } },
    { path: '/tags/shop', data: {} },
    makePage('shop', { referencedLabel: 'digital', offers: [] }),
    makePage('new', { referencedLabel: '', offers: ['/offers2/Print'] }, { neverPublished: true }),
  ],
  journeys: [{ name: 'geo', data: GEO }],
  promoCodes: [makePromoCode('SPRING25')],
};
