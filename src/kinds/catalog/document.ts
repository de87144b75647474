import { z } from 'zod';
import type { CatalogKind } from '../../model/address.js';
import {
  amount,
  CHARGE_TYPES,
  count,
  INTERVALS,
  PRICE_FORMATS,
  PRICE_TRIGGERS,
  RENEWAL_TRIGGERS,
  RENEWAL_TYPES,
  restrictionShape,
  suggestValues,
} from '../documents/document-parts.js';
import type { KindDocument } from '../kind-definition.js';
import { type AttributeType, KNOWN_ATTRIBUTES, type TypedAttribute } from './attributes.js';
import { CATALOG_TRAITS, type CatalogTraits } from './catalog-kinds.js';
import { buildCreateOnlyShape, type CreateOnlyInput } from './create-only.js';
import { buildSettingShape, type SettingInput } from './page-settings.js';

/** The schema of a document of a catalog kind. */
export function createCatalogDocument(kind: CatalogKind): KindDocument {
  const { noun, examplePath, attributesOptional } = CATALOG_TRAITS[kind];
  return z
    .strictObject({
      kind: z.literal(kind).describe(`Declares ${noun}.`),
      path: z.string().describe(`Path in the catalog: ${examplePath}`),
      ...buildCreateOnlyShape(kind),
      ...buildSettingShape(kind),
      attributes: attributesOptional ? attributes.optional() : attributes,
      ...restrictionShape,
    })
    .describe(`Declares ${noun} of the catalog.`);
}

const text = () => z.string().nullable().optional();

const boolean = () => z.boolean().nullable().optional();

const reference = z.looseObject({
  path: z.string().describe('Path of the item, "/offers2/Digital Monthly".'),
  id: text().describe('Optional: computed from the path.'),
  label: text(),
});

const tier = z.looseObject({
  price_format: suggestValues(PRICE_FORMATS),
  starting_unit: count(),
  ending_unit: count(),
  price: amount().describe('Digits with a point: "99".'),
});

const price = z.looseObject({
  name: text().describe('Name of the charge; identifies it in the list.'),
  label: text(),
  value: amount().describe('Digits with a point: "12.99".'),
  currencyCode: text().describe('ISO 4217: GBP, EUR, USD.'),
  type: suggestValues(CHARGE_TYPES),
  trigger: suggestValues(PRICE_TRIGGERS),
  use_external_price: boolean().describe('True if the billing system holds the price.'),
  repeat_interval: count(),
  repeat_interval_type: suggestValues(INTERVALS),
  repeat_count: count(),
  delay_interval: count(),
  delay_interval_type: suggestValues(INTERVALS),
  subscription_start_day: z.union([z.string(), z.number()]).nullable().optional(),
  attributes: z.array(z.unknown()).nullable().optional(),
  currency: z.looseObject({ id: text(), symbol: text(), label: text() }).nullable().optional(),
  tiers: z.array(tier).nullable().optional(),
});

/** Open objects all of them: a tenant may hold keys that nobody has described yet. */
const TYPES = {
  text: z.string(),
  boolean: z.boolean(),
  text_list: z.array(z.string()),
  price_list: z.array(price),
  term: z.looseObject({
    renewal_type: suggestValues(RENEWAL_TYPES),
    length: count(),
    type: suggestValues(INTERVALS),
    renewal_trigger: suggestValues(RENEWAL_TRIGGERS),
  }),
  discount: z.looseObject({
    value: amount().describe('"30"'),
    termLength: count().describe('"1"'),
    termType: suggestValues(INTERVALS),
  }),
  quantity_options: z.looseObject({
    quantity: count(),
    minimum_quantity: count(),
    maximum_quantity: count(),
    increment: count(),
  }),
  checkout: z.looseObject({ checkout_type: suggestValues(['external', 'standard']), external_url: text() }),
  date_range: z.looseObject({ from: text(), to: text() }),
  reference_list: z.array(reference),
  reference_group: z.looseObject({
    item_label: text(),
    item_type: suggestValues(['offer', 'add_on', '']),
    items: z.array(reference).nullable().optional(),
  }),
} satisfies Record<AttributeType, z.ZodType>;

/** Known keys have types; any other key is a customer's own and holds anything. */
const attributes = z
  .object(
    Object.fromEntries(
      KNOWN_ATTRIBUTES.map((row) => [
        row.key,
        getAttributeSchema(row.type).nullable().optional().describe(row.description),
      ]),
    ),
  )
  .catchall(z.unknown())
  .describe('The attributes that this repository manages. Keys that are not here are not managed; null clears a key.');

/** A document of a catalog kind as TypeScript sees it, without `kind`. */
export type CatalogInput<K extends CatalogKind> = { path: string } & CreateOnlyInput<K> &
  SettingInput<K> &
  (CatalogTraits[K] extends { attributesOptional: true }
    ? { attributes?: AttributesInput | undefined }
    : { attributes: AttributesInput });

type AttributesInput = {
  [Row in TypedAttribute as Row['key']]?: z.input<(typeof TYPES)[Row['type']]> | null | undefined;
} & { [key: string]: unknown };

/** The schema of an attribute's value, null (which clears it) aside. */
export function getAttributeSchema(type: AttributeType): z.ZodType {
  return TYPES[type];
}
