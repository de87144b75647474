import { createHash } from 'node:crypto';
import { type Address, type CatalogKind, formatAddress, isCatalogKind } from '../../model/address.js';
import type { Dialect } from '../../model/dialect.js';
import { asList, asObject, canonicalJson, getOwn, type JsonObject, objectAt, pickKeys } from '../../model/json.js';
import type { CatalogItem, CatalogSource, Listing, LiveReader } from '../../model/live-api.js';
import type { DesiredResource, LiveResource } from '../../model/model.js';
import { compareBodies } from '../compare.js';
import { createJourneyCodec } from '../journey/codec.js';
import {
  buildFieldRules,
  type FieldRules,
  type KindDefinition,
  type KindRules,
  readHeads,
  type ReadKindInput,
} from '../kind-definition.js';
import { toIncompleteList } from '../odd-answers.js';
import { listRemovals, overlayBody, projectBody } from '../overlay.js';
import type { LiveState } from '../read-live.js';
import { listObjects, type Reference, toItemReference, toLabels } from '../references.js';
import { ATTRIBUTE_ROWS } from './attributes.js';
import { CATALOG_TRAITS, findCampaignPath, isPlaceKind } from './catalog-kinds.js';
import { listCreateOnlyRows, pickCreateOnly, projectCreateOnly, readCreateOnly } from './create-only.js';
import { createCatalogDocument } from './document.js';
import { addItemIds, listItemReferences } from './item-references.js';
import { findSettingDifferences, listSettingRows, pickSettings } from './page-settings.js';

/** Tags, products, add-ons, offers, campaigns, pages and segments. `catalog-kinds.ts` holds how they differ. */
export const CATALOG_DEFINITIONS = {
  tag: { ...defineCatalogKind('tag'), listParents: listParentTags },
  product: defineCatalogKind('product'),
  add_on: { ...defineCatalogKind('add_on'), listMissing: listMissingParts },
  offer: { ...defineCatalogKind('offer'), listParents: listCampaign },
  campaign: defineCatalogKind('campaign'),
  page: defineCatalogKind('page'),
  segment: defineCatalogKind('segment'),
} satisfies Record<CatalogKind, KindDefinition>;

function defineCatalogKind(kind: CatalogKind): KindDefinition {
  const { tenantFolders, fileFolder, writeRank } = CATALOG_TRAITS[kind];
  const fields = buildFieldRules([...listCreateOnlyRows(kind), ...listSettingRows(kind), ...ATTRIBUTE_ROWS]);
  return {
    kind,
    identityKey: 'path',
    document: createCatalogDocument(kind),
    fields,
    checks: ['shape', 'text', 'catalog-path', 'unusual', 'prices', 'countries', 'labels', 'references', 'create-only'],
    writePhase: 'catalog',
    writeRank,
    tenantFolders,
    fileFolder: { base: 'catalog', name: fileFolder },
    toBody: (document) => ({
      ...pickCreateOnly(kind, document),
      ...pickSettings(kind, document),
      attributes: addItemIds(objectAt(document, 'attributes')),
    }),
    listReferences: listCatalogReferences,
    listMissing: () => [],
    findPolicyFault: ([top = '', second = '']) =>
      top === 'attributes' && second !== ''
        ? undefined
        : { message: `A ${kind} has fields below /attributes only.`, hint: `Write "#/attributes/${top}".` },
    createRules: (dialect) => createCatalogRules(kind, dialect, fields),
    readLive: (reader, input, state) => readCatalogKind(reader, kind, input, state),
  };
}

/** One write replaces whole attributes. */
const FIELD_DEPTH = 2;

/**
 * Catalog items are changed by bulk-update and created by jobs (API reference, sections 3 to 5). The
 * body is `{attributes}` and what only a creation sends.
 */
function createCatalogRules(kind: CatalogKind, dialect: Dialect, fields: FieldRules): KindRules {
  const { removal, merge } = dialect.bulkUpdate;
  const listUnremovable = (before: JsonObject, after: JsonObject): string[] =>
    removal === 'unsupported'
      ? listRemovals(attributesOf(before), attributesOf(after), merge === 'deep', ['attributes'])
      : [];
  return {
    kind,
    phase: 'catalog',
    fields,
    async read(reader, path) {
      const item = await reader.readItem(path);
      return item && toCatalogResource(kind, item, true);
    },
    project: (body, like) => ({
      ...projectCreateOnly(kind, body, like),
      ...projectBody(body, { attributes: attributesOf(like) }, FIELD_DEPTH),
    }),
    compare: (from, to) => compareBodies(from, to, fields),
    hashShown,
    compareWithLive(desired, live) {
      const declared = { attributes: attributesOf(desired.body) };
      const overlay = overlayBody(declared, live?.body ?? {}, FIELD_DEPTH, fields);
      const { before } = overlay;
      const after = live ? overlay.after : { ...pickCreateOnly(kind, desired.body), ...overlay.after };
      return {
        before,
        after,
        fields: compareBodies(before, after, fields),
        unconfirmed: [],
        unremovable: listUnremovable(before, after),
      };
    },
    pairSides: (desired, live) => ({
      declared: pickKeys(desired.body, ['attributes']),
      live: pickKeys(live.body, ['attributes']),
      rules: fields,
    }),
    listUnremovable,
    present: (body) => body,
  };
}

/** Published copies have the same form. */
export function toCatalogResource(kind: CatalogKind, item: CatalogItem, atHead: boolean): LiveResource {
  return {
    address: formatAddress(kind, item.path),
    kind,
    name: item.path,
    body: { ...readCreateOnly(kind, item), attributes: item.attributes },
    id: item.id,
    ...(item.version === undefined ? {} : { version: item.version }),
    atHead,
    record: item.data,
  };
}

