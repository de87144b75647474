import { isCatalogKind } from '../model/address.js';
import type { CatalogItem, Listing, LiveReader } from '../model/live-api.js';
import type { PlanWarning, PublishPlan } from '../model/plan.js';
import type { LiveState } from '../resources/live-state.js';
import { type Compared, hasLabels, labelsOf } from './compare-desired.js';
import { type ReachingItem, findPublishPages } from './find-publish-pages.js';
import { isLeftToPeople } from './is-left-to-people.js';
import { toNewPage } from './to-new-page.js';

export interface PlannedPublish {
  publish: PublishPlan;
  warnings: PlanWarning[];
  /** The working copies of all pages, where they had to be read. */
  pages?: Listing<CatalogItem>;
}

/**
 * Which pages to build and publish. Pages are read only when an item is changed or is not live as
 * declared; what `isProtected` says is not published for its own sake. Pages that the plan creates are
 * among them; what people have to create is not.
 */
export async function planPublish(
  reader: LiveReader,
  compared: readonly Compared[],
  state: LiveState,
  isProtected: (address: string) => boolean,
  createItems = false,
): Promise<PlannedPublish> {
  // A tag is on no page: pages have it as their URL.
  const catalog = compared.filter(({ desired, change }) => isCatalogKind(desired.kind) && desired.kind !== 'tag' && !(change && isLeftToPeople(change, createItems)));
  const changed = catalog.filter(({ change }) => change).map(toReaching);
  const notLive = catalog.filter((one) => one.notLive && !isProtected(one.desired.address)).map(toReaching);
  if (changed.length + notLive.length === 0) return { publish: { pages: [], onNoPage: [] }, warnings: [] };
  const [pages, items] = await Promise.all([
    state.pages ?? reader.listItems('page', 'catalog'),
    listEmbeddingItems(reader, [...changed, ...notLive], state),
  ]);
  const created = catalog.flatMap(({ desired, change }) => (desired.kind === 'page' && change?.action === 'create' ? [toNewPage(change)] : []));
  return { publish: findPublishPages({ changed, notLive, pages: [...pages.items, ...created], items }), warnings: warnIncompletePages(pages), pages };
}

function warnIncompletePages({ complete, note }: Listing<CatalogItem>): PlanWarning[] {
  if (complete) return [];
  return [
    {
      code: 'INCOMPLETE_READ',
      message: `The list of pages could not be read to its proven end: ${note ?? 'no reason given'}. Pages that show a changed item may be missing below.`,
    },
  ];
}

/** A product is on the pages of the offers and add-ons that hold it, declared or not. */
async function listEmbeddingItems(reader: LiveReader, reaching: ReachingItem[], state: LiveState): Promise<CatalogItem[]> {
  if (!reaching.some(({ kind }) => kind === 'product')) return state.items;
  const unread = (['add_on', 'offer'] as const).filter((kind) => !state.listings[kind]);
  const listings = await Promise.all(unread.map((kind) => reader.listItems(kind, 'catalog')));
  return [...state.items, ...listings.flatMap((listing) => listing.items)];
}

function toReaching({ desired, live, compared }: Compared): ReachingItem {
  return {
    address: desired.address,
    path: desired.name,
    kind: desired.kind,
    labelsBefore: labelsOf(live?.body),
    labelsAfter: labelsOf(hasLabels(compared.after) ? compared.after : live?.body),
  };
}
