import { parseAddress } from '../model/address.js';
import type { Change } from '../model/change.js';
import { toItemCreation } from '../model/item-creation.js';
import { getOwn, isJsonObject } from '../model/json.js';
import type { CatalogItem } from '../model/live-api.js';

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
