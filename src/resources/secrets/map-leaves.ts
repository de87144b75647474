import { type Json, isJsonObject } from '../../model/json.js';

/** Maps every text and number of a value; keys stay. The very same value where nothing changes. */
export function mapLeaves(value: Json, map: (leaf: string | number) => string | number): Json {
  if (typeof value === 'string' || typeof value === 'number') return map(value);
  if (Array.isArray(value)) {
    const items = value.map((item) => mapLeaves(item, map));
    return items.every((item, i) => item === value[i]) ? value : items;
  }
  if (!isJsonObject(value)) return value;
  let changed = false;
  const entries = Object.entries(value).map(([key, part]): [string, Json] => {
    const mapped = mapLeaves(part, map);
    changed ||= mapped !== part;
    return [key, mapped];
  });
  return changed ? Object.fromEntries(entries) : value;
}

/** The same for texts alone. */
export function mapTexts(value: Json, map: (text: string) => string): Json {
  return mapLeaves(value, (leaf) => (typeof leaf === 'string' ? map(leaf) : leaf));
}
