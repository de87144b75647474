import type { Seed } from '../../../src/emulator/seed-format.js';
import type { JsonObject } from '../../../src/model/json.js';

const item = (path: string, type: string, attributes: JsonObject, data: JsonObject = {}): JsonObject => ({
  path,
  data: { record_type: type, attributes, ...data },
});

const offer = (path: string, name: string, value: string | number = '12.99', charge: JsonObject = {}): JsonObject =>
  item(
    path,
    'offer',
    {
      display_name__limio: name,
      price__limio: [
        {
          ...charge,
          name: 'charge_1',
          value,
          currencyCode: 'GBP',
          type: 'recurring',
          repeat_interval: 1,
          repeat_interval_type: 'months',
        },
      ],
    },
    { products: ['/products/Digital'] },
  );

/** A tenant with an object of every kind, in the folders in which tenants keep them (API reference, section 3). */
export const KINDS_SEED: Seed = {
  items: [
    item('/tags/spring', 'tag', {}),
    item('/tags/odd', 'tag', {}),
    item('/tags/winter', 'tag', {}),
    item('/products/Digital', 'product', { product_code__limio: 'D1' }),
    item(
      '/add_ons/Extra Seat',
      'add_on',
      { display_name__limio: 'Extra seat' },
      { products: ['/products/Digital'], productBundles: [{ product_path: '/products/Digital', rate_plan: 'Seat' }] },
    ),
    offer('/offers2/Digital Monthly', 'Digital monthly'),
    offer('/offers2/By Number', 'By number', 12.5, {
      tiers: [
        { price_format: 'FlatFee', starting_unit: 1, ending_unit: 9, price: 99 },
        { price_format: 'FlatFee', starting_unit: 10, price: 499 },
      ],
    }),
    // Two objects, whose names a reader cannot tell apart.
    offer('/offers2/Caf\u00E9', 'Composed'),
    offer('/offers2/Cafe\u0301', 'Decomposed'),
    offer('/offers2/Ends In A Blank ', 'Blank at the end'),
    item('/offers/Winter Sale', 'campaign', { headline: 'Winter sale' }, { tags: ['/tags/winter'] }),
    offer('/offers/Winter Sale/Digital Annual', 'Digital annual'),
    item('/segments/regions/UK', 'segment', { display_name__limio: 'United Kingdom' }),
    item(
      '/pages2/Spring Landing',
      'page',
      { meta_title__limio: 'Spring' },
      {
        tags: ['/tags/spring'],
        offers: [
          '/offers2/Digital Monthly',
          '/offers2/By Number',
          '/offers2/Caf\u00E9',
          '/offers2/Cafe\u0301',
          '/offers2/Ends In A Blank ',
          '/add_ons/Extra Seat',
        ],
      },
    ),
    item('/landing_pages/Odd One', 'page', { meta_title__limio: 'Odd' }, { tags: ['/tags/odd'], offers: [] }),
  ],
  // The routes of campaigns are registered only by this list.
  routes: ['/odd/', '/spring/', '/winter/'],
  promoCodes: [
    {
      promoCode: 'WELCOME10',
      applicationLevel: 'wholeBasket',
      status: true,
      productDetails: { product: { path: '/products/Digital' }, ratePlan: { path: '10% Off' } },
      discount: {
        discountType: 'DiscountPercentage',
        percentageDiscount: 10,
        durationLength: 1,
        durationType: 'Months',
      },
    },
  ],
  journeys: [
    {
      name: 'web-geo',
      data: {
        starting_point: '/spring/',
        fallback_tag: '/spring/',
        domains: ['shop.example.com'],
        journeys: [
          {
            id: '11111111-1111-4111-8111-111111111111',
            conditions: [{ type: 'country', operator: 'in', value: ['US'] }],
            actions: [{ type: 'destination', tag: '/odd/', split: 100 }],
          },
        ],
      },
    },
  ],
};

/** How many of its objects a list shows: tags have none. */
export const LISTED = (KINDS_SEED.items?.length ?? 0) - 3 + 2;
