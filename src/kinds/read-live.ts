import {
  type Address,
  CATALOG_KINDS,
  type CatalogKind,
  formatAddress,
  isCatalogKind,
  type Kind,
  parseAddress,
} from '../model/address.js';
import type { JsonObject } from '../model/json.js';
import type { CatalogItem, Listing, LiveReader } from '../model/live-api.js';
import type { DesiredResource, LiveResource } from '../model/resource.js';
import { toCatalogResource } from './catalog/catalog.js';
import { createJourneyCodec } from './journey/codec.js';
import { toJourneyResource } from './journey/journey.js';
import type { KindRules } from './kind-definition.js';
import { makePromoCodeId, toPromoCodeResource } from './promo-code/promo-code.js';
import { listNeeds } from './references.js';
import { matchGlob } from '../text/glob.js';

export interface ReadLiveInput {
  desired: readonly DesiredResource[];
  scope: Partial<Record<Kind, readonly string[]>>;
  kinds: Record<Kind, KindRules>;
}

/**
 * Reads what a plan of `desired` needs, and no more: lists of the kinds that are declared or in
 * scope, and heads of what differs through the index.
 */
export async function readLive(reader: LiveReader, input: ReadLiveInput): Promise<LiveState> {
  const state: LiveState = {
    resources: new Map(),
    listings: {},
    journeyData: [],
    published: new Map(),
    items: [],
    missingReferences: new Set(),
  };
  const declared = (kind: Kind): DesiredResource[] => input.desired.filter((resource) => resource.kind === kind);
  const wanted = (kind: Kind): boolean => declared(kind).length > 0 || (input.scope[kind] ?? []).length > 0;
  await Promise.all([
    ...CATALOG_KINDS.filter(wanted).map((kind) => readCatalogKind(reader, kind, declared(kind), input, state)),
    ...(wanted('promo_code')
      ? [readPromoCodes(reader, declared('promo_code'), input.scope.promo_code ?? [], state)]
      : []),
    ...(wanted('journey') ? [readJourneys(reader, declared('journey'), input.scope.journey ?? [], state)] : []),
  ]);
  await readReferences(reader, input.desired, state);
  return state;
}

async function readCatalogKind(
  reader: LiveReader,
  kind: CatalogKind,
  declared: readonly DesiredResource[],
  input: ReadLiveInput,
  state: LiveState,
): Promise<void> {
  if (kind !== 'tag') await listCatalogKind(reader, kind, state);
  await Promise.all(declared.map((resource) => confirmAtHead(reader, resource, input, state)));
}

/** Tags have no list (API reference, section 3). */
async function listCatalogKind(reader: LiveReader, kind: Exclude<CatalogKind, 'tag'>, state: LiveState): Promise<void> {
  const [listing, published] = await Promise.all([
    reader.listItems(kind, 'catalog'),
    reader.listItems(kind, 'published'),
  ]);
  state.listings[kind] = { complete: listing.complete, ...(listing.note === undefined ? {} : { note: listing.note }) };
  for (const item of published.items) state.published.set(item.path, item);
  if (kind === 'page') {
    state.pages = listing;
    state.publishedPages = published;
  }
  for (const item of listing.items) {
    if (kind !== 'page') state.items.push(item);
    const resource = toCatalogResource(kind, item, false);
    state.resources.set(resource.address, resource);
  }
}

/** A difference seen through the index, absence included, counts only when head shows it too. */
async function confirmAtHead(
  reader: LiveReader,
  resource: DesiredResource,
  input: ReadLiveInput,
  state: LiveState,
): Promise<void> {
  const rules = input.kinds[resource.kind];
  const seen = state.resources.get(resource.address);
  const codec = createJourneyCodec(undefined, []);
  if (seen && rules.compareWithLive(resource, seen, codec).fields.length === 0) return;
  const head = await rules.read(reader, resource.name);
  if (head) state.resources.set(head.address, head);
  else state.resources.delete(resource.address);
}

/**
 * Lists hold summaries, and a code may be stored under another name than its own, so codes whose
 * summary is not named for them are found by reading the rest (API reference, section 6).
 */
async function readPromoCodes(
  reader: LiveReader,
  declared: readonly DesiredResource[],
  scope: readonly string[],
  state: LiveState,
): Promise<void> {
  const listing = await reader.listPromoCodes();
  state.listings.promo_code = {
    complete: listing.complete,
    ...(listing.note === undefined ? {} : { note: listing.note }),
  };
  const byId = new Map(listing.items.map((summary) => [summary.id.toUpperCase(), summary.id]));
  const remaining = new Set(listing.items.map((summary) => summary.id));
  const read = async (id: string): Promise<void> => {
    remaining.delete(id);
    const record = await reader.readPromoCode(id);
    if (record) {
      const resource = toPromoCodeResource(record);
      state.resources.set(resource.address, resource);
    }
  };
  await Promise.all(
    declared.map((resource) => {
      const id = makePromoCodeId(resource.name);
      return read(byId.get(id.toUpperCase()) ?? id);
    }),
  );
  const allFound = declared.every((resource) => state.resources.has(resource.address));
  const inScope = (id: string): boolean => scope.some((glob) => matchGlob(glob, nameInId(id)));
  const rest = [...remaining].filter((id) => !allFound || inScope(id));
  await Promise.all(rest.map(read));
  for (const id of allFound ? remaining : []) addUnread(id, state);
}

