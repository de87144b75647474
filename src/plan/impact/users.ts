import { listItemReferences } from '../../kinds/catalog/item-references.js';
import type { JourneyCodec } from '../../kinds/journey/codec.js';
import { type Address, parseAddress } from '../../model/address.js';
import { getOwn, isJsonObject, type Json, type JsonObject } from '../../model/json.js';
import type { CatalogItem } from '../../model/live-api.js';
import type { UsedBy } from '../../model/plan.js';
import { labelsOf } from '../compare.js';
import { indexPages } from '../pages/reach.js';
import { collectTexts, formatRoute, listTags } from '../pages/routes.js';
import type { Neighbour, Surroundings } from './related-objects.js';

type User = UsedBy['users'][number];

/** Who uses an item, and what customers meet of it. Every object is looked through once. */
export interface UserIndex {
  findUsers: (address: Address) => User[];
  /** Routes of published pages that show an item. */
  findRoutes: (address: Address) => string[];
  findJourneys: (address: Address) => Address[];
  /** Codes that give a discount on an item, active or not. */
  findPromoCodes: (address: Address) => Neighbour[];
}

export function createUserIndex(surroundings: Surroundings, codec: JourneyCodec): UserIndex {
  const { pages, publishedPages, items, journeys, promoCodes, deleted } = surroundings;
  const pageIndex = indexPages(pages);
  const bodies = new Map(items.map(({ address, body }) => [address, body]));
  const referring = indexReferences(items);
  const uses = new Map(journeys.map(({ address, body }) => [address, readJourneyUses(body, codec)]));
  const byLabel = indexUses(uses, ({ labels }) => labels);
  const byRoute = indexUses(uses, ({ routes }) => routes);
  const codesOfBasket = promoCodes.filter(({ body }) => getOwn(body, 'applicationLevel') === 'wholeBasket');
  const codesByLabel = indexCodes(promoCodes);

  const labels = (address: Address): string[] => labelsOf(bodies.get(address));
  const pagesOf = (address: Address): Map<CatalogItem, string> => {
    const { name } = parseAddress(address);
    const shown = labels(address).flatMap((label) =>
      [...pageIndex.find('', [label])].map((page) => [page, `shows the label ${label}`] as const),
    );
    return new Map([...shown, ...[...pageIndex.find(name, [])].map((page) => [page, 'lists it'] as const)]);
  };
  const journeysOf = (address: Address): User[] => {
    const routes = new Set([...pagesOf(address).keys()].flatMap(listTags).map(formatRoute));
    return [
      ...labels(address).flatMap((label) =>
        (byLabel.get(label) ?? []).map((ref) => ({ ref, how: `asks for the label ${label}` })),
      ),
      ...[...routes].flatMap((route) => (byRoute.get(route) ?? []).map((ref) => ({ ref, how: `leads to ${route}` }))),
    ];
  };

  function findItemUsers(address: Address): User[] {
    return [
      ...[...pagesOf(address)].map(([{ path }, how]) => ({ ref: path, how })),
      ...(referring.get(parseAddress(address).name) ?? []).filter(({ ref }) => ref !== address),
      ...journeysOf(address),
      ...labels(address).flatMap((label) =>
        (codesByLabel.get(label) ?? []).map((code) => ({ ref: code.address, how: `applies to the label ${label}` })),
      ),
    ];
  }

  /** Visitors whom another journey sends to where this one starts. */
  function findJourneyUsers(body: JsonObject): User[] {
    const start = getOwn(body, 'starting_point');
    if (typeof start !== 'string') return [];
    const route = formatRoute(start);
    return (byRoute.get(route) ?? []).map((ref) => ({ ref, how: `leads to ${route}` }));
  }

  /** No field refers to a code, so it is searched for as a word of its own. */
  function findCodeUsers(code: string): User[] {
    const names = (text: string): boolean => text.split(/[^A-Za-z0-9]+/).includes(code);
    return [
      ...pages
        .filter(({ data, attributes }) => listTexts([data, attributes]).some(names))
        .map(({ path }) => ({ ref: path, how: 'names it in a text' })),
      ...[...uses]
        .filter(([, { queries }]) => queries.some(names))
        .map(([ref]) => ({ ref, how: 'asks for it in the query string' })),
    ];
  }

  return {
    findUsers(address) {
      const { kind, name } = parseAddress(address);
      if (kind === 'journey') return sortUsers(findJourneyUsers(deleted.get(address) ?? {}));
      return sortUsers(kind === 'promo_code' ? findCodeUsers(name) : findItemUsers(address));
    },
    findRoutes: (address) =>
      [...pagesOf(address).keys()]
        .filter(({ path }) => publishedPages.has(path))
        .flatMap(listTags)
        .map(formatRoute),
    findJourneys: (address) => journeysOf(address).map(({ ref }) => ref as Address),
    findPromoCodes: (address) => [
      ...codesOfBasket,
      ...labels(address).flatMap((label) => codesByLabel.get(label) ?? []),
    ],
  };
}

