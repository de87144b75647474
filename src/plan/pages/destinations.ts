import type { LiveState } from '../../kinds/read-live.js';
import { listReferences } from '../../kinds/kinds.js';
import { type Address, formatRoute, formatTagPath } from '../../model/address.js';
import { mapConcurrent } from '../../model/async.js';
import { type JsonObject, textAt } from '../../model/json.js';
import type { CatalogItem, Listing, LiveReader } from '../../model/live-api.js';
import type { PlanWarning, PublishPlan } from '../../model/plan.js';
import { suggestNearest } from '../../model/spelling.js';
import { nameFirst } from '../../model/words.js';
import type { ResourceDiff } from '../compare.js';
import { isLeftToPeople } from '../guards/creations.js';
import { describeIncomplete, explainRefusal, READS_AT_ONCE } from '../incomplete-reads.js';
import { findNewRoutes, listTags } from './routes.js';

interface DestinationsInput {
  diffs: readonly ResourceDiff[];
  state: LiveState;
  publish: PublishPlan;
  createItems?: boolean | undefined;
}

/**
 * Warns of changed journeys that lead where no page is live. Reads nothing when no journey changes. What the plan
 * creates or publishes is there in time; a declared page that only a person can publish has a guard, ROUTE_NOT_LIVE.
 */
export async function warnDestinations(
  reader: LiveReader,
  { diffs, state, publish, createItems }: DestinationsInput,
): Promise<PlanWarning[]> {
  const changed = diffs.filter(({ desired, change }) => desired.kind === 'journey' && change);
  if (changed.length === 0) return [];
  const declared = diffs.map(({ desired }) => desired);
  const starts = indexStarts([...state.resources.values(), ...declared].filter(({ kind }) => kind === 'journey'));
  const settled = new Set([
    ...publish.pages.flatMap(({ routes }) => routes),
    ...findNewRoutes(diffs, state).flatMap(({ routes }) => routes),
  ]);
  const leading = changed.map(({ desired, change }): Leading => {
    const body = change?.routing?.after ?? desired.body;
    const routes = listDestinations({ name: desired.name, body }, starts).map(({ route }) => route);
    return { address: desired.address, routes: [...new Set(routes)].filter((route) => !settled.has(route)) };
  });
  const tags = new Set(
    diffs.flatMap(({ desired, change }) =>
      desired.kind === 'tag' && !(change && isLeftToPeople(change, createItems)) ? [formatRoute(desired.name)] : [],
    ),
  );
  const { withoutTag, notLive, unknown, why, published } = await findDeadRoutes(
    reader,
    leading.flatMap(({ routes }) => routes),
    { tags, pages: state.publishedPages },
  );
  const pick = (list: readonly string[]): Leading[] =>
    leading
      .map(({ address, routes }) => ({ address, routes: routes.filter((route) => list.includes(route)) }))
      .filter(({ routes }) => routes.length > 0);
  return [
    ...pick(withoutTag).map((one) => warnNoTag(one, [...published])),
    ...pick(notLive).map(warnNotLive),
    ...(unknown.length === 0 ? [] : [warnUnknown(unknown, why)]),
  ];
}

interface Leading {
  address: Address;
  routes: readonly string[];
}

function warnNoTag({ address, routes }: Leading, published: readonly string[]): PlanWarning {
  const nearest = routes.length === 1 && routes[0] !== undefined ? suggestNearest(routes[0], published) : undefined;
  return {
    code: 'DESTINATION_NOT_FOUND',
    address,
    message:
      `${address} leads to ${nameFirst(routes)}, ` +
      `but the tenant has no tag for ${routes.length === 1 ? 'it' : 'them'}.`,
    ...(nearest === undefined ? {} : { hint: `Did you mean ${nearest}?` }),
  };
}

function warnNotLive({ address, routes }: Leading): PlanWarning {
  return {
    code: 'DESTINATION_NOT_LIVE',
    address,
    message: `${address} leads to ${nameFirst(routes)}, but no page is published there.`,
    hint: 'Publish the page first: a journey is live as soon as it is saved.',
  };
}

