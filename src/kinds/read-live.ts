import { matchGlobs } from '../glob/glob.js';
import { type Address, formatAddress, isCatalogKind, type Kind, KINDS, parseAddress } from '../model/address.js';
import type { JsonObject } from '../model/json.js';
import type { CatalogItem, Listing, LiveReader } from '../model/live-api.js';
import type { DesiredResource, LiveResource } from '../model/model.js';
import type { LimioError } from '../errors/errors.js';
import type { Basis } from '../model/plan.js';
import { findCampaignPath, type PlaceKind } from './catalog/catalog-kinds.js';
import { type KindRules, readHeads } from './kind-definition.js';
import { KIND_DEFINITIONS, listNeeds } from './kinds.js';
import { readOrNote } from './odd-answers.js';

export interface ReadLiveInput {
  desired: readonly DesiredResource[];
  scope: Partial<Record<Kind, readonly string[]>>;
  kinds: Record<Kind, KindRules>;
  /** Objects of which earlier runs do not know the outcome; undeclared ones too, where the scope covers them. */
  unsettled?: readonly Address[];
  /** Every declared object is read at head. */
  refresh?: boolean;
}

/**
 * Reads what a plan of `desired` needs, and no more: lists of the kinds that are declared or in
 * scope, and heads of what differs through the index or is `unsettled`.
 */
export async function readLive(reader: LiveReader, input: ReadLiveInput): Promise<LiveState> {
  const { desired, scope, kinds, unsettled = [], refresh = false } = input;
  const state = createLiveState();
  const doubtful = new Set(unsettled);
  await Promise.all(
    KINDS.map(async (kind) => {
      const ofKind = {
        declared: desired.filter((resource) => resource.kind === kind),
        scope: scope[kind] ?? [],
        rules: kinds[kind],
        needsHead: (address: Address) => refresh || doubtful.has(address),
      };
      if (ofKind.declared.length === 0 && ofKind.scope.length === 0) return;
      await KIND_DEFINITIONS[kind].readLive(reader, ofKind, state);
      await readHeads(reader, listUnseen(unsettled, ofKind.scope, kind, state), ofKind.rules, state);
    }),
  );
  await readReferences(reader, desired, state);
  return state;
}

/** An object that a run may have created, that would be deleted, and that its list does not show (yet). */
function listUnseen(
  unsettled: readonly Address[],
  scope: readonly string[],
  kind: Kind,
  { resources, unreadable }: LiveState,
): { address: Address; name: string }[] {
  return unsettled
    .filter((address) => !resources.has(address) && !unreadable.has(address))
    .map((address) => ({ address, ...parseAddress(address) }))
    .filter((one) => one.kind === kind && matchGlobs(scope, one.name));
}

/** A reader that reads each list of the catalog once, and knows what a plan that was made with it rests on. */
export function trackReads(reader: LiveReader): {
  reader: LiveReader;
  describe: () => Pick<Basis, 'lists' | 'atHead'>;
} {
  const lists = new Map<string, Promise<Listing<CatalogItem>>>();
  const commits = new Set<string>();
  const heads = new Set<string>();
  const list = async (...[type, source]: Parameters<LiveReader['listItems']>): Promise<Listing<CatalogItem>> => {
    const listing = await reader.listItems(type, source);
    if (source === 'catalog' && listing.commit !== undefined) commits.add(listing.commit);
    return listing;
  };
  return {
    reader: {
      listItems(type, source) {
        const key = `${type} ${source}`;
        const known = lists.get(key) ?? list(type, source);
        lists.set(key, known);
        return known;
      },
      listJourneys: () => reader.listJourneys(),
      listPromoCodes: () => reader.listPromoCodes(),
      readItem: (path) => reader.readItem((heads.add(`item ${path}`), path)),
      readJourney: (name) => reader.readJourney((heads.add(`journey ${name}`), name)),
      readPromoCode: (id) => reader.readPromoCode((heads.add(`promo_code ${id}`), id)),
    },
    describe: () => ({ lists: [...commits].sort(), atHead: heads.size }),
  };
}

/** Reads the catalog items that declared resources need and no list contained. */
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
  const items = new Map(unseen.filter(({ kind }) => isCatalogKind(kind)).map(({ kind, name }) => [name, kind]));
  await Promise.all(
    [...items].map(async ([path, kind]) => {
      const address = formatAddress(kind, path);
      const item = await readOrNote(state.unreadable, address, () => reader.readItem(path));
      // Whether an unreadable one exists is not known, so it must not count as missing. A campaign may be
      // only the folder of its offers.
      const isFolder = state.items.some((one) => findCampaignPath(one.path) === path);
      if (!item && !isFolder && !state.unreadable.has(address)) state.missingReferences.add(path);
    }),
  );
}

type Completeness = Pick<Listing<unknown>, 'complete' | 'note'>;

/** The live objects that a plan needs. */
export interface LiveState {
  resources: Map<Address, LiveResource>;
  /**
   * Per kind that was listed: whether the list proves absence, and if not, why. `hidesDeletions`: an object that is to
   * be deleted may be missing from it.
   */
  listings: Partial<Record<Kind, Completeness & { hidesDeletions?: true }>>;
  /** The same of the lists of published copies. */
  publishedListings: Partial<Record<Kind, Completeness>>;
  /** Data of live journeys: the evidence for wire forms. */
  journeyData: JsonObject[];
  /** Published copies of declared kinds, by path. Holds only items that were ever published. */
  published: Map<string, CatalogItem>;
  /** Working copies of products, add-ons and offers, where they were listed, as the index shows them. */
  items: CatalogItem[];
  /** Working copies of all pages and of all campaigns, where they were listed. */
  places: Partial<Record<PlaceKind, Listing<CatalogItem>>>;
  /** Their published copies. */
  publishedPlaces: Partial<Record<PlaceKind, Listing<CatalogItem>>>;
  /** Paths that declared resources need, but that are neither declared nor in the tenant. */
  missingReferences: Set<string>;
  /** Objects that the tenant refused to show or answered oddly. They are neither compared nor deleted. */
  unreadable: Map<Address, LimioError>;
}

/** A state without lists: it says nothing about other objects. */
export function createLiveState(resources: Iterable<LiveResource> = []): LiveState {
  return {
    resources: new Map([...resources].map((resource) => [resource.address, resource])),
    listings: {},
    publishedListings: {},
    journeyData: [],
    published: new Map(),
    items: [],
    places: {},
    publishedPlaces: {},
    missingReferences: new Set(),
    unreadable: new Map(),
  };
}
