import { listReferences } from '../kinds/references.js';
import { getOwn, type JsonObject } from '../model/json.js';
import { formatRoute } from './page-routes.js';

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