/** Path -> the items that name it, and in which attribute. */
function indexReferences(items: readonly Neighbour[]): Map<string, User[]> {
  const index = new Map<string, User[]>();
  for (const { address, body } of items) {
    const attributes = getOwn(body, 'attributes');
    for (const { reference, at } of isJsonObject(attributes) ? listItemReferences(attributes) : []) {
      const path = getOwn(reference, 'path');
      if (typeof path === 'string') push(index, path, { ref: address, how: `names it in ${at[0]}` });
    }
  }
  return index;
}

function indexUses(
  uses: ReadonlyMap<Address, JourneyUses>,
  choose: (uses: JourneyUses) => Iterable<string>,
): Map<string, Address[]> {
  const index = new Map<string, Address[]>();
  for (const [address, one] of uses) for (const key of choose(one)) push(index, key, address);
  return index;
}

function indexCodes(promoCodes: readonly Neighbour[]): Map<string, Neighbour[]> {
  const index = new Map<string, Neighbour[]>();
  for (const code of promoCodes) {
    const label: Json | undefined = getOwn(code.body, 'referencedOfferLabel');
    if (getOwn(code.body, 'applicationLevel') === 'wholeBasket') continue;
    for (const one of new Set(collectTexts(label))) push(index, one, code);
  }
  return index;
}

function push<T>(index: Map<string, T[]>, key: string, value: T): void {
  const list = index.get(key);
  if (list) list.push(value);
  else index.set(key, [value]);
}

/** Each once, sorted. */
function sortUsers(users: readonly User[]): User[] {
  const keyed = new Map(users.map((user) => [JSON.stringify([user.ref, user.how]), user]));
  return [...keyed].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, user]) => user);
}

/** What a journey asks for and where it leads. */
export interface JourneyUses {
  labels: Set<string>;
  /** `/landing/`; the fallback among them, the starting point not. */
  routes: Set<string>;
  /** Texts of the conditions on the query string. */
  queries: string[];
}

/** From the wire form of a journey. Elements of unknown form are looked through for any text. */
export function readJourneyUses(body: JsonObject, codec: JourneyCodec): JourneyUses {
  const uses: JourneyUses = { labels: new Set(), routes: new Set(), queries: [] };
  const fallback = getOwn(body, 'fallback_tag');
  if (typeof fallback === 'string') uses.routes.add(formatRoute(fallback));
  for (const branch of listObjects(getOwn(codec.decode(body), 'journeys'))) {
    for (const condition of listObjects(getOwn(branch, 'conditions'))) addCondition(condition, uses);
    for (const action of listObjects(getOwn(branch, 'actions'))) addAction(action, uses);
  }
  return uses;
}

function addCondition(condition: JsonObject, uses: JourneyUses): void {
  const raw = getOwn(condition, 'raw');
  const type = getOwn(condition, 'type');
  const texts = listTexts(raw ?? getOwn(condition, 'values') ?? null);
  if (raw !== undefined || type === 'offer_label') for (const text of texts) uses.labels.add(text);
  if (raw !== undefined || type === 'query') uses.queries.push(...texts);
}

function addAction(action: JsonObject, uses: JourneyUses): void {
  const texts = listTexts(getOwn(action, 'raw') ?? getOwn(action, 'destination') ?? null);
  for (const text of texts) uses.routes.add(formatRoute(text));
}

function listObjects(list: Json | undefined): JsonObject[] {
  return Array.isArray(list) ? list.filter(isJsonObject) : [];
}

/** Every text in a value, at any depth; with a stack of our own, since a hostile one may nest deeper than ours. */
export function listTexts(value: Json): string[] {
  const texts: string[] = [];
  const stack: Json[] = [value];
  for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
    if (typeof next === 'string') texts.push(next);
    else if (typeof next === 'object' && next !== null) for (const part of Object.values(next)) stack.push(part);
  }
  return texts;
}
