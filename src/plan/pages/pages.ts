import type { LiveState } from '../../kinds/read-live.js';
import { isCatalogKind, nameKind } from '../../model/address.js';
import type { CatalogItem, Listing, LiveReader } from '../../model/live-api.js';
import type { PublishPlan } from '../../model/plan.js';
import type { PendingPublish } from '../../model/run.js';
import { type ResourceDiff, hasLabels, labelsOf } from '../compare.js';
import { isLeftToPeople } from '../guards/creations.js';
import { findPublishPages, type ReachingItem } from './reach.js';
import { toNewPage } from './routes.js';

export interface PlannedPublish {
  publish: PublishPlan;
  /** Lists that may lack a page to publish, each as one clause with both counts. */
  incomplete: string[];
  /** The working copies of all pages, where they had to be read. */
  pages?: Listing<CatalogItem>;
}

export interface PublishRules {
  isProtected: (address: string) => boolean;
  createItems?: boolean | undefined;
  pendingPublishes?: readonly PendingPublish[] | undefined;
}

/**
 * Which pages to build and publish. Pages are read only when an item is changed or is not live as
 * declared, or when a run left a page older; what `isProtected` says is not published for its own sake.
 * Pages that the plan creates are among them; what people have to create is not. An item that is on no
 * page of an incomplete list may be on one that was not read.
 */
export async function planPublish(
  reader: LiveReader,
  compared: readonly ResourceDiff[],
  state: LiveState,
  { isProtected, createItems = false, pendingPublishes = [] }: PublishRules,
): Promise<PlannedPublish> {
  // A tag is on no page: pages have it as their URL.
  const catalog = compared.filter(
    ({ desired, change }) =>
      isCatalogKind(desired.kind) && desired.kind !== 'tag' && !(change && isLeftToPeople(change, createItems)),
  );
  const changed = catalog.filter(({ change }) => change).map(toReaching);
  const notLive = catalog.filter((one) => one.notLive && !isProtected(one.desired.address)).map(toReaching);
  const owed = pendingPublishes.filter(({ items }) => !items.every(isProtected));
  if (changed.length + notLive.length + owed.length === 0)
    return { publish: { pages: [], onNoPage: [] }, incomplete: [] };
  const [pages, embedding] = await Promise.all([
    state.pages ?? reader.listItems('page', 'catalog'),
    listEmbeddingItems(reader, [...changed, ...notLive], state),
  ]);
  const created = catalog.flatMap(({ desired, change }) =>
    desired.kind === 'page' && change?.action === 'create' ? [toNewPage(change)] : [],
  );
  const publish = findPublishPages({
    changed,
    notLive,
    owed,
    pages: [...pages.items, ...created],
    items: embedding.items,
  });
  const incomplete = [...describeIncomplete('pages', pages), ...embedding.incomplete];
  return { publish: incomplete.length === 0 ? publish : { ...publish, onNoPage: [] }, incomplete, pages };
}

function describeIncomplete(
  what: string,
  { complete, note }: Pick<Listing<CatalogItem>, 'complete' | 'note'>,
): string[] {
  return complete ? [] : [`the list of ${what} is not complete (${note ?? 'no reason given'})`];
}

/** A product is on the pages of the offers and add-ons that hold it, declared or not. */
async function listEmbeddingItems(
  reader: LiveReader,
  reaching: ReachingItem[],
  state: LiveState,
): Promise<Pick<PlannedPublish, 'incomplete'> & { items: CatalogItem[] }> {
  if (!reaching.some(({ kind }) => kind === 'product')) return { items: state.items, incomplete: [] };
  const found = await Promise.all(
    (['add_on', 'offer'] as const).map(async (kind) => {
      const known = state.listings[kind];
      const listing = known ? { ...known, items: [] } : await reader.listItems(kind, 'catalog');
      return { items: listing.items, incomplete: describeIncomplete(nameKind(kind), listing) };
    }),
  );
  return {
    items: [...state.items, ...found.flatMap(({ items }) => items)],
    incomplete: found.flatMap(({ incomplete }) => incomplete),
  };
}

function toReaching({ desired, live, diff: compared }: ResourceDiff): ReachingItem {
  return {
    address: desired.address,
    path: desired.name,
    kind: desired.kind,
    labelsBefore: labelsOf(live?.body),
    labelsAfter: labelsOf(hasLabels(compared.after) ? compared.after : live?.body),
  };
}
