import type { ItemRecord } from './item-record.js';
import type { Tenant } from './tenant.js';

/** The published index: every item of every live route, the copy of the latest publish winning. */
export function listPublishedItems(tenant: Tenant): Map<string, ItemRecord> {
  const routes = [...tenant.liveRoutes.values()].toSorted((a, b) => a.publishedOrder - b.publishedOrder);
  const merged = new Map(tenant.looseItems);
  for (const { page, items } of routes) {
    for (const [path, item] of items) merged.set(path, item);
    merged.set(page.path, page);
  }
  return merged;
}
