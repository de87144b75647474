import { listShown, toCatalogResource } from '../../kinds/catalog/catalog.js';
import { findKindOfPath, formatPlaceAddress } from '../../kinds/catalog/catalog-kinds.js';
import { createJourneyCodec } from '../../kinds/journey/codec.js';
import type { KindRules } from '../../kinds/kind-definition.js';
import { createLiveState, type LiveState } from '../../kinds/read-live.js';
import { LimioError } from '../../errors/errors.js';
import { type Address, formatAddress, type Kind, nameKind, parseAddress } from '../../model/address.js';
import {
  canonicalJson,
  isJsonObject,
  isTooDeep,
  type Json,
  type JsonObject,
  listAt,
  objectAt,
  textAt,
} from '../../model/json.js';
import type { LiveReader } from '../../model/live-api.js';
import type { DesiredResource, LiveResource } from '../../model/model.js';
import type { AlsoPublish, Change, FieldChange, PublishPage, ShownItem } from '../../model/plan.js';
import type { PendingPublish } from '../../model/run.js';
import { compareBy } from '../../model/words.js';
import { effectiveBody, type ResourceDiff } from '../compare.js';
import { isLeftToPeople } from '../guards/creations.js';
import { describeIncomplete, readList, rememberLists } from '../incomplete-reads.js';
import { comparePublishedPrices } from '../prices.js';
import { type Changes, createHeads, type Heads, readContent } from './heads.js';
import {
  findNamedItems,
  indexItems,
  type ItemIndex,
  listPageReferences,
  listProducts,
  type PageReferences,
} from './reach.js';

export interface AlsoInput {
  kinds: Record<Kind, KindRules>;
  /** The pages to build and publish. */
  pages: readonly PublishPage[];
  diffs: readonly ResourceDiff[];
  state: LiveState;
  createItems?: boolean | undefined;
  pendingPublishes?: readonly PendingPublish[] | undefined;
}

export interface AlsoFound {
  /** The same pages, each with what it shows and what else would go live with it. */
  pages: PublishPage[];
  /** Why limio-sync cannot say of some pages what else would go live. */
  unproven: Unproven[];
}

export interface Unproven {
  pages: string[];
  /** One clause. */
  why: string;
}

/**
 * A publish makes live everything on the page, at its working copy, also what no file declares (API reference, section
 * 7). For each page this compares the working copy at head with the published copy: of the page itself, of the offers
 * and add-ons that it names by path, campaign or label, and of their products. What the plan or an earlier run of this
 * checkout sets is not listed. Reads nothing when no page is published.
 */
export async function findAlsoPublishes(reader: LiveReader, input: AlsoInput): Promise<AlsoFound> {
  const built = input.pages.filter(({ tags }) => tags.length > 0);
  if (built.length === 0) return { pages: [...input.pages], unproven: [] };
  const changes = new Map(
    input.diffs.flatMap(({ change }) =>
      change && !isLeftToPeople(change, input.createItems ?? false) ? [[change.address, change]] : [],
    ),
  );
  const heads = createHeads(reader, input, changes);
  const doubts: Doubt[] = [];
  const shown = await listShownItems(reader, built, { ...input, heads, changes, doubts });
  const published = await readPublished(reader, input.state, [...shown.values()].flat());
  const compare = createComparison(input, { heads, changes, published });
  const pages = input.pages.map((page): PublishPage => {
    const items = shown.get(page.path);
    if (!items) return page;
    const compared = items.map(compare);
    const own = new Set(input.pendingPublishes?.find(({ path }) => path === page.path)?.items);
    if (page.reason === 'named') own.add(formatPlaceAddress(page.path));
    const also = compared.flatMap(({ also: one }) => (one && !(one.firstTime && own.has(one.address)) ? [one] : []));
    for (const { why } of compared) if (why !== undefined) doubts.push({ page: page.path, why });
    const shows = compared.flatMap(({ item }) => item ?? []);
    return { ...page, ...(also.length > 0 ? { alsoPublishes: also } : {}), shows };
  });
  return { pages, unproven: groupDoubts(doubts) };
}

/**
 * Everything that a page shows now, for the check just before its build: an item that got a label since the plan is new
 * there. Items are read for each page; the lists, which say what has a label, once for all of them.
 * @throws LimioError where that cannot be known, and what reading throws.
 */
