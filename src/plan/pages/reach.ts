import { findCampaignPath, findKindOfPath } from '../../kinds/catalog/catalog-kinds.js';
import { labelsOf } from '../../kinds/catalog/item-references.js';
import { type Address, formatAddress, type Kind, parseAddress } from '../../model/address.js';
import type { Json, JsonObject } from '../../model/json.js';
import type { CatalogItem } from '../../model/live-api.js';
import type { PublishPage, PublishPlan } from '../../model/plan.js';
import type { PendingPublish } from '../../model/run.js';
import { compareBy } from '../../model/words.js';
import { indexPlaces, type PlaceIndex } from './places.js';
import { collectPaths, collectLabels, describePlace, listTags } from './routes.js';

/** A catalog item that pages show and whose published copy must be renewed. */
export interface ShownItem {
  address: Address;
  path: string;
  kind: Kind;
  labelsBefore: readonly string[];
  labelsAfter: readonly string[];
}

export interface FindPublishPagesInput {
  /** Items that this plan changes. */
  changed: readonly ShownItem[];
  /** Items that the plan does not change and whose published copy is older than the working copy. */
  notLive: readonly ShownItem[];
  /** Pages that earlier runs left pending; pages that no longer exist are dropped. */
  pending?: readonly PendingPublish[];
  pages: readonly CatalogItem[];
  /** Whether it is proved that the page shows an item of `notLive` as it is: such a page is not published for it. */
  isProvedLive?: (item: ShownItem, page: CatalogItem) => boolean;
  /** Every offer and add-on seen: those that embed a changed product carry it to their pages. */
  items: readonly CatalogItem[];
}

/**
 * Which pages make the changes live (API reference, section 7): those that list the item's path or refer to one of its
 * labels, before or after; a page itself is its own. A page without a tag cannot be published: it is listed when a
 * change is on it, so that the result can say so, and skipped when it would only be published again.
 */
export function findPublishPages(input: FindPublishPagesInput): PublishPlan {
  const index = indexPages(input.pages);
  const places = indexPlaces(input.pages);
  const embedding = indexEmbedding(input.items);
  const found = new Map<CatalogItem, PageReasons>();
  /** True when one of the pages has a route. */
  const addPagesOf = (item: ShownItem, isChanged: boolean): boolean => {
    let hasRoute = false;
    for (const placement of listPlacements(item, embedding)) {
      const { campaign } = placement;
      for (const page of findPlaces(item, placement, index, places)) {
        if (!isChanged && input.isProvedLive?.(item, page)) continue;
        const reasons = getReasons(found, page);
        reasons.items.add(item.address);
        if (campaign !== undefined) reasons.campaigns.add(campaign);
        if (isChanged) reasons.isChanged = true;
        reasons.isOlder = true;
        hasRoute ||= listTags(page).length > 0;
      }
    }
    return hasRoute;
  };
  const onNoPage = input.changed.filter((item) => !addPagesOf(item, true)).map(({ address }) => address);
  for (const item of input.notLive) addPagesOf(item, false);
  for (const { path, items, buildItems, run } of input.pending ?? []) {
    const page = places.get(path);
    if (!page) continue;
    const reasons = getReasons(found, page);
    for (const address of items) reasons.items.add(address);
    for (const item of buildItems) reasons.campaigns.add(item);
    reasons.pendingSince = run;
  }
  const planned = [...found].map(([page, reasons]) => describePage(page, reasons));
  return {
    pages: planned
      .filter(({ reason, tags }) => reason === 'changed' || tags.length > 0)
      .sort(compareBy(({ path }) => path)),
    onNoPage: [...new Set(onNoPage)].sort(),
  };
}

/** Why a page is published. */
interface PageReasons {
  items: Set<Address>;
  campaigns: Set<string>;
  /** An item on it is changed by this plan. */
  isChanged: boolean;
  /** An item on it is changed, or its published copy is older. */
  isOlder: boolean;
  /** The run that left it pending. */
  pendingSince?: string;
}

function getReasons(found: Map<CatalogItem, PageReasons>, page: CatalogItem): PageReasons {
  const reasons = found.get(page) ?? { items: new Set(), campaigns: new Set(), isChanged: false, isOlder: false };
  found.set(page, reasons);
  return reasons;
}

function describePage(page: CatalogItem, reasons: PageReasons): PublishPage {
  const { items, campaigns, isChanged, isOlder, pendingSince } = reasons;
  return {
    ...describePlace(page),
    buildItems: [page.path, ...[...campaigns].filter((path) => path !== page.path).sort()],
    items: [...items].sort(),
    reason: isChanged ? 'changed' : 'not-live',
    ...(isOlder || pendingSince === undefined ? {} : { why: `not reported live since the run ${pendingSince}` }),
  };
}

/** The pages and campaigns that show an item. An own page shows itself only; a campaign may be on pages, too. */
function findPlaces(
  { kind }: ShownItem,
  { path, labels, campaign }: Placement,
  index: PageIndex,
  places: PlaceIndex,
): Iterable<CatalogItem> {
  const own = kind === 'page' ? places.get(path) : undefined;
  if (own) return [own];
  const found = index.find(path, labels);
  if (campaign === undefined) return found;
  const isOwn = kind === 'campaign';
  const onCampaign = places.findCampaign(campaign).filter((place) => isOwn || listTags(place).length > 0);
  return new Set([...found, ...index.find(campaign, []), ...onCampaign]);
}

/** What pages refer to when they show an item: its own path and labels, or those of an offer that embeds it. */
interface Placement {
  path: string;
  labels: readonly string[];
  /** The campaign that is built with each page that shows the item. */
  campaign: string | undefined;
}

