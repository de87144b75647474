import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { getOwn, isJsonObject, type Json, type JsonObject } from '../model/json.js';
import { getRecordType, type ItemRecord } from './item-record.js';
import { resolveOptions } from './options.js';
import { addObject } from './objects.js';
import { buildPage, expandProducts, getPageRoutes, toPages } from './publishing.js';
import {
  addInnerCopies,
  parseSeedItem,
  parseSeedJourney,
  parseSeedObject,
  parseSeedPromoCode,
  rejectSeed,
  type Seed,
} from './seed-format.js';
import { createTenant, type Tenant } from './tenant.js';

type Part = keyof Seed;

const PARTS: readonly Part[] = ['items', 'journeys', 'promoCodes', 'objects', 'published', 'routes'];

/** Files with a special meaning. All others hold catalog items. */
const PART_BY_FILE: ReadonlyMap<string, Part> = new Map([
  ['journeys.json', 'journeys'],
  ['promo-codes.json', 'promoCodes'],
  ['objects.json', 'objects'],
  ['published.json', 'published'],
  ['routes.json', 'routes'],
]);

interface LoadedPart {
  file: string;
  part: Part;
  elements: Json[];
}

/**
 * Reads a seed from a folder of `*.json`, or from one file. A file holds an array, a list answer
 * (`{items, hits}`), or everything as `{items, journeys, promoCodes, objects, published, routes}`.
 * @throws LimioError CONFIG_INVALID with the file and the reason.
 */
export async function loadSeed(path: string): Promise<Seed> {
  const files = await findFiles(path);
  const loaded = (await Promise.all(files.map(loadFile))).flat();
  checkItems(loaded);
  // Each file of journeys or codes is tried alone, so that the message can name it.
  for (const one of loaded.filter(({ part }) => part === 'journeys' || part === 'promoCodes')) {
    trySeed(joinParts([one]), one.file);
  }
  const seed = joinParts(loaded);
  // The remaining problems concern `published`, or a journey or code in two files.
  trySeed(seed, loaded.find(({ part }) => part === 'published')?.file ?? path);
  return seed;
}

function trySeed(seed: Seed, file: string): void {
  seedTenant(createTenant(resolveOptions({})), seed, file);
}

async function findFiles(path: string): Promise<string[]> {
  try {
    if (!(await stat(path)).isDirectory()) return [path];
    const names = (await readdir(path)).filter((name) => name.endsWith('.json')).toSorted();
    if (names.length > 0) return names.map((name) => join(path, name));
  } catch (cause) {
    throw rejectSeed(path, describeCause(cause));
  }
  throw rejectSeed(path, 'the folder has no .json file');
}

async function loadFile(file: string): Promise<LoadedPart[]> {
  const value = await readJson(file);
  const part = PART_BY_FILE.get(basename(file)) ?? 'items';
  if (Array.isArray(value)) return [{ file, part, elements: value }];
  if (!isJsonObject(value)) throw rejectSeed(file, 'it is neither an array nor an object');
  const parts = PARTS.flatMap((key): LoadedPart[] => {
    const elements = getOwn(value, key);
    if (elements === undefined) return [];
    if (!Array.isArray(elements)) throw rejectSeed(file, `"${key}" is not an array`);
    // In `journeys.json`, the `items` of a list answer are journeys.
    return [{ file, part: key === 'items' ? part : key, elements }];
  });
  if (parts.length === 0) throw rejectSeed(file, `it has none of the keys ${PARTS.join(', ')}`);
  return parts;
}

async function readJson(file: string): Promise<Json> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as Json;
  } catch (cause) {
    throw rejectSeed(file, describeCause(cause));
  }
}

/** Items may clash across files, so they are checked together. Each error names its file. */
function checkItems(loaded: readonly LoadedPart[]): void {
  const fileOf = new Map<string, string>();
  for (const { file, elements } of loaded.filter(({ part }) => part === 'items')) {
    for (const [place, raw] of elements.entries()) {
      const { path } = parseSeedItem(raw, file, `item ${place + 1}`).item;
      const first = fileOf.get(path);
      if (first !== undefined) throw rejectSeed(file, `${path} is already in ${first}`);
      fileOf.set(path, file);
    }
  }
}

function joinParts(loaded: readonly LoadedPart[]): Seed {
  const collect = (part: Part): Json[] | undefined => {
    const found = loaded.filter((one) => one.part === part);
    return found.length === 0 ? undefined : found.flatMap(({ elements }) => elements);
  };
  const objects = (part: Part): JsonObject[] =>
    (collect(part) ?? []).map((element) => requireObject(loaded, part, element));
  const routes = collect('routes');
  const published = collect('published');
  return {
    items: objects('items'),
    journeys: objects('journeys'),
    promoCodes: objects('promoCodes'),
    objects: objects('objects'),
    ...(published && {
      published: published.map((entry) =>
        typeof entry === 'string' ? entry : requireObject(loaded, 'published', entry),
      ),
    }),
    ...(routes && { routes: routes.map((route) => requireRoute(loaded, route)) }),
  };
}

