import { type Address, type CatalogKind, formatAddress, isCatalogKind } from '../model/address.js';
import { getOwn, isJsonObject, type Json, type JsonObject } from '../model/json.js';
import type { DesiredResource } from '../model/resource.js';
import { dropCreateOnly } from './catalog/create-only.js';
import { listItemReferences } from './catalog/item-references.js';

/**
 * What must be there before a declared resource is written: what it refers to, as far as it is sent,
 * and for a new tag the tag above it (API reference, section 5).
 */
export function listNeeds(desired: DesiredResource, isLive: boolean): { address: Address; pointer: string }[] {
  if (isLive) return listAddressReferences(dropCreateOnly(desired));
  const parent = desired.kind === 'tag' ? findParentPath(desired.name) : undefined;
  return [
    ...(parent === undefined ? [] : [{ address: formatAddress('tag', parent), pointer: '/path' }]),
    ...listAddressReferences(desired),
  ];
}

/** `/tags/customers` of `/tags/customers/acme`; the roots of the tree are always there. */
function findParentPath(path: string): string | undefined {
  const parent = path.slice(0, path.lastIndexOf('/'));
  return parent.lastIndexOf('/') > 0 ? parent : undefined;
}

/** The references of a resource that name another resource, not a label or a tag. */
export function listAddressReferences(
  resource: Pick<DesiredResource, 'kind' | 'body'>,
): { address: Address; pointer: string }[] {
  return listReferences(resource).flatMap((reference) =>
    'address' in reference ? [{ address: reference.address, pointer: reference.pointer }] : [],
  );
}

/** Something that a resource names and that must exist: a catalog item, an offer label or a tag. */
export type Reference = {
  /** JSON Pointer into the body of the resource; the same as in its document. */
  pointer: string;
} & ({ address: Address } | { label: string } | { tag: string });

const FOLDERS: [folder: string, kind: CatalogKind][] = [
  ['/offers/', 'offer'],
  ['/offers2/', 'offer'],
  ['/add_ons/', 'add_on'],
  ['/products/', 'product'],
  ['/tags/', 'tag'],
  ['/pages/', 'page'],
];

/** Everything that a declared resource refers to, raw journey elements aside (their form is unknown). */
export function listReferences(resource: Pick<DesiredResource, 'kind' | 'body'>): Reference[] {
  const { kind, body } = resource;
  if (isCatalogKind(kind)) return [...listCreateOnlyReferences(body), ...listCatalogReferences(body)];
  return kind === 'promo_code' ? listPromoCodeReferences(body) : listJourneyReferences(body);
}

/** The kind of item that lives at a catalog path, or undefined for campaigns, segments and the like. */
export function findKindOfPath(path: string): CatalogKind | undefined {
  return FOLDERS.find(([folder]) => path.startsWith(folder))?.[1];
}

function listCatalogReferences(body: JsonObject): Reference[] {
  const attributes = getOwn(body, 'attributes');
  if (!isJsonObject(attributes)) return [];
  return listItemReferences(attributes).flatMap(({ reference, at }) =>
    toItemReference(getOwn(reference, 'path'), ['attributes', ...at, 'path']),
  );
}

/** What a creation refers to: products and bundles of what is sold, tags and offers of a page. */
function listCreateOnlyReferences(body: JsonObject): Reference[] {
  const paths = ['products', 'tags', 'offers'].flatMap((key) => {
    const list = getOwn(body, key);
    return Array.isArray(list) ? list.flatMap((path, i) => toItemReference(path, [key, i])) : [];
  });
  const bundles = listObjects(getOwn(body, 'productBundles')).flatMap(([bundle, i]) =>
    toItemReference(getOwn(bundle, 'product_path'), ['productBundles', i, 'product_path']),
  );
  return [...paths, ...bundles, ...listLabels(body)];
}

/** Of a page or a promo code: one label or a list of them. */
function listLabels(body: JsonObject, key = 'referencedLabel'): Reference[] {
  const label = getOwn(body, key);
  return Array.isArray(label) ? label.flatMap((item, i) => toLabel(item, [key, i])) : toLabel(label, [key]);
}

function listPromoCodeReferences(body: JsonObject): Reference[] {
  const details = getOwn(body, 'productDetails');
  const product = isJsonObject(details) ? getOwn(details, 'product') : undefined;
  const path = isJsonObject(product) ? getOwn(product, 'path') : undefined;
  return [...toItemReference(path, ['productDetails', 'product', 'path']), ...listLabels(body, 'referencedOfferLabel')];
}

function listJourneyReferences(body: JsonObject): Reference[] {
  const branches = listObjects(getOwn(body, 'journeys')).flatMap(([branch, i]) => {
    const labels = listObjects(getOwn(branch, 'conditions')).flatMap(([condition, j]) => {
      const values = getOwn(condition, 'type') === 'offer_label' ? getOwn(condition, 'values') : undefined;
      const at = ['journeys', i, 'conditions', j, 'values'];
      return Array.isArray(values) ? values.flatMap((value, k) => toLabel(value, [...at, k])) : [];
    });
    const tags = listObjects(getOwn(branch, 'actions')).flatMap(([action, j]) =>
      toTag(getOwn(action, 'destination'), ['journeys', i, 'actions', j, 'destination']),
    );
    return [...labels, ...tags];
  });
  return [
    ...toTag(getOwn(body, 'starting_point'), ['starting_point']),
    ...toTag(getOwn(body, 'fallback_tag'), ['fallback_tag']),
    ...branches,
  ];
}

function toItemReference(path: Json | undefined, at: (string | number)[]): Reference[] {
  const kind = typeof path === 'string' ? findKindOfPath(path) : undefined;
  return typeof path === 'string' && kind ? [{ address: formatAddress(kind, path), pointer: toPointer(at) }] : [];
}

function toLabel(label: Json | undefined, at: (string | number)[]): Reference[] {
  return typeof label === 'string' ? [{ label, pointer: toPointer(at) }] : [];
}

function toTag(tag: Json | undefined, at: (string | number)[]): Reference[] {
  return typeof tag === 'string' ? [{ tag, pointer: toPointer(at) }] : [];
}

function listObjects(list: Json | undefined): [JsonObject, number][] {
  return Array.isArray(list)
    ? list.flatMap((item, i): [JsonObject, number][] => (isJsonObject(item) ? [[item, i]] : []))
    : [];
}

function toPointer(path: readonly (string | number)[]): string {
  return path.map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}
