import { type Address, CATALOG_KINDS, type CatalogKind, formatAddress, type Kind } from '../../model/address.js';
import { textAt } from '../../model/json.js';
import type { CatalogItem } from '../../model/live-api.js';

/** What only a creation sends of an item, besides its attributes (API reference, section 5). */
export type CreateOnlyKey =
  | 'name'
  | 'baseTemplate'
  | 'products'
  | 'productBundles'
  | 'tags'
  | 'offers'
  | 'referencedLabel';

/** What differs between the catalog kinds; `catalog.ts` holds what they share. */
export interface CatalogKindTraits {
  /** With its article. */
  noun: string;
  examplePath: string;
  /** Where its items live (API reference, section 3); the first is for new ones. */
  tenantFolders: readonly string[];
  fileFolder: string;
  /** Kinds of lower rank are written first. */
  writeRank: number;
  createOnly: readonly CreateOnlyKey[];
  /** A file may declare a tag or a page by its path alone. */
  attributesOptional?: true;
  /** A tenant may keep items below a folder of its own: the record type counts, not the folder (section 3). */
  anyFolder?: true;
  /** Why limio-sync never creates one, as a sentence. */
  neverCreated?: string;
}

const TRAITS = {
  tag: {
    noun: 'a tag',
    examplePath: '/tags/customers/acme',
    tenantFolders: ['/tags/'],
    fileFolder: 'tags',
    writeRank: 0,
    createOnly: ['name', 'baseTemplate'],
    attributesOptional: true,
  },
  product: {
    noun: 'a product',
    examplePath: '/products/Digital',
    tenantFolders: ['/products/'],
    fileFolder: 'products',
    writeRank: 0,
    createOnly: [],
    neverCreated: 'Products come from the billing system; limio-sync never creates them.',
  },
  add_on: {
    noun: 'an add-on',
    examplePath: '/add_ons/Extra Seat',
    tenantFolders: ['/add_ons/'],
    fileFolder: 'add-ons',
    writeRank: 1,
    createOnly: ['name', 'baseTemplate', 'products', 'productBundles'],
  },
  offer: {
    noun: 'an offer',
    examplePath: '/offers2/Digital Monthly',
    tenantFolders: ['/offers2/', '/offers/'],
    fileFolder: 'offers',
    writeRank: 2,
    createOnly: ['name', 'baseTemplate', 'products', 'productBundles'],
  },
  campaign: {
    noun: 'a campaign',
    examplePath: '/offers/Winter Sale',
    tenantFolders: ['/offers/'],
    fileFolder: 'campaigns',
    writeRank: 3,
    createOnly: ['name', 'tags'],
    attributesOptional: true,
    neverCreated: 'No known call of the API creates a campaign, so limio-sync never does.',
  },
  page: {
    noun: 'a page',
    examplePath: '/pages/acme',
    tenantFolders: ['/pages/', '/pages2/'],
    fileFolder: 'pages',
    writeRank: 3,
    createOnly: ['name', 'baseTemplate', 'tags', 'offers', 'referencedLabel'],
    attributesOptional: true,
    anyFolder: true,
  },
  segment: {
    noun: 'a segment',
    examplePath: '/segments/regions/UK',
    tenantFolders: ['/segments/'],
    fileFolder: 'segments',
    writeRank: 0,
    createOnly: [],
    attributesOptional: true,
    neverCreated: 'No known call of the API creates a segment, so limio-sync never does.',
  },
} as const satisfies Record<CatalogKind, CatalogKindTraits>;

export const CATALOG_TRAITS: Readonly<Record<CatalogKind, CatalogKindTraits>> = TRAITS;

/** The traits as literals. */
export type CatalogTraits = typeof TRAITS;

/** Kinds that have routes of their own, and that are built and published (API reference, section 7). */
export const PLACE_KINDS = ['campaign', 'page'] as const satisfies readonly CatalogKind[];
export type PlaceKind = (typeof PLACE_KINDS)[number];

export function isPlaceKind(kind: Kind): kind is PlaceKind {
  return (PLACE_KINDS as readonly Kind[]).includes(kind);
}

/** The address of a page or campaign that is built and published. */
export function formatPlaceAddress(path: string): Address {
  return formatAddress(isCampaignPath(path) ? 'campaign' : 'page', path);
}

/** `/offers/Winter Sale` is a campaign, `/offers/Winter Sale/Monthly` an offer of it (API reference, section 3). */
function isCampaignPath(path: string): boolean {
  return /^\/offers\/[^/]+$/.test(path);
}

/** `/offers/Winter Sale` of `/offers/Winter Sale/Monthly`; undefined for items of no campaign. */
export function findCampaignPath(path: string): string | undefined {
  return /^(\/offers\/[^/]+)\/./.exec(path)?.[1];
}

/** Whether items of the kind can have the path. Some tenants have offers directly below `/offers/`. */
export function isPathOfKind(kind: CatalogKind, path: string): boolean {
  if (kind === 'campaign') return isCampaignPath(path);
  return CATALOG_TRAITS[kind].tenantFolders.some((folder) => path.startsWith(folder) && path.length > folder.length);
}

/** The forms of the paths of a kind, for messages. */
export function listPathForms(kind: CatalogKind): string[] {
  if (kind === 'campaign') return ['/offers/<Campaign>'];
  return CATALOG_TRAITS[kind].tenantFolders.map((folder) =>
    folder === '/offers/' ? '/offers/<Campaign>/<Name>' : `${folder}<Name>`,
  );
}

/** The kind of item at a catalog path by its folder; undefined for assets and for folders that a tenant made itself. */
export function findKindOfPath(path: string): CatalogKind | undefined {
  return isCampaignPath(path) ? 'campaign' : CATALOG_KINDS.find((kind) => isPathOfKind(kind, path));
}

/** The kind of an item: its record type where it has one, else a guess by its folder (API reference, section 3). */
export function findKindOfItem({ path, data }: Pick<CatalogItem, 'path' | 'data'>): CatalogKind | undefined {
  const type = textAt(data, 'record_type');
  return type === undefined ? findKindOfPath(path) : CATALOG_KINDS.find((kind) => kind === type);
}