function requireObject(loaded: readonly LoadedPart[], part: Part, element: Json): JsonObject {
  if (isJsonObject(element)) return element;
  throw rejectSeed(nameFile(loaded, part), `${JSON.stringify(element)} is not an object`);
}

function requireRoute(loaded: readonly LoadedPart[], route: Json): string {
  if (typeof route === 'string' && /^\/(.*\/)?$/.test(route)) return route;
  throw rejectSeed(
    nameFile(loaded, 'routes'),
    `${JSON.stringify(route)} is not a route; it must start and end with a slash`,
  );
}

function nameFile(loaded: readonly LoadedPart[], part: Part): string {
  return loaded.find((one) => one.part === part)?.file ?? 'seed';
}

function describeCause(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}

/**
 * Fills an empty tenant. The index starts without lag.
 * @throws LimioError CONFIG_INVALID for an invalid seed; the message names `file`.
 */
export function seedTenant(tenant: Tenant, seed: Seed, file = 'seed'): void {
  const registered = seedItems(tenant, seed, file);
  tenant.routes = new Set(seed.routes ?? registered.flatMap(getPageRoutes));
  seedPublished(tenant, seed, file);
  for (const [place, raw] of (seed.journeys ?? []).entries()) {
    const journey = parseSeedJourney(raw, tenant, file, `journey ${place + 1}`);
    if (tenant.journeys.has(journey.name)) throw rejectSeed(file, `journey "${journey.name}" occurs twice`);
    tenant.journeys.set(journey.name, journey);
  }
  for (const [place, raw] of (seed.promoCodes ?? []).entries()) {
    const code = parseSeedPromoCode(raw, tenant, file, `promo code ${place + 1}`);
    if (tenant.promoCodes.has(code.record.id)) throw rejectSeed(file, `promo code ${code.record.id} occurs twice`);
    tenant.promoCodes.set(code.record.id, code);
  }
  seedObjects(tenant, seed, file);
}

function seedObjects(tenant: Tenant, seed: Seed, file: string): void {
  for (const [place, raw] of (seed.objects ?? []).entries()) {
    const { record, links } = parseSeedObject(raw, file, `object ${place + 1}`);
    if (tenant.objects.has(record.id)) throw rejectSeed(file, `object ${record.id} occurs twice`);
    addObject(tenant, record, links);
  }
  for (const { record, parent, related } of tenant.objects.values()) {
    const unknown = [...related, ...(parent === undefined ? [] : [parent])].find((id) => !tenant.objects.has(id));
    if (unknown !== undefined) throw rejectSeed(file, `object ${record.id} refers to ${unknown}, which does not exist`);
  }
}

/** Returns the pages whose routes are registered by default. */
function seedItems(tenant: Tenant, seed: Seed, file: string): ItemRecord[] {
  const parsed = (seed.items ?? []).map((raw, place) => parseSeedItem(raw, file, `item ${place + 1}`));
  const lastOfType = new Map<string, ItemRecord>();
  for (const { item, productCopies } of parsed) {
    if (tenant.items.has(item.path)) throw rejectSeed(file, `${item.path} occurs twice`);
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
  for (const page of listPlaces(tenant)) {
    const isCampaign = getRecordType(page) === 'campaign';
    const snapshot = buildPage(tenant.items, tenant.productCopies, page);
    for (const route of getPageRoutes(page)) {
      if (!tenant.routes.has(route) || (isCampaign && tenant.liveRoutes.has(route))) continue;
      if (!given) {
        tenant.liveRoutes.set(route, { ...snapshot, route, publishedOrder: 0 });
      } else if (given.has(page.path)) {
        const livePage = given.get(page.path) ?? page;
        const items = new Map([...snapshot.items.keys()].flatMap((path) => pickEntry(given, path)));
        tenant.liveRoutes.set(route, { page: livePage, items, route, publishedOrder: 0 });
      }
    }
  }
  // Items on a live page leave the published index together with the page.
  for (const { page, items } of tenant.liveRoutes.values()) {
    tenant.looseItems.delete(page.path);
    for (const path of items.keys()) tenant.looseItems.delete(path);
  }
}

/** What is live at the routes that are registered. Where a page and a campaign have the same one, the page. */
function listPlaces(tenant: Tenant): ItemRecord[] {
  const items = [...tenant.items.values()];
  const pages = items.filter((item) => getRecordType(item) === 'page');
  return [...pages, ...items.filter((item) => getRecordType(item) === 'campaign').flatMap(toPages)];
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
        throw rejectSeed(
          file,
          `published ${place + 1} names ${JSON.stringify(path)}, which is not an item of the seed`,
        );
      return [item.path, expandProducts(tenant.items, tenant.productCopies, item)];
    }),
  );
}

function pickEntry(map: ReadonlyMap<string, ItemRecord>, path: string): [string, ItemRecord][] {
  const item = map.get(path);
  return item ? [[path, item]] : [];
}
