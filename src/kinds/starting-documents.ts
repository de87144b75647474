import type { Kind } from '../model/address.js';
import type { Json } from '../model/json.js';

/** The kinds that people start by hand, in the order of the help. */
export const NEW_KINDS = ['offer', 'add_on', 'product', 'promo_code', 'journey'] as const satisfies readonly Kind[];
export type NewKind = (typeof NEW_KINDS)[number];

/** What `limio-sync new` begins a document of a kind with. */
interface StartingDocument {
  /** The question for the name, and what the name is. */
  question: string;
  what: string;
  /** The arguments after the kind of a whole command line. */
  example: readonly string[];
  /** The usual keys, in the order of the file. */
  rows: readonly StartingRow[];
}

/** A key of a starting document: its comment, and an example that stays a comment where the document lacks the key. */
export interface StartingRow {
  key: string;
  comment?: string;
  example?: Json;
  rows?: readonly StartingRow[];
}

const RATE_PLAN: StartingRow = {
  key: 'productBundles',
  comment: 'What is sold, in the billing system. Sent only when the item is created.',
  example: [{ product_path: '/products/Digital', rate_plan: 'Digital Monthly', revenue_split: '100' }],
};

const CHARGE = {
  name: 'charge_1',
  value: '9.99',
  currencyCode: 'GBP',
  type: 'recurring',
  trigger: 'order_date',
  repeat_interval: 1,
  repeat_interval_type: 'months',
};

const SOLD: readonly StartingRow[] = [
  { key: 'display_name__limio' },
  { key: 'price__limio', comment: 'What customers are charged. Keep the quotes: "12.90".', example: [CHARGE] },
  { key: 'display_price__limio', comment: 'The price that customers read.', example: '£9.99 per month' },
];

const LABEL: StartingRow = {
  key: 'label__limio',
  comment: 'Labels by which pages, journeys and promo codes select it.',
  example: ['digital'],
};

const DESCRIPTION: StartingRow = { key: 'description__limio', example: 'What it contains' };

export const STARTING_DOCUMENTS: Readonly<Record<NewKind, StartingDocument>> = {
  offer: {
    question: 'Path of the offer, such as /offers2/Digital Weekly',
    what: 'path',
    example: ['/offers2/Digital Weekly', '--price', '9.99', '--currency', 'GBP', '--every', 'week'],
    rows: [
      { key: 'path' },
      RATE_PLAN,
      {
        key: 'attributes',
        rows: [
          ...SOLD,
          { key: 'cta_text__limio', comment: 'Button text.', example: 'Subscribe' },
          { key: 'offer_features__limio', example: '<ul><li>Every story</li></ul>' },
          LABEL,
          { key: 'term__limio', example: { renewal_type: 'EVERGREEN' } },
          { key: 'autoRenew__limio', example: true },
          { key: 'payment_types__limio', example: ['zuora_card'] },
          {
            key: 'allowed_countries__limio',
            comment: 'Where it is sold. Without it: everywhere.',
            example: ['GB', 'IE'],
          },
        ],
      },
    ],
  },
  add_on: {
    question: 'Path of the add-on, such as /add_ons/Puzzles',
    what: 'path',
    example: ['/add_ons/Puzzles', '--price', '1.99', '--currency', 'GBP'],
    rows: [
      { key: 'path' },
      { ...RATE_PLAN, comment: `${RATE_PLAN.comment} An add-on needs it.` },
      { key: 'attributes', rows: [...SOLD, DESCRIPTION, LABEL] },
    ],
  },
  product: {
    question: 'Path of the product, such as /products/Digital',
    what: 'path',
    example: ['/products/Digital', '--display-name', 'Digital'],
    rows: [
      { key: 'path', comment: 'Products come from the billing system; limio-sync updates them and never creates one.' },
      {
        key: 'attributes',
        rows: [{ key: 'display_name__limio' }, DESCRIPTION, { key: 'has_delivery__limio', example: true }],
      },
    ],
  },
  promo_code: {
    question: 'Code, such as AUTUMN25',
    what: 'code',
    example: ['AUTUMN25', '--discount', '25%', '--for', '3 months', '--expires', '2030-11-30'],
    rows: [
      { key: 'promoCode' },
      { key: 'description', comment: 'For colleagues.', example: 'For readers of the newsletter' },
      {
        key: 'applicationLevel',
        comment: 'For some offers only: selectedItems, with referencedOfferLabel: <their label>',
      },
      {
        key: 'status',
        comment: 'true: customers can use the code as soon as it is applied. false: it is switched off.',
      },
      {
        key: 'promoStartDate',
        comment: 'First and last day. Without them: at once, and for ever.',
        example: '2027-03-01',
      },
      { key: 'promoExpiryDate', example: '2027-03-31' },
      {
        key: 'productDetails',
        comment: 'The discount in the billing system. A new code needs it.',
        example: { product: { path: '/products/Discounts' }, ratePlan: { path: '25% Off 3 Months' } },
      },
      {
        key: 'discount',
        comment: 'What customers save. A new code needs it.',
        example: {
          discountType: 'DiscountPercentage',
          percentageDiscount: 25,
          durationLength: 3,
          durationType: 'Months',
        },
      },
      {
        key: 'usage',
        comment: 'How often it can be used. Sent only when the code is created. Without it: without limit.',
        example: { availableQuantity: 1000 },
      },
    ],
  },
  journey: {
    question: 'Name of the journey, such as web-autumn',
    what: 'name',
    example: ['web-autumn', '--start', '/autumn/', '--destination', '/gb/autumn/'],
    rows: [
      { key: 'name' },
      {
        key: 'starting_point',
        comment: 'Where visitors arrive: a path with a slash at both ends.',
        example: '/landing/',
      },
      { key: 'fallback_tag', comment: 'Where visitors go if no branch matches.', example: '/landing-default/' },
      { key: 'domains', comment: 'Hosts of the shop.', example: ['shop.example.com'] },
      {
        key: 'journeys',
        comment: 'The branches. The first one that matches a visitor wins.',
        example: [
          {
            conditions: [{ type: 'country', values: ['GB', 'IE'] }],
            actions: [{ type: 'destination', destination: '/gb/landing/', split: 100 }],
          },
        ],
      },
    ],
  },
};
