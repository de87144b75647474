import { bumpVersion, formatCatalogDate, type Tenant } from './tenant.js';
import type { ItemRecord } from './item-record.js';

/**
 * Writes an item at head: a new version and modified date each time, also when nothing changed.
 * The inner copies (`data.version`, `data.path`, ...) stay stale, as they do live.
 */
export function writeItem(tenant: Tenant, item: ItemRecord): ItemRecord {
  const now = tenant.options.now();
  const written: ItemRecord = {
    ...item,
    version: bumpVersion(tenant, item.path),
    data: { ...item.data, modified: formatCatalogDate(now), version_date: new Date(now).toISOString() },
  };
  tenant.items.set(item.path, written);
  queueForIndex(tenant, item.path, written);
  return written;
}

/** Answers false when there was no such item. */
export function removeItem(tenant: Tenant, path: string): boolean {
  if (!tenant.items.delete(path)) return false;
  bumpVersion(tenant, path);
  queueForIndex(tenant, path);
  return true;
}

/** The search index as far as it has caught up by now (API reference, section 3). */
export function readIndex(tenant: Tenant): ReadonlyMap<string, ItemRecord> {
  const now = tenant.options.now();
  const due = tenant.indexQueue.findIndex((entry) => entry.visibleAt > now);
  const ready = tenant.indexQueue.splice(0, due === -1 ? tenant.indexQueue.length : due);
  for (const { path, item } of ready) {
    if (item) tenant.index.set(path, item);
    else tenant.index.delete(path);
  }
  return tenant.index;
}

function queueForIndex(tenant: Tenant, path: string, item?: ItemRecord): void {
  const visibleAt = tenant.options.now() + tenant.options.indexLagMs;
  tenant.indexQueue.push(item ? { visibleAt, path, item } : { visibleAt, path });
}
