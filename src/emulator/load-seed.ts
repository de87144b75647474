import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { getOwn, isJsonObject, type Json, type JsonObject } from '../model/json.js';
import { resolveOptions } from './emulator-options.js';
import { parseSeedItem } from './parse-seed-item.js';
import { rejectSeed, type Seed } from './seed.js';
import { seedTenant } from './seed-tenant.js';
import { createTenant } from './tenant.js';

type Part = keyof Seed;

const PARTS: readonly Part[] = ['items', 'journeys', 'promoCodes', 'published', 'routes'];

/** Files with a meaning of their own; every other one holds catalog items. */
const PART_BY_FILE: ReadonlyMap<string, Part> = new Map([
  ['journeys.json', 'journeys'],
  ['promo-codes.json', 'promoCodes'],
  ['published.json', 'published'],
  ['routes.json', 'routes'],
]);

interface LoadedPart {
  file: string;
  part: Part;
  elements: Json[];
}

/**
 * Reads a seed: a folder of `*.json`, or one file. A file holds an array, a list answer
 * (`{items, hits}`), or, alone, `{items, journeys, promoCodes, published, routes}`.
 * @throws LimioError CONFIG_INVALID with the file and the reason.
 */
export async function loadSeed(path: string): Promise<Seed> {
  const files = await findFiles(path);
  const loaded = (await Promise.all(files.map(loadFile))).flat();
  checkItems(loaded);
  // Journeys and codes stand alone, so each file is tried by itself: the message can name it.
  for (const one of loaded.filter(({ part }) => part === 'journeys' || part === 'promoCodes')) {
    trySeed(joinParts([one]), one.file);
  }
  const seed = joinParts(loaded);
  // What is left to go wrong is what is published, or a journey or code in two files.
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
  throw rejectSeed(path, 'the folder holds no .json file');
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
    // In `journeys.json` an envelope's `items` are journeys.
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

/** Items can clash across files, so they are checked together, each error naming its file. */
function checkItems(loaded: readonly LoadedPart[]): void {
  const fileOf = new Map<string, string>();
  for (const { file, elements } of loaded.filter(({ part }) => part === 'items')) {
    for (const [place, raw] of elements.entries()) {
      const { path } = parseSeedItem(raw, file, `item ${place + 1}`).item;
      const first = fileOf.get(path);
      if (first !== undefined) throw rejectSeed(file, `${path} stands there a second time, after ${first}`);
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
  throw rejectSeed(nameFile(loaded, 'routes'), `${JSON.stringify(route)} is not a route with slashes at both ends`);
}

function nameFile(loaded: readonly LoadedPart[], part: Part): string {
  return loaded.find((one) => one.part === part)?.file ?? 'seed';
}

function describeCause(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
