import { listReferences } from '../../kinds/kinds.js';
import { toIncompleteList } from '../../kinds/odd-answers.js';
import type { LiveState } from '../../kinds/read-live.js';
import { type Address, formatRoute, formatTagPath } from '../../model/address.js';
import { mapConcurrent } from '../../model/async.js';
import { type Json, type JsonObject, listAt, textAt } from '../../model/json.js';
import type { LiveReader } from '../../model/live-api.js';
import type { Change, PlanWarning, PublishPlan } from '../../model/plan.js';
import { suggestNearest } from '../../model/spelling.js';
import { nameFirst } from '../../model/words.js';
import type { ResourceDiff } from '../compare.js';
import { isLeftToPeople } from '../guards/creations.js';
import { explainRefusal, READS_AT_ONCE } from '../incomplete-reads.js';
import type { Wait } from '../order.js';
import { describePublishedGap, type KnownPlaces, listPlaces, readPlaces } from './places.js';
import { type JourneyRoutes, listJourneyRoutes, listTags, toRoute } from './routes.js';

interface DestinationsInput {
  diffs: readonly ResourceDiff[];
  /** All of them, journeys with their routing. */
  changes: readonly Change[];
  state: LiveState;
  publish: PublishPlan;
  createItems?: boolean | undefined;
  /** A journey of the tenant in typed form. */
  decode: (body: JsonObject) => JsonObject;
}

/** A change that would leave visitors at a route where no page is published. */
export interface DeadLead {
  address: Address;
  route: string;
  /** The tenant has no tag for it either. */
  withoutTag: boolean;
  /** The tenant does not say whether a page is published there. */
  isUnknown?: true;
  /** The published route that may be meant. */
  nearest?: string;
  /** The journeys that lead there, when it is the starting point that the change gives up. */
  leftBy?: readonly Address[];
}

export interface Destinations {
  /** For the guard ROUTE_NOT_LIVE. */
  dead: DeadLead[];
  /** Journeys that lead to where only another changed journey will start. */
  waits: Wait[];
  warnings: PlanWarning[];
}

/**
 * Where changed journeys start and lead although no page is published there. A route that the change adds is dead and
 * has a guard, also when the plan builds its page: the API cannot publish a route for the first time. So has a route
 * whose page the tenant neither shows nor denies, unless the plan publishes it: apply then sees whether it is live. A
 * route to which the journey led before gets a warning, so that an unrelated edit is not stopped. Reads nothing when no
 * journey changes.
 */
export async function checkDestinations(reader: LiveReader, input: DestinationsInput): Promise<Destinations> {
  const { diffs, changes, state, publish, createItems } = input;
  const journeys = listJourneysAfter(input);
  const leads = [...journeys.values()].filter(({ change }) => change).flatMap((one) => listLeads(one, journeys));
  const left = changes.flatMap((change) => listLeft(change, journeys));
  const tags = new Set(
    diffs.flatMap(({ desired, change }) =>
      desired.kind === 'tag' && !(change && isLeftToPeople(change, createItems)) ? [formatRoute(desired.name)] : [],
    ),
  );
  const { withoutTag, notLive, unknown, why, published } = await findDeadRoutes(
    reader,
    [...leads, ...left].map(({ route }) => route),
    { tags, places: state.publishedPlaces },
  );
  const planned = new Set(publish.pages.flatMap(({ routes }) => routes));
  const doubtful = unknown.filter((route) => !planned.has(route));
  const isDead = ({ route }: { route: string }): boolean =>
    withoutTag.includes(route) || notLive.includes(route) || doubtful.includes(route);
  const describe = ({ address, route }: { address: Address; route: string }): DeadLead => {
    const nearest = withoutTag.includes(route) ? suggestNearest(route, [...published]) : undefined;
    return {
      address,
      route,
      withoutTag: withoutTag.includes(route),
      ...(doubtful.includes(route) ? { isUnknown: true } : {}),
      ...(nearest === undefined ? {} : { nearest }),
    };
  };
  const unserved = leads.filter(isDead).filter(({ startsThere }) => startsThere === undefined);
  const old = groupRoutes(unserved.filter(({ isNew, isStart }) => !isNew && !isStart));
  return {
    dead: [
      ...unserved.filter(({ isNew }) => isNew).map(describe),
      ...left.filter(isDead).map((one) => ({ ...describe(one), leftBy: one.leftBy })),
    ],
    waits: leads
      .filter(isDead)
      .flatMap(({ address, startsThere = [] }): Wait[] => startsThere.map((other) => [address, other])),
    warnings: [
      ...old
        .map(({ address, routes }) => ({ address, routes: routes.filter((route) => withoutTag.includes(route)) }))
        .flatMap((one) => (one.routes.length === 0 ? [] : [warnNoTag(one, [...published])])),
      ...old
        .map(({ address, routes }) => ({ address, routes: routes.filter((route) => notLive.includes(route)) }))
        .flatMap((one) => (one.routes.length === 0 ? [] : [warnNotLive(one)])),
      ...(doubtful.length === 0 ? [] : [warnUnknown(doubtful, why)]),
    ],
  };
}

