import { type FieldRule, type ListRule, toNumberRow } from '../kind-definition.js';

const LIST_OF_TYPE: Partial<Record<AttributeType, { list: ListSemantics; listAt?: string }>> = {
  text_list: { list: 'set' },
  price_list: { list: 'keyed by name' },
  reference_list: { list: 'keyed by path' },
  reference_group: { list: 'keyed by path', listAt: 'items' },
};

/** Where an attribute holds numbers. Of those, only prices become texts in every new object. */
const NUMBERS_OF_TYPE: Partial<Record<AttributeType, Record<string, NonNullable<FieldRule['number']>>>> = {
  price_list: {
    '*.value': 'text',
    '*.repeat_interval': 'as declared',
    '*.repeat_count': 'as declared',
    '*.delay_interval': 'as declared',
    '*.subscription_start_day': 'as declared',
    '*.tiers.*.price': 'text',
    '*.tiers.*.starting_unit': 'as declared',
    '*.tiers.*.ending_unit': 'as declared',
  },
  term: { length: 'as declared' },
  discount: { value: 'as declared', termLength: 'as declared' },
  quantity_options: {
    quantity: 'as declared',
    minimum_quantity: 'as declared',
    maximum_quantity: 'as declared',
    increment: 'as declared',
  },
};

/**
 * Every attribute that Limio itself defines, as far as is known (API reference, section 3, and the
 * keys of real objects). Any other key is legal too: customers add their own, without `__limio`.
 */
const ATTRIBUTES = [
  ...toGroup('text', [
    ['display_name__limio', 'text', 'text', 'Name that customers see.'],
    ['display_price__limio', 'text', 'html', 'Price as customers read it. Limio charges by price__limio.'],
    ['detailed_display_price__limio', 'text', 'html', 'Second line of the displayed price.'],
    ['display_description__limio', 'text', 'html', 'Description that customers see.'],
    ['description__limio', 'text', 'html', 'Description of the item.'],
    ['offer_features__limio', 'text', 'html', 'List of features.'],
    ['cta__limio', 'text', 'text', 'Button text, in older templates.'],
    ['cta_text__limio', 'text', 'text', 'Button text.'],
    ['checkout_description__limio', 'text', 'html', 'Description in the checkout.'],
    ['badge_text__limio', 'text', 'text', 'Badge text.'],
    ['discount_note__limio', 'text', 'html', 'Note about the discount.'],
    ['upsell_display_name__limio', 'text', 'html', 'Name where the item is offered as an upsell.'],
    ['upsell_display_description__limio', 'text', 'html', 'Description where the item is offered as an upsell.'],
    ['cross_sell_display_name__limio', 'text', 'html', 'Name where the item is offered as a cross-sell.'],
    ['cross_sell_display_description__limio', 'text', 'html', 'Description where the item is offered as a cross-sell.'],
    ['upgrade_cta__limio', 'text', 'text', 'Text of the button that upgrades to this offer.'],
    ['downgrade_cta__limio', 'text', 'text', 'Text of the button that downgrades to this offer.'],
    ['meta_title__limio', 'text', 'text', 'Title for search engines.'],
    ['meta_description__limio', 'text', 'text', 'Description for search engines.'],
  ]),
  ...toGroup('grouping', [
    ['label__limio', 'text_list', 'plain', 'Labels by which pages, journeys and promo codes select the item.'],
    ['group__limio', 'text', 'plain', 'Group in which a page shows the offer.'],
    ['best_value__limio', 'boolean', 'plain', 'Whether the offer is marked as best value.'],
    ['offer_type__limio', 'text', 'plain', 'Type of the offer, for example standard or trial.'],
    ['sales_channel__limio', 'text_list', 'plain', 'Channels through which the offer is sold.'],
    ['type__limio', 'text', 'plain', 'Type of the item.'],
  ]),
  ...toGroup('price', [
    ['price__limio', 'price_list', 'plain', 'Charges. Write the value of each with a point: "12.99".'],
  ]),
  ...toGroup('terms', [
    ['term__limio', 'term', 'plain', 'Term of the subscription.'],
    ['initial_term__limio', 'term', 'plain', 'First term of the subscription.'],
    ['autoRenew__limio', 'boolean', 'plain', 'Whether the subscription renews automatically.'],
    ['switch_date__limio', 'text', 'plain', 'When a switch to this offer takes effect.'],
    ['valid_date_range__limio', 'date_range', 'plain', 'When the offer can be bought.'],
    ['rate_plan__zuora', 'text', 'plain', 'Rate plan in Zuora.'],
    ['zuora_payment_term__limio', 'text', 'plain', 'Payment term in Zuora.'],
    ['discount__limio', 'discount', 'plain', 'Discount, in percent.'],
  ]),
  ...toGroup('commerce', [
    ['payment_types__limio', 'text_list', 'plain', 'Payment methods.'],
    [
      'allowed_countries__limio',
      'text_list',
      'plain',
      'Countries (ISO 3166, two letters) where it is sold. Empty: everywhere.',
    ],
    ['allow_multibuy__limio', 'boolean', 'plain', 'Whether more than one may be bought at once.'],
    ['default_quantity_options__limio', 'quantity_options', 'plain', 'Quantities that may be bought.'],
    ['push_to_checkout__limio', 'boolean', 'plain', 'Whether the button leads directly to the checkout.'],
    ['is_gift__limio', 'boolean', 'plain', 'Whether the offer is bought as a gift.'],
    ['is_redeem_gift__limio', 'boolean', 'plain', 'Whether the offer redeems a gift.'],
    ['student__limio', 'boolean', 'plain', 'Whether the offer is for students.'],
    ['trial__limio', 'boolean', 'plain', 'Whether the offer is a trial.'],
  ]),
  ...toGroup('routing', [
    ['checkout__limio', 'checkout', 'plain', 'Where the checkout takes place.'],
    ['update_configuration__limio', 'text', 'plain', 'Page for changing a subscription.'],
    ['disable_index__limio', 'boolean', 'plain', 'Whether the page asks search engines not to index it.'],
    ['page_inject_code__limio', 'text', 'text', 'Code to insert into the page.'],
  ]),
  ...toGroup('references', [
    ['cross_sell_addons__limio', 'reference_group', 'plain', 'Add-ons offered along with this item.'],
    ['cross_sell_offers__limio', 'reference_group', 'plain', 'Offers offered along with this item.'],
    ['upsell_offers__limio', 'reference_group', 'plain', 'Offers shown instead of this one.'],
    ['upgrade_offers__limio', 'reference_list', 'plain', 'Offers to which a subscriber can upgrade.'],
    ['downgrade_offers__limio', 'reference_list', 'plain', 'Offers to which a subscriber can downgrade.'],
  ]),
  ...toGroup('product', [
    ['product_code__limio', 'text', 'plain', 'Code of the product in the billing system.'],
    ['has_delivery__limio', 'boolean', 'plain', 'Whether the product is delivered.'],
    ['block_multiple__limio', 'boolean', 'plain', 'Whether a customer may hold only one.'],
  ]),
  ...toGroup('appearance', [
    ['primary_color__limio', 'text', 'plain', 'First colour, for example "#f47c24".'],
    ['secondary_color__limio', 'text', 'plain', 'Second colour.'],
    ['tertiary_color__limio', 'text', 'plain', 'Third colour.'],
  ]),
];

