import { parseAddress } from './address.js';
import type { Change } from './change.js';
import type { ItemCreation } from './live-api.js';

/** What a creation job is asked for (API reference, section 5). The parent has no slash before it. */
export function toItemCreation({ address, after = {} }: Pick<Change, 'address' | 'after'>): ItemCreation {
  const { kind, name: path } = parseAddress(address);
  const at = path.lastIndexOf('/');
  return { parent: path.slice(1, at), itemData: { name: path.slice(at + 1), record_type: kind, path, ...after } };
}
