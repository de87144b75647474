import { createHash } from 'node:crypto';
import { getOwn, isJsonObject, type Json, type JsonObject, listAt, objectAt, textAt } from '../../model/json.js';
import { KNOWN_ATTRIBUTES } from './attributes.js';

export interface ItemReference {
  /** `{path, id?, label?}` */
  reference: JsonObject;
  /** Its path below the attributes. */
  at: (string | number)[];
}

const HOLDERS = KNOWN_ATTRIBUTES.filter(({ type }) => type === 'reference_list' || type === 'reference_group');

/** The references to other items in the attributes of a catalog item. */
export function listItemReferences(attributes: JsonObject): ItemReference[] {
  return HOLDERS.flatMap(({ key, listAt: part }) => {
    const holder = getOwn(attributes, key);
    const list = part === undefined ? holder : isJsonObject(holder) ? getOwn(holder, part) : undefined;
    const at = part === undefined ? [key] : [key, part];
    return Array.isArray(list)
      ? list.flatMap((item, i) => (isJsonObject(item) ? [{ reference: item, at: [...at, i] }] : []))
      : [];
  });
}

/**
 * The labels of a catalog item, by which pages, journeys and promo codes refer to it, in the normal form in which
 * labels are compared. None for other kinds.
 */
export function labelsOf(body: JsonObject = {}): string[] {
  return listAt(objectAt(body, 'attributes'), 'label__limio').flatMap((label) =>
    typeof label === 'string' ? [label.normalize('NFC')] : [],
  );
}

/** A copy of the attributes in which every reference has the id of its path, unless it says `id` itself. */
export function addItemIds(attributes: JsonObject): JsonObject {
  const holders = new Map(HOLDERS.map((row) => [row.key, row]));
  return Object.fromEntries(
    Object.entries(attributes).map(([key, value]): [string, Json] => {
      const holder = holders.get(key);
      if (!holder) return [key, value];
      const { listAt: list } = holder;
      if (list === undefined) return [key, addIds(value)];
      if (!isJsonObject(value)) return [key, value];
      const parts = Object.entries(value).map(([k, part]): [string, Json] => [k, k === list ? addIds(part) : part]);
      return [key, Object.fromEntries(parts)];
    }),
  );
}

function addIds(list: Json): Json {
  return Array.isArray(list) ? list.map((item) => (isJsonObject(item) ? addId(item) : item)) : list;
}

function addId(reference: JsonObject): JsonObject {
  const path = textAt(reference, 'path');
  // `id: null` says that the reference has none.
  if (path === undefined || Object.hasOwn(reference, 'id')) return reference;
  return { ...reference, id: computeItemId(path) };
}

/**
 * The id of a catalog item: SHA-1 (hex) of its path as a JSON string, quotes included. The same in
 * every tenant (API reference, section 3; not verified there for paths outside ASCII).
 */
export function computeItemId(path: string): string {
  return createHash('sha1').update(JSON.stringify(path)).digest('hex');
}