export function createShownReader(
  tenant: LiveReader,
  kinds: AlsoInput['kinds'],
): (path: string) => Promise<ReadonlyMap<Address, LiveResource>> {
  const reader = rememberLists(tenant);
  return async (path) => {
    const input = { kinds, pages: [], diffs: [], state: createLiveState(), changes: new Map<Address, Change>() };
    const heads = createHeads(reader, input, input.changes);
    const doubts: Doubt[] = [];
    const shown = await listShownItems(reader, [{ path }], { ...input, heads, doubts });
    const found = [...shown.values()].flat().map((address) => ({ address, head: heads.get(address) }));
    const [why] = [...doubts, ...found.map(({ head }) => head)].flatMap((one) => ('why' in one ? [one.why] : []));
    if (why !== undefined)
      throw new LimioError({ code: 'INCOMPLETE_PAGES', message: `Cannot tell what the page would make live: ${why}` });
    return new Map(found.flatMap(({ address, head }) => ('live' in head ? [[address, head.live]] : [])));
  };
}

interface Doubt {
  page: string;
  why: string;
}

function groupDoubts(doubts: readonly Doubt[]): Unproven[] {
  const groups = new Map<string, Set<string>>();
  for (const { page, why } of doubts) groups.set(why, (groups.get(why) ?? new Set()).add(page));
  return [...groups].map(([why, pages]) => ({ why, pages: [...pages].sort() })).sort(compareBy(({ why }) => why));
}

interface ListContext extends AlsoInput {
  heads: Heads;
  changes: Changes;
  doubts: Doubt[];
}

/** By the path of a page: the page, its offers and add-ons, and their products, sorted. */
async function listShownItems(
  reader: LiveReader,
  pages: readonly Pick<PublishPage, 'path'>[],
  context: ListContext,
): Promise<Map<string, Address[]>> {
  const { heads, doubts } = context;
  const own = pages.map(({ path }) => formatPlaceAddress(path));
  await heads.load(own);
  const references = own.map((address) => listReferences(address, readContent(heads.get(address))));
  const isNamed = references.some(({ paths, labels }) => paths.size + labels.size > 0);
  const { index, incomplete } = isNamed ? await readItems(reader, context) : { index: indexItems([]), incomplete: [] };
  const named = references.map((page) => findNamedItems(page, index));
  for (const [i, { labels }] of references.entries())
    if (labels.size > 0 && pages[i]) for (const why of incomplete) doubts.push({ page: pages[i].path, why });
  await heads.load(named.flat());
  const products = named.map((items) =>
    items.flatMap((address) =>
      [...listProducts(readContent(heads.get(address)))].flatMap((path) =>
        findKindOfPath(path) === 'product' ? [formatAddress('product', path)] : [],
      ),
    ),
  );
  await heads.load(products.flat());
  return new Map(
    pages.map(({ path }, i) => [
      path,
      [...new Set([...own.slice(i, i + 1), ...(named[i] ?? []), ...(products[i] ?? [])])].sort(),
    ]),
  );
}

/** A campaign shows the offers below its path, too. */
function listReferences(address: Address, content: Parameters<typeof listPageReferences>[0]): PageReferences {
  const { kind, name } = parseAddress(address);
  const found = listPageReferences(content);
  return kind === 'campaign' ? { ...found, paths: new Set([...found.paths, name]) } : found;
}

/** Every offer and add-on of the tenant as it is after the plan, by what pages name. */
async function readItems(
  reader: LiveReader,
  { state, changes }: ListContext,
): Promise<{ index: ItemIndex; incomplete: string[] }> {
  const incomplete: string[] = [];
  const lists = await Promise.all(
    (['add_on', 'offer'] as const).map(async (kind) => {
      const known = state.listings[kind];
      const listing = known
        ? { ...known, items: [...state.resources.values()].filter((live) => live.kind === kind) }
        : await readList(reader, kind, 'catalog');
      if (!listing.complete) incomplete.push(describeIncomplete(nameKind(kind), listing));
      return listing.items;
    }),
  );
  const items = new Map<Address, JsonObject>(lists.flat().map(({ address, body }) => [address, body]));
  for (const [address, { kind, action }] of changes)
    if (action === 'create' && (kind === 'offer' || kind === 'add_on')) items.set(address, {});
  const bodies = [...items].map(([address, body]) => ({ address, body: effectiveBody(body, changes.get(address)) }));
  return { index: indexItems(bodies), incomplete };
}

interface Published {
  copies: ReadonlyMap<Address, LiveResource>;
  /** By kind, why a copy may be missing. */
  incomplete: ReadonlyMap<Kind, string>;
}

/** The published copies of the kinds that occur. */
async function readPublished(reader: LiveReader, state: LiveState, items: readonly Address[]): Promise<Published> {
  const copies = new Map<Address, LiveResource>();
  const incomplete = new Map<Kind, string>();
  const kinds = (['add_on', 'campaign', 'offer', 'page', 'product'] as const).filter((kind) =>
    items.some((address) => address.startsWith(`${kind}:`)),
  );
  await Promise.all(
    kinds.map(async (kind) => {
      const known = state.publishedListings[kind];
      const list = known ? { ...known, items: [] } : await readList(reader, kind, 'published');
      for (const live of list.items) copies.set(live.address, live);
      if (!list.complete) incomplete.set(kind, describeIncomplete(`published ${nameKind(kind)}`, list));
    }),
  );
  for (const address of items) {
    const { kind, name } = parseAddress(address);
    const item = state.published.get(name);
    if (item && kind !== 'promo_code' && kind !== 'journey') copies.set(address, toCatalogResource(kind, item, false));
  }
  for (const { record } of copies.values())
    for (const copy of listAt(record, 'products').flatMap(readExpanded))
      if (!copies.has(copy.address)) copies.set(copy.address, copy);
  return { copies, incomplete };
}

