import { getOwn, isJsonObject, type Json, type JsonObject } from '../model/json.js';
import { collectPaths, getAttributes, getDataField, getRecordType, type ItemRecord } from './item-record.js';
import type { PageSnapshot } from './tenant.js';

type Items = ReadonlyMap<string, ItemRecord>;

/** `/customers/acme/` of `/tags/customers/acme` (API reference, section 5). */
export function routeOfTag(tag: string): string {
  return `${tag.replace(/^\/tags(?=\/|$)/, '').replace(/\/+$/, '')}/`;
}

export function getPageTags(page: ItemRecord): string[] {
  return collectPaths(getDataField(page, 'tags'));
}

export function getPageRoutes(page: ItemRecord): string[] {
  return getPageTags(page).map(routeOfTag);
}

/**
 * A page as a build makes it: the page and every offer and add-on that its `offers[]` names (a
 * campaign stands for its offers) or that carries its `referencedLabel`, with their products.
 * Add-ons without product and rate plan are dropped (section 5).
 */
export function buildPage(items: Items, copies: ReadonlyMap<string, JsonObject>, page: ItemRecord): PageSnapshot {
  const onPage = [...findNamed(items, page), ...findLabelled(items, page)].filter(isBuildable);
  const products = onPage
    .flatMap((item) => collectPaths(getOwn(item.data, 'products')))
    .flatMap((path) => items.get(path) ?? []);
  return {
    page,
    items: new Map([...onPage, ...products].map((item) => [item.path, expandProducts(items, copies, item)])),
  };
}

/** Why a page cannot be built: a path or a label that leads to nothing (section 3, Attributes). */
export function findPageProblems(items: Items, page: ItemRecord): string[] {
  const offers = [...items.values()].filter((item) => getRecordType(item) === 'offer');
  const paths = collectPaths(getDataField(page, 'offers')).filter((path) => findBelow(items, path).length === 0);
  const labels = getLabels(page).filter((label) => !offers.some((offer) => hasLabel(offer, label)));
  return [
    ...paths.map((path) => `${page.path}: offer ${path} does not exist`),
    ...labels.map((label) => `${page.path}: no offer carries the label "${label}"`),
  ];
}

/** An item as the published lists show it: product objects in the place of paths (section 3). */
export function expandProducts(items: Items, copies: ReadonlyMap<string, JsonObject>, item: ItemRecord): ItemRecord {
  const products = getOwn(item.data, 'products');
  if (!Array.isArray(products)) return item;
  const expanded = products.map((product): Json => {
    const [path] = collectPaths([product]);
    if (path === undefined) return product;
    const found = items.get(path);
    return found ? { ...found.data, path } : (copies.get(path) ?? { path });
  });
  return { ...item, data: { ...item.data, products: expanded } };
}

function findNamed(items: Items, page: ItemRecord): ItemRecord[] {
  return collectPaths(getDataField(page, 'offers')).flatMap((path) => findBelow(items, path));
}

function findLabelled(items: Items, page: ItemRecord): ItemRecord[] {
  const labels = getLabels(page);
  return [...items.values()].filter((item) => isSellable(item) && labels.some((label) => hasLabel(item, label)));
}

/** The item itself, or what stands below a campaign. */
function findBelow(items: Items, path: string): ItemRecord[] {
  const exact = items.get(path);
  if (exact && isSellable(exact)) return [exact];
  return [...items.values()].filter((item) => item.path.startsWith(`${path}/`) && isSellable(item));
}

function isSellable(item: ItemRecord): boolean {
  const type = getRecordType(item);
  return type === 'offer' || type === 'add_on';
}

function isBuildable(item: ItemRecord): boolean {
  if (getRecordType(item) !== 'add_on') return true;
  const bundles = getOwn(item.data, 'productBundles');
  return (
    Array.isArray(bundles) &&
    bundles.some(
      (bundle) => isJsonObject(bundle) && isText(getOwn(bundle, 'product_path')) && isText(getOwn(bundle, 'rate_plan')),
    )
  );
}

function isText(value: Json | undefined): boolean {
  return typeof value === 'string' && value !== '';
}

function getLabels(page: ItemRecord): string[] {
  return collectPaths(getDataField(page, 'referencedLabel')).filter((label) => label !== '');
}

function hasLabel(item: ItemRecord, label: string): boolean {
  return collectPaths(getOwn(getAttributes(item), 'label__limio')).includes(label);
}
