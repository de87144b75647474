import { matchGlobs } from '../../glob/glob.js';
import { isPlaceKind } from '../../kinds/catalog/catalog-kinds.js';
import { labelsOf } from '../../kinds/catalog/item-references.js';
import type { LiveState } from '../../kinds/read-live.js';
import { type Address, formatRoute, isCatalogKind, type Kind, nameKind } from '../../model/address.js';
import { objectAt, textAt } from '../../model/json.js';
import type { CatalogItem, LiveReader } from '../../model/live-api.js';
import type { PublishPlan } from '../../model/plan.js';
import type { LiveResource } from '../../model/model.js';
import type { BuiltItem, LivePage, PendingPublish } from '../../model/run.js';
import { compareBy } from '../../model/words.js';
import type { ResourceDiff } from '../compare.js';
import { hashJson } from '../fingerprint.js';
import { isLeftToPeople } from '../guards/creations.js';
import { describeIncomplete } from '../incomplete-reads.js';
import type { PlanContext } from '../plan-context.js';
import { describeGaps, listPlaces, type Places, readPlaces } from './places.js';
import { findPublishPages, type ShownItem } from './reach.js';
import { hasLabels, listTags, toNewPage } from './routes.js';

export interface PlannedPublish {
  publish: PublishPlan;
  /** Lists that may lack a page to publish, each as one clause. */
  incomplete: string[];
  /** Items that the published index shows as they were before a run proved them live. */
  indexStale?: StaleCopy[];
  /** The working copies of all pages and campaigns, where they had to be read. */
  places?: Places;
}

export interface StaleCopy {
  address: Address;
  /** The run that proved it live. */
  run: string;
}

export interface PublishRules {
  isProtected: (address: string) => boolean;
  createItems?: boolean | undefined;
  pendingPublishes?: readonly PendingPublish[] | undefined;
  listLivePages?: (() => readonly LivePage[]) | undefined;
}

/**
 * Which pages and campaigns to build and publish: this file reads what is needed, reach.ts finds those that show a
 * change, places.ts lists them, and routes.ts reads their routes, labels and paths. destinations.ts beside them checks
 * where journeys lead.
 *
 * Pages are read only when an item changes, is not live as declared, or is still pending from an earlier run. What
 * `isProtected` names is not published for its own sake. Pages that the plan creates count, and declared ones that the
 * list leaves out: it is documented as that of published pages (API reference, section 3). Items that a person has to
 * create do not count. An item that is on no page of an incomplete list may be on a page that was not read.
 */
export async function planPublish(
  reader: LiveReader,
  diffs: readonly ResourceDiff[],
  state: LiveState,
  { isProtected, createItems = false, pendingPublishes = [], listLivePages }: PublishRules,
): Promise<PlannedPublish> {
  const catalog = diffs.filter(
    ({ desired, change }) => isShown(desired.kind) && !(change && isLeftToPeople(change, createItems)),
  );
  const changed = catalog.filter(({ change }) => change).map(toShownItem);
  const notLive = catalog.filter((one) => one.notLive && !isProtected(one.desired.address)).map(toShownItem);
  const pending = pendingPublishes.filter(({ items }) => !items.every(isProtected));
  if (changed.length + notLive.length + pending.length === 0)
    return { publish: { pages: [], onNoPage: [] }, incomplete: [] };
  const [places, embedding] = await Promise.all([
    readPlaces(reader, 'catalog', state.places),
    listEmbeddingItems(reader, [...changed, ...notLive], state),
  ]);
  const known = listPlaces(places);
  const listed = new Set(known.map(({ path }) => path));
  const unlisted = catalog.flatMap(({ desired: { kind, name }, live, change }) => {
    if (!isPlaceKind(kind) || listed.has(name)) return [];
    if (live) return [toItem(live)];
    return change?.action === 'create' ? [toNewPage(change)] : [];
  });
  const proofs = createProofs(diffs, notLive.length === 0 ? [] : (listLivePages?.() ?? []));
  const publish = findPublishPages({
    changed,
    notLive,
    pending,
    isProvedLive: (item, page) => proofs.isProvedLive(item, page),
    pages: [...known, ...unlisted],
    items: embedding.items,
  });
  const paths = [...changed, ...notLive].map(({ path }) => path);
  const incomplete = [...describeGaps(places, paths), ...embedding.incomplete];
  return {
    publish: incomplete.length === 0 ? publish : { ...publish, onNoPage: [] },
    incomplete,
    indexStale: proofs.listStale(),
    places,
  };
}

/**
 * A route that a run reported live is better evidence than the published index, which can be blocked for days (API
 * reference, section 7). It holds for an item that head shows in the state that was built, and for the same routes.
 */
function createProofs(diffs: readonly ResourceDiff[], livePages: readonly LivePage[]) {
  const heads = new Map(diffs.flatMap(({ desired, live }) => (live?.atHead ? [[desired.address, live] as const] : [])));
  const proofs = new Map(livePages.map((page) => [page.path, page]));
  const stale = new Map<Address, StaleCopy>();
  return {
    isProvedLive({ address }: ShownItem, page: CatalogItem): boolean {
      const proof = proofs.get(page.path);
      const built = proof?.shown.get(address);
      const head = heads.get(address);
      if (!proof || !built || !head || !isSameState(head, built)) return false;
      if (!listTags(page).every((tag) => proof.routes.includes(formatRoute(tag)))) return false;
      stale.set(address, { address, run: proof.run });
      return true;
    },
    listStale: () => [...stale.values()].sort(compareBy(({ address }) => address)),
  };
}

function isSameState(head: LiveResource, built: BuiltItem): boolean {
  if (head.version !== undefined && built.version !== undefined) return head.version === built.version;
  return (built.hash ?? hashJson(built.body ?? {})) === hashJson(head.body);
}

/** What the context of a plan says about publishing. */
export function toPublishRules({ protect, createItems, pendingPublishes, listLivePages }: PlanContext): PublishRules {
  return {
    isProtected: (address) => matchGlobs(protect, address),
    createItems,
    pendingPublishes,
    listLivePages,
  };
}

/** Which of the `listed` items, changed or not, are on pages that a plan of `diffs` builds. */
export async function listBuiltItems(
  reader: LiveReader,
  diffs: readonly ResourceDiff[],
  state: LiveState,
  { listed, rules }: { listed: readonly ResourceDiff[]; rules: PublishRules },
): Promise<Address[]> {
  const { publish, places = {} } = await planPublish(reader, diffs, state, rules);
  const built = new Set(publish.pages.filter(({ tags }) => tags.length > 0).map(({ path }) => path));
  if (built.size === 0) return [];
  const shown = listed.filter(({ desired: { kind } }) => isShown(kind)).map(toShownItem);
  const { items } = await listEmbeddingItems(reader, shown, state);
  const onPages = listPlaces(places).filter(({ path }) => built.has(path));
  return findPublishPages({ changed: [], notLive: shown, pages: onPages, items }).pages.flatMap((page) => page.items);
}

/** Tags and segments are on no page: pages have tags as their URLs, and conditions of journeys name segments. */
function isShown(kind: Kind): boolean {
  return isCatalogKind(kind) && kind !== 'tag' && kind !== 'segment';
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

function toItem({ name, id = '', body, record }: LiveResource): CatalogItem {
  return {
    path: name,
    name: textAt(record, 'name') ?? '',
    id,
    attributes: objectAt(body, 'attributes'),
    data: record,
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
