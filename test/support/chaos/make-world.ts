import { stringify } from 'yaml';
import type { Seed } from '../../../src/emulator/seed-format.js';
import type { Kind } from '../../../src/model/address.js';
import type { JsonObject } from '../../../src/model/json.js';

/** A tenant and the files that change it. */
export interface World {
  name: string;
  seed: Seed;
  /** YAML by path. */
  files: Readonly<Record<string, string>>;
  scope: Partial<Record<Kind, string[]>>;
  createItems: boolean;
}

export interface WorldSize {
  offers: number;
  codes: number;
  journeys: number;
  /** Catalog items that are declared and missing; the environment lets the tool create them. */
  creations?: number;
  /** Journeys that change to pages which the same run publishes; they need some offers. */
  landings?: number;
}

/**
 * A tenant of which a part changes in every way that the tool knows: values that are set, cleared,
 * re-ordered and nested, prices, objects that are made and deleted; beside each stands one that the
 * files declare as it is, one that they do not declare, and fields that nobody declares.
 */
export function makeWorld(name: string, size: WorldSize): World {
  const parts = [
    makeCatalog(size.offers),
    makeCodes(size.codes),
    makeJourneys(size.journeys),
    makeLandings(size.landings ?? 0),
  ];
  const created = makeCreations(size.creations ?? 0);
  const all = (key: 'items' | 'promoCodes' | 'journeys'): JsonObject[] => parts.flatMap((part) => part[key] ?? []);
  return {
    name,
    seed: { items: all('items'), promoCodes: all('promoCodes'), journeys: all('journeys') },
    files: {
      'catalog/catalog.yaml': toYaml(parts[0]?.declared ?? []),
      'catalog/codes.yaml': toYaml(parts[1]?.declared ?? []),
      'journeys/journeys.yaml': toYaml([...(parts[2]?.declared ?? []), ...(parts[3]?.declared ?? [])]),
      ...(created.length > 0 ? { 'catalog/new.yaml': toYaml(created) } : {}),
    },
    createItems: created.length > 0,
    scope: {
      ...(size.codes > 0 ? { promo_code: ['OLD*'] } : {}),
      ...(size.journeys > 0 || size.landings ? { journey: ['web-old-*'] } : {}),
    },
  };
}

/** Tags below tags, add-ons, and offers that refer to both the one before them and an add-on. */
function makeCreations(size: number): JsonObject[] {
  return count(size).map((i): JsonObject => {
    if (i % 3 === 0)
      return {
        kind: 'tag',
        path: `/tags${count(i / 3 + 1)
          .map((at) => `/level-${at}`)
          .join('')}`,
        attributes: { display_name__limio: `Level ${i}` },
      };
    const sold = {
      products: ['/products/Product 0'],
      productBundles: [{ product_path: '/products/Product 0', rate_plan: 'Monthly', revenue_split: '100' }],
    };
    if (i % 3 === 1)
      return {
        kind: 'add_on',
        path: `/add_ons/Created ${i}`,
        ...sold,
        attributes: { display_name__limio: `Created ${i}` },
      };
    return {
      kind: 'offer',
      path: `/offers2/Created ${i}`,
      ...sold,
      attributes: {
        display_name__limio: `Created ${i}`,
        label__limio: ['all'],
        price__limio: [price('5.00')],
        cross_sell_addons__limio: { item_type: 'add_on', items: [{ path: `/add_ons/Created ${i - 1}` }] },
        ...(i > 2 ? { upgrade_offers__limio: [{ path: `/offers2/Created ${i - 3}` }] } : {}),
      },
    };
  });
}

interface Part {
  items?: JsonObject[];
  promoCodes?: JsonObject[];
  journeys?: JsonObject[];
  declared: JsonObject[];
}

const toYaml = (documents: JsonObject[]): string => documents.map((document) => stringify(document)).join('---\n');
const count = (length: number): number[] => Array.from({ length }, (_, at) => at);

const price = (value: string): JsonObject => ({
  name: 'charge_1',
  label: 'Charge',
  value,
  currencyCode: 'GBP',
  type: 'recurring',
  trigger: 'order_date',
  repeat_interval: 1,
  repeat_interval_type: 'months',
});

const addOn = (i: number): JsonObject => ({
  path: `/add_ons/Add-on ${i}`,
  data: {
    record_type: 'add_on',
    products: ['/products/Product 0'],
    productBundles: [{ product_path: '/products/Product 0', revenue_split: '100', rate_plan: 'Monthly' }],
    attributes: { display_name__limio: `Add-on ${i}`, badge_text__limio: 'New', 'Kept by hand': `note ${i}` },
  },
});
const product = (i: number): JsonObject => ({
  path: `/products/Product ${i}`,
  data: { record_type: 'product', attributes: { description__limio: `Product ${i}`, 'Kept by hand': 'yes' } },
});
const page = (name: string, data: JsonObject, tags = [name]): JsonObject => ({
  path: `/pages/${name}`,
  data: { record_type: 'page', attributes: {}, tags: tags.map((tag) => `/tags/${tag}`), ...data },
});

