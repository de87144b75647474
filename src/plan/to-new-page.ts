import { parseAddress } from '../model/address.js';
import { getOwn, isJsonObject } from '../model/json.js';
import { type CatalogItem, toItemCreation } from '../model/live-api.js';
import type { Change } from '../model/plan.js';

/** The page that a creation makes, as a list would show it. */
export function toNewPage(change: Pick<Change, 'address' | 'after'>): CatalogItem {
  const { itemData } = toItemCreation(change);
  const attributes = getOwn(itemData, 'attributes');
  const name = getOwn(itemData, 'name');
  return {
    path: parseAddress(change.address).name,
    name: typeof name === 'string' ? name : '',
    id: '',
    attributes: isJsonObject(attributes) ? attributes : {},
    data: itemData,
  };
}
