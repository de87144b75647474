import { listReferences } from '../../kinds/kinds.js';
import { nameFirst } from '../../model/words.js';
import { LimioError } from '../../errors/errors.js';
import type { LiveState } from '../../kinds/read-live.js';
import type { Address } from '../../model/address.js';
import { mapConcurrent } from '../../model/async.js';
import { getOwn, type JsonObject } from '../../model/json.js';
import type { CatalogItem, Listing, LiveReader } from '../../model/live-api.js';
import type { PlanWarning, PublishPlan } from '../../model/plan.js';
import { suggestNearest } from '../../model/spelling.js';
import type { ResourceDiff } from '../compare.js';
import { isLeftToPeople } from '../guards/creations.js';

import { findNewRoutes, formatRoute, listTags } from './routes.js';

interface Input {
  compared: readonly ResourceDiff[];
  state: LiveState;
  publish: PublishPlan;
  createItems?: boolean | undefined;
}

/**
 * Changed journeys that lead where no page is live. Reads nothing when none changes. What the plan
 * itself creates or publishes is there in time; a declared page that only a person can publish is a
 * guard's business (ROUTE_NOT_LIVE).
 */
export async function warnDestinations(
  reader: LiveReader,
  { compared, state, publish, createItems }: Input,
): Promise<PlanWarning[]> {
  const changed = compared.filter(({ desired, change }) => desired.kind === 'journey' && change);
  if (changed.length === 0) return [];
  const declared = compared.map(({ desired }) => desired);
  const starts = indexStarts([...state.resources.values(), ...declared].filter(({ kind }) => kind === 'journey'));
  const settled = new Set([
    ...publish.pages.flatMap(({ routes }) => routes),
    ...findNewRoutes(compared, state).flatMap(({ routes }) => routes),
  ]);
  const leading = changed.map(({ desired, change }) => {
    const body = change?.routing?.after ?? desired.body;
    const routes = listDestinations({ name: desired.name, body }, starts).map(({ route }) => route);
    return { address: desired.address, routes: [...new Set(routes)].filter((route) => !settled.has(route)) };
  });
  const tags = new Set(
    compared.flatMap(({ desired, change }) =>
      desired.kind === 'tag' && !(change && isLeftToPeople(change, createItems)) ? [formatRoute(desired.name)] : [],
    ),
  );
  const dead = await findDeadRoutes(
    reader,
    leading.flatMap(({ routes }) => routes),
    { tags, pages: state.publishedPages },
  );
  const pick = (list: readonly string[]) =>
    leading
      .map(({ address, routes }) => ({ address, routes: routes.filter((route) => list.includes(route)) }))
      .filter(({ routes }) => routes.length > 0);
  return [
    ...pick(dead.withoutTag).map((one) => warnNoTag(one, [...dead.published])),
    ...pick(dead.notLive).map(warnNotLive),
    ...(dead.unknown.length === 0
      ? []
      : [
          {
            code: 'INCOMPLETE_READ' as const,
            message: `Whether journeys lead to published pages could not be told of ${nameFirst(dead.unknown)}: ${dead.why}.`,
          },
        ]),
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
    message: `${address} leads to ${nameFirst(routes)}, of which the tenant has no tag: visitors would find nothing there.`,
    ...(nearest === undefined ? {} : { hint: `Did you mean ${nearest}?` }),
  };
}

function warnNotLive({ address, routes }: Leading): PlanWarning {
  return {
    code: 'DESTINATION_NOT_LIVE',
    address,
    message: `${address} leads to ${nameFirst(routes)}, where no page is published: visitors would find nothing there.`,
    hint: 'Publish the page first: a journey is live as soon as it is saved.',
  };
}

/** What a tenant says of routes that journeys lead to. One that stands in no list has a published page. */
export interface DeadRoutes {
  /** The tag does not exist. */
  withoutTag: readonly string[];
  /** The tag exists, and no published page has it. */
  notLive: readonly string[];
  /** Of these it could not be told; `why` is one clause. */
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

const READS_AT_ONCE = 8;

/** A tenant that refuses to show this must not hide a plan. */
const NOT_FATAL = new Set(['AUTH_REFUSED', 'HTTP_STATUS', 'HTTP_BAD_BODY']);

/**
 * Which of some routes lead nowhere. Published pages are listed; tags have no list, so each that no
 * published page has is read at head (API reference, sections 3 and 5). A list that is not complete
 * proves of no page that it is not there.
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
  const listOf = (wanted: TagState): string[] => open.filter((_, i) => states[i] === wanted);
  const refusals = states.filter((state) => state !== 'there' && state !== 'missing');
  const unknown = [
    ...(listing.complete ? [] : listOf('there')),
    ...open.filter((_, i) => refusals.some((refusal) => refusal === states[i])),
  ].sort();
  const why = refusals[0]?.why ?? `the list of published pages is not complete (${listing.note ?? 'no reason given'})`;
  return {
    withoutTag: listOf('missing'),
    notLive: listing.complete ? listOf('there') : [],
    unknown,
    ...(unknown.length === 0 ? {} : { why }),
    published,
  };
}

type TagState = 'there' | 'missing' | { why: string };

async function readTag(reader: Pick<LiveReader, 'readItem'>, route: string): Promise<TagState> {
  try {
    return (await reader.readItem(`/tags${route.slice(0, -1)}`)) ? 'there' : 'missing';
  } catch (error) {
    return { why: explainRefusal(error) };
  }
}

/** @throws what is no refusal. */
function explainRefusal(error: unknown): string {
  if (error instanceof LimioError && NOT_FATAL.has(error.code)) return error.message.replace(/\.$/, '');
  throw error;
}

/** The routes at which journeys start, each with their names. */
export type StartIndex = ReadonlyMap<string, readonly string[]>;

export function indexStarts(journeys: Iterable<{ name: string; body: JsonObject }>): StartIndex {
  const starts = new Map<string, string[]>();
  for (const { name, body } of journeys) {
    const start = getOwn(body, 'starting_point');
    if (typeof start !== 'string') continue;
    const route = formatRoute(start);
    starts.set(route, [...(starts.get(route) ?? []), name]);
  }
  return starts;
}

/**
 * Where a journey (typed form) leads, of which a tenant can say whether a page is there: tags, no
 * URLs and nothing raw; not the home page, which visitors see wherever there is no other; and no page
 * at which another journey starts, which may have them first (API reference, section 2).
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
