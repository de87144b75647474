import { labelsOf } from '../../kinds/catalog/item-references.js';
import type { LiveState } from '../../kinds/read-live.js';
import { isCatalogKind, nameKind } from '../../model/address.js';
import type { CatalogItem, Listing, LiveReader } from '../../model/live-api.js';
import type { PublishPlan } from '../../model/plan.js';
import type { PendingPublish } from '../../model/run.js';
import type { ResourceDiff } from '../compare.js';
import { isLeftToPeople } from '../guards/creations.js';
import { describeIncomplete } from '../incomplete-reads.js';
import { findPublishPages, type ShownItem } from './reach.js';
import { hasLabels, toNewPage } from './routes.js';

export interface PlannedPublish {
  publish: PublishPlan;
  /** Lists that may lack a page to publish, each as one clause. */
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
 * Which pages to build and publish: this file reads what is needed, reach.ts finds the pages that show a change, and
 * routes.ts reads the routes, labels and paths of a page. destinations.ts beside them checks where journeys lead.
 *
 * Pages are read only when an item changes, is not live as declared, or is still pending from an earlier run. What
 * `isProtected` names is not published for its own sake. Pages that the plan creates count; items that a person has to
 * create do not. An item that is on no page of an incomplete list may be on a page that was not read.
 */
export async function planPublish(
  reader: LiveReader,
  diffs: readonly ResourceDiff[],
  state: LiveState,
  { isProtected, createItems = false, pendingPublishes = [] }: PublishRules,
): Promise<PlannedPublish> {
  // A tag is on no page: pages have it as their URL.
  const catalog = diffs.filter(
    ({ desired, change }) =>
      isCatalogKind(desired.kind) && desired.kind !== 'tag' && !(change && isLeftToPeople(change, createItems)),
  );
  const changed = catalog.filter(({ change }) => change).map(toShownItem);
  const notLive = catalog.filter((one) => one.notLive && !isProtected(one.desired.address)).map(toShownItem);
  const pending = pendingPublishes.filter(({ items }) => !items.every(isProtected));
  if (changed.length + notLive.length + pending.length === 0)
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
    pending,
    pages: [...pages.items, ...created],
    items: embedding.items,
  });
  const incomplete = [...(pages.complete ? [] : [describeIncomplete('pages', pages)]), ...embedding.incomplete];
  return { publish: incomplete.length === 0 ? publish : { ...publish, onNoPage: [] }, incomplete, pages };
}

/** A product is on the pages of the offers and add-ons that hold it, declared or not. */
async function listEmbeddingItems(
  reader: LiveReader,
  shown: readonly ShownItem[],
  state: LiveState,
): Promise<Pick<PlannedPublish, 'incomplete'> & { items: CatalogItem[] }> {
  if (!shown.some(({ kind }) => kind === 'product')) return { items: state.items, incomplete: [] };
  const found = await Promise.all(
    (['add_on', 'offer'] as const).map(async (kind) => {
      const known = state.listings[kind];
      const listing = known ? { ...known, items: [] } : await reader.listItems(kind, 'catalog');
      return {
        items: listing.items,
        incomplete: listing.complete ? [] : [describeIncomplete(nameKind(kind), listing)],
      };
    }),
  );
  return {
    items: [...state.items, ...found.flatMap(({ items }) => items)],
    incomplete: found.flatMap(({ incomplete }) => incomplete),
  };
}

function toShownItem({ desired, live, diff: { after } }: ResourceDiff): ShownItem {
  return {
    address: desired.address,
    path: desired.name,
    kind: desired.kind,
    labelsBefore: labelsOf(live?.body),
    labelsAfter: labelsOf(hasLabels(after) ? after : live?.body),
  };
}