/** A journey as it will be. */
interface JourneyAfter extends JourneyRoutes {
  address: Address;
  domains: readonly Json[];
  was: JourneyRoutes;
  /** Absent when the plan does not change it. */
  change?: Change;
}

/** Every journey of the tenant after the plan, declared or not. */
function listJourneysAfter({ changes, state, decode }: DestinationsInput): Map<Address, JourneyAfter> {
  const changed = new Map(changes.filter(({ kind }) => kind === 'journey').map((change) => [change.address, change]));
  if (changed.size === 0) return new Map();
  const renamed = new Set([...changed.values()].flatMap(({ movedFrom }) => (movedFrom ? [movedFrom.address] : [])));
  const journeys = new Map<Address, JourneyAfter>();
  for (const { kind, address, body } of state.resources.values()) {
    if (kind !== 'journey' || changed.has(address) || renamed.has(address)) continue;
    const routes = listJourneyRoutes(decode(body));
    journeys.set(address, { address, domains: listAt(body, 'domains'), ...routes, was: routes });
  }
  for (const [address, change] of changed) {
    const { before = {}, after } = change.routing ?? {};
    if (change.action === 'delete' || !after) continue;
    const was = listJourneyRoutes(before);
    journeys.set(address, { address, domains: listAt(after, 'domains'), ...listJourneyRoutes(after), was, change });
  }
  return journeys;
}

interface Lead {
  address: Address;
  route: string;
  /** It only starts there. */
  isStart: boolean;
  /** The journey neither started nor led there before. */
  isNew: boolean;
  /** No page is needed once one of these changed journeys is written: it starts there. */
  startsThere?: Address[];
}

/** The routes of a changed journey, without those where a journey starts that the plan leaves as it is. */
function listLeads(journey: JourneyAfter, journeys: ReadonlyMap<Address, JourneyAfter>): Lead[] {
  const { address, start, leads, was } = journey;
  const known = new Set([...(was.start === undefined ? [] : [was.start]), ...was.leads]);
  return [...new Set([...(start === undefined ? [] : [start]), ...leads])]
    .filter(needsPage)
    .flatMap((route): Lead[] => {
      const lead = { address, route, isStart: !leads.includes(route), isNew: !known.has(route) };
      const others = route === start ? [] : listStarting(route, journey, journeys);
      if (others.some(({ was: { start: earlier } }) => earlier === route)) return [];
      return [{ ...lead, ...(others.length === 0 ? {} : { startsThere: others.map((other) => other.address) }) }];
    });
}

/** Visitors see the home page wherever there is no other page. */
function needsPage(route: string): boolean {
  return route !== '/' && route !== '/default/';
}

/** Other journeys that start at a route on all hosts that the journey serves: they take its visitors. */
function listStarting(
  route: string,
  { address, domains }: Pick<JourneyAfter, 'address' | 'domains'>,
  journeys: ReadonlyMap<Address, JourneyAfter>,
): JourneyAfter[] {
  return [...journeys.values()].filter(
    (other) =>
      other.start === route &&
      other.address !== address &&
      (other.domains.length === 0 || (domains.length > 0 && domains.every((host) => other.domains.includes(host)))),
  );
}

