import type { Seed } from '../../src/emulator/seed-format.js';

const NAMED = (name: string, label: string[] = []): { display_name__limio: string; label__limio: string[] } => ({
  display_name__limio: name,
  label__limio: label,
});

/** A tenant with one example of everything that doctor warns of. */
export const MESSY_SEED: Seed = {
  items: [
    {
      path: '/offers2/Digital Monthly',
      data: { record_type: 'offer', products: [], attributes: NAMED('Digital', ['digital']) },
    },
    {
      path: '/offers2/Digital Annual',
      data: { record_type: 'offer', products: [], name: 'Digital Monthly (copy)', attributes: NAMED('Digital') },
    },
    {
      path: '/offers2/Print',
      id: '0'.repeat(40),
      data: { record_type: 'offer', products: [], attributes: NAMED('Print') },
    },
    {
      path: '/pages/home',
      data: { record_type: 'page', attributes: {}, tags: ['/tags/home'], offers: ['/offers2/Digital Monthly'] },
    },
    {
      path: '/pages/shop',
      data: { record_type: 'page', attributes: {}, tags: ['/tags/shop'], referencedLabel: 'digtal' },
    },
    { path: '/pages/draft', data: { record_type: 'page', attributes: {}, tags: [] } },
  ],
  journeys: [
    {
      name: 'geo',
      data: {
        starting_point: '/home/',
        fallback_tag: '/shop/',
        journeys: [
          {
            id: '11111111-1111-4111-8111-111111111111',
            conditions: [{ type: 'country', operator: 'in', value: ['US'] }],
            actions: [{ type: 'destination', tag: '/shop/', split: 100 }],
          },
        ],
      },
    },
  ],
  promoCodes: [
    {
      promoCode: 'WELCOME10',
      applicationLevel: 'wholeBasket',
      status: true,
      productDetails: { product: { path: '/products/Discounts' }, ratePlan: { path: '10% Off' } },
      discount: {
        discountType: 'DiscountPercentage',
        percentageDiscount: 10,
        durationLength: 1,
        durationType: 'Months',
      },
    },
  ],
};