export const KNOWN_ATTRIBUTES: readonly KnownAttribute[] = ATTRIBUTES;

/** A known attribute with its key and type as literals. */
export type TypedAttribute = (typeof ATTRIBUTES)[number];

/** The table of the catalog kinds: Limio's own attributes. Any other key is legal and compares as ordered. */
export const ATTRIBUTE_ROWS: readonly FieldRule[] = KNOWN_ATTRIBUTES.flatMap(toRows);

function toRows({ key, type, list, listAt, marker, description }: KnownAttribute): FieldRule[] {
  const path = ['attributes', key];
  const rule: Pick<FieldRule, 'list'> = list === undefined ? {} : { list: toListRule(list) };
  const base: FieldRule = {
    path,
    type,
    owner: 'git',
    note: description,
    ...(marker === 'html' ? { show: 'html' } : {}),
  };
  const numbers = Object.entries(NUMBERS_OF_TYPE[type] ?? {}).map(([place, number]) =>
    toNumberRow([...path, ...place.split('.')], number),
  );
  if (listAt === undefined) return [{ ...base, ...rule }, ...numbers];
  return [base, { path: [...path, listAt], type: 'list', owner: 'git', note: 'In display order.', ...rule }];
}

function toListRule(list: NonNullable<KnownAttribute['list']>): ListRule {
  if (list === 'keyed by name') return { key: 'name' };
  return list === 'keyed by path' ? { key: 'path' } : list;
}

/** What a known attribute holds; `document.ts` has the schema of each. */
export type AttributeType =
  | 'text'
  | 'boolean'
  | 'text_list'
  | 'price_list'
  | 'term'
  | 'discount'
  | 'quantity_options'
  | 'checkout'
  | 'date_range'
  | 'reference_list'
  | 'reference_group';

/**
 * How the list in an attribute compares. `keyed by …`: its elements are paired by that key;
 * their order still counts, since prices and references are shown in it (API reference, section 3).
 */
export type ListSemantics = 'ordered' | 'set' | 'keyed by name' | 'keyed by path';

/** How people read a value: `html` and `text` are long and shown as a word diff, `plain` is short. */
export type Marker = 'html' | 'text' | 'plain';

export interface KnownAttribute {
  key: string;
  group: 'text' | 'grouping' | 'price' | 'terms' | 'commerce' | 'routing' | 'references' | 'product' | 'appearance';
  type: AttributeType;
  /** Absent when the attribute holds no list. */
  list?: ListSemantics;
  /** The key of the list inside the attribute's object; absent when the attribute is the list. */
  listAt?: string;
  marker: Marker;
  /** One sentence. */
  description: string;
}

type Row = readonly [key: string, type: AttributeType, marker: Marker, description: string];

const BY_KEY: ReadonlyMap<string, KnownAttribute> = new Map(KNOWN_ATTRIBUTES.map((row) => [row.key, row]));

/** The table's row of an attribute, or undefined for a customer's own key. */
export function findKnownAttribute(key: string): KnownAttribute | undefined {
  return BY_KEY.get(key);
}

type TypedRow<R extends Row> = R extends Row ? KnownAttribute & { key: R[0]; type: R[1] } : never;

function toGroup<const R extends Row>(group: KnownAttribute['group'], rows: readonly R[]): TypedRow<R>[] {
  const made = rows.map(([key, type, marker, description]) => ({
    key,
    group,
    type,
    ...LIST_OF_TYPE[type],
    marker,
    description,
  }));
  // Each has the key and the type of its row, which TypeScript cannot see through `map`.
  return made as TypedRow<R>[];
}
