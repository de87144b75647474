import { CATALOG_KINDS, type CatalogKind } from '../../model/address.js';
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
}

export const CATALOG_TRAITS: Readonly<Record<CatalogKind, CatalogKindTraits>> = {
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
    // Products come from the billing system and are never created.
    createOnly: [],
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
};

/** The kind of item at a catalog path by its folder; undefined for assets and for folders that a tenant made itself. */
export function findKindOfPath(path: string): CatalogKind | undefined {
  return CATALOG_KINDS.find((kind) => CATALOG_TRAITS[kind].tenantFolders.some((folder) => path.startsWith(folder)));
}

/** The kind of an item: its record type where it has one, else a guess by its folder (API reference, section 3). */
export function findKindOfItem({ path, data }: Pick<CatalogItem, 'path' | 'data'>): CatalogKind | undefined {
  const type = textAt(data, 'record_type');
  return type === undefined ? findKindOfPath(path) : CATALOG_KINDS.find((kind) => kind === type);
}
