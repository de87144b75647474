import type { LiveState } from '../kinds/read-live.js';
import type { Address } from '../model/address.js';
import type { LiveReader } from '../model/live-api.js';
import type { PlanWarning, PublishPlan } from '../model/plan.js';
import { suggestNearest } from '../model/spelling.js';
import type { Compared } from './compare-desired.js';
import { findDeadRoutes } from './find-dead-routes.js';
import { findNewRoutes } from './find-new-routes.js';
import { nameFirst } from './guards/count-things.js';
import { isLeftToPeople } from './is-left-to-people.js';
import { indexStarts, listDestinations } from './list-destinations.js';
import { formatRoute } from './page-routes.js';

interface Input {
  compared: readonly Compared[];
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
            code: 'INCOMPLETE_READ',
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
