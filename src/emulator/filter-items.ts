import { getOwn, pickKeys, type Json, type JsonObject } from '../model/json.js';
import { collectPaths, getAttributes, getDataField, type ItemRecord } from './item-record.js';
import { Refusal } from './route.js';

/** Applies `path`, `tags`, `opt.modifiedAfter` and `attributes.<name>` of a list call (API reference, section 3). */
export function filterItems(items: readonly ItemRecord[], query: URLSearchParams): ItemRecord[] {
  const path = query.get('path');
  const tags = query.get('tags')?.split(',') ?? [];
  const after = readDate(query.get('opt.modifiedAfter'));
  const attributes = [...query].filter(([key]) => key.startsWith('attributes.'));
  return items.filter(
    (item) =>
      (path === null || item.path === path || item.path.startsWith(`${path}/`)) &&
      (tags.length === 0 || collectPaths(getDataField(item, 'tags')).some((tag) => tags.includes(tag))) &&
      (after === undefined || isModifiedAfter(item, after)) &&
      attributes.every(([key, value]) =>
        holdsText(getOwn(getAttributes(item), key.slice('attributes.'.length)), value),
      ),
  );
}

/** `reducedData=true`: enough to list an item, not enough to compare it. */
export function reduceItem(item: ItemRecord): JsonObject {
  const attributes = pickKeys(getAttributes(item), ['display_name__limio', 'label__limio', 'group__limio']);
  return { ...item, data: { ...pickKeys(item.data, ['path', 'name', 'record_type', 'modified', 'tags']), attributes } };
}

function readDate(text: string | null): number | undefined {
  if (text === null) return undefined;
  const time = /^\d{4}-\d{2}-\d{2}/.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(time)) throw new Refusal(400, 'opt.modifiedAfter must be an ISO date or date-time');
  return time;
}

function isModifiedAfter(item: ItemRecord, after: number): boolean {
  const modified = getOwn(item.data, 'modified');
  return typeof modified === 'string' && Date.parse(modified) > after;
}

function holdsText(value: Json | undefined, text: string): boolean {
  if (Array.isArray(value)) return value.some((element) => holdsText(element, text));
  return value !== undefined && typeof value !== 'object' && String(value) === text;
}
