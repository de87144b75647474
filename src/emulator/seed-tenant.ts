import { getOwn, isJsonObject, type JsonObject } from '../model/json.js';
import { getRecordType, type ItemRecord } from './item-record.js';
import { buildPage, expandProducts, getPageRoutes } from './page-items.js';
import { addInnerCopies, parseSeedItem } from './parse-seed-item.js';
import { parseSeedJourney } from './parse-seed-journey.js';
import { parseSeedPromoCode } from './parse-seed-promo-code.js';
import { rejectSeed, type Seed } from './seed.js';
import type { Tenant } from './tenant.js';

/**
 * Fills an empty tenant. The index starts level with head.
 * @throws LimioError CONFIG_INVALID for a seed that is not one; `file` names it in the message.
 */
export function seedTenant(tenant: Tenant, seed: Seed, file = 'seed'): void {
  const registered = seedItems(tenant, seed, file);
  tenant.routes = new Set(seed.routes ?? registered.flatMap(getPageRoutes));
  seedPublished(tenant, seed, file);
  for (const [place, raw] of (seed.journeys ?? []).entries()) {
    const journey = parseSeedJourney(raw, tenant, file, `journey ${place + 1}`);
    if (tenant.journeys.has(journey.name)) throw rejectSeed(file, `journey "${journey.name}" stands there twice`);
    tenant.journeys.set(journey.name, journey);
  }
  for (const [place, raw] of (seed.promoCodes ?? []).entries()) {
    const code = parseSeedPromoCode(raw, tenant, file, `promo code ${place + 1}`);
    if (tenant.promoCodes.has(code.record.id))
      throw rejectSeed(file, `promo code ${code.record.id} stands there twice`);
    tenant.promoCodes.set(code.record.id, code);
  }
}

/** Answers the pages whose routes are registered by default. */
function seedItems(tenant: Tenant, seed: Seed, file: string): ItemRecord[] {
  const parsed = (seed.items ?? []).map((raw, place) => parseSeedItem(raw, file, `item ${place + 1}`));
  const lastOfType = new Map<string, ItemRecord>();
  for (const { item, productCopies } of parsed) {
    if (tenant.items.has(item.path)) throw rejectSeed(file, `${item.path} stands there twice`);
    const type = getRecordType(item) ?? '';
    const complete = type === 'offer' || type === 'add_on' ? addInnerCopies(item, lastOfType.get(type)) : item;
    lastOfType.set(type, item);
    tenant.items.set(item.path, complete);
    tenant.index.set(item.path, complete);
    for (const [path, copy] of productCopies) tenant.productCopies.set(path, copy);
  }
  return parsed
    .filter(({ item, neverPublished }) => getRecordType(item) === 'page' && !neverPublished)
    .map(({ item }) => item);
}

function seedPublished(tenant: Tenant, seed: Seed, file: string): void {
  const given = seed.published && parsePublished(tenant, seed.published, file);
  if (given) tenant.looseItems = new Map(given);
  for (const page of tenant.items.values()) {
    if (getRecordType(page) !== 'page') continue;
    const snapshot = buildPage(tenant.items, tenant.productCopies, page);
    for (const route of getPageRoutes(page)) {
      if (!tenant.routes.has(route)) continue;
      if (!given) {
        tenant.liveRoutes.set(route, { ...snapshot, route, publishedOrder: 0 });
      } else if (given.has(page.path)) {
        const livePage = given.get(page.path) ?? page;
        const items = new Map([...snapshot.items.keys()].flatMap((path) => pickEntry(given, path)));
        tenant.liveRoutes.set(route, { page: livePage, items, route, publishedOrder: 0 });
      }
    }
  }
  // What stands on a live page leaves the published index with it, not before and not after.
  for (const { page, items } of tenant.liveRoutes.values()) {
    tenant.looseItems.delete(page.path);
    for (const path of items.keys()) tenant.looseItems.delete(path);
  }
}

function parsePublished(
  tenant: Tenant,
  published: readonly (string | JsonObject)[],
  file: string,
): Map<string, ItemRecord> {
  return new Map(
    published.map((entry, place): [string, ItemRecord] => {
      if (isJsonObject(entry) && getOwn(entry, 'data') !== undefined) {
        const { item, productCopies } = parseSeedItem(entry, file, `published ${place + 1}`);
        for (const [path, copy] of productCopies) {
          if (!tenant.productCopies.has(path)) tenant.productCopies.set(path, copy);
        }
        const head = tenant.items.get(item.path);
        const version = getOwn(entry, 'version') === undefined && head ? { version: head.version } : {};
        return [item.path, expandProducts(tenant.items, tenant.productCopies, { ...item, ...version })];
      }
      const path = isJsonObject(entry) ? getOwn(entry, 'path') : entry;
      const item = typeof path === 'string' ? tenant.items.get(path) : undefined;
      if (!item)
        throw rejectSeed(file, `published ${place + 1} names ${JSON.stringify(path)}, which is no item of the seed`);
      return [item.path, expandProducts(tenant.items, tenant.productCopies, item)];
    }),
  );
}

function pickEntry(map: ReadonlyMap<string, ItemRecord>, path: string): [string, ItemRecord][] {
  const item = map.get(path);
  return item ? [[path, item]] : [];
}
