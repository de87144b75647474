import type { Seed } from '../../../src/emulator/seed-format.js';
import type { Json, JsonObject } from '../../../src/model/json.js';

/** How one environment of the same company differs from another. */
export interface MessyHosts {
  /** Host of the shop; stands in domains of journeys and inside of HTML. */
  shop: string;
  /** What the first {@link OWN_PRICES} offers cost. */
  price: string;
}

/** How many objects a tenant of {@link drawMessyTenant} lists. Tags cannot be listed, so there are none. */
export const OBJECTS = 300;
const COUNTS = { offers: 150, addOns: 40, products: 20, pages: 30, promoCodes: 30, journeys: 30 } as const;

/** Offers whose price the environments have otherwise on purpose. */
export const OWN_PRICES = 3;
export const plainOffer = (i: number): string => `/offers2/Plain ${i}`;

/** Names that a tenant takes and a disk, a URL, YAML or a terminal stumbles over. */
const AWKWARD = [
  'CON',
  'con',
  'Aux',
  'LPT1',
  'nul.yaml',
  'Digital Monthly',
  'digital monthly',
  'DIGITAL  MONTHLY',
  'Digital-Monthly',
  'Digital Monthly ',
  ' Digital Monthly',
  'Café',
  'Cafe\u0301',
  'Straße',
  'STRASSE',
  '日本 プラン',
  '🎉 Party 🎉',
  '!!!',
  '???',
  '100%',
  '50% off #1',
  'A?b=c&d',
  'a+b',
  'quote "double"',
  "quote 'single'",
  'back\\slash',
  'colon: here',
  '- dash',
  '# hash',
  '~',
  'null',
  'true',
  '1e3',
  '0x1F',
  '2024-01-01',
  '*',
  '[list]',
  '{map}',
  '${vars.price}',
  '<b>bold</b>',
  '@everyone',
  '.hidden',
  'x'.repeat(200),
  '\u202Eevil',
  '\u200Bzero width',
  'Monthly/2 Year',
  'Monthly/2 year',
  '__proto__',
  'constructor',
];

/** Texts that YAML, `${}` and line ends make hard to keep. */
const TEXTS = [
  'Buy now',
  'yes',
  'No',
  'null',
  '~',
  '1e3',
  '0x1F',
  '007',
  '12.50',
  '2024-01-01',
  '# no comment',
  '- no list',
  'a: b',
  '&anchor',
  '*alias',
  '!tag',
  '%percent',
  '@mention',
  '`tick`',
  ' leading',
  'trailing ',
  'tab\there',
  'two\nlines',
  'ends with a line\n',
  '\n\nbegins with lines',
  'CR\r\nLF',
  'nbsp\u00a0here',
  'emoji 🎉',
  '${vars.shopDomain}',
  '$${escaped}',
  '${',
  "it's",
  'say "hi"',
  'back\\slash',
  '{{ mustache }}',
  '|',
  '>',
  '>-',
  '---',
  '...',
  '\u2028line separator',
  'very long '.repeat(60),
];

const LABELS = ['digital', 'print', 'bundle', 'student', 'trial', 'naïve', 'with space', 'UPPER', 'digital-extras'];
const CURRENCIES = ['GBP', 'EUR', 'USD'];
const COUNTRIES = ['GB', 'IE', 'DE', 'FR', 'US', 'CA'];

/** A generator of numbers from 0 to 1: the same seed, the same tenant (mulberry32). */
function createRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

interface Draw {
  pick: <Value>(values: readonly Value[]) => Value;
  some: <Value>(values: readonly Value[]) => Value[];
  chance: (share: number) => boolean;
  whole: (below: number) => number;
  uuid: () => string;
}

function createDraw(seed: number): Draw {
  const random = createRandom(seed);
  const whole = (below: number): number => Math.floor(random() * below);
  const hex = (digits: number): string => Array.from({ length: digits }, () => whole(16).toString(16)).join('');
  return {
    whole,
    chance: (share) => random() < share,
    pick: <Value>(values: readonly Value[]): Value => values[whole(values.length)] as Value,
    some: (values) => values.filter(() => random() < 0.4),
    uuid: () => `${hex(8)}-${hex(4)}-4${hex(3)}-8${hex(3)}-${hex(12)}`,
  };
}

/**
 * What years of work by hand leave behind, of {@link OBJECTS} objects. `hosts` alone tells two
 * environments of one seed apart.
 */
