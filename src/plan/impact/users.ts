import { findCampaignPath } from '../../kinds/catalog/catalog-kinds.js';
import { labelsOf, listItemReferences } from '../../kinds/catalog/item-references.js';
import type { JourneyCodec } from '../../kinds/journey/codec.js';
import { type Address, formatRoute, parseAddress } from '../../model/address.js';
import { getOwn, isJsonObject, type Json, type JsonObject, listAt, objectAt, textAt } from '../../model/json.js';
import type { CatalogItem } from '../../model/live-api.js';
import type { UsedBy } from '../../model/plan.js';
import { compareBy } from '../../model/words.js';
import { indexPages } from '../pages/reach.js';
import { collectLabels, listTags } from '../pages/routes.js';
import type { RelatedObject, RelatedObjects } from './related-objects.js';

type User = UsedBy['users'][number];
type JourneyUser = User & { ref: Address };

/** Who uses an item, and where customers see it. */
export interface UserIndex {
  findUsers: (address: Address) => User[];
  /** Routes of published pages that show an item. */
  findRoutes: (address: Address) => string[];
  findJourneys: (address: Address) => Address[];
  /** Codes that give a discount on an item, active or not. */
  findPromoCodes: (address: Address) => RelatedObject[];
}

/** Visits every object once. */
export function createUserIndex(related: RelatedObjects, codec: JourneyCodec): UserIndex {
  const { pages, publishedPages, items, journeys, promoCodes, deleted } = related;
  const pageIndex = indexPages(pages);
  const bodies = new Map(items.map(({ address, body }) => [address, body]));
  const references = indexReferences(items);
  const uses = journeys.map(({ address, body }) => ({ address, ...readJourneyUses(body, codec) }));
  const journeysByLabel = groupBy(uses, ({ labels }) => labels);
  const journeysByRoute = groupBy(uses, ({ routes }) => routes);
  const basketCodes = promoCodes.filter(isForBasket);
  const codesByLabel = groupBy(
    promoCodes.filter((code) => !isForBasket(code)),
    ({ body }) => new Set(collectLabels(getOwn(body, 'referencedOfferLabel'))),
  );

  const listLabels = (address: Address): string[] => labelsOf(bodies.get(address));
  const findPages = (address: Address): Map<CatalogItem, string> => {
    const { name } = parseAddress(address);
    const shown = listLabels(address).flatMap((label) =>
      [...pageIndex.find('', [label])].map((page) => [page, `shows the label ${label}`] as const),
    );
    const campaign = findCampaignPath(name);
    const own = pages.filter(({ path }) => path === campaign).map((page) => [page, 'is its campaign'] as const);
    return new Map([...shown, ...own, ...[...pageIndex.find(name, [])].map((page) => [page, 'lists it'] as const)]);
  };
  const findLeading = (route: string): JourneyUser[] =>
    (journeysByRoute.get(route) ?? []).map(({ address: ref }) => ({ ref, how: `leads to ${route}` }));
  const findItemJourneys = (address: Address): JourneyUser[] => {
    const routes = new Set([...findPages(address).keys()].flatMap(listTags).map(formatRoute));
    const asking = listLabels(address).flatMap((label) =>
      (journeysByLabel.get(label) ?? []).map(({ address: ref }) => ({ ref, how: `asks for the label ${label}` })),
    );
    return [...asking, ...[...routes].flatMap(findLeading)];
  };

  const findItemUsers = (address: Address): User[] => [
    ...[...findPages(address)].map(([{ path }, how]) => ({ ref: path, how })),
    ...(references.get(parseAddress(address).name) ?? []).filter(({ ref }) => ref !== address),
    ...findItemJourneys(address),
    ...listLabels(address).flatMap((label) =>
      (codesByLabel.get(label) ?? []).map((code) => ({ ref: code.address, how: `applies to the label ${label}` })),
    ),
  ];

  /** Other journeys send visitors to where the deleted one starts. */
  const findJourneyUsers = (body: JsonObject): User[] => {
    const start = textAt(body, 'starting_point');
    return start === undefined ? [] : findLeading(formatRoute(start));
  };

  /** No field refers to a code, so texts are searched for it as a whole word. */
  const findCodeUsers = (code: string): User[] => {
    const names = (text: string): boolean => text.split(/[^A-Za-z0-9]+/).includes(code);
    return [
      ...pages
        .filter(({ data, attributes }) => listTexts([data, attributes]).some(names))
        .map(({ path }) => ({ ref: path, how: 'names it in a text' })),
      ...uses
        .filter(({ queries }) => queries.some(names))
        .map(({ address: ref }) => ({ ref, how: 'asks for it in the query string' })),
    ];
  };

  return {
    findUsers(address) {
      const { kind, name } = parseAddress(address);
      if (kind === 'journey') return sortUsers(findJourneyUsers(deleted.get(address) ?? {}));
      return sortUsers(kind === 'promo_code' ? findCodeUsers(name) : findItemUsers(address));
    },
    findRoutes: (address) =>
      [...findPages(address).keys()]
        .filter(({ path }) => publishedPages.has(path))
        .flatMap(listTags)
        .map(formatRoute),
    findJourneys: (address) => findItemJourneys(address).map(({ ref }) => ref),
    findPromoCodes: (address) => [
      ...basketCodes,
      ...listLabels(address).flatMap((label) => codesByLabel.get(label) ?? []),
    ],
  };
}