/** The starting point that a deletion or a move gives up, if journeys still lead there and none starts there. */
function listLeft(
  { kind, address, routing }: Change,
  journeys: ReadonlyMap<Address, JourneyAfter>,
): { address: Address; route: string; leftBy: Address[] }[] {
  const { start } = kind === 'journey' ? listJourneyRoutes(routing?.before ?? {}) : {};
  if (start === undefined || !needsPage(start) || journeys.get(address)?.start === start) return [];
  const leftBy = [...journeys.values()].filter(
    (one) =>
      one.leads.includes(start) && one.was.leads.includes(start) && listStarting(start, one, journeys).length === 0,
  );
  return leftBy.length === 0 ? [] : [{ address, route: start, leftBy: leftBy.map((one) => one.address) }];
}

interface Leading {
  address: Address;
  routes: readonly string[];
}

function groupRoutes(leads: readonly Lead[]): Leading[] {
  const groups = new Map<Address, string[]>();
  for (const { address, route } of leads) groups.set(address, [...(groups.get(address) ?? []), route]);
  return [...groups].map(([address, routes]) => ({ address, routes }));
}

function warnNoTag({ address, routes }: Leading, published: readonly string[]): PlanWarning {
  const nearest = routes.length === 1 && routes[0] !== undefined ? suggestNearest(routes[0], published) : undefined;
  return {
    code: 'DESTINATION_NOT_FOUND',
    address,
    message:
      `${address} still leads to ${nameFirst(routes)}, ` +
      `but the tenant has no tag for ${routes.length === 1 ? 'it' : 'them'}.`,
    ...(nearest === undefined ? {} : { hint: `Did you mean ${nearest}?` }),
  };
}

function warnNotLive({ address, routes }: Leading): PlanWarning {
  return {
    code: 'DESTINATION_NOT_LIVE',
    address,
    message: `${address} still leads to ${nameFirst(routes)}, but no page is published there.`,
    hint: 'Publish the page: visitors are led there now.',
  };
}

function warnUnknown(routes: readonly string[], why = 'no reason given'): PlanWarning {
  return {
    code: 'INCOMPLETE_READ',
    message: `Cannot tell whether pages are published at the routes of journeys, ${nameFirst(routes)}: ${why}.`,
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
  /** The published pages and campaigns, where they were listed already. */
  places?: KnownPlaces;
}

/**
 * Which of some routes lead nowhere. Published pages and campaigns are listed; tags have no list, so each tag that none
 * of them has is read at head (API reference, sections 3 and 5). An incomplete list does not prove that a page is
 * missing.
 */
export async function findDeadRoutes(
  reader: Pick<LiveReader, 'listItems' | 'readItem'>,
  routes: readonly string[],
  known: KnownOfTenant = {},
): Promise<DeadRoutes> {
  if (routes.length === 0) return { withoutTag: [], notLive: [], unknown: [], published: new Set() };
  const page = known.places?.page ?? (await reader.listItems('page', 'published').catch(toIncompleteList));
  const ofPages = new Set(page.items.flatMap(listTags).map(formatRoute));
  // Few routes are those of campaigns, so their list is read only where it matters.
  const places: KnownPlaces = routes.every((route) => ofPages.has(route))
    ? { page }
    : await readPlaces(reader, 'published', { ...known.places, page });
  const published = new Set(listPlaces(places).flatMap(listTags).map(formatRoute));
  const gap = describePublishedGap(places);
  const open = [...new Set(routes)].filter((route) => !published.has(route)).sort();
  const states = await mapConcurrent(open, READS_AT_ONCE, async (route) =>
    known.tags?.has(route) ? 'there' : readTag(reader, route),
  );
  const withState = (wanted: TagState): string[] => open.filter((_, i) => states[i] === wanted);
  const refusals = states.filter((state) => state !== 'there' && state !== 'missing');
  const unknown = [...(gap === undefined ? [] : withState('there')), ...refusals.flatMap(withState)].sort();
  const why = refusals[0]?.why ?? gap;
  return {
    withoutTag: withState('missing'),
    notLive: gap === undefined ? withState('there') : [],
    unknown,
    ...(unknown.length === 0 || why === undefined ? {} : { why }),
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
    if (!('tag' in reference) || reference.pointer === '/starting_point') return [];
    const route = toRoute(reference.tag);
    if (route === undefined || !needsPage(route)) return [];
    return (starts.get(route) ?? []).some((other) => other !== name) ? [] : [{ pointer: reference.pointer, route }];
  });
}