/** Keys of `data` that the server sets, or that repeat outer ones (API reference, section 3). */
const BOOKKEEPING = new Set(
  (
    'created modified version version_date id path name type user team record_type parent_path tree errors ' +
    'attributes synced lastSynced syncedFrom duplicatedFrom priceReference price price__limio childSorting'
  ).split(' '),
);

/**
 * What a page shows of an item: the published and the working copy are compared in it. Of a page or campaign this is
 * its whole content, which components keep under any key.
 */
export function listShown({ kind, body, record }: Pick<LiveResource, 'kind' | 'body' | 'record'>): JsonObject {
  if (!isPlaceKind(kind)) return body;
  return { ...Object.fromEntries(Object.entries(record).filter(([key]) => !BOOKKEEPING.has(key))), ...body };
}

function hashShown(live: LiveResource, without: JsonObject): string {
  const { attributes, ...rest } = listShown(live);
  const changed = attributesOf(without);
  const kept = Object.entries(asObject(attributes)).filter(([key]) => !Object.hasOwn(changed, key));
  const content = canonicalJson({ ...rest, attributes: Object.fromEntries(kept) });
  return createHash('sha256').update(content).digest('hex');
}

function attributesOf(body: JsonObject): JsonObject {
  return objectAt(body, 'attributes');
}

function listCatalogReferences(body: JsonObject): Reference[] {
  const paths = ['products', 'tags', 'offers'].flatMap((key) =>
    asList(getOwn(body, key)).flatMap((path, i) => toItemReference(path, [key, i])),
  );
  const bundles = listObjects(body, 'productBundles').flatMap(([bundle, i]) =>
    toItemReference(getOwn(bundle, 'product_path'), ['productBundles', i, 'product_path']),
  );
  const items = listItemReferences(attributesOf(body)).flatMap(({ reference, at }) =>
    toItemReference(getOwn(reference, 'path'), ['attributes', ...at, 'path']),
  );
  return [...paths, ...bundles, ...toLabels(getOwn(body, 'referencedLabel'), ['referencedLabel']), ...items];
}

/** `/tags/customers` of `/tags/customers/acme`; the roots of the tree always exist. */
function listParentTags(path: string): Address[] {
  const parent = path.slice(0, path.lastIndexOf('/'));
  return parent.lastIndexOf('/') > 0 ? [formatAddress('tag', parent)] : [];
}

/** An offer of a campaign is created below it. */
function listCampaign(path: string): Address[] {
  const campaign = findCampaignPath(path);
  return campaign === undefined ? [] : [formatAddress('campaign', campaign)];
}

/** Without product and rate plan the build drops an add-on (API reference, section 5). */
function listMissingParts(body: JsonObject): string[] {
  const [bundle] = listObjects(body, 'productBundles');
  if (bundle === undefined)
    return ['productBundles (with product_path and rate_plan; without them the build drops an add-on)'];
  return Object.hasOwn(bundle[0], 'rate_plan')
    ? []
    : ['productBundles[].rate_plan (without it the build drops an add-on)'];
}

async function readCatalogKind(
  reader: LiveReader,
  kind: CatalogKind,
  { declared, rules, needsHead }: ReadKindInput,
  state: LiveState,
): Promise<void> {
  // Tags have no list (API reference, section 3).
  if (kind !== 'tag') await listCatalogKind(reader, kind, state);
  const unsure = declared.filter((resource) => needsHead(resource.address) || !agreesWithList(resource, rules, state));
  await readHeads(reader, unsure, rules, state);
}

async function listCatalogKind(reader: LiveReader, kind: Exclude<CatalogKind, 'tag'>, state: LiveState): Promise<void> {
  const list = (source: CatalogSource): Promise<Listing<CatalogItem>> => {
    const listing = reader.listItems(kind, source);
    return MAY_LACK_LIST.has(kind) ? listing.catch(toIncompleteList) : listing;
  };
  const [listing, published] = await Promise.all([
    list('catalog'),
    // Nothing publishes a segment: no copy of it is ever older than another.
    kind === 'segment' ? { items: [], complete: true } : list('published'),
  ]);
  const { items: _items, ...completeness } = listing;
  const { items: _published, ...publishedCompleteness } = published;
  state.listings[kind] = completeness;
  state.publishedListings[kind] = publishedCompleteness;
  for (const item of published.items) state.published.set(item.path, item);
  if (isPlaceKind(kind)) {
    state.places[kind] = listing;
    state.publishedPlaces[kind] = published;
  }
  for (const item of listing.items) {
    if (!isPlaceKind(kind) && kind !== 'segment') state.items.push(item);
    const resource = toCatalogResource(kind, item, false);
    state.resources.set(resource.address, resource);
  }
}

/** A tenant that shows no list of these has everything else, so it must not stop what needs no such list. */
const MAY_LACK_LIST: ReadonlySet<CatalogKind> = new Set(['campaign', 'segment']);

/** Items hold no journey elements. */
const NO_CODEC = createJourneyCodec(undefined, []);

/** A difference seen through the index, absence included, counts only when head shows it too. */
function agreesWithList(resource: DesiredResource, rules: KindRules, { resources }: LiveState): boolean {
  const seen = resources.get(resource.address);
  if (seen === undefined || rules.compareWithLive(resource, seen, NO_CODEC).fields.length > 0) return false;
  return (
    !isCatalogKind(resource.kind) || findSettingDifferences(resource.kind, resource.body, seen.record).length === 0
  );
}
