import { createHash } from 'node:crypto';
import { getOwn, isJsonObject, type Json, type JsonObject } from '../../model/json.js';
import { KNOWN_ATTRIBUTES } from './attributes.js';

export interface ItemReference {
  /** `{path, id?, label?}` */
  reference: JsonObject;
  /** Where it stands below the attributes. */
  at: (string | number)[];
}

const HOLDERS = KNOWN_ATTRIBUTES.filter(({ type }) => type === 'reference_list' || type === 'reference_group');

/** The references to other items in the attributes of a catalog item. */
export function listItemReferences(attributes: JsonObject): ItemReference[] {
  return HOLDERS.flatMap(({ key, listAt }) => {
    const holder = getOwn(attributes, key);
    const list = listAt === undefined ? holder : isJsonObject(holder) ? getOwn(holder, listAt) : undefined;
    const at = listAt === undefined ? [key] : [key, listAt];
    return Array.isArray(list)
      ? list.flatMap((item, i) => (isJsonObject(item) ? [{ reference: item, at: [...at, i] }] : []))
      : [];
  });
}

/** A copy of the attributes in which every reference has gone through `map`. */
export function mapItemReferences(attributes: JsonObject, map: (reference: JsonObject) => JsonObject): JsonObject {
  const mapList = (list: Json): Json =>
    Array.isArray(list) ? list.map((item) => (isJsonObject(item) ? map(item) : item)) : list;
  const holders = new Map(HOLDERS.map((row) => [row.key, row]));
  return Object.fromEntries(
    Object.entries(attributes).map(([key, value]) => {
      const holder = holders.get(key);
      if (!holder) return [key, value];
      const { listAt } = holder;
      if (listAt === undefined) return [key, mapList(value)];
      if (!isJsonObject(value)) return [key, value];
      return [
        key,
        Object.fromEntries(Object.entries(value).map(([k, part]) => [k, k === listAt ? mapList(part) : part])),
      ];
    }),
  );
}

/**
 * The id of a catalog item: SHA-1 (hex) of its path as a JSON string, quotes included. The same in
 * every tenant (API reference, section 3; not verified there for paths outside ASCII).
 */
export function computeItemId(path: string): string {
  return createHash('sha1').update(JSON.stringify(path)).digest('hex');
}