function makeCatalog(size: number): Part {
  if (size === 0)
    return { items: [{ path: '/products/Discounts', data: { record_type: 'product', attributes: {} } }], declared: [] };
  const offers = count(size).map((i): JsonObject => ({
    path: `/offers2/Offer ${i}`,
    data: {
      record_type: 'offer',
      products: [`/products/Product ${i % 2}`],
      attributes: {
        display_name__limio: `Offer ${i}`,
        cta_text__limio: 'Buy',
        badge_text__limio: 'New',
        label__limio: ['all', `group-${i % 3}`],
        'Device Access': ['Web', 'Tablet'],
        term__limio: { length: 1, type: 'months', renewal_type: 'TERMED' },
        price__limio: [price('10.00')],
        'Kept by hand': `note ${i}`,
      },
    },
  }));
  const edits: JsonObject[] = [
    { display_name__limio: 'Offer, renamed', price__limio: [price('11.00')] },
    { cta_text__limio: 'Buy now ', badge_text__limio: null },
    { term__limio: { length: 12, renewal_type: null }, label__limio: ['winter', 'all', 'group-2'] },
    { 'Device Access': ['Tablet', 'Web'], display_name__limio: 'Offer in another order' },
    { display_name__limio: 'Offer 4', label__limio: ['group-1', 'all'] },
  ];
  return {
    items: [
      ...offers,
      addOn(0),
      addOn(1),
      product(0),
      product(1),
      { path: '/products/Discounts', data: { record_type: 'product', attributes: {} } },
      page('listed', { offers: ['/offers2/Offer 0', '/offers2/Offer 1', '/add_ons/Add-on 0'] }),
      page('labelled', { referencedLabel: 'group-0' }),
      page('front', { offers: ['/offers2/Offer 0', '/offers2/Offer 1'] }),
      page('all', { referencedLabel: 'all' }),
      page('two-routes', { offers: ['/offers2/Offer 2', '/offers2/Offer 3'] }, ['two', 'routes']),
    ],
    declared: [
      ...count(size).flatMap((i): JsonObject[] => {
        const attributes = edits[i % 6];
        return attributes
          ? [
              {
                kind: 'offer',
                path: `/offers2/Offer ${i}`,
                attributes: i % 6 === 4 ? { 'Device Access': ['Web', 'Tablet'] } : attributes,
              },
            ]
          : [];
      }),
      {
        kind: 'add_on',
        path: '/add_ons/Add-on 0',
        attributes: { badge_text__limio: null, display_name__limio: 'Add-on, renamed' },
      },
      { kind: 'add_on', path: '/add_ons/Add-on 1', attributes: { display_name__limio: 'Add-on on no page' } },
      { kind: 'product', path: '/products/Product 0', attributes: { description__limio: 'Product, described anew' } },
    ],
  };
}

const code = (name: string, percentage = 10): JsonObject => ({
  promoCode: name,
  applicationLevel: 'wholeBasket',
  status: true,
  productDetails: { product: { path: '/products/Discounts' }, ratePlan: { path: `${percentage}% Off` } },
  discount: {
    discountType: 'DiscountPercentage',
    percentageDiscount: percentage,
    durationLength: 3,
    durationType: 'Months',
  },
});

function makeCodes(size: number): Part {
  const promoCodes: JsonObject[] = [];
  const declared: JsonObject[] = [];
  for (const i of count(size)) {
    const live = {
      ...code(`CODE${i}`),
      description: `Code ${i}`,
      promoExpiryDate: '2030-03-31',
      usage: { availableQuantity: 40 },
      note: 'kept',
    };
    const wanted: JsonObject[] = [
      { ...code(`CODE${i}`), status: false },
      { ...code(`CODE${i}`), description: null, promoExpiryDate: '2029-12-31' },
      { ...code(`CODE${i}`, 8), usage: { availableQuantity: 100 } },
      { ...code(`CODE${i}`) },
    ];
    const way = i % 6;
    if (way === 4) promoCodes.push({ ...live, promoCode: `OLD${i}` });
    else if (way === 5) declared.push({ kind: 'promo_code', ...code(`NEW${i}`, 20), description: 'new' });
    else {
      promoCodes.push(live);
      declared.push({ kind: 'promo_code', ...wanted[way] });
    }
  }
  if (size > 0) promoCodes.push(code('CALLCENTRE'));
  return { promoCodes, declared };
}

const branchId = (i: number, branch: number): string =>
  `${String(branch).repeat(8)}-0000-4000-8000-${String(i).padStart(12, '0')}`;
