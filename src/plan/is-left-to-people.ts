import { isCatalogKind } from '../model/address.js';
import type { Change } from '../model/plan.js';

/** Whether somebody has to make the item: products always, other catalog items unless the environment lets the tool. */
export function isLeftToPeople({ kind, action }: Pick<Change, 'kind' | 'action'>, createItems = false): boolean {
  return action === 'create' && isCatalogKind(kind) && (kind === 'product' || !createItems);
}
