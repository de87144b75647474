import { z } from 'zod';
import { type CatalogKind, isCatalogKind } from '../../model/address.js';
import { asObject, getOwn, isJsonObject, type Json, type JsonObject } from '../../model/json.js';
import type { CatalogItem } from '../../model/live-api.js';
import type { DesiredResource } from '../../model/model.js';
import type { FieldRule } from '../kind-definition.js';
import { CATALOG_TRAITS, type CatalogTraits, type CreateOnlyKey } from './catalog-kinds.js';

const bundle = z.looseObject({
  product_path: z.string().describe('Path of the product.'),
  rate_plan: z.string().optional().describe('Rate plan in the billing system. Required for add-ons.'),
  revenue_split: z.string().optional().describe('Share of the revenue in per cent, quoted: "100".'),
});

type CreateOnlyField = Pick<FieldRule, 'type' | 'list' | 'note'> & { schema: z.ZodType };

/** Fields that can be set at creation only: bulk-update reaches attributes only (API reference, section 5). */
const TYPED_FIELDS = {
  name: {
    type: 'text',
    note: 'Name in the web app; by default the last part of the path.',
    schema: z.string().min(1),
  },
  baseTemplate: { type: 'text', note: 'Path of the template.', schema: z.string() },
  products: {
    type: 'list',
    list: 'ordered',
    note: 'Paths of the products that are sold.',
    schema: z.array(z.string()),
  },
  productBundles: {
    type: 'list',
    list: { key: 'product_path' },
    note: 'product_path, rate_plan and revenue_split of each product.',
    schema: z.array(bundle),
  },
  tags: {
    type: 'list',
    list: 'set',
    note: 'Paths of tags. They give the page its URLs: /tags/customers/acme is /customers/acme.',
    schema: z.array(z.string()),
  },
  offers: {
    type: 'list',
    list: 'ordered',
    note: 'Paths of offers and add-ons that the page shows.',
    schema: z.array(z.string()),
  },
  referencedLabel: {
    type: 'text or list',
    note: 'Label or labels of the offers that the page shows.',
    schema: z.union([z.string(), z.array(z.string())]),
  },
} satisfies Record<CreateOnlyKey, CreateOnlyField>;

const FIELDS: Readonly<Record<CreateOnlyKey, CreateOnlyField>> = TYPED_FIELDS;

/** These fields in a document of the kind, as TypeScript sees them. */
export type CreateOnlyInput<K extends CatalogKind> = {
  [F in CatalogTraits[K]['createOnly'][number]]?: z.input<(typeof TYPED_FIELDS)[F]['schema']> | undefined;
};

/** Their rows in the table of the kind. */
export function listCreateOnlyRows(kind: CatalogKind): FieldRule[] {
  return CATALOG_TRAITS[kind].createOnly.map((key) => {
    const { schema: _schema, note, ...row } = FIELDS[key];
    return { path: [key], owner: 'server-after-create', ...row, note: `${note} Can only be set at creation.` };
  });
}

/** Their schemas in a document of the kind. */
export function buildCreateOnlyShape(kind: CatalogKind): Record<string, z.ZodType> {
  return Object.fromEntries(
    CATALOG_TRAITS[kind].createOnly.map((key) => [
      key,
      FIELDS[key].schema.optional().describe(`${FIELDS[key].note} Can only be set at creation.`),
    ]),
  );
}

/** The fields of a document, or of a body, that only a creation sends. */
export function pickCreateOnly(kind: CatalogKind, from: JsonObject): JsonObject {
  return Object.fromEntries(
    CATALOG_TRAITS[kind].createOnly.flatMap((key): [string, Json][] => {
      const value = getOwn(from, key);
      return value === undefined || value === null ? [] : [[key, value]];
    }),
  );
}

const PATH_LISTS: ReadonlySet<CreateOnlyKey> = new Set(['products', 'tags', 'offers']);

/** The same of a live item; paths are texts, in whatever form the tenant gives them. */
export function readCreateOnly(kind: CatalogKind, { name, data, attributes }: CatalogItem): JsonObject {
  const values = CATALOG_TRAITS[kind].createOnly.flatMap((key): [string, Json][] => {
    if (key === 'name') return [[key, name]];
    // The outer one is often an empty left-over of the one in the attributes (section 3).
    const outer = getOwn(data, key);
    const value = isLeftOver(outer) ? (getOwn(attributes, key) ?? outer) : outer;
    if (value === undefined) return [];
    return [[key, PATH_LISTS.has(key) && Array.isArray(value) ? value.map(toPath) : value]];
  });
  return pickCreateOnly(kind, Object.fromEntries(values));
}

/** The create-only fields of `body` that `like` has, narrowed to what `like` holds in them. */
export function projectCreateOnly(kind: CatalogKind, body: JsonObject, like: JsonObject): JsonObject {
  const wanted = pickCreateOnly(kind, like);
  return Object.fromEntries(
    Object.entries(pickCreateOnly(kind, body)).flatMap(([key, value]): [string, Json][] => {
      const part = getOwn(wanted, key);
      return part === undefined ? [] : [[key, narrowTo(value, part)]];
    }),
  );
}

/** The resource as far as an item that exists can be changed. */
export function dropCreateOnly(resource: DesiredResource): DesiredResource {
  if (!isCatalogKind(resource.kind)) return resource;
  return { ...resource, body: { attributes: getOwn(resource.body, 'attributes') ?? {} } };
}

/** The part of a live value that `like` has: the tenant may have filled in the rest. */
export function narrowTo(value: Json, like: Json): Json {
  if (isJsonObject(value) && isJsonObject(like)) {
    return Object.fromEntries(
      Object.entries(value).flatMap(([key, part]): [string, Json][] => {
        const wanted = getOwn(like, key);
        return wanted === undefined ? [] : [[key, narrowTo(part, wanted)]];
      }),
    );
  }
  if (Array.isArray(value) && Array.isArray(like) && value.length === like.length)
    return value.map((part, i) => narrowTo(part, like[i] ?? null));
  return value;
}

export function isLeftOver(value: Json | undefined): boolean {
  return value === undefined || value === null || value === '' || (Array.isArray(value) && value.length === 0);
}

export function toPath(element: Json): Json {
  const path = getOwn(asObject(element), 'path');
  return typeof path === 'string' ? path : element;
}
