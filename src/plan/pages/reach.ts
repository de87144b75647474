import type { Address, Kind } from '../../model/address.js';
import type { Json } from '../../model/json.js';
import type { CatalogItem } from '../../model/live-api.js';
import type { PublishPage, PublishPlan } from '../../model/plan.js';
import type { PendingPublish } from '../../model/run.js';
import { collectPaths, collectTexts, describePlace, listTags } from './routes.js';

/** A catalog item whose shop copy must be renewed. */
export interface ReachingItem {
  address: Address;
  path: string;
  kind: Kind;
  labelsBefore: readonly string[];
  labelsAfter: readonly string[];
}

export interface FindPublishPagesInput {
  /** Items that this plan changes. */
  changed: readonly ReachingItem[];
  /** Items whose published copy is older than the working copy, and which the plan leaves alone. */
  notLive: readonly ReachingItem[];
  /** Pages that earlier runs owe; those that are gone are dropped. */
  owed?: readonly PendingPublish[];
  pages: readonly CatalogItem[];
  /** Every offer and add-on seen: those that embed a changed product carry it to their pages. */
  items: readonly CatalogItem[];
}

/**
 * Which pages make the changes live (API reference, section 7): those that list the item's path or
 * refer to one of its labels, before or after; a page itself is its own. A page is looked through once, so the cost is that
 * of the input's size. A page without a tag cannot be published; it is named when a change stands
 * on it, so that the result can say so, and left out when it would only be published again.
 */
export function findPublishPages(input: FindPublishPagesInput): PublishPlan {
  const pages = indexPages(input.pages);
  const pageAt = new Map(input.pages.map((page) => [page.path, page]));
  const embedding = indexEmbedding(input.items);
  const found = new Map<CatalogItem, Reached>();
  const onNoPage: Address[] = [];
  const reach = (item: ReachingItem, reason: PublishPage['reason']): boolean => {
    let routed = false;
    for (const stand of standsOf(item, embedding)) {
      const own = item.kind === 'page' ? pageAt.get(item.path) : undefined;
      for (const page of own ? [own] : pages.find(stand.path, stand.labels)) {
        const reached = takeReached(found, page);
        reached.items.add(item.address);
        if (stand.campaign !== undefined) reached.campaigns.add(stand.campaign);
        if (reason === 'changed') reached.changed = true;
        reached.seen = true;
        routed ||= listTags(page).length > 0;
      }
    }
    return routed;
  };
  for (const item of input.changed) if (!reach(item, 'changed')) onNoPage.push(item.address);
  for (const item of input.notLive) reach(item, 'not-live');
  for (const { path, items, buildItems, run } of input.owed ?? []) {
    const page = pageAt.get(path);
    if (!page) continue;
    const reached = takeReached(found, page);
    for (const address of items) reached.items.add(address);
    for (const item of buildItems) if (item !== path) reached.campaigns.add(item);
    reached.owedBy = run;
  }
  const planned = [...found].map(([page, reached]) => describePage(page, reached));
  return {
    pages: planned.filter(({ reason, tags }) => reason === 'changed' || tags.length > 0).sort(comparePaths),
    onNoPage: [...new Set(onNoPage)].sort(),
  };
}

interface Reached {
  items: Set<Address>;
  campaigns: Set<string>;
  changed: boolean;
  /** An item of it is changed, or its published copy is older. */
  seen: boolean;
  owedBy?: string;
}

function takeReached(found: Map<CatalogItem, Reached>, page: CatalogItem): Reached {
  const reached = found.get(page) ?? {
    items: new Set<Address>(),
    campaigns: new Set<string>(),
    changed: false,
    seen: false,
  };
  found.set(page, reached);
  return reached;
}

/** Where a page can meet an item: at its own path and labels, or at those of an offer that embeds it. */
interface Stand {
  path: string;
  labels: readonly string[];
  campaign: string | undefined;
}

function standsOf(item: ReachingItem, embedding: ReadonlyMap<string, readonly CatalogItem[]>): Stand[] {
  const own: Stand = {
    path: item.path,
    labels: [...item.labelsBefore, ...item.labelsAfter],
    campaign: campaignOf(item.path),
  };
  if (item.kind !== 'product') return [own];
  const carriers = (embedding.get(item.path) ?? []).map((carrier): Stand => ({
    path: carrier.path,
    labels: collectTexts(carrier.attributes['label__limio']),
    campaign: campaignOf(carrier.path),
  }));
  return [own, ...carriers];
}

/** Product path -> offers and add-ons that hold it (API reference, section 3: `products`, `productBundles`). */
function indexEmbedding(items: readonly CatalogItem[]): Map<string, CatalogItem[]> {
  const index = new Map<string, CatalogItem[]>();
  for (const item of items) {
    const { data, attributes } = item;
    const products = [data['products'], data['productBundles'], attributes['products'], attributes['productBundles']];
    for (const path of new Set(products.flatMap(collectPaths))) {
      const carriers = index.get(path);
      if (carriers) carriers.push(item);
      else index.set(path, [item]);
    }
  }
  return index;
}

/** An offer of a campaign is built as its campaign (API reference, section 7). */
function campaignOf(path: string): string | undefined {
  return /^(\/offers\/[^/]+)\/./.exec(path)?.[1];
}

function describePage(page: CatalogItem, { items, campaigns, changed, seen, owedBy }: Reached): PublishPage {
  return {
    ...describePlace(page),
    buildItems: [page.path, ...[...campaigns].sort()],
    items: [...items].sort(),
    reason: changed ? 'changed' : 'not-live',
    ...(seen || owedBy === undefined ? {} : { why: `not reported live since the run ${owedBy}` }),
  };
}

function comparePaths(a: PublishPage, b: PublishPage): number {
  return a.path < b.path ? -1 : a.path > b.path ? 1 : 0;
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
  for (const page of pages) indexPage(page, byPath, byLabel);
  return {
    byLabel,
    find(path, labels) {
      const sets = [byPath.get(path), ...labels.map((label) => byLabel.get(label))];
      return new Set(sets.flatMap((set) => [...(set ?? [])]));
    },
  };
}

/**
 * Page components nest to any depth and hold their references where they please, so every object of
 * the page is looked at; with a stack of our own, since a hostile page may nest deeper than ours.
 */
function indexPage(page: CatalogItem, byPath: Index, byLabel: Index): void {
  const stack: Json[] = [page.data, page.attributes];
  const seen = new Set<object>();
  for (let value = stack.pop(); value !== undefined; value = stack.pop()) {
    if (typeof value !== 'object' || value === null || seen.has(value)) continue;
    seen.add(value);
    for (const [key, child] of Object.entries(value)) {
      if (!Array.isArray(value)) {
        if (key === 'offers' || key === 'add_ons') for (const path of collectPaths(child)) add(byPath, path, page);
        else if (key === 'referencedLabel') for (const label of collectTexts(child)) add(byLabel, label, page);
      }
      stack.push(child);
    }
  }
}

type Index = Map<string, Set<CatalogItem>>;

function add(index: Index, key: string, page: CatalogItem): void {
  const pages = index.get(key);
  if (pages) pages.add(page);
  else index.set(key, new Set([page]));
}