function warnUnknown(routes: readonly string[], why = 'no reason given'): PlanWarning {
  return {
    code: 'INCOMPLETE_READ',
    message: `Cannot tell whether journeys lead to published pages at ${nameFirst(routes)}: ${why}.`,
  };
}

/** Routes that journeys lead to and where no page is published, and why. */
export interface DeadRoutes {
  /** The tag does not exist. */
  withoutTag: readonly string[];
  /** The tag exists, and no published page has it. */
  notLive: readonly string[];
  /** Routes for which the tenant gave no answer; `why` is one clause. */
  unknown: readonly string[];
  why?: string;
  /** The routes of all published pages that were seen. */
  published: ReadonlySet<string>;
}

interface KnownOfTenant {
  /** Routes whose tags exist, or will. */
  tags?: ReadonlySet<string>;
  /** The published pages, where they were listed already. */
  pages?: Listing<CatalogItem> | undefined;
}

/**
 * Which of some routes lead nowhere. Published pages are listed; tags have no list, so each tag that no published page
 * has is read at head (API reference, sections 3 and 5). An incomplete list does not prove that a page is missing.
 */
export async function findDeadRoutes(
  reader: Pick<LiveReader, 'listItems' | 'readItem'>,
  routes: readonly string[],
  known: KnownOfTenant = {},
): Promise<DeadRoutes> {
  if (routes.length === 0) return { withoutTag: [], notLive: [], unknown: [], published: new Set() };
  const listing =
    known.pages ??
    (await reader
      .listItems('page', 'published')
      .catch((error: unknown): Listing<CatalogItem> => ({ items: [], complete: false, note: explainRefusal(error) })));
  const published = new Set(listing.items.flatMap(listTags).map(formatRoute));
  const open = [...new Set(routes)].filter((route) => !published.has(route)).sort();
  const states = await mapConcurrent(open, READS_AT_ONCE, async (route) =>
    known.tags?.has(route) ? 'there' : readTag(reader, route),
  );
  const withState = (wanted: TagState): string[] => open.filter((_, i) => states[i] === wanted);
  const refusals = states.filter((state) => state !== 'there' && state !== 'missing');
  const unknown = [...(listing.complete ? [] : withState('there')), ...refusals.flatMap(withState)].sort();
  const why = refusals[0]?.why ?? describeIncomplete('published pages', listing);
  return {
    withoutTag: withState('missing'),
    notLive: listing.complete ? withState('there') : [],
    unknown,
    ...(unknown.length === 0 ? {} : { why }),
    published,
  };
}

type TagState = 'there' | 'missing' | { why: string };

async function readTag(reader: Pick<LiveReader, 'readItem'>, route: string): Promise<TagState> {
  try {
    return (await reader.readItem(formatTagPath(route))) ? 'there' : 'missing';
  } catch (error) {
    return { why: explainRefusal(error) };
  }
}

/** The routes at which journeys start, each with their names. */
export type StartIndex = ReadonlyMap<string, readonly string[]>;

export function indexStarts(journeys: Iterable<{ name: string; body: JsonObject }>): StartIndex {
  const starts = new Map<string, string[]>();
  for (const { name, body } of journeys) {
    const start = textAt(body, 'starting_point');
    if (start === undefined) continue;
    const route = formatRoute(start);
    starts.set(route, [...(starts.get(route) ?? []), name]);
  }
  return starts;
}

/**
 * Where a journey (typed form) leads, as far as a tenant can tell whether a page is there: tags, but no URLs and no raw
 * elements. The home page is skipped, because visitors see it wherever there is no other page, and so are pages at
 * which another journey starts, because it may take the visitors first (API reference, section 2).
 */
export function listDestinations(
  { name, body }: { name: string; body: JsonObject },
  starts: StartIndex,
): { pointer: string; route: string }[] {
  return listReferences({ kind: 'journey', body }).flatMap((reference) => {
    if (!('tag' in reference) || reference.pointer === '/starting_point' || !/^\/(?!\/)[^\s?#]*$/.test(reference.tag))
      return [];
    const route = formatRoute(reference.tag);
    const isElsewhere = (starts.get(route) ?? []).some((other) => other !== name);
    return route === '/' || route === '/default/' || isElsewhere ? [] : [{ pointer: reference.pointer, route }];
  });
}