export function drawMessyTenant(seed: number, hosts: MessyHosts): Seed {
  const draw = createDraw(seed);
  const offers = range(COUNTS.offers).map((i) =>
    i < 20 ? plainOffer(i) : `/${i < 100 ? 'offers2' : 'offers'}/${nameOf(i - 20, 'Offer')}`,
  );
  const addOns = range(COUNTS.addOns).map((i) => `/add_ons/${nameOf(i, 'Add-on')}`);
  const products = range(COUNTS.products).map((i) => `/products/${i % 3 === 0 ? 'Print/' : ''}Product ${i}`);
  const pages = range(COUNTS.pages).map((i) => `page-${i}`);
  return {
    items: [
      ...offers.map((path, i) =>
        drawItem(draw, 'offer', path, {
          offers,
          addOns,
          products,
          hosts,
          plain: i < 20,
          price: i < OWN_PRICES ? hosts.price : undefined,
        }),
      ),
      ...addOns.map((path) => drawItem(draw, 'add_on', path, { offers, addOns, products, hosts, plain: false })),
      ...products.map((path, i) => ({
        path,
        data: {
          record_type: 'product',
          attributes: {
            product_code__limio: `SKU-${i}`,
            'Device Access': ['Web', 'Tablet'],
            has_delivery__limio: i % 2 === 0,
          },
        },
      })),
      ...pages.map((name, i) => ({
        path: `/pages/${name}`,
        data: {
          record_type: 'page',
          attributes: { meta_title__limio: draw.pick(TEXTS) },
          tags: [`/tags/${name}`],
          ...(i % 4 === 0
            ? { referencedLabel: 'digital', offers: [] }
            : { offers: [plainOffer(i % 20), ...draw.some(offers.slice(20, 40))] }),
        },
      })),
    ],
    promoCodes: range(COUNTS.promoCodes).map((i) => drawPromoCode(draw, i, products)),
    journeys: range(COUNTS.journeys).map((i) => drawJourney(draw, i, pages, hosts)),
  };
}

const range = (count: number): number[] => Array.from({ length: count }, (_, i) => i);
const nameOf = (i: number, word: string): string => AWKWARD[i] ?? `${word} ${i}`;

interface World {
  offers: readonly string[];
  addOns: readonly string[];
  products: readonly string[];
  hosts: MessyHosts;
  /** Of an ordinary kind, with nothing that a file could not say. */
  plain: boolean;
  price?: string | undefined;
}

function drawItem(draw: Draw, record_type: string, path: string, world: World): JsonObject {
  const product = draw.pick(world.products);
  const messy = draw.pick(TEXTS);
  return {
    path,
    data: {
      record_type,
      baseTemplate: `/config/templates/${record_type}s/default`,
      priceReference: draw.pick(world.offers),
      ...(draw.chance(0.3) ? { duplicatedFrom: `${path} (copy)` } : {}),
      products: [product],
      productBundles: [{ product_path: product, revenue_split: '100', rate_plan: `Rate plan ${draw.whole(9)}` }],
      attributes: {
        // A third of all items share one of few names.
        display_name__limio: draw.chance(0.3)
          ? draw.pick(['Digital', 'Print', 'Business'])
          : (path.split('/').at(-1) ?? ''),
        cta_text__limio: world.plain ? 'Buy now' : messy,
        description__limio: `<p>Read it&nbsp;<a href="https://${world.hosts.shop}/checkout?plan=${draw.whole(50)}" target="_blank">here</a></p>${draw.pick(['', '\n<p>More</p>\n', '<p><br></p>'])}`,
        label__limio: draw.some(LABELS),
        price__limio: [drawCharge(draw, world)],
        term__limio: draw.pick<Json>([
          { length: 1, type: 'months' },
          { renewal_type: 'EVERGREEN' },
          { length: '12', type: 'months', renewal_trigger: null },
          {},
        ]),
        allowed_countries__limio: draw.some(COUNTRIES),
        autoRenew__limio: draw.chance(0.5),
        payment_types__limio: draw.some(['zuora_card', 'zuora_paypal', 'adyen']),
        ...(world.plain ? {} : drawCustomKeys(draw)),
        ...(draw.chance(0.2)
          ? {
              downgrade_offers__limio: [
                { path: draw.chance(0.3) ? '/offers2/Gone' : draw.pick(world.offers), label: 'Downgrade' },
              ],
            }
          : {}),
        ...(draw.chance(0.2)
          ? {
              cross_sell_addons__limio: {
                item_type: 'add_on',
                item_label: 'digital-extras',
                items: [{ path: draw.chance(0.3) ? '/add_ons/Gone' : draw.pick(world.addOns) }],
              },
            }
          : {}),
      },
    },
  };
}