/** Counted as unmanaged by the name in its id, without a request for its content. */
function addUnread(id: string, state: LiveState): void {
  const name = nameInId(id);
  const address = formatAddress('promo_code', name);
  if (state.resources.has(address)) return;
  const resource: LiveResource = { address, kind: 'promo_code', name, id, body: {}, atHead: false, record: {} };
  state.resources.set(address, resource);
}

function nameInId(id: string): string {
  return id.slice(makePromoCodeId('').length).toUpperCase();
}

/**
 * Records of a list need not carry a name (API reference, section 2), so a name made from an id is
 * only believed when the journey can be read by it; a deletion hangs on it.
 */
async function readJourneys(
  reader: LiveReader,
  declared: readonly DesiredResource[],
  scope: readonly string[],
  state: LiveState,
): Promise<void> {
  const listing = await reader.listJourneys();
  const names = new Set(declared.map((resource) => resource.name));
  const owned = listing.items.filter(({ name }) => !names.has(name) && scope.some((glob) => matchGlob(glob, name)));
  const wanted = [...names, ...owned.map(({ name }) => name)];
  const records = await Promise.all(wanted.map((name) => reader.readJourney(name)));
  const unnamed = owned.filter((_, i) => records[names.size + i] === undefined).length;
  // One nameless object says nothing of which other journeys exist.
  const note =
    listing.note ??
    (listing.shape === 'object' ? 'the tenant lists one journey without its name' : undefined) ??
    (unnamed > 0 ? `${unnamed} of its records cannot be read by the name in their id` : undefined);
  state.listings.journey =
    note === undefined && listing.complete
      ? { complete: true }
      : { complete: false, ...(note === undefined ? {} : { note }) };
  const unmanaged = listing.items.filter(({ name }) => !wanted.includes(name));
  for (const record of [...unmanaged, ...records]) {
    if (record) state.resources.set(formatAddress('journey', record.name), toJourneyResource(record));
  }
  const evidence = [...listing.items, ...records].flatMap((record) => (record ? [record.data] : []));
  state.journeyData = [...evidence, ...(listing.nameless ? [listing.nameless] : [])];
}

/** Looks up the catalog items that declared resources need and no list has shown. */
async function readReferences(
  reader: LiveReader,
  desired: readonly DesiredResource[],
  state: LiveState,
): Promise<void> {
  const declared = new Set(desired.map(({ address }) => address));
  const needs = desired.flatMap((resource) => listNeeds(resource, state.resources.has(resource.address)));
  const unseen = needs
    .filter(({ address }) => !state.resources.has(address) && !declared.has(address))
    .map(({ address }) => parseAddress(address));
  const paths = new Set(unseen.filter(({ kind }) => isCatalogKind(kind)).map(({ name }) => name));
  await Promise.all(
    [...paths].map(async (path) => {
      if (!(await reader.readItem(path))) state.missingReferences.add(path);
    }),
  );
}

/** What one plan needs to know of the tenant. */
export interface LiveState {
  resources: Map<Address, LiveResource>;
  /** Per kind that was listed: whether the list proves absence, and if not, why. */
  listings: Partial<Record<Kind, { complete: boolean; note?: string }>>;
  /** Data of live journeys: the evidence for wire forms. */
  journeyData: JsonObject[];
  /** Published copies of declared kinds, by path. Holds only items that were ever published. */
  published: Map<string, CatalogItem>;
  /** Working copies of the listed catalog kinds, pages aside, as the index shows them. */
  items: CatalogItem[];
  /** Working copies of all pages, where they were listed. */
  pages?: Listing<CatalogItem>;
  /** Published copies of all pages, where they were listed. */
  publishedPages?: Listing<CatalogItem>;
  /** Paths that a declared resource needs and that are neither declared nor in the tenant. */
  missingReferences: Set<string>;
}

/** A state in which nothing was listed: these objects, and nothing said of others. */
export function createLiveState(resources: Iterable<LiveResource> = []): LiveState {
  return {
    resources: new Map([...resources].map((resource) => [resource.address, resource])),
    listings: {},
    journeyData: [],
    published: new Map(),
    items: [],
    missingReferences: new Set(),
  };
}
