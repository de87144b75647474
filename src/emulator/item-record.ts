import { createHash } from 'node:crypto';
import { getOwn, isJsonObject, type Json, type JsonObject } from '../model/json.js';

/** A catalog item as the tenant stores it (API reference, section 3). Never mutated: writes replace it. */
export type ItemRecord = JsonObject & {
  path: string;
  name: string;
  id: string;
  type: string;
  version: string;
  data: JsonObject;
};

/** The record type of the items below each root of the catalog tree. */
const RECORD_TYPE_BY_ROOT: ReadonlyMap<string, string> = new Map([
  ['offers', 'offer'],
  ['offers2', 'offer'],
  ['add_ons', 'add_on'],
  ['products', 'product'],
  ['pages', 'page'],
  ['pages2', 'page'],
  ['tags', 'tag'],
  ['campaigns', 'campaign'],
  ['segments', 'segment'],
  ['assets', 'asset'],
  ['discounts', 'discount'],
]);

/** The record type implied by the root of a path; undefined for an unknown root. */
export function guessRecordType(path: string): string | undefined {
  return RECORD_TYPE_BY_ROOT.get(path.split('/')[1] ?? '');
}

export function isTreeRoot(path: string): boolean {
  return path.lastIndexOf('/') === 0 && RECORD_TYPE_BY_ROOT.has(path.slice(1));
}

export function getRecordType(item: ItemRecord): string | undefined {
  const own = getOwn(item.data, 'record_type');
  return typeof own === 'string' ? own : guessRecordType(item.path);
}

export function getAttributes(item: ItemRecord): JsonObject {
  const attributes = getOwn(item.data, 'attributes');
  return isJsonObject(attributes) ? attributes : {};
}

/** A field of `data`, or of `data.attributes` if the outer one is missing or an empty remnant (section 3). */
export function getDataField(item: ItemRecord, key: string): Json | undefined {
  const outer = getOwn(item.data, key);
  const isEmpty = outer === undefined || outer === null || outer === '' || (Array.isArray(outer) && outer.length === 0);
  return isEmpty ? (getOwn(getAttributes(item), key) ?? outer) : outer;
}

/** The paths in a string, an array of strings or an array of `{path}`. */
export function collectPaths(value: Json | undefined): string[] {
  if (typeof value === 'string') return [value];
  if (!Array.isArray(value)) return [];
  return value.flatMap((element) => {
    const path = isJsonObject(element) ? getOwn(element, 'path') : element;
    return typeof path === 'string' ? [path] : [];
  });
}

/** `/offers/Some Campaign` of `/offers/Some Campaign/Monthly`; undefined for items without a campaign. */
export function getCampaignPath(path: string): string | undefined {
  const parts = path.split('/');
  return parts[1] === 'offers' && parts.length > 3 ? `/offers/${parts[2] ?? ''}` : undefined;
}

/** 40 hex digits, like the tenant's ids and versions. */
export function hashText(text: string): string {
  return createHash('sha1').update(text).digest('hex');
}

/** The id of a catalog item: SHA-1 of its path as a JSON string, including the quotes (API reference, section 3). */
export function computeItemId(path: string): string {
  return hashText(JSON.stringify(path));
}