/** Published offers hold their products expanded (API reference, section 3): a copy where no list has one. */
function readExpanded(product: Json): LiveResource[] {
  if (!isJsonObject(product) || !isJsonObject(product['attributes'])) return [];
  const path = textAt(product, 'path');
  const item = { path: path ?? '', name: '', id: '', attributes: objectAt(product, 'attributes'), data: product };
  return path === undefined || findKindOfPath(path) !== 'product' ? [] : [toCatalogResource('product', item, false)];
}

interface Compared {
  /** Absent when there is no such item. */
  item?: ShownItem;
  also?: AlsoPublish;
  /** Why the two copies could not be compared. */
  why?: string;
}

/** Compares each item once, however many pages show it. */
function createComparison(
  { kinds, diffs, pendingPublishes = [] }: AlsoInput,
  { heads, changes, published }: { heads: Heads; changes: Changes; published: Published },
): (address: Address) => Compared {
  const declared = new Map(diffs.map(({ desired }) => [desired.address, desired]));
  const written = new Map(pendingPublishes.flatMap((one) => Object.entries(one.written ?? {})));
  const known = new Map<Address, Compared>();
  const compare = (address: Address): Compared => {
    const head = heads.get(address);
    if ('missing' in head) return {};
    if ('created' in head) return { item: { address } };
    if ('why' in head) return { why: head.why };
    const { live } = head;
    const copy = published.copies.get(address);
    if ([live, copy].some((one) => one && isTooDeep([one.body, one.record])))
      return { why: `${address} nests too deeply to be compared` };
    const rules = kinds[live.kind];
    const change = changes.get(address);
    const hash = rules.hashShown?.(live, change?.after ?? {}) ?? '';
    const isDraft = change && (!copy || rules.compare(listShown(copy), listShown(live)).length > 0);
    const item: ShownItem = { address, hash, ...(isDraft ? { isDraft } : {}) };
    const working = { ...live, body: effectiveBody(live.body, change) ?? {} };
    if (!copy) {
      const why = published.incomplete.get(live.kind);
      if (why !== undefined) return { item, why };
      const also: AlsoPublish = { address, fields: [], firstTime: true, ...comparePublishedPrices(undefined, working) };
      return { item, also };
    }
    const body = written.get(address);
    const named = declared.get(address) ?? (body && declare(live, body));
    const reviewed = named ? layOver(named, copy, rules) : copy;
    const fields = listUnnamed(copy, reviewed, working, rules).filter(
      (field) => !change?.fields.some(isSameEnd(field)),
    );
    if (fields.length === 0) return { item };
    return { item, also: { address, fields, ...comparePublishedPrices(reviewed, working) } };
  };
  return (address) => {
    const found = known.get(address) ?? compare(address);
    known.set(address, found);
    return found;
  };
}

/** The differences between the two copies that the fields set by the plan do not explain. */
function listUnnamed(
  copy: LiveResource,
  reviewed: LiveResource,
  working: LiveResource,
  rules: KindRules,
): FieldChange[] {
  const unnamed = rules.compare(listShown(reviewed), listShown(working));
  if (reviewed === copy || unnamed.length === 0) return unnamed;
  const all = new Map(rules.compare(listShown(copy), listShown(working)).map((field) => [field.path, field]));
  return unnamed.map((field) => all.get(field.path) ?? field);
}

/** A rollback also removes what no declaration can name: its fields say so. */
function isSameEnd({ path, after = null }: FieldChange): (field: FieldChange) => boolean {
  return (field) => field.path === path && canonicalJson(field.after ?? null) === canonicalJson(after);
}

/** Items hold no journey elements. */
const NO_CODEC = createJourneyCodec(undefined, []);

/** The published copy as it would be if only the declared fields went live. */
function layOver(desired: DesiredResource, copy: LiveResource, rules: KindRules): LiveResource {
  const { after } = rules.compareWithLive(desired, copy, NO_CODEC);
  return { ...copy, body: effectiveBody(copy.body, { kind: copy.kind, action: 'update', after }) ?? {} };
}

function declare({ address, kind, name }: LiveResource, body: JsonObject): DesiredResource {
  return { address, kind, name, body, owned: [], source: { file: '', line: 1, col: 1 } };
}