function isForBasket({ body }: RelatedObject): boolean {
  return getOwn(body, 'applicationLevel') === 'wholeBasket';
}

/** Path -> the items that name it, and in which attribute. */
function indexReferences(items: readonly RelatedObject[]): Map<string, User[]> {
  const named = items.flatMap(({ address, body }) =>
    listItemReferences(objectAt(body, 'attributes')).flatMap(({ reference, at }) => {
      const path = textAt(reference, 'path');
      return path === undefined ? [] : [{ path, ref: address, how: `names it in ${at[0]}` }];
    }),
  );
  return groupBy(named, ({ path }) => [path]);
}

function groupBy<T>(items: readonly T[], listKeys: (item: T) => Iterable<string>): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    for (const key of listKeys(item)) {
      const group = groups.get(key);
      if (group) group.push(item);
      else groups.set(key, [item]);
    }
  }
  return groups;
}

/** Each once, sorted. */
function sortUsers(users: readonly User[]): User[] {
  const keyed = new Map(users.map(({ ref, how }) => [JSON.stringify([ref, how]), { ref, how }]));
  return [...keyed].sort(compareBy(([key]) => key)).map(([, user]) => user);
}

/** What a journey asks for and where it leads. */
interface JourneyUses {
  labels: Set<string>;
  /** `/landing/`, the fallback included and the starting point not. */
  routes: Set<string>;
  /** Texts of the conditions on the query string. */
  queries: string[];
}

/** From the wire form of a journey. Elements of unknown form are searched for any text. */
function readJourneyUses(body: JsonObject, codec: JourneyCodec): JourneyUses {
  const uses: JourneyUses = { labels: new Set(), routes: new Set(), queries: [] };
  const fallback = textAt(body, 'fallback_tag');
  if (fallback !== undefined) uses.routes.add(formatRoute(fallback));
  for (const branch of listAt(codec.decode(body), 'journeys').filter(isJsonObject)) {
    for (const condition of listAt(branch, 'conditions').filter(isJsonObject)) addCondition(condition, uses);
    for (const action of listAt(branch, 'actions').filter(isJsonObject)) addAction(action, uses);
  }
  return uses;
}

function addCondition(condition: JsonObject, uses: JourneyUses): void {
  const raw = getOwn(condition, 'raw');
  const type = getOwn(condition, 'type');
  const texts = listTexts(raw ?? getOwn(condition, 'values') ?? null);
  if (raw !== undefined || type === 'offer_label') for (const text of texts) uses.labels.add(text.normalize('NFC'));
  if (raw !== undefined || type === 'query') uses.queries.push(...texts);
}

function addAction(action: JsonObject, uses: JourneyUses): void {
  const texts = listTexts(getOwn(action, 'raw') ?? getOwn(action, 'destination') ?? null);
  for (const text of texts) uses.routes.add(formatRoute(text));
}

/** At any depth. The stack is explicit because a hostile value may nest deeper than the call stack. */
function listTexts(value: Json): string[] {
  const texts: string[] = [];
  const stack: Json[] = [value];
  for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
    if (typeof next === 'string') texts.push(next);
    else if (typeof next === 'object' && next !== null) for (const part of Object.values(next)) stack.push(part);
  }
  return texts;
}