const to = (tag: string, split = 100): JsonObject => ({ type: 'destination', tag, split });

const liveJourney = (name: string, i: number): JsonObject => ({
  name,
  data: {
    starting_point: `/start-${i}/`,
    fallback_tag: '/fallback/',
    domains: ['shop.example.com', 'www.example.com'],
    note: 'kept',
    journeys: [
      {
        id: branchId(i, 1),
        conditions: [{ type: 'country', operator: 'in', value: ['US', 'CA'] }],
        actions: [to('/us/')],
      },
      {
        id: branchId(i, 2),
        conditions: [{ type: 'cookie', operator: 'exists', value: 'lmo_a' }],
        actions: [to('/a/', 50), to('/b/', 50)],
      },
    ],
  },
});
const declareJourney = (name: string, i: number, rest: JsonObject = {}): JsonObject => ({
  kind: 'journey',
  name,
  starting_point: `/start-${i}/`,
  fallback_tag: '/fallback/',
  domains: ['www.example.com', 'shop.example.com'],
  journeys: [
    {
      conditions: [{ type: 'country', values: ['CA', 'US'] }],
      actions: [{ type: 'destination', destination: '/us/', split: 100 }],
    },
    {
      conditions: [{ type: 'cookie', values: ['lmo_a'] }],
      actions: ['/a/', '/b/'].map((destination) => ({ type: 'destination', destination, split: 50 })),
    },
  ],
  ...rest,
});

function makeJourneys(size: number): Part {
  const journeys: JsonObject[] = [];
  const declared: JsonObject[] = [];
  for (const i of count(size)) {
    const way = i % 5;
    if (way === 3) journeys.push(liveJourney(`web-old-${i}`, i));
    else if (way === 4) declared.push(declareJourney(`web-new-${i}`, i));
    else {
      journeys.push(liveJourney(`web-${i}`, i));
      const split = [
        {
          conditions: [{ type: 'country', values: ['DE', 'US'] }],
          actions: [
            { type: 'destination', destination: '/us/', split: 30 },
            { type: 'destination', destination: '/de/', split: 70 },
          ],
        },
      ];
      declared.push(
        declareJourney(
          `web-${i}`,
          i,
          way === 0 ? { journeys: split } : way === 1 ? { fallback_tag: '/elsewhere/' } : {},
        ),
      );
    }
  }
  if (size > 0) journeys.push(liveJourney('by-hand', 99));
  return { journeys, declared };
}

const declareLanding = (name: string, i: number, start: string, fallback: string, branch: string): JsonObject => ({
  ...declareJourney(name, i),
  starting_point: start,
  fallback_tag: fallback,
  journeys: [
    {
      conditions: [{ type: 'country', values: ['CA', 'US'] }],
      actions: [{ type: 'destination', destination: branch, split: 100 }],
    },
  ],
});
const liveLanding = (name: string, i: number, start: string, fallback: string): JsonObject => ({
  name,
  data: {
    starting_point: start,
    fallback_tag: fallback,
    domains: ['shop.example.com', 'www.example.com'],
    journeys: [
      {
        id: branchId(i, 3),
        conditions: [{ type: 'country', operator: 'in', value: ['US', 'CA'] }],
        actions: [to('/listed/')],
      },
    ],
  },
});

/**
 * Journeys between pages of the catalog: one that moves to another page, a new one, one that leads to where the new one
 * starts, one to a route without a page, and one that is deleted although another leads to its starting point.
 */
function makeLandings(size: number): Part {
  const journeys: JsonObject[] = [];
  const declared: JsonObject[] = [];
  const pages = ['/listed/', '/labelled/', '/front/', '/all/', '/two/', '/routes/'];
  const pageAt = (i: number): string => pages[i % pages.length] ?? '/all/';
  for (const i of count(size)) {
    const [name, start] = [`web-land-${i}`, `/land-${i}/`];
    switch (i % 5) {
      case 0:
        journeys.push(liveLanding(name, i, start, '/listed/'));
        declared.push(declareLanding(name, i, start, pageAt(i + 2), pageAt(i + 3)));
        break;
      case 1:
        declared.push(declareLanding(name, i, start, pageAt(i), pageAt(i + 4)));
        break;
      case 2:
        journeys.push(liveLanding(name, i, start, '/front/'));
        declared.push(declareLanding(name, i, start, `/land-${i - 1}/`, pageAt(i)));
        break;
      case 3:
        journeys.push(liveLanding(name, i, start, '/front/'));
        declared.push(declareLanding(name, i, start, `/nowhere-${i}/`, pageAt(i)));
        break;
      default:
        journeys.push(liveLanding(`web-old-${i}`, i, start, '/front/'));
        journeys.push(liveLanding(`by-hand-${i}`, i + 50, `/by-hand-${i}/`, start));
    }
  }
  return { journeys, declared };
}