function drawCharge(draw: Draw, { plain, price }: World): JsonObject {
  const value: Json =
    price ?? (plain ? '11.99' : draw.pick<Json>(['0', '29.9', '588', '1,299.00', '12.99', 12.5, '', '£9.99']));
  const odd = plain
    ? {}
    : draw.pick<JsonObject>([
        {},
        { use_external_price: true, currency: { id: 'N/A', label: 'N/A' } },
        { currency: { id: 'USD', symbol: '$' }, attributes: [], delay_interval: null },
      ]);
  return {
    name: 'charge_1',
    label: 'Charge 1',
    value,
    currencyCode: plain ? 'GBP' : draw.pick(CURRENCIES),
    type: 'recurring',
    trigger: 'subscription_start',
    repeat_interval: 1,
    repeat_interval_type: 'months',
    ...odd,
  };
}

function drawCustomKeys(draw: Draw): JsonObject {
  return {
    'test for me': [{ title: draw.pick(TEXTS), label: '✔️' }, { test: 'Test' }, {}],
    'Feature: List': draw.pick(TEXTS),
    '1st key': draw.pick<Json>([
      0,
      -1.5,
      1e21,
      true,
      false,
      null,
      [],
      {},
      [[1, [2]], null],
      { deep: { er: draw.pick(TEXTS) } },
    ]),
    ...(draw.chance(0.1) ? { display_nam__limio: 'a slip of somebody' } : {}),
    ...(draw.chance(0.1) ? { checkout_description__limio: 'a bell \u0007 rings' } : {}),
    ...(draw.chance(0.1) ? { '# key': 'x', 'key\nwith a line': 'y', '': 'empty key' } : {}),
  };
}

function drawPromoCode(draw: Draw, i: number, products: readonly string[]): JsonObject {
  const discount: JsonObject = draw.chance(0.7)
    ? {
        discountType: 'DiscountPercentage',
        percentageDiscount: draw.pick([5, 12.5, 100]),
        durationLength: 3,
        durationType: 'Months',
      }
    : {
        discountType: 'DiscountFixedAmount',
        amountDiscount: '3.00',
        currency: draw.pick(CURRENCIES),
        durationLength: 1,
        durationType: 'Months',
      };
  return {
    promoCode: `CODE${i}`,
    description: draw.pick(TEXTS),
    applicationLevel: draw.pick(['wholeBasket', 'selectedItems']),
    status: draw.chance(0.6),
    productDetails: {
      product: { path: draw.pick(products) },
      ratePlan: { path: draw.pick(['10% Off', 'A: b', '#1']) },
    },
    discount,
    ...(draw.chance(0.4) ? { usage: { availableQuantity: draw.whole(5000) } } : {}),
    ...(draw.chance(0.3) ? { promoExpiryDate: '2031-10-31' } : {}),
  };
}

function drawJourney(draw: Draw, i: number, pages: readonly string[], hosts: MessyHosts): JsonObject {
  const condition = (): Json =>
    draw.pick<Json>([
      { type: 'country', operator: 'in', value: draw.some(COUNTRIES).concat('GB').toSorted() },
      { type: 'subscription_offer_label', operator: 'in', value: ['student'] },
      { type: 'articles_read', operator: 'at_least', value: 20, period: { unit: 'days', length: 30 } },
      { anything: { goes: [null, 1, '# x'] } },
    ]);
  const branch = (): Json => ({
    id: draw.uuid(),
    conditions: range(1 + draw.whole(2)).map(condition),
    actions: [{ type: 'destination', tag: `/${draw.pick(pages)}/`, split: 100 }],
  });
  return {
    name: i < 4 ? (['Web Geo', 'web-geo', 'WEB GEO', 'con'][i] ?? '') : `journey ${i}`,
    data: {
      starting_point: `/start-${i}/`,
      fallback_tag: `/${draw.pick(pages)}/`,
      domains: [hosts.shop],
      journeys: range(1 + draw.whole(3)).map(branch),
    },
  };
}
