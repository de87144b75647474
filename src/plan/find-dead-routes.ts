import { LimioError } from '../errors/errors.js';
import { mapConcurrent } from '../model/async.js';
import type { CatalogItem, Listing, LiveReader } from '../model/live-api.js';
import { formatRoute, listTags } from './page-routes.js';

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
