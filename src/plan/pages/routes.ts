import { findKindOfItem, isPlaceKind } from '../../kinds/catalog/catalog-kinds.js';
import { listReferences } from '../../kinds/kinds.js';
import type { LiveState } from '../../kinds/read-live.js';
import { type Address, formatRoute, parseAddress } from '../../model/address.js';
import { getOwn, isJsonObject, type Json, type JsonObject, objectAt, textAt } from '../../model/json.js';
import { type CatalogItem, toItemCreation } from '../../model/live-api.js';
import type { Change, PublishPage } from '../../model/plan.js';
import type { ResourceDiff } from '../compare.js';

/** What a page is called and where visitors find it. */
export function describePlace(page: CatalogItem): Pick<PublishPage, 'path' | 'name' | 'tags' | 'routes'> {
  const tags = listTags(page);
  return { path: page.path, name: page.name, tags, routes: [...new Set(tags.map(formatRoute))] };
}

/** The tags of a page, sorted: `/tags/customers/acme` (API reference, section 5). */
export function listTags({ data, attributes }: Pick<CatalogItem, 'data' | 'attributes'>): string[] {
  return [...new Set([data['tags'], attributes['tags']].flatMap(collectPaths))].sort();
}

/** Where a journey starts, and where it leads visitors: by its fallback and its destinations, without repetitions. */
export interface JourneyRoutes {
  start?: string;
  leads: string[];
}

/** Of a journey in typed form. Other hosts and raw elements are not routes. */
export function listJourneyRoutes(body: JsonObject): JourneyRoutes {
  const found = listReferences({ kind: 'journey', body }).flatMap((reference) => {
    const route = 'tag' in reference ? toRoute(reference.tag) : undefined;
    return route === undefined ? [] : [{ route, isStart: reference.pointer === '/starting_point' }];
  });
  const start = found.find(({ isStart }) => isStart)?.route;
  const leads = [...new Set(found.flatMap(({ route, isStart }) => (isStart ? [] : [route])))];
  return { ...(start === undefined ? {} : { start }), leads };
}

/** The route that a tag names, without query and fragment; undefined for URLs. */
export function toRoute(tag: string): string | undefined {
  const [path = ''] = tag.split(/[?#]/, 1);
  return /^\/(?!\/)\S*$/.test(path) ? formatRoute(path) : undefined;
}

/** Declared pages with routes that no published page has: the API cannot publish them (API reference, section 7). */
export function findNewRoutes(
  diffs: readonly ResourceDiff[],
  state: LiveState,
): { address: Address; routes: string[] }[] {
  const published = new Set(
    [...state.published.values()]
      .filter((item) => isPlaceKind(findKindOfItem(item) ?? 'tag'))
      .flatMap(listTags)
      .map(formatRoute),
  );
  return diffs.flatMap((diff) => {
    if (diff.desired.kind !== 'page') return [];
    const routes = listRoutes(diff).filter((route) => !published.has(route));
    return routes.length === 0 ? [] : [{ address: diff.desired.address, routes }];
  });
}

function listRoutes({ live, change }: ResourceDiff): string[] {
  if (!live) return change ? listTags(toNewPage(change)).map(formatRoute) : [];
  return listTags({ data: live.record, attributes: objectAt(live.body, 'attributes') }).map(formatRoute);
}

/** The page that a creation makes, as a list would show it. */
export function toNewPage(change: Pick<Change, 'address' | 'after'>): CatalogItem {
  const { itemData } = toItemCreation(change);
  return {
    path: parseAddress(change.address).name,
    name: textAt(itemData, 'name') ?? '',
    id: '',
    attributes: objectAt(itemData, 'attributes'),
    data: itemData,
  };
}

/** Keys under which an object names a catalog item, as seen in tenants (API reference, section 3). */
const PATH_KEYS = ['path', '$ref', 'product_path'] as const;

/**
 * The paths that a reference or a list of them names: texts, `{path}`, `{$ref}`, `{product_path}`, and groups
 * `{items: [...]}` of those. Texts that are not paths are skipped.
 */
export function collectPaths(value: Json | undefined): string[] {
  return asList(value).flatMap((entry) => {
    const group = isJsonObject(entry) ? getOwn(entry, 'items') : undefined;
    return [entry, ...(Array.isArray(group) ? group : [])].flatMap(listPaths);
  });
}

function listPaths(entry: Json | undefined): string[] {
  const named = isJsonObject(entry) ? PATH_KEYS.map((key) => getOwn(entry, key)) : [entry];
  return named.filter((path) => typeof path === 'string').filter((path) => path.startsWith('/'));
}

/** The non-empty labels of a text or a list of texts, in the normal form in which labels are compared. */
export function collectLabels(value: Json | undefined): string[] {
  return asList(value).flatMap((label) => (typeof label === 'string' && label !== '' ? [label.normalize('NFC')] : []));
}

function asList(value: Json | undefined): (Json | undefined)[] {
  return Array.isArray(value) ? value : [value];
}

export function hasLabels(body: JsonObject): boolean {
  return Object.hasOwn(objectAt(body, 'attributes'), 'label__limio');
}