function listPlacements(item: ShownItem, embedding: ReadonlyMap<string, readonly CatalogItem[]>): Placement[] {
  const own: Placement = {
    path: item.path,
    labels: [...item.labelsBefore, ...item.labelsAfter],
    campaign: item.kind === 'campaign' ? item.path : findCampaignPath(item.path),
  };
  if (item.kind !== 'product') return [own];
  const carriers = (embedding.get(item.path) ?? []).map(({ path, attributes }): Placement => ({
    path,
    labels: collectLabels(attributes['label__limio']),
    campaign: findCampaignPath(path),
  }));
  return [own, ...carriers];
}

/** Product path -> offers and add-ons that hold it (API reference, section 3: `products`, `productBundles`). */
function indexEmbedding(items: readonly CatalogItem[]): Map<string, CatalogItem[]> {
  const index = new Map<string, CatalogItem[]>();
  for (const item of items) {
    for (const path of listProducts(item)) {
      const carriers = index.get(path);
      if (carriers) carriers.push(item);
      else index.set(path, [item]);
    }
  }
  return index;
}

/** The paths of the products that an offer or add-on holds. */
export function listProducts({ data, attributes }: Pick<CatalogItem, 'data' | 'attributes'>): Set<string> {
  const products = [data['products'], data['productBundles'], attributes['products'], attributes['productBundles']];
  return new Set(products.flatMap(collectPaths));
}

export interface PageIndex {
  /** Pages that list the path or refer to one of the labels. */
  find(path: string, labels: readonly string[]): Set<CatalogItem>;
  /** The labels that pages refer to, each with its pages. */
  byLabel: ReadonlyMap<string, ReadonlySet<CatalogItem>>;
}

/** Looks through every page once. */
export function indexPages(pages: readonly CatalogItem[]): PageIndex {
  const byPath = new Map<string, Set<CatalogItem>>();
  const byLabel = new Map<string, Set<CatalogItem>>();
  for (const page of pages) {
    const { paths, labels } = listPageReferences(page);
    for (const path of paths) add(byPath, path, page);
    for (const label of labels) add(byLabel, label, page);
  }
  return {
    byLabel,
    find(path, labels) {
      const sets = [byPath.get(path), ...labels.map((label) => byLabel.get(label))];
      return new Set(sets.flatMap((set) => [...(set ?? [])]));
    },
  };
}

/** Everything that a page names: paths of offers, add-ons and campaigns, and labels. */
export interface PageReferences {
  paths: Set<string>;
  labels: Set<string>;
}

/** `associatedOffers`: of campaigns (API reference, section 7). */
const ITEM_KEYS: ReadonlySet<string> = new Set(['offers', 'add_ons', 'associatedOffers']);

/**
 * Page components nest to any depth and hold references anywhere, so every object of the page is visited. The stack is
 * explicit because a hostile page may nest deeper than the call stack.
 */
export function listPageReferences(page: Pick<CatalogItem, 'data' | 'attributes'>): PageReferences {
  const found: PageReferences = { paths: new Set(), labels: new Set() };
  const stack: Json[] = [page.data, page.attributes];
  const seen = new Set<object>();
  for (let value = stack.pop(); value !== undefined; value = stack.pop()) {
    if (typeof value !== 'object' || value === null || seen.has(value)) continue;
    seen.add(value);
    for (const [key, child] of Object.entries(value)) {
      if (!Array.isArray(value)) {
        if (ITEM_KEYS.has(key)) for (const path of collectPaths(child)) found.paths.add(path);
        else if (key === 'referencedLabel') for (const label of collectLabels(child)) found.labels.add(label);
      }
      stack.push(child);
    }
  }
  return found;
}

/** Offers and add-ons by what pages name. */
export interface ItemIndex {
  byPath: ReadonlyMap<string, Address>;
  byLabel: ReadonlyMap<string, readonly Address[]>;
  byCampaign: ReadonlyMap<string, readonly Address[]>;
}

export function indexItems(items: Iterable<{ address: Address; body: JsonObject | undefined }>): ItemIndex {
  const index = {
    byPath: new Map<string, Address>(),
    byLabel: new Map<string, Address[]>(),
    byCampaign: new Map<string, Address[]>(),
  };
  for (const { address, body } of items) {
    const { name } = parseAddress(address);
    index.byPath.set(name, address);
    for (const label of new Set(labelsOf(body))) append(index.byLabel, label, address);
    const campaign = findCampaignPath(name);
    if (campaign !== undefined) append(index.byCampaign, campaign, address);
  }
  return index;
}

/** The offers and add-ons that a page shows. A path that no list has may be of a new item: lists lag (section 3). */
export function findNamedItems({ paths, labels }: PageReferences, index: ItemIndex): Address[] {
  const byPath = [...paths].flatMap((path): readonly Address[] => {
    const known = index.byPath.get(path);
    if (known !== undefined) return [known];
    const kind = findKindOfPath(path);
    const unlisted = kind === 'offer' || kind === 'add_on' ? [formatAddress(kind, path)] : [];
    return index.byCampaign.get(path) ?? unlisted;
  });
  return [...new Set([...byPath, ...[...labels].flatMap((label) => index.byLabel.get(label) ?? [])])];
}

function append(lists: Map<string, Address[]>, key: string, address: Address): void {
  const list = lists.get(key);
  if (list) list.push(address);
  else lists.set(key, [address]);
}

type Index = Map<string, Set<CatalogItem>>;

function add(index: Index, key: string, page: CatalogItem): void {
  const pages = index.get(key);
  if (pages) pages.add(page);
  else index.set(key, new Set([page]));
}
