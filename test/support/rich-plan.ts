import type { Address } from '../../src/model/address.js';
import type { JsonObject } from '../../src/model/json.js';
import type { Change, Plan } from '../../src/model/plan.js';

/** A plan with something of everything that a rendering can show. Values are those of the example company. */
export const RICH_PLAN: Plan = {
  kind: 'limio-sync/plan',
  formatVersion: 1,
  toolVersion: '0.1.0',
  environment: 'production',
  host: 'acme.prod.limio.example',
  protected: true,
  scope: { promo_code: ['*'], journey: ['web-*'] },
  commit: '4f1c2d9a7be08c53d6f0a1b2c3d4e5f60718293a',
  filesHash: '0'.repeat(64),
  changes: [
    change('add_on:/add_ons/Archive', {
      reason: 'badge_text__limio differs',
      fields: [
        { path: '/attributes/badge_text__limio', before: 'New', show: 'text' },
        {
          path: '/attributes/allowed_countries__limio',
          before: ['GB', 'IE', 'FR'],
          after: ['GB', 'IE', 'DE', 'US'],
          show: 'set',
        },
      ],
      source: { file: 'catalog/add-ons/archive.yaml', line: 1, col: 1 },
    }),
    change('journey:web-geo-landing', {
      reason: 'journeys differ',
      fields: [
        {
          path: '/journeys/2da88a05-1111-4222-8333-444455556666',
          after: branch('2da88a05-1111-4222-8333-444455556666', 'country', ['DE', 'AT', 'CH'], [['/de/landing/', 100]]),
          show: 'routing',
        },
        {
          path: '/journeys/11111111-1111-4222-8333-444455556666/actions/~1us~1landing~1/split',
          before: 100,
          after: 60,
          show: 'value',
        },
        {
          path: '/journeys/11111111-1111-4222-8333-444455556666/actions/~1us~1offer~1',
          after: { type: 'destination', destination: '/us/offer/', split: 40 },
          show: 'routing',
        },
      ],
      routing: {
        before: {
          starting_point: '/landing/',
          fallback_tag: '/landing-default/',
          journeys: [
            branch('11111111-1111-4222-8333-444455556666', 'country', ['US'], [['/us/landing/', 100]]),
            branch(
              '33333333-1111-4222-8333-444455556666',
              'country',
              ['AT', 'BE', 'DE', 'ES', 'FI', 'FR', 'IE', 'IT', 'NL', 'PT'],
              [['/eu/landing/', 100]],
            ),
          ],
        },
        after: {
          starting_point: '/landing/',
          fallback_tag: '/landing-default/',
          journeys: [
            branch('2da88a05-1111-4222-8333-444455556666', 'country', ['DE', 'AT', 'CH'], [['/de/landing/', 100]]),
            branch(
              '11111111-1111-4222-8333-444455556666',
              'country',
              ['US'],
              [
                ['/us/landing/', 60],
                ['/us/offer/', 40],
              ],
            ),
            branch(
              '33333333-1111-4222-8333-444455556666',
              'country',
              ['AT', 'BE', 'DE', 'ES', 'FI', 'FR', 'IE', 'IT', 'NL', 'PT'],
              [['/eu/landing/', 100]],
            ),
          ],
        },
      },
      source: { file: 'journeys/web-geo-landing.yaml', line: 4, col: 1 },
    }),
    change('journey:web-home', {
      action: 'create',
      reason: 'declared, and not in the tenant',
      fields: [
        { path: '/starting_point', after: '/default/', show: 'value' },
        { path: '/fallback_tag', after: '/home/', show: 'value' },
        {
          path: '/journeys',
          after: [branch('55555555-1111-4222-8333-444455556666', 'device', ['mobile'], [['/home/app/', 100]])],
          show: 'routing',
        },
      ],
      routing: {
        after: {
          starting_point: '/default/',
          fallback_tag: '/home/',
          journeys: [branch('55555555-1111-4222-8333-444455556666', 'device', ['mobile'], [['/home/app/', 100]])],
        },
      },
      source: { file: 'journeys/web-home.yaml', line: 2, col: 1 },
      risk: 'high',
    }),
    change('journey:web-old-test', {
      action: 'delete',
      reason: 'in the scope of this repository and no longer declared',
      fields: [{ path: '/starting_point', before: '/old/', show: 'value' }],
      routing: {
        before: {
          starting_point: '/old/',
          journeys: [
            {
              id: '66666666-1111-4222-8333-444455556666',
              conditions: [{ raw: { type: 'articles_read', value: 20 } }],
              actions: [{ type: 'destination', destination: '/stay/', split: 100 }],
            },
          ],
        },
      },
      risk: 'high',
    }),
    change('offer:/offers2/Digital Annual', {
      reason: 'price__limio differs',
      fields: [{ path: '/attributes/price__limio/charge_1/value', before: '99.00', after: '129.00', show: 'value' }],
      source: { file: 'catalog/offers/digital-annual.yaml', line: 3, col: 1 },
      risk: 'high',
    }),
    change('offer:/offers2/Digital Monthly', {
      reason: 'display_name__limio, offer_features__limio, price__limio and 2 more differ',
      fields: [
        { path: '/attributes/display_name__limio', before: 'Digital', after: 'Digital, monthly', show: 'text' },
        {
          path: '/attributes/offer_features__limio',
          before:
            '<ul><li>The website and every app, on all of your devices</li><li>The morning briefing by e-mail</li><li>Ten years of the archive</li></ul>',
          after:
            '<ul><li>The website and every app, on five of your devices</li><li>The morning briefing by e-mail</li><li>The whole archive, from 1887</li></ul>',
          show: 'html',
        },
        { path: '/attributes/price__limio/charge_1/value', before: '9.99', after: '12.99', show: 'value' },
        {
          path: '/attributes/price__limio',
          before: ['charge_1', 'set_up'],
          after: ['set_up', 'charge_1'],
          show: 'order',
        },
        {
          path: '/attributes/default_quantity_options__limio',
          after: { quantity: 1, minimum_quantity: 1, maximum_quantity: 5 },
          show: 'value',
        },
      ],
      source: { file: 'catalog/offers/digital-monthly.yaml', line: 2, col: 1 },
      risk: 'high',
    }),
    change('product:/products/Digital', {
      reason: 'description__limio differs',
      fields: [
        {
          path: '/attributes/description__limio',
          before: 'The paper on every screen.',
          after: 'The paper on every screen, and its archive.',
          show: 'text',
        },
      ],
      source: { file: 'catalog/products/digital.yaml', line: 1, col: 1 },
    }),
    change('promo_code:OLD5', {
      action: 'delete',
      reason: 'in the scope of this repository and no longer declared',
      fields: [{ path: '/discount/percentageDiscount', before: 5, show: 'value' }],
      risk: 'high',
    }),
    change('promo_code:SPRING25', {
      action: 'create',
      reason: 'declared, and not in the tenant',
      fields: [
        { path: '/applicationLevel', after: 'wholeBasket', show: 'value' },
        {
          path: '/discount',
          after: {
            discountType: 'DiscountPercentage',
            percentageDiscount: 25,
            durationLength: 3,
            durationType: 'Months',
          },
          show: 'value',
        },
      ],
      source: { file: 'catalog/promo-codes/spring25.yaml', line: 1, col: 1 },
    }),
  ],
  levels: [
    ['product:/products/Digital'],
    ['add_on:/add_ons/Archive'],
    ['offer:/offers2/Digital Annual', 'offer:/offers2/Digital Monthly'],
    ['promo_code:SPRING25'],
    ['journey:web-geo-landing', 'journey:web-home'],
    ['journey:web-old-test'],
    ['promo_code:OLD5'],
  ],
  publish: {
    pages: [
      {
        path: '/pages/subscribe',
        name: 'subscribe',
        tags: ['/tags/subscribe', '/tags/customers/acme'],
        routes: ['/subscribe/', '/customers/acme/'],
        buildItems: ['/pages/subscribe'],
        items: ['offer:/offers2/Digital Annual', 'offer:/offers2/Digital Monthly', 'product:/products/Digital'],
        reason: 'changed',
      },
      {
        path: '/pages/student',
        name: 'student',
        tags: ['/tags/student'],
        routes: ['/student/'],
        buildItems: ['/pages/student'],
        items: ['offer:/offers2/Student'],
        reason: 'not-live',
      },
      {
        path: '/pages/draft',
        name: 'draft',
        tags: [],
        routes: [],
        buildItems: ['/pages/draft'],
        items: ['offer:/offers2/Digital Monthly'],
        reason: 'changed',
      },
    ],
    onNoPage: ['add_on:/add_ons/Archive'],
  },
  withheld: [
    { address: 'journey:web-old-test', action: 'delete', reason: 'DELETE_CONSENT' },
    { address: 'promo_code:OLD5', action: 'delete', reason: 'DELETE_CONSENT' },
    { address: 'offer:/offers2/Digital Annual', action: 'update', reason: 'PRICE_CHANGE' },
    { address: 'offer:/offers2/Digital Monthly', action: 'update', reason: 'PRICE_CHANGE' },
  ],
  unmanaged: { offer: ['/offers2/Legacy Gold', '/offers2/Legacy Silver'], journey: ['campaign-2019'] },
  warnings: [
    {
      code: 'PRODUCT_SYNCED',
      address: 'product:/products/Digital',
      message: 'product:/products/Digital is synced from the billing system, which may overwrite its attributes.',
    },
    {
      code: 'JOURNEY_SAME_START',
      address: 'journey:web-home',
      message: 'journey:web-home starts at /default/, the home page and the 404 page: it moves all root traffic.',
    },
  ],
  guards: [
    {
      code: 'DELETE_CONSENT',
      message: '2 deletions need approval.',
      addresses: ['journey:web-old-test', 'promo_code:OLD5'],
      consent: { flag: '--allow-delete', value: '2' },
      hint: 'If this is intended, add --allow-delete=2.',
    },
    {
      code: 'PRICE_CHANGE',
      message: '2 prices move by more than the policy allows: 9.99 -> 12.99 is +30.0 %, the limit is 20 %.',
      value: '+30.0 %',
      limit: '20 %',
      addresses: ['offer:/offers2/Digital Annual', 'offer:/offers2/Digital Monthly'],
      consent: { flag: '--allow-price-change', value: '2' },
      hint: 'To change the prices, add --allow-price-change=2 to apply.',
    },
  ],
  impact: {
    prices: [
      {
        before: { amount: '9.99', currency: 'GBP', interval: 'monthly' },
        after: { amount: '12.99', currency: 'GBP', interval: 'monthly' },
        percent: '+30.0',
        addresses: ['offer:/offers2/Digital Monthly'],
        routes: ['/subscribe/', '/customers/acme/', '/student/'],
        journeys: ['journey:web-geo-landing'],
        promoCodes: ['promo_code:SPRING25'],
      },
      {
        before: { amount: '99.00', currency: 'GBP', interval: 'yearly' },
        after: { amount: '129.00', currency: 'GBP', interval: 'yearly' },
        percent: '+30.3',
        addresses: ['offer:/offers2/Digital Annual'],
        routes: ['/subscribe/'],
        journeys: [],
        promoCodes: [],
      },
    ],
    usedBy: [
      {
        address: 'offer:/offers2/Digital Monthly',
        users: [
          { ref: '/pages/subscribe', how: 'lists it' },
          { ref: 'journey:web-geo-landing', how: 'leads to a page that shows it' },
        ],
      },
      { address: 'promo_code:OLD5', users: [{ ref: '/pages/student', how: 'names it' }] },
    ],
  },
  summary: { create: 2, update: 5, delete: 2, unchanged: 31, withheld: 4 },
  fingerprint: 'b8a1f6c2d9e04f7358aa61c0de92b4f7e35d1068c7a92f4b6d80e1533cf0a794',
};

function change(address: Address, facts: Partial<Change> & Pick<Change, 'reason' | 'fields'>): Change {
  const kind = address.slice(0, address.indexOf(':')) as Change['kind'];
  return { address, kind, action: 'update', patch: [], dependsOn: [], risk: 'low', ...facts };
}

function branch(id: string, type: string, values: string[], targets: [string, number][]): JsonObject {
  return {
    id,
    conditions: [{ type, values }],
    actions: targets.map(([destination, split]) => ({ type: 'destination', destination, split })),
  };
}
