import { type CatalogKind, isCatalogKind } from '../../model/address.js';
import { getOwn, isJsonObject, type Json, type JsonObject } from '../../model/json.js';
import type { CatalogItem } from '../../model/live-api.js';
import type { DesiredResource } from '../../model/resource.js';
import type { FieldRule } from '../kind-definition.js';

/**
 * What a creation says of an item besides its attributes (API reference, section 5). Set on create,
 * then the app's: bulk-update reaches attributes only.
 */
const ROWS: Record<string, Omit<FieldRule, 'path' | 'owner'>> = {
  name: { type: 'text', note: 'Name in the web app; the last part of the path when left out.' },
  baseTemplate: { type: 'text', note: 'Path of the template.' },
  products: { type: 'list', list: 'ordered', note: 'Paths of the products that are sold.' },
  productBundles: {
    type: 'list',
    list: { key: 'product_path' },
    note: 'product_path, rate_plan and revenue_split of each product.',
  },
  tags: { type: 'list', list: 'set', note: 'Paths of tags; the URLs of the page come from them.' },
  offers: { type: 'list', list: 'ordered', note: 'Paths of offers and add-ons that the page shows.' },
  referencedLabel: { type: 'text or list', note: 'Label, or labels, whose offers the page shows.' },
};

const KEYS: Record<CatalogKind, readonly string[]> = {
  tag: ['name', 'baseTemplate'],
  // Products come from the billing system and are never created.
  product: [],
  add_on: ['name', 'baseTemplate', 'products', 'productBundles'],
  offer: ['name', 'baseTemplate', 'products', 'productBundles'],
  page: ['name', 'baseTemplate', 'tags', 'offers', 'referencedLabel'],
};

const PATH_LISTS = new Set(['products', 'tags', 'offers']);

export function listCreateOnlyRows(kind: CatalogKind): FieldRule[] {
  return KEYS[kind].flatMap((key) => {
    const row = ROWS[key];
    return row
      ? [
          {
            path: [key],
            owner: 'server-after-create',
            ...row,
            note: `${row.note} Set on create, then the app's.`,
          } satisfies FieldRule,
        ]
      : [];
  });
}

/** The fields of a document, or of a body, that only a creation sends. */
export function pickCreateOnly(kind: CatalogKind, from: JsonObject): JsonObject {
  return Object.fromEntries(
    KEYS[kind].flatMap((key): [string, Json][] => {
      const value = getOwn(from, key);
      return value === undefined || value === null ? [] : [[key, value]];
    }),
  );
}

/** The same of a live item; paths stand as texts, in whatever form the tenant gives them. */
export function readCreateOnly(kind: CatalogKind, { name, data, attributes }: CatalogItem): JsonObject {
  const values = KEYS[kind].map((key): [string, Json | undefined] => {
    if (key === 'name') return [key, name];
    // The outer one is often an empty left-over of the one in the attributes (section 3).
    const outer = getOwn(data, key);
    const value = isLeftOver(outer) ? (getOwn(attributes, key) ?? outer) : outer;
    return [key, PATH_LISTS.has(key) && Array.isArray(value) ? value.map(toPath) : value];
  });
  return pickCreateOnly(
    kind,
    Object.fromEntries(values.flatMap(([key, value]) => (value === undefined ? [] : [[key, value]]))),
  );
}

/** The resource as far as an item that exists can be changed. */
export function dropCreateOnly(resource: DesiredResource): DesiredResource {
  if (!isCatalogKind(resource.kind)) return resource;
  const attributes = getOwn(resource.body, 'attributes');
  return { ...resource, body: { attributes: attributes ?? {} } };
}

/** The part of a live value that `like` speaks of: the tenant may have filled in the rest. */
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

function isLeftOver(value: Json | undefined): boolean {
  return value === undefined || value === null || value === '' || (Array.isArray(value) && value.length === 0);
}

function toPath(element: Json): Json {
  const path = isJsonObject(element) ? getOwn(element, 'path') : undefined;
  return typeof path === 'string' ? path : element;
}
