import { findCampaignPath, findKindOfPath, PLACE_KINDS, type PlaceKind } from '../../kinds/catalog/catalog-kinds.js';
import { toIncompleteList } from '../../kinds/odd-answers.js';
import { nameKind } from '../../model/address.js';
import type { CatalogItem, CatalogSource, Listing, LiveReader } from '../../model/live-api.js';
import { describeIncomplete } from '../incomplete-reads.js';
import { listTags } from './routes.js';

/**
 * Places: pages and campaigns. Both have tags, so routes, and are built and published by them (API reference, section
 * 7). A campaign shows the offers below its path.
 */
export type Places = Record<PlaceKind, Listing<CatalogItem>>;

export type KnownPlaces = Partial<Places>;

/** Reads the lists that are not known yet. Many tenants have no campaigns, so a refusal of theirs stops nothing. */
export async function readPlaces(
  reader: Pick<LiveReader, 'listItems'>,
  source: CatalogSource,
  known: KnownPlaces = {},
): Promise<Places> {
  const [page, campaign] = await Promise.all([
    known.page ?? reader.listItems('page', source),
    known.campaign ?? reader.listItems('campaign', source).catch(toIncompleteList),
  ]);
  return { page, campaign };
}

export function listPlaces({ page, campaign }: KnownPlaces): CatalogItem[] {
  return [...(page?.items ?? []), ...(campaign?.items ?? [])];
}

/** Which lists may lack a place that shows one of the items at `paths`, each as one clause. */
export function describeGaps(places: Places, paths: readonly string[]): string[] {
  return PLACE_KINDS.flatMap((kind) => {
    const isNeeded = kind === 'page' || paths.some(isOfCampaign);
    return places[kind].complete || !isNeeded ? [] : [describeIncomplete(nameKind(kind), places[kind])];
  });
}

/** Why a published place may be missing, as one clause. */
export function describePublishedGap(places: KnownPlaces): string | undefined {
  const kind = PLACE_KINDS.toReversed().find((one) => places[one]?.complete === false);
  return kind && describeIncomplete(`published ${nameKind(kind)}`, places[kind] ?? {});
}

function isOfCampaign(path: string): boolean {
  return findKindOfPath(path) === 'campaign' || findCampaignPath(path) !== undefined;
}

export interface PlaceIndex {
  get(path: string): CatalogItem | undefined;
  /**
   * Where a campaign is live: the campaign itself; or, where pages have all of its tags, those pages, which are built
   * with it: publishing both would replace one by the other.
   */
  findCampaign(path: string): CatalogItem[];
}

export function indexPlaces(places: readonly CatalogItem[]): PlaceIndex {
  const byPath = new Map(places.map((place) => [place.path, place]));
  const pagesByTag = new Map<string, CatalogItem[]>();
  for (const place of places) {
    if (findKindOfPath(place.path) === 'campaign') continue;
    for (const tag of listTags(place)) pagesByTag.set(tag, [...(pagesByTag.get(tag) ?? []), place]);
  }
  return {
    get: (path) => byPath.get(path),
    findCampaign(path) {
      const campaign = byPath.get(path);
      if (!campaign) return [];
      const tags = listTags(campaign);
      const isServed = tags.length > 0 && tags.every((tag) => pagesByTag.has(tag));
      return isServed ? [...new Set(tags.flatMap((tag) => pagesByTag.get(tag) ?? []))] : [campaign];
    },
  };
}
