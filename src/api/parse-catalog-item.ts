import { getOwn, isJsonObject, type Json, type JsonObject } from '../model/json.js';
import type { CatalogItem } from '../model/live-api.js';

/** Of the outer object, not of its data. */
const OUTER_KEYS = new Set(['path', 'name', 'id', 'version', 'type', 'parent_path', 'tree', 'errors']);

/**
 * A catalog item of a list or of a read at head. Only the outer path, name, id and version count:
 * the copies in `data` are stale (API reference, section 3). Products come without an outer `data`;
 * their fields are lifted into one. Undefined when there is no path to key it on.
 */
export function parseCatalogItem(json: Json | undefined, knownPath?: string): CatalogItem | undefined {
  if (!isJsonObject(json)) return undefined;
  const path = getText(json, 'path') ?? knownPath;
  if (path === undefined || path === '') return undefined;
  const inner = getOwn(json, 'data');
  const data = isJsonObject(inner) ? inner : liftData(json);
  const attributes = getOwn(data, 'attributes');
  const version = getText(json, 'version');
  return {
    path,
    name: getText(json, 'name') ?? path.slice(path.lastIndexOf('/') + 1),
    id: getText(json, 'id') ?? '',
    ...(version === undefined ? {} : { version }),
    attributes: isJsonObject(attributes) ? attributes : {},
    data,
  };
}

function liftData(item: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(item).filter(([key]) => !OUTER_KEYS.has(key) && key !== 'data'));
}

function getText(object: JsonObject, key: string): string | undefined {
  const value = getOwn(object, key);
  return typeof value === 'string' ? value : undefined;
}
